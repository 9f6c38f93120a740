"""Brings what was painted in a frame back to the photo's own pixels."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.face.align import Frame
from core.imaging.arrays import Image, Mask, Pixels, Window
from core.imaging.depth import to_8_bit, to_depth

CONTEXT_PX = 24  # around the window in which the membrane is made
_DEPTHS = {1: cv2.CV_8U, 2: cv2.CV_16U}  # by the bytes of a sample


def cut_8_bit(image: Image, frame: Frame) -> Mask:
    """Cut what a network sees of a photo: (S, S, 3) uint8."""
    return to_8_bit(frame.cut(image))


def enlarge(painted: Image, frame: Frame, window: Window, dtype: np.dtype[Any]) -> Image:
    """Resample a painted frame into a window of the photo, in the photo's depth.

    Args:
        painted: (size, size, 3) uint8.
        window: rows and columns of the photo.
    """
    return into_window(to_depth(painted, dtype), frame, window, cv2.INTER_CUBIC)


def enlarge_mask(mask: Mask, frame: Frame, window: Window) -> Mask:
    """Resample a frame's coverage into a window of the photo; zero outside the frame."""
    return np.asarray(into_window(mask, frame, window, cv2.INTER_LINEAR), np.uint8)


def added(first: Pixels, second: Pixels, dtype: np.dtype[Any]) -> Pixels:
    """Return the sum of two arrays of one shape, rounded and kept within the range of a depth."""
    return np.asarray(cv2.add(first, second, dtype=_DEPTHS[dtype.itemsize]))


def into_window(values: Pixels, frame: Frame, window: Window, flags: int) -> Pixels:
    """Resample a frame into a window of the photo; a map (S, S) is zero outside the frame."""
    rows, columns = window
    matrix = frame.within(window).matrix
    size = (columns.stop - columns.start, rows.stop - rows.start)
    border = cv2.BORDER_REPLICATE if values.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.warpAffine(values, matrix, size, flags=flags | cv2.WARP_INVERSE_MAP, borderMode=border)
    )
