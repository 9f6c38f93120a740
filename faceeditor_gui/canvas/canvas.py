"""The canvas: shows the layers, maps the screen to the photo, and hands gestures on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.imaging.arrays import Window
from faceeditor_gui.canvas.exemplar_drop import Drops
from faceeditor_gui.canvas.layers.comparison import Comparison
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.canvas.pointer_router import Gestures
from faceeditor_gui.canvas.tools.pointer import Pointer
from faceeditor_gui.canvas.touch import Fingers
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar_list import number_in
from faceeditor_gui.state.tool_state import ToolState

ZOOM_PER_NOTCH = 2**0.25
NOTCH = 120
TURN_STEP = 15.0
"""Degrees."""
PAN_STEP_PX = 64
COMPARE_KEYS = (Qt.Key.Key_Backslash, Qt.Key.Key_C)


_PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(PAN_STEP_PX, 0),
    Qt.Key.Key_Right: QPointF(-PAN_STEP_PX, 0),
    Qt.Key.Key_Up: QPointF(0, PAN_STEP_PX),
    Qt.Key.Key_Down: QPointF(0, -PAN_STEP_PX),
}
_TOUCHES = (
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TouchEnd,
    QEvent.Type.TouchCancel,
)


class Canvas(QWidget):
    """The photo on the screen; zoom, pan, turn and comparison are its own state."""

    scale_changed = Signal(float)  # device pixels per photo pixel
    view_changed = Signal()

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.viewport = Viewport()
        self.comparison = Comparison(self)
        self.layers = Layers(document, tool_state, self)
        self.gestures = Gestures(self, document, tool_state)
        self.drops = Drops(self, document, tool_state.style)
        self._fingers = Fingers(self)
        # A fast stroke needs every position of the pointer, not only those between two repaints.
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Photo"))
        document.photo_changed.connect(self._on_photo_changed)
        self.layers.changed.connect(self.update_window)
        self.comparison.changed.connect(self.update)

    @property
    def unit(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    def to_device(self, position: QPointF) -> tuple[float, float]:
        """Convert logical to device pixels."""
        return position.x() * self.unit, position.y() * self.unit

    # Zoom, pan and turn.

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

    def turn_left(self) -> None:
        """Turn the view a step against the clock."""
        self.turn(-TURN_STEP)

    def turn_right(self) -> None:
        """Turn the view a step with the clock."""
        self.turn(TURN_STEP)

    def turn(self, degrees: float) -> None:
        """Turn the view; the photo itself is not turned."""
        self.viewport.turn_to(self.viewport.angle + degrees)
        self._on_moved()

    def set_upright(self) -> None:
        """Turn the view back to upright."""
        self.viewport.turn_to(0.0)
        self._on_moved()

    def mirror(self) -> None:
        """Look at the photo as in a mirror."""
        self.viewport.mirror()
        self._on_moved()

    def is_mirrored(self) -> bool:
        """Tell whether the photo is seen as in a mirror."""
        return self.viewport.is_mirrored

    # What has to be painted.

    def update_window(self, window: Window | None) -> None:
        """Repaint one window of the photo, or everything."""
        if window is None:
            self.update()
            return
        rows, columns = window
        spread = max(self.viewport.scale, 1.0) + 2  # interpolation reaches a pixel further
        left, top, right, bottom = self.viewport.screen_box(
            (columns.start, rows.start), (columns.stop, rows.stop)
        )
        first = QPointF(left - spread, top - spread) / self.unit
        last = QPointF(right + spread, bottom + spread) / self.unit
        self.update(QRect(first.toPoint(), last.toPoint()))

    def _on_photo_changed(self) -> None:
        size = self.layers.open_photo()
        self.gestures.begin_photo()
        self.viewport.show(size)
        self._on_moved()

    def _on_resized(self) -> None:
        size = round(self.width() * self.unit), round(self.height() * self.unit)
        self.viewport.resize(size)
        self.comparison.resize(size, self.unit)
        self._on_moved()

    def _on_moved(self) -> None:
        self.gestures.outline.on_repainted()
        self.scale_changed.emit(self.viewport.scale)
        self.view_changed.emit()
        self.update()

    def device_rect(self, rect: QRect) -> QRect:
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
        area = self.device_rect(event.rect())
        surround = self.palette().color(QPalette.ColorRole.Dark)
        before = self.comparison.before & area
        after = area.adjusted(before.width(), 0, 0, 0)
        if not before.isEmpty():
            self.layers.paint_original(painter, self.viewport, before, surround)
        if not after.isEmpty():
            painter.setClipRect(after)
            self.layers.paint(painter, self.viewport, after, surround)
            if not self.gestures.clears_photo and not self.drops.is_active:
                self.layers.paint_faces(painter, self.viewport, self.unit)
        painter.setClipping(False)
        self.layers.paint_grid(painter, self.viewport, area, self.unit)
        if self.comparison.before.isEmpty():
            self.layers.paint_target(painter, self.viewport, self.font(), self.unit)
        self.comparison.paint(painter, self.font())
        if not self.comparison.is_held:
            self.gestures.outline.paint(painter)
        self.drops.paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._on_resized()

    def wheelEvent(self, event: QWheelEvent) -> None:
        is_pad = event.device().type() is QPointingDevice.DeviceType.TouchPad
        if is_pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(QPointF(event.pixelDelta()))
        else:
            self.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._fingers.take_on_pad(event):
            return True
        if isinstance(event, QTouchEvent) and event.type() in _TOUCHES:
            self._fingers.take(event)
            event.accept()
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._on_resized()
        return super().event(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        answers = {
            QEvent.Type.TabletPress: self.gestures.press,
            QEvent.Type.TabletMove: self.gestures.move,
            QEvent.Type.TabletRelease: self.gestures.release,
        }
        answers[event.type()](Pointer.of(event))
        event.accept()  # else it comes again as a mouse event

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.gestures.press(Pointer.of(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.gestures.move(Pointer.of(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.gestures.release(Pointer.of(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        if self.isActiveWindow():
            self.setFocus()

    def leaveEvent(self, event: QEvent) -> None:
        self.gestures.leave()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if number_in(event.mimeData()) is not None:
            event.acceptProposedAction()  # the window takes anything else

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(self.drops.move(event.mimeData(), event.position()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setAccepted(self.drops.drop(event.mimeData(), event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._hold(event, held=True) and not self._on_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._hold(event, held=False):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.gestures.hold_pan(False)
        self.gestures.hold_straight(False)
        self.comparison.hold(False)

    def _hold(self, event: QKeyEvent, *, held: bool) -> bool:
        """Answer the keys that act while they are held; tells whether it was one."""
        answers = {
            Qt.Key.Key_Space: self.gestures.hold_pan,
            Qt.Key.Key_Shift: self.gestures.hold_straight,
            **dict.fromkeys(COMPARE_KEYS, self.comparison.hold),
        }
        answer = answers.get(Qt.Key(event.key()))
        if answer is not None and not event.isAutoRepeat():
            answer(held)
        return answer is not None

    def _on_key(self, key: Qt.Key) -> bool:
        """Answer the keys that act at once; tells whether it was one."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.gestures.close_shape()
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            return self.gestures.take_back_corner()
        if key in _PAN_KEYS:
            self.pan(_PAN_KEYS[key])
        return key in _PAN_KEYS
