"""The round brush: one rasteriser for what users paint and for the holes networks train on.

Calculated without a window, so that no graphics library's anti-aliasing plays a part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.imaging.arrays import Floats, Mask, Points, Position, Window
from core.imaging.windows import window_around

MIN_SOFT_EDGE_PX = 1.0
"""The border of the hardest brush: just enough not to look jagged."""
_BLOCK_ROWS = 32  # so that the intermediate values stay in the processor's cache


@dataclass(frozen=True)
class Brush:
    """The tip that strokes are painted with."""

    diameter: float
    """In image pixels."""
    hardness: float
    """0..1: the share of the radius that covers fully."""
    opacity: float = 1.0
    """0..1: what is covered fully."""

    @property
    def radius(self) -> float:
        """Half the diameter, but never less than half a pixel."""
        return max(self.diameter / 2, 0.5)

    @property
    def falloff(self) -> float:
        """Width of the soft border in image pixels."""
        return max((1 - self.hardness) * self.radius, MIN_SOFT_EDGE_PX)


def draw_stroke(shape: tuple[int, int], path: Points, brush: Brush) -> Mask:
    """Draw a whole path.

    Args:
        shape: height and width of the mask.
        path: (K, 2) corners of the path in pixels; one point is a dab.
        brush: of the whole path.

    Returns:
        (H, W) uint8 coverage.
    """
    mask = np.zeros(shape, np.uint8)
    corners = [(float(x), float(y)) for x, y in path]
    for start, end in zip(corners[:-1] or corners, corners[1:] or corners, strict=True):
        window = capsule_window(shape, start, end, brush)
        np.maximum(mask[window], draw_capsule(window, start, end, brush), out=mask[window])
    return mask


def capsule_window(shape: tuple[int, int], start: Position, end: Position, brush: Brush) -> Window:
    """Find the part of an (H, W) mask that a straight line of the brush may cover; may be empty."""
    return window_around(np.array([start, end]), shape, brush.diameter / 2 + 1)


def draw_capsule(
    window: Window, start: Position, end: Position, brush: Brush, end_brush: Brush | None = None
) -> Mask:
    """Draw everything within half a brush of a straight line.

    Args:
        window: the part of the image to calculate.
        start, end: the line's ends in image pixels.
        brush: its radius and hardness shape the border.
        end_brush: of the line's end, where it is another one.

    Returns:
        (h, w) uint8 coverage of the window.
    """
    rows, columns = window
    x = np.arange(columns.start, columns.stop, dtype=np.float32) - np.float32(start[0])
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - np.float32(start[1])
    along = np.subtract(end, start, dtype=np.float32)
    coverage = np.empty((y.size, x.size), np.uint8)
    for first in range(0, y.size, _BLOCK_ROWS):
        block = slice(first, first + _BLOCK_ROWS)
        distance = _distance(x, y[block], along)
        if end_brush is None or end_brush == brush:
            coverage[block] = _profile(distance, brush)
        else:
            coverage[block] = _tapered(
                distance, _position_along(x, y[block], along), brush, end_brush
            )
    return coverage


def _position_along(x: Floats, y: Floats, along: Floats) -> Floats:
    """Return how far along the line, 0..1, its nearest point lies; (h, w) as `_distance`."""
    length = max(float(along @ along), 1e-9)
    share: Floats = x * (along[0] / length) + y * (along[1] / length)
    return np.clip(share, 0, 1, out=share)


def _distance(x: Floats, y: Floats, along: Floats) -> Floats:
    """Measure how far points lie from the line from the origin to `along`.

    Args:
        x: (w,) and y: (h, 1) positions.
        along: (2,)

    Returns:
        (h, w)
    """
    nearest = _position_along(x, y, along)
    across: Floats = nearest * -along[0]
    across += x
    nearest *= -along[1]
    nearest += y
    across *= across
    nearest *= nearest
    across += nearest
    np.sqrt(across, out=across)
    return across


def _profile(distance: Floats, brush: Brush) -> Floats:
    """Turn distances into coverage 0..255: full inside, falling smoothly over the border."""
    # The hardest border straddles the radius: what is painted is what the outline shows.
    inside = np.subtract(brush.radius + MIN_SOFT_EDGE_PX / 2, distance, out=distance)
    inside *= np.float32(1 / brush.falloff)
    smooth = _smoothstep(inside)
    smooth *= np.float32(255 * brush.opacity)
    return np.rint(smooth, out=smooth)


def _tapered(distance: Floats, share: Floats, brush: Brush, end_brush: Brush) -> Floats:
    """Turn distances into coverage where one brush becomes another; arrays are (h, w)."""

    def interpolated(first: float, last: float) -> Floats:
        return share * np.float32(last - first) + np.float32(first)

    inside = interpolated(brush.radius, end_brush.radius)
    inside += np.float32(MIN_SOFT_EDGE_PX / 2)
    inside -= distance
    inside /= interpolated(brush.falloff, end_brush.falloff)
    smooth = _smoothstep(inside)
    smooth *= interpolated(255 * brush.opacity, 255 * end_brush.opacity)
    return np.rint(smooth, out=smooth)


def _smoothstep(inside: Floats) -> Floats:
    """Ease from 0 to 1, in place."""
    np.clip(inside, 0, 1, out=inside)
    smooth: Floats = inside * -2
    smooth += 3
    smooth *= inside
    smooth *= inside
    return smooth
