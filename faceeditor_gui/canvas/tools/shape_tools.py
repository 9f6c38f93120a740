"""Lasso, polygon, rectangle and ellipse: shapes that become part of the mask."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt

from core.imaging.arrays import Points, Position
from core.imaging.windows import whole
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.mask_mode import Combine, wish_in
from faceeditor_gui.state.tool_state import ToolState

Keep = Callable[[Points, Combine | None], object]
"""Takes a shape's corners, in image pixels with pixel centres at whole numbers, and what the
modifiers say about the mask that is there; None leaves that to the tool's options."""

_TITLES = {
    Combine.ADD: "Select",
    Combine.SUBTRACT: "Deselect",
    Combine.REPLACE: "Select Anew",
}
CLOSE_PX = 8.0
"""How near to the first corner a click closes a polygon, in logical pixels."""
_ELLIPSE_CORNERS = 180
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class ShapeTool:
    """A shape that is drawn in one drag, by its path."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._combine: Combine | None = None
        self._points: list[Position] = []

    @property
    def path(self) -> list[Position]:
        """The outline so far."""
        return self._points

    def press(self, contact: Contact) -> None:
        """Begin a shape; the modifiers say what becomes of the mask."""
        self._combine = wish_of(contact)
        self._points = [contact.at]

    def move(self, contact: Contact) -> None:
        """Go on with the outline."""
        self._points.append(contact.at)

    def release(self) -> bool:
        """Keep the shape, unless it is only a click."""
        outline = self.path
        self.cancel()
        if len({*outline}) > 2:
            self._keep(np.array(outline, np.float64), self._combine)
        return True

    def cancel(self) -> None:
        """Drop the shape."""
        self._points = []


class PolygonTool(ShapeTool):
    """A shape of straight lines: a click a corner, closed by a double click or at the first."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self._hover: Position | None = None
        self._is_closed = False

    @property
    def path(self) -> list[Position]:
        """The corners, and where the next would be."""
        return [*self._points, self._hover] if self._points and self._hover else self._points

    def press(self, contact: Contact) -> None:
        """Place a corner, or close the shape."""
        self._hover = None
        if not self._points:
            super().press(contact)
            return
        near = CLOSE_PX * contact.reach
        ends = (self._points[0], self._points[-1])
        self._is_closed = any(math.dist(end, contact.at) <= near for end in ends)
        if not self._is_closed:
            self._points.append(contact.at)

    def move(self, contact: Contact) -> None:
        """Show where the next corner would be."""
        self._hover = contact.at

    def release(self) -> bool:
        """Keep the shape once it is closed."""
        return self.close() if self._is_closed else False

    def close(self) -> bool:
        """Close the shape; it is kept from three corners on."""
        self._hover = None
        return super().release()

    def take_back(self) -> bool:
        """Take the last corner back; tells whether none is left."""
        self._points = self._points[:-1]
        return not self._points

    def cancel(self) -> None:
        """Drop the shape."""
        super().cancel()
        self._hover, self._is_closed = None, False


class RectangleTool(ShapeTool):
    """A rectangle of whole pixels; Shift, pressed while dragging, makes it a square."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self._shift_was_held = False

    @property
    def path(self) -> list[Position]:
        """The outline so far."""
        if len(self._points) < 2:
            return []
        (x0, y0), (x1, y1) = self._points
        left, right = sorted((_pixel_edge(x0), _pixel_edge(x1)))
        top, bottom = sorted((_pixel_edge(y0), _pixel_edge(y1)))
        return self._outline(left, top, right, bottom) if right > left and bottom > top else []

    def press(self, contact: Contact) -> None:
        """Place the first corner."""
        super().press(contact)
        self._shift_was_held = contact.holds(_SHIFT)

    def move(self, contact: Contact) -> None:
        """Drag the opposite corner."""
        self._shift_was_held &= contact.holds(_SHIFT)
        is_square = contact.holds(_SHIFT) and not self._shift_was_held
        start = self._points[0]
        self._points = [start, _squared(start, contact.at) if is_square else contact.at]

    def _outline(self, left: float, top: float, right: float, bottom: float) -> list[Position]:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]


class EllipseTool(RectangleTool):
    """An ellipse; Shift, pressed while dragging, makes it a circle."""

    def _outline(self, left: float, top: float, right: float, bottom: float) -> list[Position]:
        x, y = (left + right) / 2, (top + bottom) / 2
        turns = np.linspace(0, 2 * np.pi, _ELLIPSE_CORNERS, endpoint=False)
        across = x + (right - left) / 2 * np.cos(turns)
        down = y + (bottom - top) / 2 * np.sin(turns)
        return [*zip(across.tolist(), down.tolist(), strict=True)]


def keep_shape(
    document: Document, tool_state: ToolState, corners: Points, wish: Combine | None
) -> None:
    """Make a shape part of the mask, or of the result or the map that is painted on."""
    combine, target = wish or tool_state.combine, document.edits.target
    patch = mask_operations.shape_patch(document.shape, corners, tool_state.feather)
    if patch is not None and tool_state.regions.paints:
        region = None if combine is Combine.SUBTRACT else tool_state.regions.chosen
        document.regions.paint(patch, region)
    elif patch is not None and target is not None:
        document.edits.paint(target.number, patch, erase=combine is Combine.SUBTRACT)
    elif patch is not None:
        mask = document.mask(whole(*document.shape))
        title = QCoreApplication.translate("Shapes", _TITLES[combine])
        document.change_mask(title, *mask_operations.combined(mask, patch, combine))


def wish_of(contact: Contact) -> Combine | None:
    """Tell what the modifiers say about the mask that is there, if they do."""
    return wish_in(contact.modifiers, is_opposite=contact.is_opposite)


def _pixel_edge(position: float) -> float:
    """Find the nearest border between two pixels, whose centres are at whole numbers."""
    return math.floor(position + 1.0) - 0.5


def _squared(start: Position, to: Position) -> Position:
    side = max(abs(to[0] - start[0]), abs(to[1] - start[1]))
    x, y = (math.copysign(side, end - begin) for begin, end in zip(start, to, strict=True))
    return start[0] + x, start[1] + y
