"""The canvas: shows the photo and maps the screen to it; gestures are routed in `gestures`."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.masks import Window
from faceeditor_gui.canvas.gestures import Gestures
from faceeditor_gui.canvas.items import FacesItem, MaskItem, PhotoItem, PreviewItem
from faceeditor_gui.canvas.viewport import Viewport
from faceeditor_gui.document import Document
from faceeditor_gui.steps import EditStep, Preview
from faceeditor_gui.tool_state import ToolState

ZOOM_PER_NOTCH = 2**0.25
NOTCH = 120
_MAX_PAINTED_RECTS = 16
_COMPARE_KEYS = (Qt.Key.Key_Backslash, Qt.Key.Key_C)


class Canvas(QWidget):
    """The photo with its overlays; zoom, pan and hover are its own state."""

    scale_changed = Signal(float)  # device pixels per photo pixel

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.viewport = Viewport()
        self._photo: PhotoItem | None = None
        self._mask = MaskItem((1, 1))
        self._faces = FacesItem()
        self._preview: Preview | None = None
        self._preview_item: PreviewItem | None = None
        self.gestures = Gestures(self, document, tool_state)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Photo"))
        document.photo_changed.connect(self._on_photo_changed)
        document.image_changed.connect(self._on_image_changed)
        document.mask_changed.connect(self._on_mask_changed)
        document.faces_changed.connect(self._on_faces_changed)
        document.face_chosen.connect(self._on_faces_changed)

    @property
    def unit(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    @property
    def mask_item(self) -> MaskItem:
        """The overlay that strokes are shown on while they are painted."""
        return self._mask

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
        """Show one photo pixel as one screen pixel."""
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

    def to_device(self, position: QPointF) -> tuple[float, float]:
        """Convert logical to device pixels."""
        return position.x() * self.unit, position.y() * self.unit

    # Overlays.

    def show_preview(self, preview: Preview | None) -> None:
        """Show a reduced result in place of the step it stands for, or none any more."""
        hidden = self._preview.replaced if self._preview else None
        self._preview = preview
        self._preview_item = PreviewItem(preview) if preview else None
        wanted = preview.replaced if preview else None
        for step in {hidden, wanted} - {None} if hidden is not wanted else ():
            self._write_photo(cast(EditStep, step).window)
        self.update()

    def show_landmarks(self, shown: bool) -> None:
        """Show or hide the 68 points."""
        self._faces.shows_landmarks = shown
        self.update()

    def show_faces(self, shown: bool) -> None:
        """Show or hide the boxes around faces."""
        self._faces.shows_boxes = shown
        self.update()

    def show_original(self, shown: bool) -> None:
        """Show the photo without edits and overlays."""
        if self._photo is not None:
            self._photo.shows_original = shown
            self.update()

    def update_window(self, window: Window) -> None:
        """Repaint one window of the photo."""
        rows, columns = window
        left, top = self.viewport.to_screen((columns.start, rows.start))
        right, bottom = self.viewport.to_screen((columns.stop, rows.stop))
        spread = max(self.viewport.scale, 1.0) + 2  # interpolation reaches a pixel further
        self.update(
            QRect(
                QPointF((left - spread) / self.unit, (top - spread) / self.unit).toPoint(),
                QPointF((right + spread) / self.unit, (bottom + spread) / self.unit).toPoint(),
            )
        )

    # The document.

    def _on_photo_changed(self) -> None:
        photo = self._document.photo
        assert photo is not None
        self._photo = PhotoItem(photo.work, photo.alpha)
        self._mask = MaskItem(self._document.shape)
        self._preview = self._preview_item = None
        self.gestures.begin_photo()
        self.viewport.show(self._photo.size)
        self._on_moved()

    def _on_image_changed(self, window: Window) -> None:
        self._write_photo(window)
        self.update_window(window)

    def _write_photo(self, window: Window) -> None:
        if self._photo is not None:
            hidden = self._preview.replaced if self._preview else None
            self._photo.write(window, self._document.composed(window, without=hidden))

    def _on_mask_changed(self, window: Window) -> None:
        self._mask.write(window, self._document.mask(window))
        self.update_window(window)

    def _on_faces_changed(self) -> None:
        self._faces.faces = self._document.faces
        self._faces.chosen = self._document.chosen_face
        self.update()

    def _on_moved(self) -> None:
        self.gestures.forget_region()
        self.scale_changed.emit(self.viewport.scale)
        self.update()

    # Painting.

    def _paint_area(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, self.palette().color(QPalette.ColorRole.Dark))
        if self._photo is None:
            return
        self._photo.paint(painter, self.viewport, area)
        if self._photo.shows_original:
            return
        if self._preview_item is not None:
            painter.setClipRect(area)
            self._preview_item.paint(painter, self.viewport, area)
            painter.setClipping(False)
        self._mask.paint(painter, self.viewport, area)

    def _device_rect(self, rect: QRect) -> QRect:
        left, top = int(rect.left() * self.unit), int(rect.top() * self.unit)
        right = -int(-(rect.right() + 1) * self.unit // 1)
        bottom = -int(-(rect.bottom() + 1) * self.unit // 1)
        return QRect(left, top, right - left, bottom - top)

    # Qt overrides.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(1 / self.unit, 1 / self.unit)
        region = event.region()
        if region.rectCount() > _MAX_PAINTED_RECTS:
            region = QRegion(region.boundingRect())
        for index in range(region.rectCount()):
            self._paint_area(painter, self._device_rect(region.rects()[index]))
        if self._photo is not None and not self._photo.shows_original:
            self._faces.paint(painter, self.viewport, self.unit)
            self.gestures.paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.viewport.resize((round(self.width() * self.unit), round(self.height() * self.unit)))
        self._on_moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.gestures.release(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.gestures.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_held_key(event, down=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._is_held_key(event, down=False):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        self.gestures.hold_pan(False)
        self.show_original(False)

    def _is_held_key(self, event: QKeyEvent, *, down: bool) -> bool:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.gestures.hold_pan(down)
        elif event.key() in _COMPARE_KEYS and not event.modifiers():
            if not event.isAutoRepeat():
                self.show_original(down)
        elif event.key() == Qt.Key.Key_Shift:
            self.gestures.hold_straight(down)
        else:
            return False
        return True
