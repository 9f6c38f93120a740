"""The spots that the heal brush leaves: shown until they are filled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Mask, Window
from core.imaging.windows import intersection, is_empty, relative_window
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings


class Healing(QObject):
    """What the heal brush paints on: it looks like the mask, and is none."""

    painted = Signal(object)  # Patch: a stroke that is to be filled

    def __init__(self, document: Document, layers: Layers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layers = layers
        self._waiting: list[Patch] = []
        """Strokes that are not filled yet."""
        document.photo_changed.connect(self._waiting.clear)
        document.mask.changed.connect(self._show_waiting)

    def adapted(self, settings: BrushSettings) -> BrushSettings:
        """Make the brush opaque: half of a spot would stay."""
        return replace(settings, opacity=1.0, pressure_covers=False)

    def show(self, patch: Patch) -> None:
        """Show a part of the stroke."""
        below = self._coverage(patch.window)
        self._write(patch.window, np.maximum(below, patch.pixels))

    def revert(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self._write(window, self._coverage(window))

    def commit(self, stroke: Patch) -> None:
        """Ask for it to be filled; it shows until then."""
        self._waiting.append(stroke)
        self.painted.emit(stroke)

    def forget(self, stroke: Patch) -> None:
        """Show a stroke no more: it is filled, or will not be."""
        self._waiting = [one for one in self._waiting if one is not stroke]
        self.revert(stroke.window)

    def _coverage(self, window: Window) -> Mask:
        """Return the mask in a window, and the strokes that wait; (h, w) uint8."""
        coverage = self._document.mask.read(window).copy()
        for stroke in self._waiting:
            shared = intersection(stroke.window, window)
            if not is_empty(shared):
                inside = coverage[relative_window(shared, window)]
                inner = stroke.pixels[relative_window(shared, stroke.window)]
                np.maximum(inside, inner, out=inside)
        return coverage

    def _show_waiting(self, window: Window) -> None:
        if self._waiting:
            self.revert(window)

    def _write(self, window: Window, coverage: Mask) -> None:
        self._layers.mask.write(window, coverage)
        self._layers.changed.emit(window)
