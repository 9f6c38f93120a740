"""Resamples what was painted in a frame into a window of the photo."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.face.align import Frame
from core.imaging.arrays import Image, Image8, Mask, Pixels, Window
from core.imaging.depth import to_8_bit, to_depth

CONTEXT_PX = 24
"""Photo pixels around a window from which its membrane is made."""
_DEPTHS = {1: cv2.CV_8U, 2: cv2.CV_16U}  # by the bytes of a sample


def cut_8_bit(image: Image, frame: Frame) -> Image8:
    """Cut what a network sees of a photo, (H, W, 3) uint8 or uint16: (S, S, 3) uint8."""
    return to_8_bit(frame.crop(image))


def resample_painted(painted: Image, frame: Frame, window: Window, dtype: np.dtype[Any]) -> Image:
    """Resample a painted frame into a window of the photo, in the photo's depth.

    Args:
        painted: (S, S, 3) uint8.
        frame: in pixels of the photo.
        window: (h, w) rows and columns of the photo.
        dtype: uint8 or uint16.

    Returns:
        (h, w, 3) in that dtype.
    """
    return frame_to_window(to_depth(painted, dtype), frame, window, cv2.INTER_CUBIC)


def resample_mask(mask: Mask, frame: Frame, window: Window) -> Mask:
    """Resample a frame's (S, S) coverage into a window of the photo: (h, w) uint8, 0 outside it."""
    return np.asarray(frame_to_window(mask, frame, window, cv2.INTER_LINEAR), np.uint8)


def add_saturated(first: Pixels, second: Pixels, dtype: np.dtype[Any]) -> Pixels:
    """Add two (H, W) or (H, W, C) arrays, rounded and clipped to the range of `dtype`."""
    return np.asarray(cv2.add(first, second, dtype=_DEPTHS[dtype.itemsize]))


def frame_to_window(values: Pixels, frame: Frame, window: Window, flags: int) -> Pixels:
    """Resample a frame into a window of the photo, in the dtype of the frame's values.

    Args:
        values: (S, S, C), repeated outside the frame, or (S, S), zero there.
        frame: in pixels of the photo.
        window: (h, w) rows and columns of the photo.
        flags: OpenCV's interpolation.

    Returns:
        (h, w, C) or (h, w).
    """
    rows, columns = window
    matrix = frame.within(window).matrix
    size = (columns.stop - columns.start, rows.stop - rows.start)
    border = cv2.BORDER_REPLICATE if values.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.warpAffine(values, matrix, size, flags=flags | cv2.WARP_INVERSE_MAP, borderMode=border)
    )
