"""One stroke of the brush under way."""

from __future__ import annotations

import numpy as np

from core.brush import Brush, Position, capsule, capsule_window
from core.masks import Mask, Window
from faceeditor_gui.steps import Patch
from faceeditor_gui.windows import is_empty, union


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
        window = capsule_window(self._coverage.shape, start, to, self._brush)
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
