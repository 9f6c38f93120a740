"""Draws the edges of an image as somebody might sketch them."""

from __future__ import annotations

import cv2
import numpy as np

from core.imaging.arrays import Mask, Pixels

_LEAST_PX = 8
"""Pixels of the shortest line."""


def long_edges(grey: Pixels, blur_px: float, edge_strength: float) -> Mask:
    """Draw the long edges of an image.

    Args:
        grey: (H, W) uint8.
        blur_px: standard deviation of the Gaussian before.
        edge_strength: gradient of a 3 x 3 Sobel filter, in grey levels of 255, above which an edge
            begins.

    Returns:
        (H, W) uint8, 255 on a line of one pixel, 0 elsewhere.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), blur_px)
    edges = cv2.Canny(smooth, 0.5 * edge_strength, edge_strength)
    _, labels, found, _ = cv2.connectedComponentsWithStats(edges)
    is_long = found[:, cv2.CC_STAT_AREA] >= _LEAST_PX
    is_long[0] = False  # what is not a line
    return np.where(is_long[labels], 255, 0).astype(np.uint8)
