"""Edges and grey of a picture, as a structure stream sees them."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_GREY_WEIGHTS = (0.2125, 0.7154, 0.0721)
_WEAK_EDGE, _STRONG_EDGE = 0.1, 0.3  # gradient as Sobel's sums of grey in [0, 1]
_DIAGONAL = 0.4142  # tangent of 22.5 degrees


def to_grey(image: Tensor) -> Tensor:
    """Convert (N, 3, H, W) RGB in [-1, 1] to luma (N, 1, H, W) in [0, 1]."""
    unit = 0.5 * (image.float() + 1.0)
    red, green, blue = (unit[:, i : i + 1] * weight for i, weight in enumerate(_GREY_WEIGHTS))
    return red + green + blue


def detect_edges(image: Tensor) -> Tensor:
    """Find thin edges on any device, for a whole batch; the embedded weights know no other.

    Canny's blur (sigma 1.4), gradient and non-maximum suppression; instead of hysteresis the
    strength rises softly between two thresholds.

    Args:
        image: (N, 3, H, W) RGB in [-1, 1].

    Returns:
        (N, 1, H, W) in [0, 1].
    """
    grey = to_grey(image)
    for _ in range(3):
        grey = F.avg_pool2d(_pad_edges(grey), 3, 1)
    down, right = _sobel(grey)
    strength = torch.hypot(down, right)
    steep, flat = right.abs() < _DIAGONAL * down.abs(), down.abs() < _DIAGONAL * right.abs()
    around = _pad_edges(strength)
    vertical = torch.maximum(around[..., :-2, 1:-1], around[..., 2:, 1:-1])
    horizontal = torch.maximum(around[..., 1:-1, :-2], around[..., 1:-1, 2:])
    falling = torch.maximum(around[..., :-2, :-2], around[..., 2:, 2:])
    rising = torch.maximum(around[..., :-2, 2:], around[..., 2:, :-2])
    across = torch.where(down * right > 0, falling, rising)
    across = torch.where(steep, vertical, torch.where(flat, horizontal, across))
    soft = ((strength - _WEAK_EDGE) / (_STRONG_EDGE - _WEAK_EDGE)).clamp(0.0, 1.0)
    return soft * (strength >= across)


def canny_edges(grey: Tensor) -> Tensor:
    """Find edges as CTSDG was published with: scikit-image's Canny, sigma 2.

    Args:
        grey: (N, 1, H, W) in [0, 1].

    Returns:
        (N, 1, H, W), 0 or 1.
    """
    # Shipped weights do not need it, and it takes a third of a second to import.
    from skimage.feature import canny

    pictures = grey[:, 0].double().cpu().numpy()
    found = np.stack([canny(picture, sigma=2.0) for picture in pictures])
    return torch.from_numpy(found)[:, None].to(grey)


def wrap_image(image: Tensor) -> Tensor:
    """Fold a picture as the published code does by mistake before it looks for edges.

    It casts values in [-1, 1], times 255, to bytes; negative ones wrap around. The cast
    depends on the processor, so this is arithmetic.

    Args:
        image: (N, 3, H, W) in [-1, 1].

    Returns:
        (N, 3, H, W) in [-1, 1], folded into a sawtooth.
    """
    return (image.float() * 255.0).round().remainder(256.0) / 127.5 - 1.0


def _pad_edges(image: Tensor) -> Tensor:
    return F.pad(image, (1, 1, 1, 1), mode="replicate")


def _sobel(grey: Tensor) -> tuple[Tensor, Tensor]:
    padded = _pad_edges(grey)
    rows = padded[..., :-2] + 2.0 * padded[..., 1:-1] + padded[..., 2:]
    columns = padded[..., :-2, :] + 2.0 * padded[..., 1:-1, :] + padded[..., 2:, :]
    return rows[..., 2:, :] - rows[..., :-2, :], columns[..., 2:] - columns[..., :-2]
