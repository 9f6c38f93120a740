"""The names that tensors of EXE-GAN have in published checkpoints, and ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

import torch
from torch import Tensor


class PublishedSizes(TypedDict):
    """What a published generator's tensors tell of its config."""

    widths: tuple[int, ...]
    style_dim: int
    global_dim: int
    mapping_layers: int


def convert_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published generator's tensors; unknown names stay, for strict loading to refuse.

    Raises:
        ValueError: its low-pass filter is another than that of our layers.
    """
    return _converted(upstream, _GENERATOR_NAMES)


def convert_discriminator_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published discriminator's tensors.

    Raises:
        ValueError: its low-pass filter is another than that of our layers.
    """
    return _converted(upstream, _DISCRIMINATOR_NAMES)


def published_sizes(upstream: Mapping[str, Tensor]) -> PublishedSizes:
    """Read the sizes of a published generator off its tensors."""
    levels = [upstream["down_from_big.0.weight"]]
    while (name := f"encoder_convs.{2 * len(levels) - 1}.1.weight") in upstream:
        levels.append(upstream[name])
    return PublishedSizes(
        widths=tuple(weight.shape[0] for weight in levels),
        style_dim=upstream["style.1.weight"].shape[0],
        global_dim=upstream["final_linear.0.weight"].shape[0],
        mapping_layers=sum(bool(re.fullmatch(r"style\.\d+\.weight", name)) for name in upstream),
    )


def _decoder_layer(found: re.Match[str]) -> str:
    level, is_second = divmod(int(found[1]), 2)
    return f"decoder.{level}.{'conv' if is_second else 'up'}."


def _encoder_layer(found: re.Match[str]) -> str:
    level, is_second = divmod(int(found[1]), 2)
    return f"encoder.{level}.{'down' if is_second else 'conv'}."


def _mapping_layer(found: re.Match[str]) -> str:
    return f"mapping.layers.{int(found[1]) - 1}."  # the layer before them holds no tensors


_Table = Sequence[tuple[str, str | Callable[[re.Match[str]], str]]]
"""Published names and ours, one after the other."""
_GENERATOR_NAMES: _Table = (
    (r"^(to_rgb\w*(?:\.\d+)?)\.bias$", r"\1.conv.bias"),
    (r"\.noise\.weight$", ".noise_weight"),
    (r"\.activate\.bias$", ".conv.bias"),
    (r"^conv1\.", "first."),
    (r"^to_rgb1\.", "first_rgb."),
    (r"^convs\.(\d+)\.", _decoder_layer),
    (r"^to_rgbs\.(\d+)\.", r"decoder.\1.to_rgb."),
    (r"^style\.(\d+)\.", _mapping_layer),
    (r"^down_from_big\.\d\.", "stem."),
    (r"^encoder_convs\.(\d+)\.\d\.", _encoder_layer),
    (r"^final_layer\.\d\.", "bottom."),
    (r"^final_linear\.0\.", "to_global."),
    (r"^final_transfer\.", "from_global."),
)
_DISCRIMINATOR_NAMES: _Table = (
    (r"^encoder_input_convs\.\d\.", "stem."),
    (r"^encoder_convs\.(\d+)\.conv1\.\d\.", r"blocks.\1.conv."),
    (r"^encoder_convs\.(\d+)\.conv2\.\d\.", r"blocks.\1.down."),
    (r"^encoder_convs\.(\d+)\.skip\.1\.", r"blocks.\1.skip."),
    (r"^final_conv\.\d\.", "last."),
    (r"^final_linear\.0\.", "to_hidden."),
    (r"^final_linear\.1\.", "to_score."),
)
_TAPS = torch.tensor([0.125, 0.375, 0.375, 0.125])


def _converted(upstream: Mapping[str, Tensor], table: _Table) -> dict[str, Tensor]:
    state = {}
    for name, tensor in upstream.items():
        if name.endswith(".kernel"):
            _check_filter(tensor)
        elif not name.startswith("noises."):  # random maps of no meaning
            state[_renamed(name, table)] = _unfolded(name, tensor)
    return state


def _check_filter(kernel: Tensor) -> None:
    expected = torch.outer(_TAPS, _TAPS)
    if kernel.shape != expected.shape or not torch.allclose(kernel / kernel.sum(), expected):
        raise ValueError("the filter is not that of our layers")


def _renamed(name: str, table: _Table) -> str:
    for pattern, ours in table:
        name = re.sub(pattern, ours, name)
    return name


def _unfolded(name: str, tensor: Tensor) -> Tensor:
    """Drop the axes of size 1 that published modulated layers carry for the batch."""
    if tensor.ndim == 5:
        return tensor[0]
    return tensor.flatten() if name.endswith("bias") else tensor
