"""The canvas: shows the layers and passes events to the router."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
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

from faceeditor_gui.canvas.exemplar_drop import ExemplarDrop
from faceeditor_gui.canvas.layers.comparison import Comparison
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.navigation import ZOOM_PER_NOTCH, Navigation
from faceeditor_gui.canvas.pointer_router import PointerRouter
from faceeditor_gui.canvas.tools.pointer import Pointer
from faceeditor_gui.canvas.touch_gestures import TouchGestures
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar_list import exemplar_number_in
from faceeditor_gui.state.tool_state import ToolState

WHEEL_NOTCH = 120
PAN_STEP_PX = 64
COMPARE_KEYS = (Qt.Key.Key_Backslash, Qt.Key.Key_C)


_PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(PAN_STEP_PX, 0),
    Qt.Key.Key_Right: QPointF(-PAN_STEP_PX, 0),
    Qt.Key.Key_Up: QPointF(0, PAN_STEP_PX),
    Qt.Key.Key_Down: QPointF(0, -PAN_STEP_PX),
}
_TOUCH_EVENTS = (
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TouchEnd,
    QEvent.Type.TouchCancel,
)


class Canvas(QWidget):
    """The photo on the screen."""

    menu_requested = Signal(QPoint)  # where, on the screen

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._steps = document.steps
        self.navigation = Navigation(self)
        self.comparison = Comparison(self)
        self.layers = Layers(document, tool_state, self)
        self.pointer_router = PointerRouter(
            self.navigation, self.layers, self.comparison, document, tool_state
        )
        self.exemplar_drop = ExemplarDrop(self.navigation, document, tool_state.exemplar_mode)
        self._touch_gestures = TouchGestures(self.navigation, self.pointer_router)
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
        self.layers.changed.connect(self.navigation.update_window)
        self.comparison.changed.connect(self.update)
        self.navigation.view_changed.connect(self.pointer_router.tool_overlay.on_repainted)

    def zoom_to_actual_pixels(self) -> None:
        """Show one photo pixel as one screen pixel, at the pointer if it is here."""
        self.navigation.zoom_to(1.0, self.pointer_router.pointer)

    def zoom_to_chosen_face(self) -> None:
        """Show the face in hand as large as it goes."""
        self.pointer_router.zoom_to_chosen_face()

    def _is_edited(self) -> bool:
        """Tell whether what is shown differs from the photo."""
        return any(step.is_visible for step in self._steps.items)

    def _on_photo_changed(self) -> None:
        size = self.layers.open_photo()
        self.pointer_router.reset_for_photo()
        self.navigation.viewport.show(size)
        self.navigation.changed()

    def _on_resized(self) -> None:
        size = self.navigation.resize()
        self.comparison.resize(size, self.navigation.pixel_ratio)
        self.navigation.changed()

    # Qt overrides.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(1 / self.navigation.pixel_ratio, 1 / self.navigation.pixel_ratio)
        area = self.navigation.device_rect(event.rect())
        background = self.palette().color(QPalette.ColorRole.Dark)
        before = self.comparison.before_rect & area
        after = area.adjusted(before.width(), 0, 0, 0)
        if not before.isEmpty():
            self.layers.paint_original(painter, self.navigation.viewport, before, background)
        if not after.isEmpty():
            painter.setClipRect(after)
            self.layers.paint(painter, self.navigation.viewport, after, background)
            if not self.pointer_router.hides_faces and not self.exemplar_drop.is_active:
                self.layers.paint_faces(
                    painter,
                    self.navigation.viewport,
                    self.navigation.pixel_ratio,
                    self.pointer_router.hovered_face,
                )
        painter.setClipping(False)
        self.layers.paint_grid(painter, self.navigation.viewport, area, self.navigation.pixel_ratio)
        if self.comparison.before_rect.isEmpty():
            self.layers.paint_surface_hint(
                painter, self.navigation.viewport, self.font(), self.navigation.pixel_ratio
            )
        self.comparison.paint(painter, self.font(), is_edited=self._is_edited())
        if not self.comparison.is_held:
            self.pointer_router.tool_overlay.paint(painter)
        self.exemplar_drop.paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._on_resized()

    def wheelEvent(self, event: QWheelEvent) -> None:
        is_pad = event.device().type() is QPointingDevice.DeviceType.TouchPad
        if is_pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.navigation.pan(QPointF(event.pixelDelta()))
        else:
            self.navigation.zoom(
                ZOOM_PER_NOTCH ** (event.angleDelta().y() / WHEEL_NOTCH), event.position()
            )
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._touch_gestures.handle_touchpad(event):
            return True
        if isinstance(event, QTouchEvent) and event.type() in _TOUCH_EVENTS:
            self._touch_gestures.handle_touch(event)
            event.accept()
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._on_resized()
        if event.type() is QEvent.Type.ShortcutOverride and self.pointer_router.draws_polygon:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Delete:
                event.accept()  # it takes a corner back, not the selected edit
        return super().event(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        answers = {
            QEvent.Type.TabletPress: self.pointer_router.press,
            QEvent.Type.TabletMove: self.pointer_router.move,
            QEvent.Type.TabletRelease: self.pointer_router.release,
        }
        answers[event.type()](Pointer.of(event))
        event.accept()  # else it comes again as a mouse event

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer_router.press(Pointer.of(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open a menu by its key, or by the right button if the tool in hand has no use for it."""
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        if is_by_key or self.pointer_router.choose_for_menu():
            self.menu_requested.emit(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.pointer_router.zoom_to_face(Pointer.of(event)):
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer_router.move(Pointer.of(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer_router.release(Pointer.of(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        if self.isActiveWindow():
            self.setFocus()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer_router.leave()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if exemplar_number_in(event.mimeData()) is not None:
            event.acceptProposedAction()  # the window takes anything else

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(self.exemplar_drop.move(event.mimeData(), event.position()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.exemplar_drop.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setAccepted(self.exemplar_drop.drop(event.mimeData(), event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._handle_held_key(event, held=True) and not self._handle_key(
            Qt.Key(event.key())
        ):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._handle_held_key(event, held=False):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.pointer_router.hold_pan(False)
        self.pointer_router.hold_straight(False)
        self.comparison.hold(False)

    def _handle_held_key(self, event: QKeyEvent, *, held: bool) -> bool:
        """Answer the keys that act while they are held; tells whether it was one."""
        answers = {
            Qt.Key.Key_Space: self.pointer_router.hold_pan,
            Qt.Key.Key_Shift: self.pointer_router.hold_straight,
            **dict.fromkeys(COMPARE_KEYS, self.comparison.hold),
        }
        answer = answers.get(Qt.Key(event.key()))
        if answer is not None and not event.isAutoRepeat():
            answer(held)
        return answer is not None

    def _handle_key(self, key: Qt.Key) -> bool:
        """Answer the keys that act at once; tells whether it was one."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.pointer_router.close_shape()
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            return self.pointer_router.remove_last_corner()
        if key in _PAN_KEYS:
            self.navigation.pan(_PAN_KEYS[key])
        return key in _PAN_KEYS
