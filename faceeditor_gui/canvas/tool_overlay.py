"""What the tool in hand shows on the canvas, and which part of the screen that takes."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QMarginsF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from core.imaging.arrays import Position
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.items import image_to_screen, outline_pens
from faceeditor_gui.canvas.navigation import Navigation
from faceeditor_gui.canvas.tools.brush_tool import BrushTool
from faceeditor_gui.state.brush_cursor import BrushCursor
from faceeditor_gui.state.tool_state import ToolState

MIN_OUTLINE_PX = 3
"""Radius below which the brush shows as a cross instead of its outline."""
CROSS_ARM_PX = 4
"""Half the width of the cross in the middle of the outline."""
MARGIN_PX = 3


class ToolInHand(Protocol):
    """What the overlay has to know of the gesture under way."""

    is_straight: bool
    """Whether the next stroke begins where the last has ended."""

    @property
    def pointer(self) -> Position | None:
        """Where the pointer is, in device pixels; None while it is elsewhere."""

    @property
    def brush(self) -> BrushTool | None:
        """The brush, eraser or pen in hand, or whose stroke is under way."""

    @property
    def shape(self) -> list[Position]:
        """The corners of the shape under way, in pixels of the photo."""

    @property
    def is_panning(self) -> bool:
        """Tell whether the photo is being moved, or would be by a drag."""


class ToolOverlay:
    """The brush's outline, where a straight line would go, and a shape under way."""

    def __init__(
        self, navigation: Navigation, tool_in_hand: ToolInHand, tool_state: ToolState
    ) -> None:
        self._navigation = navigation
        self._tool_in_hand = tool_in_hand
        self._tool_state = tool_state
        self._covered = QRect()

    def paint(self, painter: QPainter) -> None:
        """Paint it in device pixels, visible on any photo."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = self._path()
        for pen in outline_pens(colours.CURSOR, self._navigation.pixel_ratio):
            painter.setPen(pen)
            painter.drawPath(path)

    def follow(self) -> None:
        """Repaint where it was and where it is."""
        covered = self._rect()
        self._navigation.widget.update(covered | self._covered)
        self._covered = covered

    def on_repainted(self) -> None:
        """Remember where it is when everything is repainted."""
        self._covered = self._rect()

    @property
    def brush_radius(self) -> float | None:
        """The brush's radius in device pixels, if its outline shows and is large enough."""
        brush = self._tool_in_hand.brush
        shows_outline = self._tool_state.brush_cursor is not BrushCursor.CROSSHAIR
        if brush is None or self._tool_in_hand.is_panning or not shows_outline:
            return None
        radius = brush.diameter / 2 * self._navigation.viewport.scale
        return radius if radius >= MIN_OUTLINE_PX * self._navigation.pixel_ratio else None

    def _path(self) -> QPainterPath:
        path = QPainterPath()
        shape = self._tool_in_hand.shape
        if len(shape) > 1:
            corners = QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in shape])
            path.addPolygon(image_to_screen(self._navigation.viewport).map(corners))
            path.closeSubpath()
        radius, pointer = self.brush_radius, self._tool_in_hand.pointer
        if radius is not None and pointer is not None:
            self._add_brush(path, radius, QPointF(*pointer))
        return path

    def _add_brush(self, path: QPainterPath, radius: float, pointer: QPointF) -> None:
        brush = self._tool_in_hand.brush
        assert brush is not None
        lagging = brush.lagging_position
        centre = pointer if lagging is None else self._on_screen(lagging)
        path.addEllipse(centre, radius, radius)
        if self._tool_state.brush_cursor is BrushCursor.PRECISE:
            self._add_cross(path, pointer)
        start = (
            self._on_screen(brush.last_position)
            if self._tool_in_hand.is_straight and brush.last_position
            else centre
        )
        if start != pointer:
            path.moveTo(start)
            path.lineTo(pointer)

    def _add_cross(self, path: QPainterPath, at: QPointF) -> None:
        arm = CROSS_ARM_PX * self._navigation.pixel_ratio
        for along in (QPointF(arm, 0), QPointF(0, arm)):
            path.moveTo(at - along)
            path.lineTo(at + along)

    def _rect(self) -> QRect:
        """Find the logical pixels that it covers."""
        path = self._path()
        if path.isEmpty():
            return QRect()
        pixel_ratio = self._navigation.pixel_ratio
        box = path.boundingRect()
        logical = QRectF(box.topLeft() / pixel_ratio, box.size() / pixel_ratio)
        margin = QMarginsF(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        return logical.marginsAdded(margin).toAlignedRect()

    def _on_screen(self, position: Position) -> QPointF:
        x, y = position
        return QPointF(*self._navigation.viewport.to_screen((x + 0.5, y + 0.5)))
