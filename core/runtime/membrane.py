"""Layers that more than one system uses."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_JACOBI_SWEEPS = 4


def smooth_fill(image: Tensor, mask: Tensor) -> Tensor:
    """Fill the hole by a membrane: the smooth surface that its border carries.

    Known pixels are averaged down a pyramid, where a cell counts as known as soon as one pixel
    in it is; on the way up the hole takes the coarser level, relaxed by a few Jacobi sweeps.
    It beats diffusion and fast-marching fills and is the base on which networks add detail.

    Args:
        image: (N, C, H, W); what it holds inside the hole is ignored.
        mask: (N, 1, H, W), 1 in the hole, 0 elsewhere.

    Returns:
        (N, C, H, W) float32, equal to `image` outside the hole.
    """
    values, known = image.float(), 1.0 - mask.float()
    values = values * known
    if min(values.shape[-2:]) < 2:
        mean = values.sum(dim=(2, 3), keepdim=True) / known.sum(dim=(2, 3), keepdim=True).clamp(
            min=1.0
        )
        return values + (1.0 - known) * mean
    share = F.avg_pool2d(known, 2, ceil_mode=True)
    coarse_known = (share > 0).float()
    coarse = F.avg_pool2d(values, 2, ceil_mode=True) / share.clamp(min=1e-6) * coarse_known
    below = smooth_fill(coarse, 1.0 - coarse_known)
    filled = F.interpolate(below, size=values.shape[-2:], mode="bilinear", align_corners=False)
    filled = torch.lerp(filled, values, known)
    for _ in range(_JACOBI_SWEEPS):
        filled = torch.lerp(_neighbour_mean(filled), values, known)
    return filled


def _neighbour_mean(image: Tensor) -> Tensor:
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    return 0.25 * (
        padded[..., :-2, 1:-1]
        + padded[..., 2:, 1:-1]
        + padded[..., 1:-1, :-2]
        + padded[..., 1:-1, 2:]
    )
