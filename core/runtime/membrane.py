"""The membrane: the smooth interpolation of a hole from its border (Laplace's equation).

Networks start from it, in tensors; photos are filled by it in OpenCV, from a coarser one on.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.imaging.arrays import Floats, Mask, Pixels
from core.imaging.resampling import resize

_SWEEPS = 4  # of Jacobi, at every level of the pyramid
_NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


def smooth_fill(image: Tensor, mask: Tensor) -> Tensor:
    """Fill the hole by a membrane: the smooth interpolation of its border.

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
    coarser = smooth_fill(coarse, 1.0 - coarse_known)
    filled = F.interpolate(coarser, size=values.shape[-2:], mode="bilinear", align_corners=False)
    filled = torch.lerp(filled, values, known)
    for _ in range(_SWEEPS):
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


def fill_membrane(image: Pixels, hole: Mask) -> Floats:
    """Fill the hole of an array as `smooth_fill` does.

    Args:
        image: (H, W, 3) in any units.
        hole: (H, W) uint8, nonzero in the hole.

    Returns:
        (H, W, 3) float32 in the image's units.
    """
    values = torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)[None]
    filled = smooth_fill(values, torch.from_numpy((hole > 0).astype(np.float32))[None, None])
    return filled[0].permute(1, 2, 0).numpy()


def fill_membrane_over(values: Floats, known: Mask, coarse: Floats, cell: int) -> Floats:
    """Fill a picture as `smooth_fill` does, from a coarser one that is filled.

    Args:
        values: (h, w, 3) float32, 0 where it is not known.
        known: (h, w) uint8, 1 where it is, else 0.
        coarse: (h / cell, w / cell, 3) float32 in the same units.
        cell: pixels across and down in one of the coarse ones, a power of two.

    Returns:
        (h, w, 3) float32 in the same units.
    """
    if cell == 1:
        return coarse
    half = (known.shape[0] // 2, known.shape[1] // 2)
    share = resize(known.astype(np.float32), half, cv2.INTER_AREA)
    below = resize(values, half, cv2.INTER_AREA)
    below /= np.maximum(share, 1e-6)[..., None]
    below = fill_membrane_over(below, (share > 0).astype(np.uint8), coarse, cell // 2)
    filled = resize(below, known.shape, cv2.INTER_LINEAR)
    cv2.copyTo(values, known, filled)
    for _ in range(_SWEEPS):
        filled = np.asarray(
            cv2.filter2D(filled, -1, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE), np.float32
        )
        cv2.copyTo(values, known, filled)
    return filled
