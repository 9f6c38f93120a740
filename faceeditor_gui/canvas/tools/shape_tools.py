"""Lasso, polygon, rectangle and ellipse: shapes that become part of the mask."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt

from core.imaging.arrays import Points, Position
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.paint_target import paint_target, painted_step
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.mask_mode import MaskMode, mask_mode_of
from faceeditor_gui.state.tool_state import PaintTarget, ToolState

ShapeFinished = Callable[[Points, MaskMode | None], object]
"""Takes a shape's corners, in image pixels with pixel centres at whole numbers, and what the
modifiers say about the mask that is there; None leaves that to the tool's options."""

_TITLES = {
    MaskMode.ADD: "Select",
    MaskMode.SUBTRACT: "Deselect",
    MaskMode.REPLACE: "Select Anew",
}
CLOSE_RADIUS_PX = 8.0
"""How near to the first corner a click closes a polygon, in logical pixels."""
_ELLIPSE_CORNERS = 180
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class ShapeTool:
    """A shape that is drawn in one drag, by its path."""

    def __init__(self, finished: ShapeFinished) -> None:
        self._finished = finished
        self._mask_mode: MaskMode | None = None
        self._points: list[Position] = []

    @property
    def path(self) -> list[Position]:
        """The outline so far."""
        return self._points

    def press(self, contact: Contact) -> None:
        """Begin a shape; the modifiers say what becomes of the mask."""
        self._mask_mode = mask_mode_at(contact)
        self._points = [contact.at]

    def move(self, contact: Contact) -> None:
        """Go on with the outline."""
        self._points.append(contact.at)

    def release(self) -> bool:
        """Keep the shape, unless it is only a click."""
        outline = self.path
        self.cancel()
        if len({*outline}) > 2:
            self._finished(np.array(outline, np.float64), self._mask_mode)
        return True

    def cancel(self) -> None:
        """Drop the shape."""
        self._points = []


class PolygonTool(ShapeTool):
    """A shape of straight lines: a click a corner, closed by a double click or at the first."""

    def __init__(self, finished: ShapeFinished) -> None:
        super().__init__(finished)
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
        close_radius = CLOSE_RADIUS_PX * contact.logical_px
        ends = (self._points[0], self._points[-1])
        self._is_closed = any(math.dist(end, contact.at) <= close_radius for end in ends)
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

    def remove_last_corner(self) -> bool:
        """Take the last corner back; tells whether none is left."""
        self._points = self._points[:-1]
        return not self._points

    def cancel(self) -> None:
        """Drop the shape."""
        super().cancel()
        self._hover, self._is_closed = None, False


class RectangleTool(ShapeTool):
    """A rectangle of whole pixels; Shift, pressed while dragging, makes it a square."""

    def __init__(self, finished: ShapeFinished) -> None:
        super().__init__(finished)
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


def apply_shape(
    document: Document, tool_state: ToolState, corners: Points, modifier_mode: MaskMode | None
) -> None:
    """Make a shape part of the mask, or of the result or the label map that is painted on.

    Args:
        document: which changes by one undo step.
        tool_state: what is painted on, and how soft the shape's edge is.
        corners: (K, 2) float, image pixels, pixel centres at whole numbers.
        modifier_mode: what the modifier keys say; None leaves it to the tool's options.
    """
    mask_mode = modifier_mode or tool_state.mask_mode
    step, is_erased = painted_step(document, tool_state), mask_mode is MaskMode.SUBTRACT
    patch = mask_operations.polygon_patch(document.shape, corners, tool_state.feather)
    if patch is None:
        return
    if step is not None:
        document.steps.paint(step.number, patch, erase=is_erased)
    elif paint_target(document, tool_state) is PaintTarget.REGIONS:
        document.regions.paint(patch, None if is_erased else tool_state.regions.chosen)
    else:
        mask = document.mask.read(whole_window(*document.shape))
        title = QCoreApplication.translate("Shapes", _TITLES[mask_mode])
        document.mask.change(title, *mask_operations.combine_patch(mask, patch, mask_mode))


def mask_mode_at(contact: Contact) -> MaskMode | None:
    """Tell what the modifiers say about the mask that is there, if they do."""
    return mask_mode_of(contact.modifiers, is_opposite=contact.is_opposite)


def _pixel_edge(position: float) -> float:
    """Find the nearest border between two pixels, whose centres are at whole numbers."""
    return math.floor(position + 1.0) - 0.5


def _squared(start: Position, to: Position) -> Position:
    side = max(abs(to[0] - start[0]), abs(to[1] - start[1]))
    x, y = (math.copysign(side, end - begin) for begin, end in zip(start, to, strict=True))
    return start[0] + x, start[1] + y
