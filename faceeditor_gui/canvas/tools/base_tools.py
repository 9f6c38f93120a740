"""The tools: each gets press, move and release in image pixels and alone knows its gesture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from core.imaging.arrays import Position
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import ToolState

MIN_BOX_PX = 8
ZOOM_PER_CLICK = 2**0.5
ZOOM_PER_LOGICAL_PX = 1.01
HARDNESS_PER_LOGICAL_PX = 0.005


class Tool(Protocol):
    """What the canvas needs of a tool."""

    @property
    def path(self) -> list[Position]:
        """The closed outline to show while the gesture is under way, in image pixels."""

    def press(self, contact: Contact) -> None:
        """Begin, or go on after a release that was not the end."""

    def move(self, contact: Contact) -> None:
        """Go on; after a release that was not the end, hover."""

    def release(self) -> bool:
        """Let go; tells whether that was the end. The document changes at the end."""

    def cancel(self) -> None:
        """End without a trace."""


class HandTool:
    """Chooses a face by a click, several with Shift or Ctrl; the canvas itself pans."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._pressed: Contact | None = None
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Begin a click."""
        self._pressed = contact

    def move(self, contact: Contact) -> None:
        """Stop being a click: the canvas pans."""

    def release(self) -> bool:
        """Choose the face under the click."""
        pressed, modifiers = self._pressed, Qt.KeyboardModifier
        index = face_at(self._document, pressed.at) if pressed is not None else None
        if pressed is None or index is None:
            return True
        if pressed.holds(modifiers.ShiftModifier) or pressed.holds(modifiers.ControlModifier):
            self._document.faces.choose_also(index)
        else:
            self._document.faces.choose(index)
        return True

    def cancel(self) -> None:
        """Forget the click."""
        self._pressed = None


class ZoomTool:
    """Zooms in by a click, out with Alt or the right button, and by dragging sideways."""

    def __init__(self, zoom: Callable[[float, Position], None]) -> None:
        """`zoom` takes a factor and the image position that stays put."""
        self._zoom = zoom
        self._pressed: Contact | None = None
        self._dragged = 0.0
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Begin a click or a drag."""
        self._pressed, self._dragged = contact, 0.0

    def move(self, contact: Contact) -> None:
        """Zoom by how far the pointer has gone to the right."""
        if self._pressed is None:
            return
        distance = contact.screen_x - self._pressed.screen_x
        self._zoom(ZOOM_PER_LOGICAL_PX ** (distance - self._dragged), self._pressed.at)
        self._dragged = distance

    def release(self) -> bool:
        """Zoom in or out if it was a click."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragged:
            is_out = pressed.is_opposite or pressed.holds(Qt.KeyboardModifier.AltModifier)
            self._zoom(1 / ZOOM_PER_CLICK if is_out else ZOOM_PER_CLICK, pressed.at)
        return True

    def cancel(self) -> None:
        """Stay at the zoom reached."""
        self._pressed = None


class BrushSizeTool:
    """Sets the brush by a drag: sideways its size, up and down its hardness."""

    def __init__(self, tool_state: ToolState) -> None:
        self._tool_state = tool_state
        self._pressed: Contact | None = None
        self._brush = tool_state.brush
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Remember what the drag begins with."""
        self._pressed, self._brush = contact, self._tool_state.brush

    def move(self, contact: Contact) -> None:
        """Follow the drag."""
        if self._pressed is None:
            return
        wider = 2 * (contact.screen_x - self._pressed.screen_x) * contact.logical_px
        harder = (self._pressed.screen_y - contact.screen_y) * HARDNESS_PER_LOGICAL_PX
        self._tool_state.set_brush(
            replace(
                self._brush,
                diameter=round(self._brush.diameter + wider),
                hardness=self._brush.hardness + harder,
            )
        )

    def release(self) -> bool:
        """Keep the brush."""
        self._pressed = None
        return True

    def cancel(self) -> None:
        """Return to the brush before."""
        self._pressed = None
        self._tool_state.set_brush(self._brush)


class FaceBoxTool(QObject):
    """Draws a box around a face that was not found."""

    drawn = Signal(object)  # left, top, right, bottom in image pixels

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start: Position | None = None
        self._end: Position | None = None

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """The box so far: left, top, right, bottom."""
        if self._start is None or self._end is None:
            return None
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(self._start, self._end, strict=True))
        return x0, y0, x1, y1

    @property
    def path(self) -> list[Position]:
        """The box's corners."""
        if self.box is None:
            return []
        left, top, right, bottom = self.box
        return [(left, top), (right, top), (right, bottom), (left, bottom)]

    def press(self, contact: Contact) -> None:
        """Place the first corner."""
        self._start = self._end = contact.at

    def move(self, contact: Contact) -> None:
        """Drag the other corner."""
        self._end = contact.at

    def release(self) -> bool:
        """Hand the box on, unless it is only a click."""
        box = self.box
        self.cancel()
        if box is not None and min(box[2] - box[0], box[3] - box[1]) >= MIN_BOX_PX:
            self.drawn.emit(box)
        return True

    def cancel(self) -> None:
        """Drop the box."""
        self._start = self._end = None


def face_at(document: Document, at: Position) -> int | None:
    """Find the index of the smallest face whose box holds a position in image pixels."""
    inside = [
        (face.box[2] - face.box[0], index)
        for index, face in enumerate(document.faces.items)
        if face.box[0] <= at[0] <= face.box[2] and face.box[1] <= at[1] <= face.box[3]
    ]
    return min(inside)[1] if inside else None
