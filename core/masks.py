"""Images and coverage masks as arrays, and the shapes that cover."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Mask, Points, Window

_SHIFT = 4  # sub-pixel bits of OpenCV's drawing functions


def bounding_window(mask: Mask, margin: int = 0) -> Window:
    """Find the smallest window that holds all coverage, enlarged by `margin` within the mask.

    Raises:
        ValueError: the mask is empty.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise ValueError("an empty mask has no bounding window")
    height, width = mask.shape
    return (
        slice(max(int(rows[0]) - margin, 0), min(int(rows[-1]) + margin + 1, height)),
        slice(max(int(columns[0]) - margin, 0), min(int(columns[-1]) + margin + 1, width)),
    )


def window_around(points: Points, shape: tuple[int, ...], margin: float = 0.0) -> Window:
    """Find the smallest window of a picture that holds some points; may be empty.

    Args:
        points: (K, 2), K at least 1.
        shape: height and width of the picture, and what else.
        margin: how far around the points it reaches, in pixels.
    """
    size = [shape[1], shape[0]]
    left, top = np.clip(np.floor(points.min(axis=0) - margin), 0, size).astype(int)
    right, bottom = np.clip(np.ceil(points.max(axis=0) + margin) + 1, 0, size).astype(int)
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def is_empty(window: Window) -> bool:
    """Tell whether no pixel lies inside."""
    return any(side.start >= side.stop for side in window)


def fill_polygon(shape: tuple[int, int], points: Points) -> Mask:
    """Cover the inside of a closed polygon.

    Args:
        shape: height and width of the mask.
        points: (K, 2) corners in order.
    """
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [_fixed(points)], 255, cv2.LINE_8, _SHIFT)
    return mask


def fill_hull(shape: tuple[int, int], points: Points) -> Mask:
    """Cover the convex hull of some points."""
    hull = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    return fill_polygon(shape, hull)


def dilate(mask: Mask, radius: float) -> Mask:
    """Grow coverage by a disc of `radius` pixels."""
    size = round(radius)
    if size < 1:
        return mask.copy()
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1))
    return np.asarray(cv2.dilate(mask, disc), np.uint8)


def feather(mask: Mask, width: float) -> Mask:
    """Soften the border by a Gaussian whose standard deviation is `width` pixels."""
    if width <= 0:
        return mask.copy()
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), width), np.uint8)


def weaken(mask: Mask, strength: float) -> Mask:
    """Weigh coverage by 0..1, rounded up: what is covered stays covered at any strength."""
    table = np.ceil(np.arange(256) * strength).astype(np.uint8)
    return np.asarray(cv2.LUT(mask, table), np.uint8)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)
