"""Which part of the photo the screen shows: zoom, pan, rotation, and the way between the two.

Pixels of the photo, device pixels and logical pixels meet here; gestures, overlays and drops ask
it and know nothing of the canvas.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, Signal
from PySide6.QtWidgets import QWidget

from core.face.face import Face
from core.imaging.arrays import Position, Window
from faceeditor_gui.canvas.layers.viewport import Viewport

ZOOM_PER_NOTCH = 2**0.25
FACE_MARGIN = 0.25
"""Free border around a face's box when it is zoomed to, as a share of the canvas."""
ROTATION_STEP_DEG = 15.0


class Navigation(QObject):
    """The view of a photo on one widget."""

    scale_changed = Signal(float)  # device pixels per photo pixel
    view_changed = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget
        """What shows the photo."""
        self.viewport = Viewport()

    @property
    def pixel_ratio(self) -> float:
        """Device pixels per logical pixel."""
        return self.widget.devicePixelRatioF()

    def to_device(self, position: QPointF) -> tuple[float, float]:
        """Convert logical to device pixels."""
        return position.x() * self.pixel_ratio, position.y() * self.pixel_ratio

    # Zoom, pan and rotation.

    def fit(self) -> None:
        """Show the whole photo, a small one enlarged."""
        self.viewport.fit()
        self.changed()

    def show_face(self, face: Face) -> None:
        """Show a face, with its hair and neck, as large as it goes."""
        self.viewport.show_box(face.box, FACE_MARGIN)
        self.changed()

    def zoom_in(self) -> None:
        """Zoom in on the middle."""
        self.zoom(ZOOM_PER_NOTCH**2)

    def zoom_out(self) -> None:
        """Zoom out of the middle."""
        self.zoom(ZOOM_PER_NOTCH**-2)

    def zoom_to(self, scale: float, at: Position | None = None) -> None:
        """Show a photo pixel as `scale` device pixels, at a position in those or in the middle."""
        self.viewport.zoom_to(scale, at)
        self.changed()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom; the photo stays put under a position in logical pixels, or in the middle."""
        self.viewport.zoom(factor, None if at is None else self.to_device(at))
        self.changed()

    def pan(self, by: QPointF) -> None:
        """Move the photo by logical pixels."""
        self.viewport.pan(*self.to_device(by))
        self.changed()

    def rotate_left(self) -> None:
        """Rotate the view a step counterclockwise."""
        self.rotate(-ROTATION_STEP_DEG)

    def rotate_right(self) -> None:
        """Rotate the view a step clockwise."""
        self.rotate(ROTATION_STEP_DEG)

    def rotate(self, degrees: float) -> None:
        """Rotate the view clockwise; the photo itself is not rotated."""
        self.viewport.rotate_to(self.viewport.angle + degrees)
        self.changed()

    def reset_rotation(self) -> None:
        """Rotate the view back to upright."""
        self.viewport.rotate_to(0.0)
        self.changed()

    def mirror(self) -> None:
        """Mirror the view, or undo that."""
        self.viewport.mirror()
        self.changed()

    def is_mirrored(self) -> bool:
        """Tell whether the view is mirrored."""
        return self.viewport.is_mirrored

    # What has to be painted.

    def update_window(self, window: Window | None) -> None:
        """Repaint one window of the photo, or everything."""
        if window is None:
            self.widget.update()
            return
        rows, columns = window
        spread = max(self.viewport.scale, 1.0) + 2  # interpolation reaches a pixel further
        left, top, right, bottom = self.viewport.screen_box(
            (columns.start, rows.start), (columns.stop, rows.stop)
        )
        first = QPointF(left - spread, top - spread) / self.pixel_ratio
        last = QPointF(right + spread, bottom + spread) / self.pixel_ratio
        self.widget.update(QRect(first.toPoint(), last.toPoint()))

    def device_rect(self, rect: QRect) -> QRect:
        """Find the device pixels that a logical rectangle touches."""
        left, top = (int(side * self.pixel_ratio) for side in (rect.left(), rect.top()))
        right, bottom = (
            -int(-(side + 1) * self.pixel_ratio // 1) for side in (rect.right(), rect.bottom())
        )
        return QRect(left, top, right - left, bottom - top)

    def resize(self) -> tuple[int, int]:
        """Follow the widget's size; returns it in device pixels."""
        size = (
            round(self.widget.width() * self.pixel_ratio),
            round(self.widget.height() * self.pixel_ratio),
        )
        self.viewport.resize(size)
        return size

    def changed(self) -> None:
        """Tell everybody that the view is another one, and repaint."""
        self.scale_changed.emit(self.viewport.scale)
        self.view_changed.emit()
        self.widget.update()
