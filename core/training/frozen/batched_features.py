"""Feature extraction in batches."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.runtime import tensors
from core.training.data.array_types import Images

_AT_ONCE = 16


@torch.inference_mode()
def features_in_batches(
    feature_maps: Callable[[Tensor], list[Tensor]], faces: Images
) -> list[Tensor]:
    """Extract a network's feature maps of all faces.

    Args:
        levels: maps (N, 3, S, S) in [-1, 1] to feature maps.
        faces: (N, S, S, 3) uint8.

    Returns:
        Those maps, (N, C, H, W) each.
    """
    chunks = (faces[start : start + _AT_ONCE] for start in range(0, len(faces), _AT_ONCE))
    batches = [feature_maps(tensors.from_images(chunk)) for chunk in chunks]
    return [torch.cat(level) for level in zip(*batches, strict=True)]
