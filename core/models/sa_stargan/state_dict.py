"""The names that tensors of StarGAN have in published checkpoints, and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor

_STEM, _FIRST_BLOCK = 0, 9  # numbers of layers in the published row
_DISCRIMINATOR_HEADS = {"conv1": "to_realness", "conv2": "to_classes"}
_STATISTICS = re.compile(r"\.(running_mean|running_var|num_batches_tracked)$")
_BLOCK = re.compile(r"main\.\d+\.main\.0\.weight")
_BLOCK_PARTS = {"0": "conv1", "1": "norm1", "3": "conv2", "4": "norm2"}
_IMAGE_CHANNELS = 3


class PublishedSizes(NamedTuple):
    """What a published generator's tensors tell of it."""

    classes: int
    width: int
    blocks: int
    kernel: int


def published_sizes(upstream: Mapping[str, Tensor]) -> PublishedSizes:
    """Read the sizes off a published generator's tensors."""
    width, channels, kernel, _ = upstream[f"main.{_STEM}.weight"].shape
    blocks = sum(1 for name in upstream if _BLOCK.fullmatch(name))
    return PublishedSizes(channels - _IMAGE_CHANNELS, width, blocks, kernel)


def convert_state_dict(
    upstream: Mapping[str, Tensor], *, running_statistics: bool = False
) -> dict[str, Tensor]:
    """Rename a published generator's tensors; unknown names stay, for strict loading to refuse.

    Args:
        upstream: tensors by published name.
        running_statistics: keep those of the norms, which published programs do not use.
    """
    last_block = _FIRST_BLOCK + published_sizes(upstream).blocks - 1
    return {
        _ours(name, last_block): tensor
        for name, tensor in upstream.items()
        if running_statistics or not _STATISTICS.search(name)
    }


def convert_discriminator_state_dict(upstream: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a published discriminator's tensors; it has no spectral norm."""
    state = {}
    for name, tensor in upstream.items():
        row = re.fullmatch(r"main\.(\d+)\.(\w+)", name)
        if row is not None:
            state[f"layers.{int(row[1]) // 2}.{row[2]}"] = tensor
        else:
            head, _, rest = name.partition(".")
            state[f"{_DISCRIMINATOR_HEADS.get(head, head)}.{rest}"] = tensor
    return state


def _ours(name: str, last_block: int) -> str:
    found = re.fullmatch(r"main\.(\d+)\.(?:main\.([0134])\.)?(\w+)", name)
    if found is None:
        return name
    row, part, kind = int(found[1]), found[2], found[3]
    if part is not None:
        return f"blocks.{row - _FIRST_BLOCK}.{_BLOCK_PARTS[part]}.{kind}"
    if row < _FIRST_BLOCK:
        layer, place = divmod(row, 3)
        stage = "stem" if layer == 0 else f"down.{layer - 1}"
    else:
        layer, place = divmod(row - last_block - 1, 3)
        stage = f"up.{layer}"
    if stage == "up.2":
        return f"to_image.{kind}"
    return f"{stage}.{'conv' if place == 0 else 'norm'}.{kind}"
