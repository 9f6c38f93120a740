"""Routes the pointer: to the tool in hand, or to panning; and shows the tool's outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from core.brush import Position
from faceeditor_gui.canvas.items import paint_circle, paint_line, paint_rectangle
from faceeditor_gui.canvas.tools import BrushTool, FaceBoxTool, HandTool, Tool, face_at
from faceeditor_gui.document import Document
from faceeditor_gui.tool_state import ToolName, ToolState

if TYPE_CHECKING:
    from faceeditor_gui.canvas.view import Canvas

MIN_OUTLINE_PX = 3
"""Radius below which the brush shows as a cross instead of its outline."""
OUTLINE_MARGIN_PX = 3
CLICK_REACH_PX = 4
"""How far a click may slip before it is a drag."""
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_PAINT_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class Gestures(QObject):
    """The gesture under way on one canvas."""

    def __init__(self, canvas: Canvas, document: Document, tool_state: ToolState) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._document = document
        self._tool_state = tool_state
        self.face_box = FaceBoxTool(self)
        self._hand = HandTool(document)
        self._brushes: dict[ToolName, BrushTool] = {}
        self._active: Tool | None = None
        self._button = Qt.MouseButton.NoButton
        self._panned_from: QPointF | None = None
        self._pressed_at = QPointF()
        self._pans = False  # Space is held
        self._is_straight = False  # Shift is held
        self._pointer: QPointF | None = None
        self._covered = QRect()
        tool_state.tool_changed.connect(self._on_tool_changed)
        tool_state.brush_changed.connect(self._move_outline)

    @property
    def pointer(self) -> Position | None:
        """Where the pointer is, in device pixels; None while it is elsewhere."""
        return None if self._pointer is None else self._canvas.to_device(self._pointer)

    @property
    def has_brush(self) -> bool:
        """Tell whether brush or eraser is in hand: nothing else may lie on the photo then."""
        return self._tool_state.tool in self._brushes

    def begin_photo(self) -> None:
        """Get tools ready for another photo."""
        self.cancel()
        for name, erase in ((ToolName.BRUSH, False), (ToolName.ERASER, True)):
            self._brushes[name] = BrushTool(
                self._document,
                self._tool_state,
                self._canvas.layers.mask,
                self._canvas.update_window,
                erase=erase,
            )
        self._show_cursor()

    def cancel(self) -> bool:
        """End the gesture under way without a trace; tells whether there was one."""
        active, self._active = self._active, None
        self._panned_from = None
        if active is None:
            return False
        active.cancel()
        self._canvas.update()
        return True

    # The pointer.

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if self._document.photo is None or self._button is not Qt.MouseButton.NoButton:
            return
        self._button = event.button()
        self._pressed_at = event.position()
        if self._is_pan(event):
            self._panned_from = event.position()
        if not self._pans and event.button() in _PAINT_BUTTONS:
            self._active = self._tool_for(event)
            if self._active is not None:
                is_straight = bool(event.modifiers() & _SHIFT)
                self._active.press(self._image_position(event.position()), straight=is_straight)
        self._show_cursor()
        self._move_outline()

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or hover."""
        self._pointer = event.position()
        if self._panned_from is not None:
            self._pan(event.position())
        elif self._active is not None:
            self._active.move(self._image_position(event.position()))
        elif self._tool_state.tool is ToolName.HAND:
            self._show_cursor()
        self._move_outline()

    def release(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if event.button() is not self._button:
            return
        self._button = Qt.MouseButton.NoButton
        active, self._active = self._active, None
        self._panned_from = None
        if active is not None:
            active.release()
        self._show_cursor()
        self._move_outline()

    def leave(self) -> None:
        """Hide the outline while the pointer is elsewhere."""
        self._pointer = None
        self._move_outline()

    def hold_pan(self, held: bool) -> None:
        """Pan with any tool while Space is held."""
        self._pans = held
        self._show_cursor()
        self._move_outline()

    def hold_straight(self, held: bool) -> None:
        """Show where a straight line would go while Shift is held."""
        self._is_straight = held
        self._move_outline()

    # The outline.

    def paint(self, painter: QPainter) -> None:
        """Paint the tool's outline in device pixels."""
        unit = self._canvas.unit
        box = self.face_box.box
        if box is not None:
            viewport = self._canvas.viewport
            corners = (viewport.to_screen((x + 0.5, y + 0.5)) for x, y in (box[:2], box[2:]))
            paint_rectangle(painter, QRectF(*(QPointF(*corner) for corner in corners)), unit)
        if self._outline_radius() is not None and self.pointer is not None:
            line = self._straight_start()
            if line is not None:
                paint_line(painter, line, QPointF(*self.pointer), unit)
            paint_circle(painter, QPointF(*self.pointer), self._outline_radius() or 0, unit)

    def on_repainted(self) -> None:
        """Remember where the outline is when everything is painted anew."""
        self._covered = self._outline_rect()

    def _move_outline(self) -> None:
        covered = self._outline_rect()
        self._canvas.update(covered | self._covered)
        self._covered = covered

    def _outline_rect(self) -> QRect:
        """Find the logical pixels that the outline covers."""
        if self.face_box.box is not None or self._straight_start() is not None:
            return self._canvas.rect()
        radius = self._outline_radius()
        if radius is None or self._pointer is None:
            return QRect()
        reach = radius / self._canvas.unit + OUTLINE_MARGIN_PX
        corner = self._pointer - QPointF(reach, reach)
        return QRectF(corner, QSizeF(2 * reach, 2 * reach)).toAlignedRect()

    def _outline_radius(self) -> float | None:
        """Tell the brush's radius in device pixels, if it is shown as an outline."""
        if not self.has_brush or self._is_panning():
            return None
        radius = self._tool_state.diameter / 2 * self._canvas.viewport.scale
        return radius if radius >= MIN_OUTLINE_PX * self._canvas.unit else None

    def _straight_start(self) -> QPointF | None:
        brush = self._brushes.get(self._tool_state.tool)
        if not self._is_straight or self._active is not None or self._pointer is None:
            return None
        if brush is None or brush.last is None:
            return None
        x, y = brush.last
        return QPointF(*self._canvas.viewport.to_screen((x + 0.5, y + 0.5)))

    # What the pointer means.

    def _tool_for(self, event: QMouseEvent) -> Tool | None:
        name = self._tool_state.tool
        if event.button() is Qt.MouseButton.RightButton:
            return self._brushes.get(_OPPOSITE[name]) if name in _OPPOSITE else None
        if name is ToolName.FACE_BOX:
            return self.face_box
        return self._brushes.get(name, self._hand)

    def _is_pan(self, event: QMouseEvent) -> bool:
        if event.button() is Qt.MouseButton.MiddleButton:
            return True
        is_left = event.button() is Qt.MouseButton.LeftButton
        return is_left and (self._pans or self._tool_state.tool is ToolName.HAND)

    def _is_panning(self) -> bool:
        return self._pans or self._panned_from is not None

    def _pan(self, to: QPointF) -> None:
        slipped = (to - self._pressed_at).manhattanLength()
        if self._active is not None and slipped <= CLICK_REACH_PX:
            return
        if self._active is not None:
            self._active.cancel()
            self._active = None
        assert self._panned_from is not None
        self._canvas.pan(to - self._panned_from)
        self._panned_from = to

    def _image_position(self, position: QPointF) -> Position:
        x, y = self._canvas.viewport.to_image(self._canvas.to_device(position))
        return x - 0.5, y - 0.5

    def _on_tool_changed(self) -> None:
        self._show_cursor()
        self.on_repainted()
        self._canvas.update()

    def _show_cursor(self) -> None:
        self._canvas.setCursor(self._cursor())

    def _cursor(self) -> Qt.CursorShape:
        if self._document.photo is None:
            return Qt.CursorShape.ArrowCursor
        if self._panned_from is not None:
            return Qt.CursorShape.ClosedHandCursor
        if self._pans:
            return Qt.CursorShape.OpenHandCursor
        if self._tool_state.tool is not ToolName.HAND:
            is_outlined = self._outline_radius() is not None
            return Qt.CursorShape.BlankCursor if is_outlined else Qt.CursorShape.CrossCursor
        is_face = self._face_under_pointer() is not None
        return Qt.CursorShape.PointingHandCursor if is_face else Qt.CursorShape.OpenHandCursor

    def _face_under_pointer(self) -> int | None:
        if self._pointer is None:
            return None
        return face_at(self._document, self._image_position(self._pointer))


_OPPOSITE = {ToolName.BRUSH: ToolName.ERASER, ToolName.ERASER: ToolName.BRUSH}
