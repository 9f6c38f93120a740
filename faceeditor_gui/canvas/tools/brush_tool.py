"""The brush and the eraser in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.imaging.arrays import Position, Window
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.tools.healing import Healing
from faceeditor_gui.canvas.tools.paint_surfaces import (
    PaintSurface,
    active_paint_surface,
    sketch_surface,
)
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.canvas.tools.stroke import Stroke
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import ToolName, ToolState

MAX_LAG_PX = 80
"""How far the fullest smoothing lets a stroke lag behind, in logical pixels."""


class BrushTool:
    """Paints on a surface; the stroke is shown live and kept on release."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        layers: Layers,
        name: ToolName,
    ) -> None:
        self._document = document
        self._tool_state = tool_state
        self._layers = layers
        self._surface: PaintSurface | None = None
        """What the stroke under way paints on."""
        self._name = name
        self._erase = name is ToolName.ERASER
        self._stroke: Stroke | None = None
        self._last_position: Position | None = None
        self.path: list[Position] = []

    @property
    def diameter(self) -> int:
        """Its size in image pixels."""
        return self._tool_state.brush_of(self._name).diameter

    @property
    def last_position(self) -> Position | None:
        """Where the last stroke has ended; straight lines start here."""
        return self._last_position

    @property
    def lagging_position(self) -> Position | None:
        """Where the stroke under way is, which may be behind the pointer."""
        return self._stroke.at if self._stroke is not None else None

    def press(self, contact: Contact) -> None:
        """Begin a stroke."""
        self._surface = self._surface_for(contact)
        settings = self._surface.adapted(self._tool_state.brush_of(self._name))
        max_lag = settings.smoothing * MAX_LAG_PX * contact.logical_px
        is_straight = contact.holds(Qt.KeyboardModifier.ShiftModifier)
        if is_straight and self._last_position is not None:
            self._stroke = Stroke(self._document.shape, settings)
            self._show(self._stroke, self._stroke.extend(self._last_position, contact.pressure))
        else:
            self._stroke = Stroke(self._document.shape, settings, max_lag, is_curved=True)
        self.move(contact)

    def move(self, contact: Contact) -> None:
        """Paint on to a position."""
        if self._stroke is None:
            return
        self._last_position = contact.at
        self._show(self._stroke, self._stroke.extend(contact.at, contact.pressure))

    def release(self) -> bool:
        """Keep the stroke as one undo step."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._show(stroke, stroke.finish())
            patch = stroke.patch()
            if patch is not None and self._surface is not None:
                self._surface.commit(patch)
        return True

    def cancel(self) -> None:
        """Take the stroke back."""
        patch = self._stroke.patch() if self._stroke else None
        self._stroke = None
        if patch is not None and self._surface is not None:
            self._surface.revert(patch.window)

    def _surface_for(self, contact: Contact) -> PaintSurface:
        """Choose what a stroke that begins now paints on."""
        return active_paint_surface(
            self._document, self._tool_state, self._layers, erase=self._erase
        )

    def _show(self, stroke: Stroke, window: Window | None) -> None:
        if window is not None and self._surface is not None:
            patch = Patch(window[1].start, window[0].start, stroke.coverage(window))
            self._surface.show(patch)


class HealTool(BrushTool):
    """Has what it passes over filled as soon as the pen lifts."""

    def __init__(
        self, document: Document, tool_state: ToolState, layers: Layers, healing: Healing
    ) -> None:
        super().__init__(document, tool_state, layers, ToolName.HEAL)
        self._healing = healing

    def _surface_for(self, contact: Contact) -> PaintSurface:
        return self._healing


class PenTool(BrushTool):
    """Draws thin lines; the right button and the pen's far end erase them."""

    def __init__(self, document: Document, tool_state: ToolState, layers: Layers) -> None:
        super().__init__(document, tool_state, layers, ToolName.PEN)

    def _surface_for(self, contact: Contact) -> PaintSurface:
        return sketch_surface(self._document, self._layers, erase=contact.is_opposite)
