"""EXE-GAN's weights: loaded in either size, and imported from published checkpoints."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.errors import CheckpointError, refusing
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
from core.runtime.checkpoints import (
    check_fit,
    fitted_network,
    load_weights,
    save_weights,
    write_card,
)
from core.runtime.published import open_published, state_within
from core.runtime.stored_config import config_from, read_config

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
        checkpoint = open_published(source)
    if isinstance(checkpoint, dict) and _ENCODER_KEY in checkpoint:
        psp.convert_published(checkpoint, source, target)
        return
    upstream = state_within(checkpoint, source, "g_ema")
    with refusing(f"The file {source} is not a checkpoint of EXE-GAN; choose another file."):
        config = ExeGANConfig(**published_sizes(upstream))
        state = convert_state_dict(upstream)
    if config.image_size != _PUBLISHED_SIZE:
        raise CheckpointError(
            f"The weights {source} paint frames of {config.image_size} pixels; "
            f"choose the checkpoint for {_PUBLISHED_SIZE}."
        )
    check_fit(lambda: ExeGANGenerator(config), state, source)
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
            config = config_from(StyleConfig, values, path)
            network = fitted_network(lambda: ExeGAN(config), state, path)
        else:
            network = _with_encoder(config_from(ExeGANConfig, values, path), state, path)
    return ExeGANInpainter(network.to(device))


def _with_encoder(config: ExeGANConfig, state: Mapping[str, Tensor], path: Path) -> ExeGAN:
    """Join an imported generator and its encoder; the one known style is the encoder's average."""
    beside = path.with_name(f"{psp.NAME}.safetensors")
    if not beside.is_file():
        raise CheckpointError(
            f"The weights {path} need those of their encoder; import its checkpoint as {beside}."
        )
    encoder = psp.build(beside, torch.device("cpu"))
    generator = fitted_network(lambda: ExeGANGenerator(config), state, path)
    with (
        refusing(f"The weights {path} and {beside} do not fit; import both anew."),
        torch.device("meta"),
    ):
        network = ExeGAN(StyleConfig(config, encoder.config, known=1))
    network.encoder, network.known = encoder, encoder.average[None].clone()
    network.generator = generator
    return network


SPEC = ModelSpec(
    name=NAME,
    title=TITLE,
    build=build,
    import_published=import_published,
    task=Task.STYLE,
)
