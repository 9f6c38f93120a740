"""Coverage over the photo that the user paints: the mask, and the sketch that steers fills."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Mask, Window
from core.imaging.masks import add_stroke
from core.imaging.windows import bounding_window, shift_window, union, whole_window
from faceeditor_gui.document.mask_delta import MaskDelta
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.recorded_change import CoverageChange
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory


@dataclass(frozen=True)
class CoverageNames:
    """What a layer and its changes are called, the changes as in the undo menu."""

    key: str
    """The same in every language."""
    paint: str
    erase: str
    clear: str
    invert: str


class ChangeCoverage(UndoCommand):
    """A stroke, or any other change of parts of a layer."""

    def __init__(self, layer: CoverageLayer, text: str, delta: MaskDelta) -> None:
        super().__init__(text)
        self._layer: CoverageLayer = weakref.proxy(layer)  # which outlives its commands
        self._delta = delta
        self.set_pixels(delta.pixels)

    def recorded(self) -> CoverageChange:
        """Say which coverage changes."""
        return CoverageChange(self.text(), self._layer.key, self._delta)

    # Qt overrides.

    def redo(self) -> None:
        self._layer.apply_delta(self._delta)

    def undo(self) -> None:
        self._layer.apply_delta(self._delta)


class CoverageLayer(QObject):
    """(H, W) uint8 coverage of the photo's size; every change is one undo step."""

    changed = Signal(object)  # the window that changed

    def __init__(self, undo_memory: UndoMemory, names: CoverageNames, parent: QObject) -> None:
        super().__init__(parent)
        self._undo_memory = undo_memory
        self._names = names
        self._coverage: Mask = np.zeros((0, 0), np.uint8)
        self._covered = 0
        """How many pixels have any coverage."""

    @property
    def key(self) -> str:
        """Tells the layer from others."""
        return self._names.key

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width; zero if no photo is open."""
        height, width = self._coverage.shape
        return height, width

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is covered."""
        return self._covered == 0

    def bounds(self) -> Window | None:
        """Find the smallest window that holds all coverage; None if nothing is covered."""
        return None if self.is_empty else bounding_window(self._coverage)

    def read(self, window: Window) -> Mask:
        """Return a copy of one window, (h, w) coverage."""
        return self._coverage[window].copy()

    def patch_in(self, window: Window) -> Patch | None:
        """Cut out what is covered in a window; None if nothing is."""
        coverage = self._coverage[window]
        if not coverage.any():
            return None
        inner = bounding_window(coverage)
        rows, columns = shift_window(inner, down=window[0].start, right=window[1].start)
        return Patch(columns.start, rows.start, coverage[inner].copy())

    def reset(self, shape: tuple[int, int]) -> None:
        """Begin anew over a photo of some height and width."""
        self._coverage = np.zeros(shape, np.uint8)
        self._covered = 0

    def restore(self, painted: Patch | None) -> None:
        """Take the coverage of a saved document, over the photo that it was painted on."""
        self.reset(self.shape)
        if painted is not None:
            self._coverage[painted.window] = painted.pixels
            self._covered = cv2.countNonZero(painted.pixels)
        self.changed.emit(whole_window(*self.shape))

    # User actions: each is one undo step.

    def paint(self, stroke: Patch, *, erase: bool = False) -> None:
        """Add a stroke, or take away what it covers."""
        after = add_stroke(self._coverage[stroke.window], stroke.pixels, erase=erase)
        self.change(self._names.erase if erase else self._names.paint, stroke.window, after)

    def clear(self) -> None:
        """Uncover everything."""
        window = self.bounds()
        if window is not None:
            self.change(self._names.clear, window, np.zeros_like(self._coverage[window]))

    def invert(self) -> None:
        """Cover what is uncovered and the other way round."""
        self.change(self._names.invert, whole_window(*self.shape), ~self._coverage)

    def change(self, text: str, window: Window, after: Mask) -> None:
        """Give a window other coverage, (h, w); nothing happens where it is the same."""
        delta = MaskDelta.between(self._coverage[window], after, window)
        if delta:
            self._undo_memory.push(ChangeCoverage(self, text, delta))

    def removal_of(self, holes: tuple[Patch, ...]) -> ChangeCoverage:
        """Make the command that uncovers holes, but not what was painted on them since."""
        window = reduce(union, (hole.window for hole in holes))
        after = self._coverage[window].copy()
        for hole in holes:
            left = after[shift_window(hole.window, down=-window[0].start, right=-window[1].start)]
            left[left == hole.pixels] = 0
        delta = MaskDelta.between(self._coverage[window], after, window)
        return ChangeCoverage(self, "", delta)

    # Called by undo commands only.

    def apply_delta(self, delta: MaskDelta) -> None:
        """Change parts of it, or change them back."""
        windows = []
        for window, bits in delta.flips():
            part = self._coverage[window]
            before = cv2.countNonZero(part)
            part ^= np.uint8(bits) if isinstance(bits, int) else bits
            self._covered += cv2.countNonZero(part) - before
            windows.append(window)
        if windows:
            self.changed.emit(reduce(union, windows))
