"""Cuts hair out of a picture: how much of every pixel it covers, and of what colour it is there.

Kaiming He et al., "Guided Image Filtering", 2013, and "Fast Guided Filter", 2015; Marco Forte,
"Approximate Fast Foreground Colour Estimation", 2021. Pictures are float32 in 0..1.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.imaging.arrays import Floats, Pixels
from core.imaging.resampling import three

_LEAST_VARIANCE = 1e-4
"""Of colours in a window, below which an edge in it is grain."""
_STRETCH = 0.12
"""How much of the answer at both its ends counts as nothing, and as all."""
_LEAST_SHARE = 1e-5


class Matte(NamedTuple):
    """How much of every pixel something covers, as a linear function of its colour.

    Made in a small picture and enlarged, it follows the strands of a large one.
    """

    slope: Floats
    """(S, S, 3)"""
    offset: Floats
    """(S, S)"""

    def coverage(self, image: Floats) -> Floats:
        """Return the (S, S) share in 0..1 of each pixel of an (S, S, 3) image."""
        return coverage_of(self.slope, self.offset, image)


class Layers(NamedTuple):
    """The colours of what covers a picture, and of what lies behind it; each (S, S, 3)."""

    front: Floats
    behind: Floats


def guided(image: Floats, mask: Floats, radius: int) -> Matte:
    """Let a rough mask follow the edges of a picture, as seen in one of half the size.

    Args:
        image: (S, S, 3).
        mask: (S, S) 0..1.
        radius: in pixels, how far the mask may be wrong.
    """
    small = _linear(_halved(image), _halved(mask), max(radius // 2, 1))
    size = mask.shape[::-1]
    return Matte(*(np.asarray(cv2.resize(one, size), np.float32) for one in small))


def _linear(image: Floats, mask: Floats, radius: int) -> Matte:
    mean, share = _box(image, radius), _box(mask, radius)
    together = _box(image * mask[..., None], radius) - mean * share[..., None]
    products = image[..., :, None] * image[..., None, :]
    variance = _box(products.reshape(*mask.shape, 9), radius).reshape(products.shape)
    variance -= mean[..., :, None] * mean[..., None, :]
    variance += _LEAST_VARIANCE * np.eye(3, dtype=np.float32)
    slope = np.linalg.solve(variance, together[..., None])[..., 0].astype(np.float32)
    offset = share - (slope * mean).sum(axis=2)
    return Matte(_box(slope, radius), _box(offset, radius))


def coverage_of(slope: Floats, offset: Floats, image: Floats) -> Floats:
    """Return the (H, W) share in 0..1 that a matte gives each pixel of an (H, W, 3) image."""
    share = cv2.transform(image * slope, np.ones((1, 3), np.float32)) + offset
    return np.asarray(((share - _STRETCH) / (1 - 2 * _STRETCH)).clip(0, 1), np.float32)


def part_layers(image: Floats, coverage: Floats, spread: float) -> Layers:
    """Estimate both layers of a picture, smoothly.

    Args:
        image: (S, S, 3).
        coverage: (S, S) of the front layer, 0..1.
        spread: standard deviation, in pixels, of the neighbourhood that is looked at.
    """
    return Layers(*(weighed_mean(image, one, spread) for one in (coverage, 1 - coverage)))


def front_colours(image: Floats, coverage: Floats, layers: Layers) -> Floats:
    """Sharpen the front layer by what the picture shows beyond both layers; (H, W, 3)."""
    share = three(coverage)
    shown = layers.behind + share * (layers.front - layers.behind)
    return np.asarray((layers.front + share * (image - shown)).clip(0, 1), np.float32)


def weighed_mean(image: Floats, weight: Floats, spread: float) -> Floats:
    """Blur an (S, S, 3) image, looking at pixels by their (S, S) weight.

    It is smooth: half the size shows it all, in a quarter of the time.
    """
    small = _halved(cv2.merge([*cv2.split(image * weight[..., None]), weight]))
    blurred = np.asarray(cv2.GaussianBlur(small, (0, 0), spread / 2))
    mean = blurred[..., :3] / (blurred[..., 3:] + np.float32(_LEAST_SHARE))
    return np.asarray(cv2.resize(mean, weight.shape[::-1]), np.float32)


def _halved(values: Pixels) -> Floats:
    half = (-(-values.shape[1] // 2), -(-values.shape[0] // 2))
    return np.asarray(cv2.resize(values, half, interpolation=cv2.INTER_AREA), np.float32)


def _box(values: Floats, radius: int) -> Floats:
    side = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.blur(values, side, borderType=cv2.BORDER_REFLECT), np.float32)
