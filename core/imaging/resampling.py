"""Resamples pictures; by Lanczos only where that shows more than cubic interpolation does."""

from __future__ import annotations

from enum import IntEnum

import cv2
import numpy as np

from core.imaging.arrays import Floats, Image, Pixels

_HALF = [-0.0126, 0.0598, -0.0723, 0.0251]
_HALFWAY = np.array(_HALF + _HALF[::-1], np.float32)
"""What Lanczos adds to cubic interpolation halfway between two samples: weights of those around."""
_SHARP_SHARE = 0.01
"""Of the samples: if no more of them would differ by a level of 255, cubic interpolation does."""
_EVERY = 8  # rows and columns that are looked at


class Care(IntEnum):
    """How much care is taken; each step takes a few times as long."""

    ROUGH = cv2.INTER_LINEAR  # for what something will hide
    QUICK = cv2.INTER_CUBIC
    FINE = cv2.INTER_LANCZOS4


def four(values: Pixels) -> Pixels:
    """Add a channel to three: OpenCV interpolates four linearly in a third of the time."""
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2RGBA))


def three(values: Pixels) -> Pixels:
    """Leave out the last of four channels; give (H, W) three that are alike."""
    code = cv2.COLOR_GRAY2RGB if values.ndim == 2 else cv2.COLOR_RGBA2RGB
    return np.asarray(cv2.cvtColor(values, code))


def resized(values: Pixels, shape: tuple[int, ...], method: int) -> Floats:
    """Resize float32 (H, W) or (H, W, C) to height and width `shape[:2]`, by OpenCV's `method`."""
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=method), np.float32)


def resampled(image: Image, x: Pixels, y: Pixels, care: Care) -> Pixels:
    """Take the samples at some positions of a picture, mirrored at its edges.

    Args:
        image: (H, W, 3) or (H, W).
        x, y: (h, w) float32.
        care: at most; smooth places get no more than is seen.
    """
    method = Care.QUICK if care is Care.FINE and _is_smooth(image, x, y) else care
    return np.asarray(cv2.remap(image, x, y, int(method), borderMode=cv2.BORDER_REFLECT))


def _is_smooth(image: Image, x: Pixels, y: Pixels) -> bool:
    """Tell whether a picture has no fine detail around some positions."""
    height, width = image.shape[:2]
    left, right = (int(np.clip(side, 0, width - 1)) for side in (x.min(), x.max()))
    top, bottom = (int(np.clip(side, 0, height - 1)) for side in (y.min(), y.max()))
    part = image[top : bottom + 1, left : right + 1]
    level = np.iinfo(image.dtype).max / 255
    return _lost(part[::_EVERY], _HALFWAY[None], level) and _lost(
        part[:, ::_EVERY], _HALFWAY[:, None], level
    )


def _lost(part: Image, weights: Pixels, level: float) -> bool:
    lost = cv2.filter2D(
        np.ascontiguousarray(part), cv2.CV_32F, weights, borderType=cv2.BORDER_REPLICATE
    )
    return bool((np.abs(np.asarray(lost)) > level).mean() <= _SHARP_SHARE)
