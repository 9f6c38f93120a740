"""Brush strokes as coverage, calculated without a window, so Qt's anti-aliasing plays no part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.masks import Mask, Window
from faceeditor_gui.steps import Patch
from faceeditor_gui.windows import intersection, is_empty, union, whole, window_at

Floats = npt.NDArray[np.float32]
Position = tuple[float, float]
"""x and y in image pixels; pixel centres at whole numbers."""

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


class Stroke:
    """One stroke under way: full coverage along its path, softer towards its border."""

    def __init__(self, shape: tuple[int, int], brush: Brush) -> None:
        self._coverage = np.zeros(shape, np.uint8)
        self._brush = brush
        self._last: Position | None = None
        self._touched: Window | None = None

    def extend(self, to: Position) -> Window | None:
        """Paint on to a position in a straight line; returns the window that may have changed."""
        start, self._last = self._last or to, to
        window = self._window_of(start, to)
        if is_empty(window):
            return None
        coverage = self._coverage[window]
        np.maximum(coverage, capsule(window, start, to, self._brush), out=coverage)
        self._touched = window if self._touched is None else union(self._touched, window)
        return window

    def coverage(self, window: Window) -> Mask:
        """Show the stroke so far in one window."""
        return self._coverage[window]

    def patch(self) -> Patch | None:
        """Return what has been painted, or None if it all lies beside the photo."""
        if self._touched is None:
            return None
        rows, columns = self._touched
        return Patch(columns.start, rows.start, self._coverage[self._touched].copy())

    def _window_of(self, start: Position, to: Position) -> Window:
        reach = self._brush.diameter / 2 + 1
        left, top = (int(np.floor(min(pair) - reach)) for pair in zip(start, to, strict=True))
        right, bottom = (int(np.ceil(max(pair) + reach)) for pair in zip(start, to, strict=True))
        here = window_at(left, top, right - left + 1, bottom - top + 1)
        return intersection(here, whole(*self._coverage.shape))


def capsule(window: Window, start: Position, to: Position, brush: Brush) -> Mask:
    """Cover everything within half a brush of a straight line.

    Args:
        window: the part of the image to calculate.
        start, to: the line's ends in image pixels.
        brush: its radius and hardness shape the border.

    Returns:
        (h, w) coverage of the window.
    """
    rows, columns = window
    x = np.arange(columns.start, columns.stop, dtype=np.float32) - np.float32(start[0])
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - np.float32(start[1])
    along = np.subtract(to, start, dtype=np.float32)
    coverage = np.empty((y.size, x.size), np.uint8)
    for first in range(0, y.size, _BLOCK_ROWS):
        block = slice(first, first + _BLOCK_ROWS)
        coverage[block] = _profile(_distance(x, y[block], along), brush)
    return coverage


def _distance(x: Floats, y: Floats, along: Floats) -> Floats:
    """Measure how far points lie from the line from the origin to `along`.

    Args:
        x: (w,) and y: (h, 1) positions.
        along: (2,)

    Returns:
        (h, w)
    """
    length = max(float(along @ along), 1e-9)
    nearest: Floats = x * (along[0] / length) + y * (along[1] / length)
    np.clip(nearest, 0, 1, out=nearest)
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
    radius = max(brush.diameter / 2, 0.5)
    border = max((1 - brush.hardness) * radius, MIN_SOFT_EDGE_PX)
    # The hardest border straddles the radius: what is painted is what the outline shows.
    outer = radius + MIN_SOFT_EDGE_PX / 2
    inside = np.subtract(outer, distance, out=distance)
    inside *= np.float32(1 / border)
    np.clip(inside, 0, 1, out=inside)
    smooth: Floats = inside * -2
    smooth += 3
    smooth *= inside
    smooth *= inside
    smooth *= 255
    np.rint(smooth, out=smooth)
    return smooth
