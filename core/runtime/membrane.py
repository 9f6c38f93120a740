"""The membrane: the smooth interpolation of a hole from its border (Laplace's equation).

Networks learn on it in tensors; what the program fills it fills in OpenCV, several times as fast.
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
    if _is_single_picture(image):
        hole = (mask[0, 0] > 0).to(torch.uint8).numpy()
        filled = fill_membrane(image[0].float().permute(1, 2, 0).numpy(), hole)
        return torch.from_numpy(filled).permute(2, 0, 1)[None]
    return _smooth_fill(image.float(), 1.0 - mask.float())


def _is_single_picture(image: Tensor) -> bool:
    """Tell whether OpenCV can fill it: on the processor, and nobody learns from it."""
    return len(image) == 1 and image.device.type == "cpu" and torch.is_inference_mode_enabled()


def _smooth_fill(values: Tensor, known: Tensor) -> Tensor:
    values = values * known
    if min(values.shape[-2:]) < 2:
        mean = values.sum(dim=(2, 3), keepdim=True) / known.sum(dim=(2, 3), keepdim=True).clamp(
            min=1.0
        )
        return values + (1.0 - known) * mean
    share = F.avg_pool2d(known, 2, ceil_mode=True)
    coarse_known = (share > 0).float()
    coarse = F.avg_pool2d(values, 2, ceil_mode=True) / share.clamp(min=1e-6) * coarse_known
    coarser = _smooth_fill(coarse, coarse_known)
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
    known = (hole == 0).astype(np.uint8)
    if known.all():
        return image.astype(np.float32)
    return _fill(_without_hole(image, known), known)


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
    below = fill_membrane_over(*_halved(values, known), coarse, cell // 2)
    return _relaxed(values, known, below)


def _fill(values: Floats, known: Mask) -> Floats:
    """Fill (h, w, 3) values, 0 where (h, w) `known` is 0, else 1."""
    if min(known.shape) < 2:
        mean = values.sum(axis=(0, 1)) / max(int(known.sum()), 1)
        return np.where(known[..., None] > 0, values, mean).astype(np.float32)
    below, below_known = _halved(values, known)
    return _relaxed(values, known, below if below_known.all() else _fill(below, below_known))


def _without_hole(image: Pixels, known: Mask) -> Floats:
    values = np.zeros(image.shape, np.float32)
    cv2.copyTo(image.astype(np.float32), known, values)
    return values


def _halved(values: Floats, known: Mask) -> tuple[Floats, Mask]:
    """Average what is known in every two by two pixels, and tell where something is."""
    down, right = (side % 2 for side in known.shape)
    if down or right:
        beyond = 0, down, 0, right, cv2.BORDER_CONSTANT
        values = np.asarray(cv2.copyMakeBorder(values, *beyond), np.float32)
        known = np.asarray(cv2.copyMakeBorder(known, *beyond), np.uint8)
    half = known.shape[0] // 2, known.shape[1] // 2
    share = resize(known.astype(np.float32), half, cv2.INTER_AREA)
    below = resize(values, half, cv2.INTER_AREA)
    below /= np.maximum(share, 1e-6)[..., None]
    return below, (share > 0).astype(np.uint8)


def _relaxed(values: Floats, known: Mask, below: Floats) -> Floats:
    """Let the hole take the coarser level, relaxed."""
    filled = resize(below, known.shape, cv2.INTER_LINEAR)
    cv2.copyTo(values, known, filled)
    for _ in range(_SWEEPS):
        filled = np.asarray(
            cv2.filter2D(filled, -1, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE), np.float32
        )
        cv2.copyTo(values, known, filled)
    return filled
