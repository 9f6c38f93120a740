"""Alpha matting of hair: how much of every pixel it covers, and of what colour it is there.

Kaiming He et al., "Guided Image Filtering", 2013, and "Fast Guided Filter", 2015; Marco Forte,
"Approximate Fast Foreground Colour Estimation", 2021. Images are float32 in 0..1.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.imaging.arrays import Floats, Pixels
from core.imaging.resampling import to_three_channels

_LEAST_VARIANCE = 1e-4
"""Regularisation: variance of the colours in a window, below which an edge in it is grain."""
_CLIPPED = 0.12
"""How much of the fitted coverage at both its ends counts as 0, and as 1."""
_LEAST_WEIGHT = 1e-5


class LinearMatte(NamedTuple):
    """How much of every pixel something covers, as a linear function of its colour.

    Fitted in a small image and enlarged, it follows the strands of a large one.
    """

    slope: Floats
    """(S, S, 3)"""
    offset: Floats
    """(S, S)"""

    def coverage(self, image: Floats) -> Floats:
        """Return the (S, S) coverage in 0..1 of each pixel of an (S, S, 3) image in 0..1."""
        return matte_coverage(self.slope, self.offset, image)


class MatteLayers(NamedTuple):
    """The colours of what covers an image, and of what lies behind it; each (S, S, 3) in 0..1."""

    foreground: Floats
    background: Floats


def guided_matte(image: Floats, mask: Floats, radius: int) -> LinearMatte:
    """Let a rough mask follow the edges of an image, by a guided filter in one of half the size.

    Args:
        image: (S, S, 3) float32 in 0..1.
        mask: (S, S) float32 in 0..1.
        radius: in pixels, how far the mask may be wrong.
    """
    small = _fit_linear(_halved(image), _halved(mask), max(radius // 2, 1))
    size = mask.shape[::-1]
    return LinearMatte(*(np.asarray(cv2.resize(values, size), np.float32) for values in small))


def _fit_linear(image: Floats, mask: Floats, radius: int) -> LinearMatte:
    mean, mask_mean = _box_blur(image, radius), _box_blur(mask, radius)
    covariance = _box_blur(image * mask[..., None], radius) - mean * mask_mean[..., None]
    products = image[..., :, None] * image[..., None, :]
    variance = _box_blur(products.reshape(*mask.shape, 9), radius).reshape(products.shape)
    variance -= mean[..., :, None] * mean[..., None, :]
    variance += _LEAST_VARIANCE * np.eye(3, dtype=np.float32)
    slope = np.linalg.solve(variance, covariance[..., None])[..., 0].astype(np.float32)
    offset = mask_mean - (slope * mean).sum(axis=2)
    return LinearMatte(_box_blur(slope, radius), _box_blur(offset, radius))


def matte_coverage(slope: Floats, offset: Floats, image: Floats) -> Floats:
    """Return the (H, W) coverage in 0..1 that a matte gives each pixel of an image.

    Args:
        slope: (H, W, 3) of the matte.
        offset: (H, W) of the matte.
        image: (H, W, 3) float32 in 0..1.
    """
    coverage = cv2.transform(image * slope, np.ones((1, 3), np.float32)) + offset
    return np.asarray(((coverage - _CLIPPED) / (1 - 2 * _CLIPPED)).clip(0, 1), np.float32)


def estimate_layers(image: Floats, coverage: Floats, sigma: float) -> MatteLayers:
    """Estimate both layers of an image, smoothly.

    Args:
        image: (S, S, 3) float32 in 0..1.
        coverage: (S, S) of the foreground, 0..1.
        sigma: standard deviation, in pixels, of the Gaussian neighbourhood.
    """
    return MatteLayers(
        *(weighted_blur(image, values, sigma) for values in (coverage, 1 - coverage))
    )


def foreground_colours(image: Floats, coverage: Floats, layers: MatteLayers) -> Floats:
    """Sharpen the foreground by what the image shows beyond both layers.

    Args:
        image: (H, W, 3) float32 in 0..1.
        coverage: (H, W) of the foreground, 0..1.
        layers: of that size.

    Returns:
        (H, W, 3) float32 in 0..1.
    """
    alpha = to_three_channels(coverage)
    composited = layers.background + alpha * (layers.foreground - layers.background)
    return np.asarray((layers.foreground + alpha * (image - composited)).clip(0, 1), np.float32)


def weighted_blur(image: Floats, weight: Floats, sigma: float) -> Floats:
    """Blur an image by a normalised convolution, in which pixels count by their weight.

    The result is smooth: half the size shows it all, in a quarter of the time.

    Args:
        image: (S, S, 3) float32.
        weight: (S, S) 0 or more.
        sigma: standard deviation of the Gaussian, in pixels.

    Returns:
        (S, S, 3) float32, in the units of the image.
    """
    small = _halved(cv2.merge([*cv2.split(image * weight[..., None]), weight]))
    blurred = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / 2))
    mean = blurred[..., :3] / (blurred[..., 3:] + np.float32(_LEAST_WEIGHT))
    return np.asarray(cv2.resize(mean, weight.shape[::-1]), np.float32)


def _halved(values: Pixels) -> Floats:
    half = (-(-values.shape[1] // 2), -(-values.shape[0] // 2))
    return np.asarray(cv2.resize(values, half, interpolation=cv2.INTER_AREA), np.float32)


def _box_blur(values: Floats, radius: int) -> Floats:
    side = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.blur(values, side, borderType=cv2.BORDER_REFLECT), np.float32)
