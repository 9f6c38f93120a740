"""The pen that sketches lines for fills to follow."""

from __future__ import annotations

from core.masks import Window
from faceeditor_gui.canvas.brush_tool import BrushTool
from faceeditor_gui.canvas.layers import Layers
from faceeditor_gui.canvas.pointer import Contact
from faceeditor_gui.canvas.stroke import Stroke
from faceeditor_gui.document import Document
from faceeditor_gui.steps import painted
from faceeditor_gui.tool_state import ToolName, ToolState


class PenTool(BrushTool):
    """Draws thin lines; the right button and the pen's far end erase them."""

    def __init__(self, document: Document, tool_state: ToolState, layers: Layers) -> None:
        super().__init__(document, tool_state, layers, ToolName.PEN)

    def press(self, contact: Contact) -> None:
        self._erase = contact.is_opposite
        super().press(contact)

    def release(self) -> bool:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._show(stroke, stroke.finish())
            patch = stroke.patch()
            if patch is not None:
                self._document.sketch.draw(patch, erase=self._erase)
        return True

    def cancel(self) -> None:
        patch = self._stroke.patch() if self._stroke else None
        self._stroke = None
        if patch is not None:
            self._layers.sketch.write(patch.window, self._document.sketch.read(patch.window))
            self._layers.changed.emit(patch.window)

    def _show(self, stroke: Stroke, window: Window | None) -> None:
        if window is None:
            return
        before = self._document.sketch.read(window)
        after = painted(before, stroke.coverage(window), erase=self._erase)
        self._layers.sketch.write(window, after)
        self._layers.changed.emit(window)
