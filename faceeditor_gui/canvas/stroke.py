"""One stroke of the brush under way."""

from __future__ import annotations

import math

import cv2
import numpy as np

from core.brush import Brush, Position, capsule, capsule_window
from core.masks import Mask, Window
from faceeditor_gui.steps import Patch
from faceeditor_gui.tool_state import BrushSettings
from faceeditor_gui.windows import is_empty, shifted, union, window_at

MIN_DAB_STEP_PX = 1.0


class Stroke:
    """One stroke under way: the most that any part of its path covers, softer at its border."""

    def __init__(
        self, shape: tuple[int, int], settings: BrushSettings, string: float = 0.0
    ) -> None:
        """`string` is how many image pixels the brush may lag behind, to be steady."""
        self._coverage = np.zeros(shape, np.uint8)
        self._settings = settings
        self._string = string
        self._wanted: Position | None = None
        self._last: tuple[Position, Brush] | None = None
        self._until_dab = 0.0
        self._touched: Window | None = None

    @property
    def at(self) -> Position | None:
        """Where the brush is, which may be behind the pointer."""
        return None if self._last is None else self._last[0]

    def extend(self, to: Position, pressure: float = 1.0) -> Window | None:
        """Paint on to a position in a straight line; returns the window that may have changed.

        Args:
            to: where the pointer has gone.
            pressure: 0..1 of a pen.
        """
        self._wanted = to
        return self._paint(self._pulled(to), self._tip(pressure))

    def finish(self) -> Window | None:
        """Catch up with the pointer; returns the window that may have changed."""
        if self._wanted is None or self._last is None or self._wanted == self._last[0]:
            return None
        return self._paint(self._wanted, self._last[1])

    def coverage(self, window: Window) -> Mask:
        """Show the stroke so far in one window."""
        return self._coverage[window]

    def patch(self) -> Patch | None:
        """Return what has been painted, or None if it all lies beside the photo."""
        if self._touched is None:
            return None
        rows, columns = self._touched
        return Patch(columns.start, rows.start, self._coverage[self._touched].copy())

    def _tip(self, pressure: float) -> Brush:
        """Shape the brush by the pressure."""
        settings = self._settings
        size = pressure if settings.pressure_sizes else 1.0
        opacity = pressure if settings.pressure_covers else 1.0
        return Brush(settings.diameter * size, settings.hardness, settings.opacity * opacity)

    def _pulled(self, to: Position) -> Position:
        """Follow the pointer as if pulled by a string."""
        if self._last is None or self._string <= 0:
            return to
        (x, y), _ = self._last
        slack = self._string / max(math.dist((x, y), to), self._string)
        return to[0] + (x - to[0]) * slack, to[1] + (y - to[1]) * slack

    def _paint(self, to: Position, tip: Brush) -> Window | None:
        start, first = self._last or (to, tip)
        if self._settings.spacing:
            touched = self._dabs(start, first, to, tip)
        else:
            touched = self._cover(start, first, to, tip)
        self._last = to, tip
        if touched is not None:
            self._touched = touched if self._touched is None else union(self._touched, touched)
        return touched

    def _dabs(self, start: Position, first: Brush, to: Position, tip: Brush) -> Window | None:
        """Cover single dabs at even distances along a line."""
        length = math.dist(start, to)
        touched = None
        while self._until_dab <= length:
            share = self._until_dab / length if length else 1.0
            at = start[0] + (to[0] - start[0]) * share, start[1] + (to[1] - start[1]) * share
            dab = _between(first, tip, share)
            window = self._cover(at, dab, at, dab)
            if window is not None:
                touched = window if touched is None else union(touched, window)
            self._until_dab += max(self._settings.spacing * dab.diameter, MIN_DAB_STEP_PX)
        self._until_dab -= length
        return touched

    def _cover(self, start: Position, first: Brush, to: Position, tip: Brush) -> Window | None:
        widest = max(first, tip, key=lambda brush: brush.diameter)
        window = capsule_window(self._coverage.shape, start, to, widest)
        if is_empty(window):
            return None
        coverage = self._coverage[window]
        covered = capsule(window, start, to, first, tip)
        changed = cv2.boundingRect(cv2.compare(covered, coverage, cv2.CMP_GT))
        np.maximum(coverage, covered, out=coverage)
        inside = shifted(window_at(*changed), down=window[0].start, right=window[1].start)
        return None if is_empty(inside) else inside


def _between(first: Brush, last: Brush, share: float) -> Brush:
    return Brush(
        first.diameter + (last.diameter - first.diameter) * share,
        last.hardness,
        first.opacity + (last.opacity - first.opacity) * share,
    )
