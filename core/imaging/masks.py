"""Coverage masks: drawn from shapes, dilated, feathered, scaled, painted on."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Mask, Points

_SHIFT = 4  # sub-pixel bits of OpenCV's drawing functions


def fill_polygon(shape: tuple[int, int], points: Points) -> Mask:
    """Cover the inside of a closed polygon.

    Args:
        shape: height and width of the mask.
        points: (K, 2) corners in order, in pixels.

    Returns:
        (H, W) uint8, 255 inside.
    """
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [_to_fixed_point(points)], 255, cv2.LINE_8, _SHIFT)
    return mask


def fill_hull(shape: tuple[int, int], points: Points) -> Mask:
    """Cover the convex hull of (K, 2) points in pixels; (H, W) uint8."""
    hull = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    return fill_polygon(shape, hull)


def dilate(mask: Mask, radius: float) -> Mask:
    """Dilate (H, W) uint8 coverage by a disc of `radius` pixels."""
    size = round(radius)
    if size < 1:
        return mask.copy()
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1))
    return np.asarray(cv2.dilate(mask, disc), np.uint8)


def feather(mask: Mask, width: float) -> Mask:
    """Blur (H, W) uint8 coverage by a Gaussian with a standard deviation of `width` pixels."""
    if width <= 0:
        return mask.copy()
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), width), np.uint8)


def scale_coverage(mask: Mask, strength: float) -> Mask:
    """Scale (H, W) uint8 coverage by 0..1, rounded up: what is covered stays so at any strength."""
    table = np.ceil(np.arange(256) * strength).astype(np.uint8)
    return np.asarray(cv2.LUT(mask, table), np.uint8)


def shown_coverage(mask: Mask, weight: float, opacity: float) -> Mask:
    """Return (H, W) uint8 coverage as a layer shows it.

    Args:
        mask: (H, W) uint8.
        weight: 0..1, how strong the layer's edit is.
        opacity: 0..1, how opaque the layer is shown.
    """
    coverage = scale_coverage(mask, weight) if weight < 1 else mask
    if opacity < 1:
        coverage = np.rint(np.arange(256) * opacity).astype(np.uint8)[coverage]
    return coverage


def _to_fixed_point(points: Points) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def add_stroke(before: Mask, stroke: Mask, *, erase: bool) -> Mask:
    """Add a stroke to coverage, or subtract it; all (H, W) uint8.

    Strokes that are not opaque add up, as on paper.
    """
    if erase:
        return np.asarray(cv2.multiply(before, ~stroke, scale=1 / 255), np.uint8)
    return ~add_stroke(~before, stroke, erase=True)


def row_extremes(mask: Mask) -> Points:
    """List the first and last covered pixels of every row of an (H, W) mask; (K, 2), x then y."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    return np.stack([np.concatenate([first, last]), np.concatenate([rows, rows])], axis=1).astype(
        np.float64
    )
