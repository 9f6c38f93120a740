"""Images and coverage masks as arrays, and the one rasteriser that brush and training share."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""(H, W, 3) RGB; uint8, or uint16 for photos with 16 bits a channel."""
Mask = npt.NDArray[np.uint8]
"""(H, W) coverage: 0 keep .. 255 replace."""
Points = npt.NDArray[np.float64]
"""(K, 2), x then y, in pixels; pixel centres at whole numbers."""
Window = tuple[slice, slice]
"""Rows, then columns."""

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


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def stroke(shape: tuple[int, int], points: Points, radius: float, hardness: float = 1.0) -> Mask:
    """Cover a round brush's path.

    Args:
        shape: height and width of the mask.
        points: (K, 2) the path; one point is a dab.
        radius: of the brush, in pixels.
        hardness: 0..1, the share of the radius that is fully covered.
    """
    mask = np.zeros(shape, np.uint8)
    low = np.floor(points.min(axis=0) - radius - 1).astype(int)
    high = np.ceil(points.max(axis=0) + radius + 2).astype(int)
    left, top = (int(v) for v in np.clip(low, 0, [shape[1], shape[0]]))
    right, bottom = (int(v) for v in np.clip(high, 0, [shape[1], shape[0]]))
    x = np.arange(left, right, dtype=np.float32)[None, :]
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    nearest = np.full((bottom - top, right - left), np.inf, np.float32)
    starts = points if len(points) == 1 else points[:-1]
    for start, stop in zip(starts, points[-len(starts) :], strict=True):
        np.minimum(nearest, _distance_to_segment(x, y, start, stop), out=nearest)
    inner = radius * hardness
    soft = max(radius - inner, 1.0)
    cover = np.clip((inner + soft / 2 if hardness >= 1 else radius) - nearest, 0, soft) / soft
    mask[top:bottom, left:right] = np.round(cover * 255)
    return mask


def _distance_to_segment(
    x: npt.NDArray[np.float32],
    y: npt.NDArray[np.float32],
    start: Points,
    stop: Points,
) -> npt.NDArray[np.float32]:
    """Squared distances would be faster to compare, but the fall-off needs the distance."""
    along = (stop - start).astype(np.float32)
    length = float(along @ along)
    dx, dy = x - np.float32(start[0]), y - np.float32(start[1])
    share = np.clip((dx * along[0] + dy * along[1]) / length, 0, 1) if length else np.float32(0)
    return np.asarray(np.hypot(dx - share * along[0], dy - share * along[1]), np.float32)
