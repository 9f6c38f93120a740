"""One stroke of the brush under way."""

from __future__ import annotations

import math

import cv2
import numpy as np

from core.imaging.arrays import Mask, Position, Window
from core.imaging.brush import Brush, capsule_window, draw_capsule
from core.imaging.windows import is_empty, shift_window, union, window_at
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings

MIN_DAB_STEP_PX = 1.0
_MIN_STEP_SHARE = 0.02
"""Shortest step that is painted, as a share of the brush ..."""
_MIN_OPACITY_CHANGE = 0.02
"""... unless the brush has changed by a pixel, or its opacity by this."""
_MIN_SAGITTA_PX = 0.25
_SAGITTA_SHARE = 0.01
"""How far a straight piece may lie beside its curve, as a share of the brush."""


class Stroke:
    """One stroke under way: the maximum of what all its stamps cover."""

    def __init__(
        self,
        shape: tuple[int, int],
        settings: BrushSettings,
        max_lag: float = 0.0,
        *,
        is_curved: bool = False,
    ) -> None:
        """Begin without a mark.

        Args:
            shape: height and width of the mask.
            settings: of the brush.
            max_lag: how many image pixels the brush may lag behind, to be steady.
            is_curved: whether to round the corners between the pointer's positions, so that a
                fast hand draws curves; what is painted then ends half a step behind.
        """
        self._coverage = np.zeros(shape, np.uint8)
        self._settings = settings
        self._max_lag = max_lag
        self._is_curved = is_curved
        self._pointer: Position | None = None
        self._at: Position | None = None
        self._last: tuple[Position, Brush] | None = None
        self._distance_to_dab = 0.0
        self._touched: Window | None = None

    @property
    def at(self) -> Position | None:
        """Where the brush is, which may be behind the pointer."""
        return None if self._pointer is None else self._lagged(self._pointer)

    def extend(self, to: Position, pressure: float = 1.0) -> Window | None:
        """Paint on to a position; returns the window that may have changed.

        Args:
            to: where the pointer has gone.
            pressure: 0..1 of a pen.
        """
        self._pointer = to
        at, brush = self._lagged(to), self._brush_at(pressure)
        if self._is_negligible(at, brush):
            return None
        corner, self._at = self._at, at
        if corner is None or not self._is_curved:
            return self._paint(self._at, brush)
        return self._paint_curve(corner, _middle(corner, self._at), brush)

    def finish(self) -> Window | None:
        """Catch up with the pointer; returns the window that may have changed."""
        if self._pointer is None or self._last is None or self._pointer == self._last[0]:
            return None
        assert self._at is not None
        brush = self._last[1]
        return _union(self._paint(self._at, brush), self._paint(self._pointer, brush))

    def coverage(self, window: Window) -> Mask:
        """Return the (h, w) uint8 coverage so far in one window, as a view."""
        return self._coverage[window]

    def patch(self) -> Patch | None:
        """Return the painted window and its coverage, or None if all lies beside the photo."""
        if self._touched is None:
            return None
        rows, columns = self._touched
        return Patch(columns.start, rows.start, self._coverage[self._touched].copy())

    def _is_negligible(self, at: Position, brush: Brush) -> bool:
        """Tell whether so short a step can wait for the next, as a fast pointer has many."""
        if self._last is None or self._at is None:
            return False
        last = self._last[1]
        if (
            abs(brush.diameter - last.diameter) >= 1
            or abs(brush.opacity - last.opacity) > _MIN_OPACITY_CHANGE
        ):
            return False
        return math.dist(at, self._at) < _MIN_STEP_SHARE * brush.diameter

    def _brush_at(self, pressure: float) -> Brush:
        """Shape the brush by the pressure."""
        settings = self._settings
        size = pressure if settings.pressure_sizes else 1.0
        opacity = pressure if settings.pressure_covers else 1.0
        return Brush(settings.diameter * size, settings.hardness, settings.opacity * opacity)

    def _lagged(self, to: Position) -> Position:
        """Follow the pointer at most `_max_lag` behind, as if pulled by a string."""
        if self._at is None or self._max_lag <= 0:
            return to
        x, y = self._at
        slack = self._max_lag / max(math.dist((x, y), to), self._max_lag)
        return to[0] + (x - to[0]) * slack, to[1] + (y - to[1]) * slack

    def _paint_curve(self, corner: Position, to: Position, brush: Brush) -> Window | None:
        """Paint on to a position in a curve that a corner pulls towards itself."""
        assert self._last is not None
        start, first = self._last
        sagitta = math.dist(_middle(start, to), corner) / 2
        pieces = math.ceil(
            math.sqrt(sagitta / max(_SAGITTA_SHARE * brush.diameter, _MIN_SAGITTA_PX))
        )
        touched = None
        for number in range(1, max(pieces, 1) + 1):
            share = number / max(pieces, 1)
            towards = _interpolated(start, corner, share), _interpolated(corner, to, share)
            window = self._paint(
                _interpolated(*towards, share), _interpolated_brush(first, brush, share)
            )
            touched = _union(touched, window)
        return touched

    def _paint(self, to: Position, brush: Brush) -> Window | None:
        start, first = self._last or (to, brush)
        if self._settings.spacing:
            touched = self._paint_dabs(start, first, to, brush)
        else:
            touched = self._stamp(start, first, to, brush)
        self._last = to, brush
        self._touched = _union(self._touched, touched)
        return touched

    def _paint_dabs(
        self, start: Position, first: Brush, to: Position, brush: Brush
    ) -> Window | None:
        """Cover single dabs at even distances along a line."""
        length = math.dist(start, to)
        touched = None
        while self._distance_to_dab <= length:
            share = self._distance_to_dab / length if length else 1.0
            at, dab = _interpolated(start, to, share), _interpolated_brush(first, brush, share)
            touched = _union(touched, self._stamp(at, dab, at, dab))
            self._distance_to_dab += max(self._settings.spacing * dab.diameter, MIN_DAB_STEP_PX)
        self._distance_to_dab -= length
        return touched

    def _stamp(self, start: Position, first: Brush, to: Position, brush: Brush) -> Window | None:
        widest = max(first, brush, key=lambda end: end.diameter)
        window = capsule_window(self._coverage.shape, start, to, widest)
        if is_empty(window):
            return None
        coverage = self._coverage[window]
        ends = (widest, widest) if start == to else (first, brush)  # a pen pressed on the spot
        covered = draw_capsule(window, start, to, *ends)
        changed = cv2.boundingRect(cv2.compare(covered, coverage, cv2.CMP_GT))
        np.maximum(coverage, covered, out=coverage)
        inside = shift_window(window_at(*changed), down=window[0].start, right=window[1].start)
        return None if is_empty(inside) else inside


def _interpolated_brush(first: Brush, last: Brush, share: float) -> Brush:
    return Brush(
        first.diameter + (last.diameter - first.diameter) * share,
        last.hardness,
        first.opacity + (last.opacity - first.opacity) * share,
    )


def _union(first: Window | None, second: Window | None) -> Window | None:
    if first is None or second is None:
        return first or second
    return union(first, second)


def _interpolated(start: Position, to: Position, share: float) -> Position:
    return start[0] + (to[0] - start[0]) * share, start[1] + (to[1] - start[1]) * share


def _middle(first: Position, second: Position) -> Position:
    return _interpolated(first, second, 0.5)
