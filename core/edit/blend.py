"""Brings what was painted in a frame back to the photo's own pixels."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.face.align import Frame, Pixels
from core.masks import Image, Mask, Window


def to_8_bit(image: Image) -> Image:
    """Return an image with 8 bits a channel, as networks see it."""
    if image.dtype == np.uint8:
        return image
    return np.asarray((image / 257.0).round(), np.uint8)


def enlarge(painted: Image, frame: Frame, window: Window, dtype: np.dtype[Any]) -> Image:
    """Resample a painted frame into a window of the photo, in the photo's depth.

    Args:
        painted: (size, size, 3) uint8.
        window: rows and columns of the photo.
    """
    values = painted if dtype == np.uint8 else painted.astype(np.uint16) * np.uint16(257)
    return _into_window(values, frame, window, cv2.INTER_CUBIC)


def enlarge_mask(mask: Mask, frame: Frame, window: Window) -> Mask:
    """Resample a frame's coverage into a window of the photo; zero outside the frame."""
    return np.asarray(_into_window(mask, frame, window, cv2.INTER_LINEAR), np.uint8)


def mix(below: Image, above: Image, coverage: Mask) -> Image:
    """Lay one image over another, weighed by coverage / 255."""
    mixed: Image = below.copy()
    whole = coverage == 255
    mixed[whole] = above[whole]
    soft = (coverage > 0) & ~whole
    share = coverage[soft].astype(np.float32)[:, None] / 255
    base = below[soft].astype(np.float32)
    mixed[soft] = np.rint(base + (above[soft] - base) * share).astype(below.dtype)
    return mixed


def _into_window(values: Pixels, frame: Frame, window: Window, flags: int) -> Pixels:
    rows, columns = window
    matrix = frame.within(window).matrix
    size = (columns.stop - columns.start, rows.stop - rows.start)
    border = cv2.BORDER_REPLICATE if values.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.warpAffine(values, matrix, size, flags=flags | cv2.WARP_INVERSE_MAP, borderMode=border)
    )
