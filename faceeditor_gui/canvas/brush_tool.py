"""The brush and the eraser in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.brush import Position
from core.masks import Window
from faceeditor_gui.canvas.layers import Layers
from faceeditor_gui.canvas.pointer import Contact
from faceeditor_gui.canvas.stroke import Stroke
from faceeditor_gui.document import Document
from faceeditor_gui.edit_settings import Patch
from faceeditor_gui.steps import painted
from faceeditor_gui.tool_state import ToolName, ToolState

STRING_PX = 80
"""How far the fullest smoothing lets a stroke lag behind, in logical pixels."""


class BrushTool:
    """Paints the mask, or the result in hand; the stroke is shown live and kept on release."""

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
        self._target: int | None = None
        """The number of the result that is painted on; None is the mask."""
        self._name = name
        self._erase = name is ToolName.ERASER
        self._stroke: Stroke | None = None
        self._last: Position | None = None
        self.path: list[Position] = []

    @property
    def diameter(self) -> int:
        """Its size in image pixels."""
        return self._tool_state.brush_of(self._name).diameter

    @property
    def last(self) -> Position | None:
        """Where the last stroke has ended; straight lines start here."""
        return self._last

    @property
    def lagging(self) -> Position | None:
        """Where the stroke under way is, which may be behind the pointer."""
        return self._stroke.at if self._stroke is not None else None

    def press(self, contact: Contact) -> None:
        """Begin a stroke."""
        target = self._document.edits.target
        self._target = target.number if target is not None else None
        settings = self._tool_state.brush_of(self._name)
        string = settings.smoothing * STRING_PX * contact.reach
        is_straight = contact.holds(Qt.KeyboardModifier.ShiftModifier)
        if is_straight and self._last is not None:
            self._stroke = Stroke(self._document.shape, settings)
            self._show(self._stroke, self._stroke.extend(self._last, contact.pressure))
        else:
            self._stroke = Stroke(self._document.shape, settings, string, is_curved=True)
        self.move(contact)

    def move(self, contact: Contact) -> None:
        """Paint on to a position."""
        if self._stroke is None:
            return
        self._last = contact.at
        self._show(self._stroke, self._stroke.extend(contact.at, contact.pressure))

    def release(self) -> bool:
        """Keep the stroke as one undo step."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._show(stroke, stroke.finish())
            patch = stroke.patch()
            if patch is not None and self._target is not None:
                self._layers.show_painted(patch.window, None)
                self._document.edits.paint(self._target, patch, erase=self._erase)
            elif patch is not None:
                self._document.paint(patch, erase=self._erase)
        return True

    def cancel(self) -> None:
        """Take the stroke back."""
        patch = self._stroke.patch() if self._stroke else None
        self._stroke = None
        if patch is not None and self._target is not None:
            self._layers.show_painted(patch.window, None)
        elif patch is not None:
            self._layers.mask.write(patch.window, self._document.mask(patch.window))
            self._layers.changed.emit(patch.window)

    def _show(self, stroke: Stroke, window: Window | None) -> None:
        if window is None:
            return
        coverage = stroke.coverage(window)
        if self._target is not None:
            self._show_on_result(Patch(window[1].start, window[0].start, coverage))
            return
        after = painted(self._document.mask(window), coverage, erase=self._erase)
        self._layers.mask.write(window, after)
        self._layers.changed.emit(window)

    def _show_on_result(self, part: Patch) -> None:
        step = self._document.step(self._target)
        if step is not None:
            self._layers.show_painted(part.window, step.painted(part, erase=self._erase))
