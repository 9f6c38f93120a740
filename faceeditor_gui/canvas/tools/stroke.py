"""One stroke of the brush under way."""

from __future__ import annotations

import math

import cv2
import numpy as np

from core.imaging.arrays import Mask, Position, Window
from core.imaging.brush import Brush, capsule, capsule_window
from core.imaging.windows import is_empty, shifted, union, window_at
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings

MIN_DAB_STEP_PX = 1.0
_LEAST_STEP = 0.02
"""Shortest step that is painted, as a share of the brush ..."""
_LEAST_OPACITY = 0.02
"""... unless the brush has changed by a pixel, or its opacity by this."""
_MIN_BOW_PX = 0.25
_BOW_SHARE = 0.01
"""How far a straight piece may lie beside its curve, as a share of the brush."""


class Stroke:
    """One stroke under way: the most that any part of its path covers, softer at its border."""

    def __init__(
        self,
        shape: tuple[int, int],
        settings: BrushSettings,
        string: float = 0.0,
        *,
        is_curved: bool = False,
    ) -> None:
        """Begin without a mark.

        Args:
            shape: height and width of the mask.
            settings: of the brush.
            string: how many image pixels the brush may lag behind, to be steady.
            is_curved: whether to round the corners between the pointer's positions, so that a
                fast hand draws curves; what is painted then ends half a step behind.
        """
        self._coverage = np.zeros(shape, np.uint8)
        self._settings = settings
        self._string = string
        self._is_curved = is_curved
        self._wanted: Position | None = None
        self._at: Position | None = None
        self._last: tuple[Position, Brush] | None = None
        self._until_dab = 0.0
        self._touched: Window | None = None

    @property
    def at(self) -> Position | None:
        """Where the brush is, which may be behind the pointer."""
        return None if self._wanted is None else self._pulled(self._wanted)

    def extend(self, to: Position, pressure: float = 1.0) -> Window | None:
        """Paint on to a position; returns the window that may have changed.

        Args:
            to: where the pointer has gone.
            pressure: 0..1 of a pen.
        """
        self._wanted = to
        at, tip = self._pulled(to), self._tip(pressure)
        if self._is_too_little(at, tip):
            return None
        corner, self._at = self._at, at
        if corner is None or not self._is_curved:
            return self._paint(self._at, tip)
        return self._bend(corner, _middle(corner, self._at), tip)

    def finish(self) -> Window | None:
        """Catch up with the pointer; returns the window that may have changed."""
        if self._wanted is None or self._last is None or self._wanted == self._last[0]:
            return None
        assert self._at is not None
        tip = self._last[1]
        return _joined(self._paint(self._at, tip), self._paint(self._wanted, tip))

    def coverage(self, window: Window) -> Mask:
        """Show the stroke so far in one window."""
        return self._coverage[window]

    def patch(self) -> Patch | None:
        """Return what has been painted, or None if it all lies beside the photo."""
        if self._touched is None:
            return None
        rows, columns = self._touched
        return Patch(columns.start, rows.start, self._coverage[self._touched].copy())

    def _is_too_little(self, at: Position, tip: Brush) -> bool:
        """Tell whether so short a step can wait for the next, as a fast pointer has many."""
        if self._last is None or self._at is None:
            return False
        last = self._last[1]
        if (
            abs(tip.diameter - last.diameter) >= 1
            or abs(tip.opacity - last.opacity) > _LEAST_OPACITY
        ):
            return False
        return math.dist(at, self._at) < _LEAST_STEP * tip.diameter

    def _tip(self, pressure: float) -> Brush:
        """Shape the brush by the pressure."""
        settings = self._settings
        size = pressure if settings.pressure_sizes else 1.0
        opacity = pressure if settings.pressure_covers else 1.0
        return Brush(settings.diameter * size, settings.hardness, settings.opacity * opacity)

    def _pulled(self, to: Position) -> Position:
        """Follow the pointer as if pulled by a string."""
        if self._at is None or self._string <= 0:
            return to
        x, y = self._at
        slack = self._string / max(math.dist((x, y), to), self._string)
        return to[0] + (x - to[0]) * slack, to[1] + (y - to[1]) * slack

    def _bend(self, corner: Position, to: Position, tip: Brush) -> Window | None:
        """Paint on to a position in a curve that a corner pulls towards itself."""
        assert self._last is not None
        start, first = self._last
        bow = math.dist(_middle(start, to), corner) / 2
        pieces = math.ceil(math.sqrt(bow / max(_BOW_SHARE * tip.diameter, _MIN_BOW_PX)))
        touched = None
        for number in range(1, max(pieces, 1) + 1):
            share = number / max(pieces, 1)
            towards = _mixed(start, corner, share), _mixed(corner, to, share)
            window = self._paint(_mixed(*towards, share), _between(first, tip, share))
            touched = _joined(touched, window)
        return touched

    def _paint(self, to: Position, tip: Brush) -> Window | None:
        start, first = self._last or (to, tip)
        if self._settings.spacing:
            touched = self._dabs(start, first, to, tip)
        else:
            touched = self._cover(start, first, to, tip)
        self._last = to, tip
        self._touched = _joined(self._touched, touched)
        return touched

    def _dabs(self, start: Position, first: Brush, to: Position, tip: Brush) -> Window | None:
        """Cover single dabs at even distances along a line."""
        length = math.dist(start, to)
        touched = None
        while self._until_dab <= length:
            share = self._until_dab / length if length else 1.0
            at, dab = _mixed(start, to, share), _between(first, tip, share)
            touched = _joined(touched, self._cover(at, dab, at, dab))
            self._until_dab += max(self._settings.spacing * dab.diameter, MIN_DAB_STEP_PX)
        self._until_dab -= length
        return touched

    def _cover(self, start: Position, first: Brush, to: Position, tip: Brush) -> Window | None:
        widest = max(first, tip, key=lambda brush: brush.diameter)
        window = capsule_window(self._coverage.shape, start, to, widest)
        if is_empty(window):
            return None
        coverage = self._coverage[window]
        ends = (widest, widest) if start == to else (first, tip)  # a pen pressed on the spot
        covered = capsule(window, start, to, *ends)
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


def _joined(first: Window | None, second: Window | None) -> Window | None:
    if first is None or second is None:
        return first or second
    return union(first, second)


def _mixed(start: Position, to: Position, share: float) -> Position:
    return start[0] + (to[0] - start[0]) * share, start[1] + (to[1] - start[1]) * share


def _middle(first: Position, second: Position) -> Position:
    return _mixed(first, second, 0.5)
