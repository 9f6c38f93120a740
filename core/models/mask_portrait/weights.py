"""Weights of mask-guided portraits: loaded in either size, imported from the published folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.anatomy.parts import Component
from core.errors import CheckpointError, refusing
from core.models.base import ModelSpec, Task
from core.models.mask_portrait.model import (
    EMBEDDED,
    NAME,
    MaskPortrait,
    MaskPortraitConfig,
    PortraitPainter,
)
from core.runtime.checkpoints import check_fit, load_network, save_weights, write_card
from core.runtime.published import read_published
from core.runtime.stored_config import config_from

TITLE = "Mask-guided portrait editing"
_IMPORTED = """Imported from the published checkpoints of Mask-Guided Portrait Editing (Gu et al.,
2019), in single precision: generator, encoders and feature decoders of the five components. Their
terms apply (CC BY-NC-SA 4.0): non-commercial use, the authors named, shared alike."""

_FILES = re.compile(r"\w+?_net_(G|(?:en|de)coder_(?:skin|hair|left_eye|right_eye|mouth))\.pth")
_GENERATOR_NAMES = {
    "downsample_model": "label_encoder",
    "model": "decoder",
    "bg_encoder": "background_encoder",
    "bg_decoder": "background_decoder",
}
_FILE_COUNT = 1 + 2 * len(Component)


def build(path: Path | None, device: torch.device) -> PortraitPainter:
    """Load weights of either size, or start from random ones in the embedded size.

    Raises:
        CheckpointError: the weights are missing, damaged, or do not fit.
    """
    if path is None:
        network = MaskPortrait(EMBEDDED)
    else:
        network = load_network(
            path, NAME, lambda values: MaskPortrait(config_from(MaskPortraitConfig, values, path))
        )
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return PortraitPainter(network.to(device))


def import_published(source: Path, target: Path) -> None:
    """Convert the published folder of weights, with a card beside what is written.

    Args:
        source: folder that holds *_net_G.pth and the encoders and decoders of the components,
            or one of these files; of several training states that of the generator that comes
            first is taken.
        target: the safetensors file.

    Raises:
        CheckpointError: there is no such folder, or it lacks a file or holds something else.
    """
    states = {}
    for name, path in _published_files(source).items():
        states[name] = read_published(path)
    with refusing(f"The folder {source} does not hold checkpoints of this system."):
        state = convert_state_dict(states)
    config = MaskPortraitConfig()
    check_fit(lambda: MaskPortrait(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


def convert_state_dict(states: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Join the published networks' tensors under our names.

    Args:
        states: a state dict by the network's published name: G, encoder_skin, decoder_skin, ...
            Pictures' decoders (decoder_skin_image) get the names of `LocalDecoders`.

    Returns:
        One state dict; what means nothing to us stays, for strict loading to refuse. Old
        checkpoints count no batches; a network that is not trained on needs no count.
    """
    joined = {
        _renamed(network, name): tensor
        for network, state in states.items()
        for name, tensor in state.items()
        if not name.startswith("fc_var.")  # the spread that only training draws from
    }
    for name in [name for name in joined if name.endswith("running_mean")]:
        joined.setdefault(name.replace("running_mean", "num_batches_tracked"), torch.tensor(0))
    return joined


def _renamed(network: str, name: str) -> str:
    if network == "G":
        head, _, rest = name.partition(".")
        return f"generator.{_GENERATOR_NAMES.get(head, head)}.{rest}"
    kind, _, part = network.partition("_")
    return f"{kind}s.{part.removesuffix('_image')}.{name}"


def _published_files(source: Path) -> dict[str, Path]:
    """Find the files of one training state by their network's name."""
    folder = source if source.is_dir() else source.parent
    generators = sorted(folder.glob("*_net_G.pth")) if folder.is_dir() else []
    if not generators:
        raise CheckpointError(
            f"There is no published generator (latest_net_G.pth) in {folder}; name its folder."
        )
    state = generators[0].name.removesuffix("_net_G.pth")
    found = {
        match[1]: path
        for path in folder.glob(f"{state}_net_*.pth")
        if (match := _FILES.fullmatch(path.name))
    }
    if len(found) < _FILE_COUNT:
        raise CheckpointError(
            f"The folder {folder} lacks encoders or decoders of the five components; "
            "fetch all of the published files."
        )
    return found


SPEC = ModelSpec(
    name=NAME,
    title=TITLE,
    build=build,
    import_published=import_published,
    task=Task.PORTRAIT,
)
