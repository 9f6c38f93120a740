"""Features of many faces, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.runtime import tensors
from core.training.data.picture_types import Pictures

_AT_ONCE = 16


@torch.inference_mode()
def by_level(levels: Callable[[Tensor], list[Tensor]], faces: Pictures) -> list[Tensor]:
    """Ask a network for its feature maps of all faces.

    Args:
        levels: maps (N, 3, S, S) in [-1, 1] to feature maps.
        faces: (N, S, S, 3) uint8.

    Returns:
        Those maps, (N, C, H, W) each.
    """
    parts = (faces[start : start + _AT_ONCE] for start in range(0, len(faces), _AT_ONCE))
    found = [levels(tensors.from_images(part)) for part in parts]
    return [torch.cat(level) for level in zip(*found, strict=True)]
