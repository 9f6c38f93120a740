"""Draws the edges of a picture as somebody might sketch them."""

from __future__ import annotations

import cv2
import numpy as np

from core.imaging.arrays import Mask, Pixels

_LEAST_PX = 8
"""Pixels of the shortest line."""


def long_edges(grey: Pixels, blur_px: float, strong: float) -> Mask:
    """Draw the long edges of a picture.

    Args:
        grey: (H, W) uint8.
        blur_px: standard deviation of the blur before.
        strong: steps, of 255 and summed over a 3 x 3 Sobel window, above which an edge begins.

    Returns:
        (H, W) 255 on a line of one pixel, 0 elsewhere.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), blur_px)
    edges = cv2.Canny(smooth, 0.5 * strong, strong)
    _, labels, found, _ = cv2.connectedComponentsWithStats(edges)
    is_long = found[:, cv2.CC_STAT_AREA] >= _LEAST_PX
    is_long[0] = False  # what is not a line
    return np.where(is_long[labels], 255, 0).astype(np.uint8)
