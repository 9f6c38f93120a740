"""Lines that the user has drawn over the photo; they steer what fills paint."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Mask, Window
from core.imaging.masks import painted
from core.imaging.windows import bounding_window, shifted
from faceeditor_gui.document.mask_delta import MaskChange
from faceeditor_gui.document.patch import Patch

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document


class Sketch(QObject):
    """The sketch of a document; every stroke is one undo step."""

    changed = Signal(object)  # the window that changed; None is everything

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document: Document = weakref.proxy(document)  # who owns this
        self._lines: Mask = np.zeros((0, 0), np.uint8)
        self._covered = 0
        """How many pixels are drawn on."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is drawn."""
        return self._covered == 0

    def begin(self, shape: tuple[int, int]) -> None:
        """Begin anew over a photo of some height and width."""
        self._lines = np.zeros(shape, np.uint8)
        self._covered = 0

    def read(self, window: Window) -> Mask:
        """Return a copy of one window, (h, w) coverage."""
        return self._lines[window].copy()

    def within(self, window: Window) -> Patch | None:
        """Cut out what is drawn in a window; None if nothing is."""
        lines = self._lines[window]
        if not lines.any():
            return None
        rows, columns = bounding_window(lines)
        place = shifted((rows, columns), down=window[0].start, right=window[1].start)
        return Patch(place[1].start, place[0].start, lines[rows, columns].copy())

    # What the user does: each is one undo step.

    def draw(self, stroke: Patch, *, erase: bool) -> None:
        """Add a stroke, or take away what it covers."""
        after = painted(self._lines[stroke.window], stroke.pixels, erase=erase)
        self._change(self.tr("Erase Sketch") if erase else self.tr("Sketch"), stroke.window, after)

    def clear(self) -> None:
        """Take everything away."""
        if not self.is_empty:
            window = bounding_window(self._lines)
            self._change(self.tr("Clear Sketch"), window, np.zeros_like(self._lines[window]))

    def _change(self, text: str, window: Window, after: Mask) -> None:
        change = MaskChange.between(self._lines[window], after, window)
        if change:
            self._document.change_sketch(text, change)

    # What commands do: nobody else calls this.

    def flip(self, change: MaskChange) -> None:
        """Change parts of it, or change them back."""
        for window, bits in change.parts():
            before = int(np.count_nonzero(self._lines[window]))
            self._lines[window] ^= np.uint8(bits) if isinstance(bits, int) else bits
            self._covered += int(np.count_nonzero(self._lines[window])) - before
            self.changed.emit(window)
