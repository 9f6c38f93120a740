"""EXE-GAN's weights: loaded in either size, and imported from published checkpoints."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.errors import CheckpointError
from core.models import psp
from core.models.base import ModelSpec, Task
from core.models.exe_gan.model import (
    EMBEDDED,
    NAME,
    ExeGAN,
    ExeGANConfig,
    ExeGANGenerator,
    ExeGANInpainter,
    StyleConfig,
)
from core.models.exe_gan.state_dict import convert_state_dict, published_sizes
from core.models.psp import StyleEncoderConfig
from core.runtime.checkpoints import (
    config_from,
    load_state,
    load_weights,
    open_published,
    read_config,
    read_published,
    save_weights,
    write_card,
)

TITLE = "EXE-GAN: guided by an exemplar"
_PUBLISHED_SIZE = 256  # side of a frame in pixels
_ENCODER_KEY = "latent_avg"  # in published checkpoints of the encoder only
_IMPORTED = """Imported from a published checkpoint of EXE-GAN (Lu et al., 2022), in single
precision: the averaged generator. The authors' code has the MIT licence, with NVIDIA's notice
for non-commercial use on parts; they state no licence for the weights, which saw photos that
are for non-commercial research. Frames have 256 pixels; lines are not seen. The weights of the
encoder (psp.safetensors) have to lie beside these."""


def import_published(source: Path, target: Path) -> None:
    """Convert a published checkpoint into weights of this program, with a card beside them.

    A checkpoint of pSp, the encoder, gives weights that have to lie beside the generator's as
    psp.safetensors.

    Raises:
        CheckpointError: `source` is neither that nor a checkpoint of EXE-GAN for frames of 256
            pixels.
    """
    with torch.serialization.safe_globals(_HARMLESS):
        checkpoint: object = open_published(source)
        if isinstance(checkpoint, dict) and _ENCODER_KEY in checkpoint:
            psp.import_published(source, target)
            return
        upstream = read_published(source, "g_ema")
    try:
        config = ExeGANConfig(**published_sizes(upstream))
        state = convert_state_dict(upstream)
    except (KeyError, IndexError, ValueError) as error:
        raise CheckpointError(f"The file {source} is not a checkpoint of EXE-GAN.") from error
    if config.image_size != _PUBLISHED_SIZE:
        raise CheckpointError(
            f"The weights {source} paint frames of {config.image_size} pixels; "
            f"choose the checkpoint for {_PUBLISHED_SIZE}."
        )
    load_state(ExeGANGenerator(config), state, source)
    save_weights(target, state, NAME, asdict(config), fp16=False)
    write_card(target, TITLE, _IMPORTED)


# Beside tensors the published files hold their training's options and best figures.
_SCALAR = np.float64(0).__reduce__()[0]
_HARMLESS: list[Any] = [
    Namespace,
    np.dtype,
    np.dtypes.Float64DType,
    (_SCALAR, "numpy._core.multiarray.scalar"),
    (_SCALAR, "numpy.core.multiarray.scalar"),
]


def build(path: Path | None, device: torch.device) -> ExeGANInpainter:
    """Load weights of either size, or start from random ones in the embedded size.

    An imported generator wants its imported encoder beside it, as psp.safetensors.
    """
    if path is None:
        network = ExeGAN(EMBEDDED)
    else:
        state, metadata = load_weights(path)
        values = read_config(metadata, NAME, path)
        if "encoder" in values:
            network = ExeGAN(style_config(values, path))
            load_state(network, state, path)
        else:
            network = _with_encoder(config_from(ExeGANConfig, values, path), state, path)
    return ExeGANInpainter(network.to(device))


def style_config(values: Mapping[str, Any], path: Path) -> StyleConfig:
    """Read the config stored beside the weights of both networks at `path`."""
    generator = config_from(ExeGANConfig, values["generator"], path)
    encoder = config_from(StyleEncoderConfig, values["encoder"], path)
    rest = {key: value for key, value in values.items() if key not in ("generator", "encoder")}
    return replace(config_from(StyleConfig, rest, path), generator=generator, encoder=encoder)


def _with_encoder(config: ExeGANConfig, state: Mapping[str, Tensor], path: Path) -> ExeGAN:
    """Join an imported generator and its encoder; the one known style is the encoder's average."""
    beside = path.with_name(f"{psp.NAME}.safetensors")
    if not beside.is_file():
        raise CheckpointError(
            f"The weights {path} need those of their encoder; import its checkpoint as {beside}."
        )
    encoder = psp.build(beside, torch.device("cpu"))
    with torch.device("meta"):
        network = ExeGAN(StyleConfig(config, encoder.config, known=1))
    network.encoder, network.known = encoder, encoder.average[None].clone()
    network.generator = ExeGANGenerator(config)
    load_state(network.generator, state, path)
    return network


SPEC = ModelSpec(
    name=NAME,
    title=TITLE,
    build=build,
    import_published=import_published,
    task=Task.STYLE,
)
