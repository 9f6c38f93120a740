"""What the tool in hand shows on the canvas, and which part of the screen that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from core.imaging.arrays import Position
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.items import outlined, transform

if TYPE_CHECKING:
    from faceeditor_gui.canvas.canvas import Canvas
    from faceeditor_gui.canvas.pointer_router import Gestures

MIN_OUTLINE_PX = 3
"""Radius below which the brush shows as a cross instead of its outline."""
MARGIN_PX = 3


class Outline:
    """The brush's outline, where a straight line would go, and a shape under way."""

    def __init__(self, canvas: Canvas, gestures: Gestures) -> None:
        self._canvas = canvas
        self._gestures = gestures
        self._covered = QRect()

    def paint(self, painter: QPainter) -> None:
        """Paint it in device pixels, visible on any photo."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = self._path()
        for pen in outlined(colours.CURSOR, self._canvas.unit):
            painter.setPen(pen)
            painter.drawPath(path)

    def follow(self) -> None:
        """Repaint where it was and where it is."""
        covered = self._rect()
        self._canvas.update(covered | self._covered)
        self._covered = covered

    def on_repainted(self) -> None:
        """Remember where it is when everything is painted anew."""
        self._covered = self._rect()

    @property
    def brush_radius(self) -> float | None:
        """The brush's radius in device pixels, if it is large enough to show."""
        brush = self._gestures.brush
        if brush is None or self._gestures.is_panning:
            return None
        radius = brush.diameter / 2 * self._canvas.viewport.scale
        return radius if radius >= MIN_OUTLINE_PX * self._canvas.unit else None

    def _path(self) -> QPainterPath:
        path = QPainterPath()
        shape = self._gestures.shape
        if len(shape) > 1:
            corners = QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in shape])
            path.addPolygon(transform(self._canvas.viewport).map(corners))
            path.closeSubpath()
        radius, pointer = self.brush_radius, self._gestures.pointer
        if radius is not None and pointer is not None:
            self._add_brush(path, radius, QPointF(*pointer))
        return path

    def _add_brush(self, path: QPainterPath, radius: float, pointer: QPointF) -> None:
        brush = self._gestures.brush
        assert brush is not None
        lagging = brush.lagging
        centre = pointer if lagging is None else self._on_screen(lagging)
        path.addEllipse(centre, radius, radius)
        start = self._on_screen(brush.last) if self._gestures.is_straight and brush.last else centre
        if start != pointer:
            path.moveTo(start)
            path.lineTo(pointer)

    def _rect(self) -> QRect:
        """Find the logical pixels that it covers."""
        path = self._path()
        if path.isEmpty():
            return QRect()
        unit = self._canvas.unit
        box = path.boundingRect()
        logical = QRectF(box.topLeft() / unit, box.size() / unit)
        margin = QMarginsF(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        return logical.marginsAdded(margin).toAlignedRect()

    def _on_screen(self, position: Position) -> QPointF:
        x, y = position
        return QPointF(*self._canvas.viewport.to_screen((x + 0.5, y + 0.5)))
