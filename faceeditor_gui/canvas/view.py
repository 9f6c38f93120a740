"""The canvas: shows the layers, maps the screen to the photo, and hands gestures on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.masks import Window
from faceeditor_gui.canvas.gestures import Gestures
from faceeditor_gui.canvas.layers import Layers
from faceeditor_gui.canvas.viewport import Viewport
from faceeditor_gui.document import Document
from faceeditor_gui.tool_state import ToolState

ZOOM_PER_NOTCH = 2**0.25
NOTCH = 120
COMPARE_KEYS = (Qt.Key.Key_Backslash, Qt.Key.Key_C)


class Canvas(QWidget):
    """The photo on the screen; zoom and pan are its own state."""

    scale_changed = Signal(float)  # device pixels per photo pixel

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.viewport = Viewport()
        self.layers = Layers(document, self)
        self.gestures = Gestures(self, document, tool_state)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Photo"))
        document.photo_changed.connect(self._on_photo_changed)
        self.layers.changed.connect(self.update_window)

    @property
    def unit(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    def to_device(self, position: QPointF) -> tuple[float, float]:
        """Convert logical to device pixels."""
        return position.x() * self.unit, position.y() * self.unit

    # Zoom and pan.

    def fit(self) -> None:
        """Show the whole photo."""
        self.viewport.fit()
        self._on_moved()

    def zoom_in(self) -> None:
        """Zoom in on the middle."""
        self.zoom(ZOOM_PER_NOTCH**2)

    def zoom_out(self) -> None:
        """Zoom out of the middle."""
        self.zoom(ZOOM_PER_NOTCH**-2)

    def zoom_to_pixels(self) -> None:
        """Show one photo pixel as one screen pixel, at the pointer if it is here."""
        self.viewport.zoom_to(1.0, self.gestures.pointer)
        self._on_moved()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom; the photo stays put under a position in logical pixels, or in the middle."""
        self.viewport.zoom(factor, None if at is None else self.to_device(at))
        self._on_moved()

    def pan(self, by: QPointF) -> None:
        """Move the photo by logical pixels."""
        self.viewport.pan(*self.to_device(by))
        self._on_moved()

    def update_window(self, window: Window | None) -> None:
        """Repaint one window of the photo, or everything."""
        if window is None:
            self.update()
            return
        rows, columns = window
        spread = max(self.viewport.scale, 1.0) + 2  # interpolation reaches a pixel further
        left, top = self.viewport.to_screen((columns.start, rows.start))
        right, bottom = self.viewport.to_screen((columns.stop, rows.stop))
        first = QPointF(left - spread, top - spread) / self.unit
        last = QPointF(right + spread, bottom + spread) / self.unit
        self.update(QRect(first.toPoint(), last.toPoint()))

    def _on_photo_changed(self) -> None:
        size = self.layers.open_photo()
        self.gestures.begin_photo()
        self.viewport.show(size)
        self._on_moved()

    def _on_resized(self) -> None:
        self.viewport.resize((round(self.width() * self.unit), round(self.height() * self.unit)))
        self._on_moved()

    def _on_moved(self) -> None:
        self.gestures.on_repainted()
        self.scale_changed.emit(self.viewport.scale)
        self.update()

    def _device_rect(self, rect: QRect) -> QRect:
        """Find the device pixels that a logical rectangle touches."""
        left, top = (int(side * self.unit) for side in (rect.left(), rect.top()))
        right, bottom = (
            -int(-(side + 1) * self.unit // 1) for side in (rect.right(), rect.bottom())
        )
        return QRect(left, top, right - left, bottom - top)

    # Qt overrides.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(1 / self.unit, 1 / self.unit)
        surround = self.palette().color(QPalette.ColorRole.Dark)
        self.layers.paint(painter, self.viewport, self._device_rect(event.rect()), surround)
        if not self.gestures.has_brush:
            self.layers.paint_faces(painter, self.viewport, self.unit)
        if self.layers.shows_edits:
            self.gestures.paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._on_resized()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is pinch:
            self.zoom(1 + event.value(), event.position())
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._on_resized()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.gestures.release(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        if self.isActiveWindow():
            self.setFocus()

    def leaveEvent(self, event: QEvent) -> None:
        self.gestures.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._hold(event, held=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._hold(event, held=False):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.gestures.hold_pan(False)
        self.gestures.hold_straight(False)
        self.layers.show_original(False)

    def _hold(self, event: QKeyEvent, *, held: bool) -> bool:
        """Answer the keys that act while they are held; tells whether it was one."""
        answers = {
            Qt.Key.Key_Space: self.gestures.hold_pan,
            Qt.Key.Key_Shift: self.gestures.hold_straight,
            **dict.fromkeys(COMPARE_KEYS, self.layers.show_original),
        }
        answer = answers.get(Qt.Key(event.key()))
        if answer is not None and not event.isAutoRepeat():
            answer(held)
        return answer is not None
