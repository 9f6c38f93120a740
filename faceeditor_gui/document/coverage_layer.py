"""The sketch: coverage that the user draws over the photo to guide the networks."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Mask, Window
from core.imaging.masks import add_stroke
from core.imaging.windows import bounding_window, shift_window
from faceeditor_gui.document.mask_delta import MaskDelta
from faceeditor_gui.document.patch import Patch

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document


class CoverageLayer(QObject):
    """The sketch of a document, (H, W) uint8 coverage; every stroke is one undo step."""

    changed = Signal(object)  # the window that changed; None is everything

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document: Document = weakref.proxy(document)  # who owns this
        self._coverage: Mask = np.zeros((0, 0), np.uint8)
        self._covered_count = 0
        """Number of pixels that are not 0."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is drawn."""
        return self._covered_count == 0

    def reset(self, shape: tuple[int, int]) -> None:
        """Clear the layer for a photo of (height, width)."""
        self._coverage = np.zeros(shape, np.uint8)
        self._covered_count = 0

    def read(self, window: Window) -> Mask:
        """Return a copy of one window, (h, w) uint8 coverage."""
        return self._coverage[window].copy()

    def patch_in(self, window: Window) -> Patch | None:
        """Crop the layer to what is drawn in a window; None if nothing is."""
        coverage = self._coverage[window]
        if not coverage.any():
            return None
        rows, columns = bounding_window(coverage)
        drawn = shift_window((rows, columns), down=window[0].start, right=window[1].start)
        return Patch(drawn[1].start, drawn[0].start, coverage[rows, columns].copy())

    # User actions: each is one undo step.

    def draw(self, stroke: Patch, *, erase: bool) -> None:
        """Add a stroke's coverage, or erase by it."""
        after = add_stroke(self._coverage[stroke.window], stroke.pixels, erase=erase)
        self._change(self.tr("Erase Sketch") if erase else self.tr("Sketch"), stroke.window, after)

    def clear(self) -> None:
        """Erase everything."""
        if not self.is_empty:
            window = bounding_window(self._coverage)
            self._change(self.tr("Clear Sketch"), window, np.zeros_like(self._coverage[window]))

    def _change(self, text: str, window: Window, after: Mask) -> None:
        delta = MaskDelta.between(self._coverage[window], after, window)
        if delta:
            self._document.change_sketch(text, delta)

    # Called by undo commands only.

    def apply_delta(self, delta: MaskDelta) -> None:
        """Apply a delta, or revert it: the bits are flipped."""
        for window, bits in delta.flips():
            before = int(np.count_nonzero(self._coverage[window]))
            self._coverage[window] ^= np.uint8(bits) if isinstance(bits, int) else bits
            self._covered_count += int(np.count_nonzero(self._coverage[window])) - before
            self.changed.emit(window)
