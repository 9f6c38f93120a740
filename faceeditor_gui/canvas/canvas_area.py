"""The canvas with, on request, the photo before all edits beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.layers.comparison import LABEL_MARGIN_PX, CompareMode, paint_label


class BeforePane(QWidget):
    """The photo before all edits, at the position and zoom of the canvas beside it."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._dragged_from = QPointF()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(canvas.minimumSize())
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(self.tr("Photo before all edits"))
        canvas.navigation.view_changed.connect(self.update)

    # Qt overrides.

    def paintEvent(self, event: QPaintEvent) -> None:
        pixel_ratio = self._canvas.navigation.pixel_ratio
        painter = QPainter(self)
        painter.scale(1 / pixel_ratio, 1 / pixel_ratio)
        background = self.palette().color(QPalette.ColorRole.Dark)
        area = self._canvas.navigation.device_rect(event.rect())
        self._canvas.layers.paint_original(
            painter, self._canvas.navigation.viewport, area, background
        )
        margin = LABEL_MARGIN_PX * pixel_ratio
        paint_label(
            painter, self.font(), QRectF(margin, margin, 0, 0), self.tr("Before"), pixel_ratio
        )
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._canvas.wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._canvas.navigation.pan(event.position() - self._dragged_from)
        self._dragged_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.OpenHandCursor)


class CanvasArea(QWidget):
    """Canvas and, while they are compared side by side, the photo before all edits."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = canvas.comparison
        self._before = BeforePane(canvas)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._before, 1)
        row.addWidget(canvas, 1)
        canvas.comparison.changed.connect(self._on_comparison_changed)
        self._on_comparison_changed()

    def _on_comparison_changed(self) -> None:
        self._before.setVisible(self._comparison.mode is CompareMode.SIDE_BY_SIDE)
