"""Eight and sixteen bits a channel: the one place where samples change their depth."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.imaging.arrays import Image8, Pixels

_LEVELS = 257
"""Levels of 16 bits per level of 8: 255 becomes 65535."""


def to_8_bit(samples: Pixels) -> Image8:
    """Round samples to 8 bits, as networks and screens see them; the same array if it has no more.

    Args:
        samples: (H, W) or (H, W, C), uint8 or uint16.
    """
    if samples.dtype == np.uint8:
        return samples
    rounded = cv2.convertScaleAbs(np.ascontiguousarray(samples), alpha=1 / _LEVELS)
    return np.asarray(rounded, np.uint8).reshape(samples.shape)


def to_16_bit(samples: Pixels) -> Pixels:
    """Spread samples over 16 bits; the same array if it has them.

    Args:
        samples: (H, W) or (H, W, C), uint8 or uint16.
    """
    return samples if samples.dtype == np.uint16 else samples.astype(np.uint16) * np.uint16(_LEVELS)


def to_depth(samples: Pixels, depth: np.dtype[Any]) -> Pixels:
    """Convert (H, W) or (H, W, C) samples of either depth to `depth`, uint8 or uint16."""
    return to_8_bit(samples) if depth == np.uint8 else to_16_bit(samples)
