"""Resamples pictures; by Lanczos only where that shows more than cubic interpolation does."""

from __future__ import annotations

from enum import IntEnum

import cv2
import numpy as np

from core.imaging.arrays import Floats, Image, Pixels

_HALF = [-0.0126, 0.0598, -0.0723, 0.0251]
_HALFWAY = np.array(_HALF + _HALF[::-1], np.float32)
"""Lanczos minus cubic interpolation halfway between two samples: weights of those around."""
_SHARP_SHARE = 0.01
"""Of the samples: if no more of them would differ by a level of 255, cubic interpolation does."""
_SAMPLED_EVERY = 8  # rows and columns


class Interpolation(IntEnum):
    """How samples are interpolated; each step takes a few times as long."""

    LINEAR = cv2.INTER_LINEAR
    CUBIC = cv2.INTER_CUBIC
    LANCZOS = cv2.INTER_LANCZOS4


def to_four_channels(values: Pixels) -> Pixels:
    """Add a channel to (H, W, 3): OpenCV interpolates four linearly in a third of the time."""
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2RGBA))


def to_three_channels(values: Pixels) -> Pixels:
    """Drop the last of four channels; repeat (H, W) in three. The dtype stays."""
    code = cv2.COLOR_GRAY2RGB if values.ndim == 2 else cv2.COLOR_RGBA2RGB
    return np.asarray(cv2.cvtColor(values, code))


def resize(values: Pixels, shape: tuple[int, ...], method: int) -> Floats:
    """Resize (H, W) or (H, W, C) to height and width `shape[:2]`, by OpenCV's `method`; float32."""
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=method), np.float32)


def resample(image: Image, x: Pixels, y: Pixels, interpolation: Interpolation) -> Pixels:
    """Sample a picture at some positions, mirrored at its edges.

    Args:
        image: (H, W, 3) or (H, W), uint8 or uint16.
        x, y: (h, w) float32, in pixels of the picture.
        interpolation: at most; where the picture is smooth, Lanczos would show no more than cubic.

    Returns:
        (h, w, 3) or (h, w) in the dtype of `image`.
    """
    method = (
        Interpolation.CUBIC
        if interpolation is Interpolation.LANCZOS and _is_smooth(image, x, y)
        else interpolation
    )
    return np.asarray(cv2.remap(image, x, y, int(method), borderMode=cv2.BORDER_REFLECT))


def _is_smooth(image: Image, x: Pixels, y: Pixels) -> bool:
    """Return whether a picture has no fine detail around some positions."""
    height, width = image.shape[:2]
    left, right = (int(np.clip(side, 0, width - 1)) for side in (x.min(), x.max()))
    top, bottom = (int(np.clip(side, 0, height - 1)) for side in (y.min(), y.max()))
    part = image[top : bottom + 1, left : right + 1]
    level = np.iinfo(image.dtype).max / 255
    return _is_difference_invisible(
        part[::_SAMPLED_EVERY], _HALFWAY[None], level
    ) and _is_difference_invisible(part[:, ::_SAMPLED_EVERY], _HALFWAY[:, None], level)


def _is_difference_invisible(part: Image, weights: Pixels, level: float) -> bool:
    difference = cv2.filter2D(
        np.ascontiguousarray(part), cv2.CV_32F, weights, borderType=cv2.BORDER_REPLICATE
    )
    return bool((np.abs(np.asarray(difference)) > level).mean() <= _SHARP_SHARE)
