"""The pen that sketches lines for fills to follow."""

from __future__ import annotations

from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.tools.brush_targets import BrushTarget, on_sketch
from faceeditor_gui.canvas.tools.brush_tool import BrushTool
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import ToolName, ToolState


class PenTool(BrushTool):
    """Draws thin lines; the right button and the pen's far end erase them."""

    def __init__(self, document: Document, tool_state: ToolState, layers: Layers) -> None:
        super().__init__(document, tool_state, layers, ToolName.PEN)

    def _target_of(self, contact: Contact) -> BrushTarget:
        return on_sketch(self._document, self._layers, erase=contact.is_opposite)
