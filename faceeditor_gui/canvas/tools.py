"""The tools: each gets press, move and release in image pixels and alone knows its gesture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from core.brush import Brush, Position
from core.masks import Window
from faceeditor_gui.canvas.items import MaskItem
from faceeditor_gui.canvas.stroke import Stroke
from faceeditor_gui.document import Document
from faceeditor_gui.steps import painted
from faceeditor_gui.tool_state import ToolState

MIN_BOX_PX = 8


class Tool(Protocol):
    """What the canvas needs of a tool. Positions: pixel centres at whole numbers."""

    def press(self, at: Position, *, straight: bool) -> None:
        """Begin; `straight` goes on from where the last gesture ended."""

    def move(self, at: Position) -> None:
        """Go on."""

    def release(self) -> None:
        """End: the document changes now."""

    def cancel(self) -> None:
        """End without a trace."""


class BrushTool:
    """Paints the mask, or erases it; the stroke is shown live and kept on release."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        mask_item: MaskItem,
        repaint: Callable[[Window], None],
        *,
        erase: bool,
    ) -> None:
        self._document = document
        self._tool_state = tool_state
        self._mask_item = mask_item
        self._repaint = repaint
        self._erase = erase
        self._stroke: Stroke | None = None
        self.last: Position | None = None
        """Where the last stroke has ended; straight lines start here."""

    def press(self, at: Position, *, straight: bool) -> None:
        """Begin a stroke."""
        brush = Brush(self._tool_state.diameter, self._tool_state.hardness)
        self._stroke = Stroke(self._document.shape, brush)
        if straight and self.last is not None:
            self._stroke.extend(self.last)
        self.move(at)

    def move(self, at: Position) -> None:
        """Paint on to a position."""
        if self._stroke is None:
            return
        self.last = at
        window = self._stroke.extend(at)
        if window is not None:
            before = self._document.mask(window)
            after = painted(before, self._stroke.coverage(window), erase=self._erase)
            self._mask_item.write(window, after)
            self._repaint(window)

    def release(self) -> None:
        """Keep the stroke as one undo step."""
        patch = self._stroke.patch() if self._stroke else None
        self._stroke = None
        if patch is not None:
            self._document.paint(patch, erase=self._erase)

    def cancel(self) -> None:
        """Take the stroke back."""
        patch = self._stroke.patch() if self._stroke else None
        self._stroke = None
        if patch is not None:
            self._mask_item.write(patch.window, self._document.mask(patch.window))
            self._repaint(patch.window)


class HandTool:
    """Chooses a face by a click; the canvas itself pans."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._at: Position | None = None

    def press(self, at: Position, *, straight: bool) -> None:
        """Begin a click."""
        self._at = at

    def move(self, at: Position) -> None:
        """Stop being a click: the canvas pans."""

    def release(self) -> None:
        """Choose the face under the click."""
        index = face_at(self._document, self._at) if self._at else None
        if index is not None:
            self._document.choose_face(index)

    def cancel(self) -> None:
        """Forget the click."""
        self._at = None


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

    def press(self, at: Position, *, straight: bool) -> None:
        """Place the first corner."""
        self._start = self._end = at

    def move(self, at: Position) -> None:
        """Drag the other corner."""
        self._end = at

    def release(self) -> None:
        """Hand the box on, unless it is only a click."""
        box = self.box
        self.cancel()
        if box is not None and min(box[2] - box[0], box[3] - box[1]) >= MIN_BOX_PX:
            self.drawn.emit(box)

    def cancel(self) -> None:
        """Drop the box."""
        self._start = self._end = None


def face_at(document: Document, at: Position) -> int | None:
    """Find the smallest face whose box holds a position."""
    inside = [
        (face.box[2] - face.box[0], index)
        for index, face in enumerate(document.faces)
        if face.box[0] <= at[0] <= face.box[2] and face.box[1] <= at[1] <= face.box[3]
    ]
    return min(inside)[1] if inside else None
