"""What the canvas shows, layer by layer. Items paint; they decide nothing.

Every item paints in device pixels of the canvas, so nothing is scaled twice.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from core import regions
from core.face.detect import Face
from core.masks import Image, Mask, Window
from core.regions import Landmarks
from faceeditor_gui import qimage
from faceeditor_gui.canvas import colours
from faceeditor_gui.canvas.pyramid import Pixels, Pyramid
from faceeditor_gui.canvas.viewport import Viewport
from faceeditor_gui.steps import Preview, to_8_bits

_LINES = (
    (regions.JAW, False),
    (regions.LEFT_BROW, False),
    (regions.RIGHT_BROW, False),
    (regions.NOSE_BRIDGE, False),
    (regions.NOSE_BASE, False),
    (regions.LEFT_EYE, True),
    (regions.RIGHT_EYE, True),
    (regions.OUTER_LIPS, True),
    (regions.INNER_LIPS, True),
)
DOT_PX = 3.0
"""Size of a landmark in logical pixels, where the face is large enough for it."""
DOT_SHARE = 0.03
"""Most of the distance between the eyes that a landmark may take."""
_CHECKER_PX = 16


class PhotoItem:
    """The photo with its edits, or without them while the user compares."""

    def __init__(self, image: Image, alpha: Mask | None) -> None:
        """`image` is (H, W, 3) of any depth, `alpha` (H, W) of the same or None."""
        self._alpha = None if alpha is None else to_8_bits(alpha)
        height, width = image.shape[:2]
        everything = slice(0, height), slice(0, width)
        self._original = Pyramid.of(self._shown(image, everything))
        self._edited = self._original
        self.shows_original = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self._original.shape
        return width, height

    def write(self, window: Window, image: Image) -> None:
        """Show other pixels in one window."""
        if self._edited is self._original:
            self._edited = self._original.copy()
        self._edited.write(window, self._shown(image, window))

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint the part of the photo that lies in an area of the screen."""
        pyramid = self._original if self.shows_original else self._edited
        visible = area & _screen_rect(view, (0.0, 0.0), self.size)
        if visible.isEmpty():
            return
        painter.drawImage(visible.topLeft(), qimage.from_rgb(_sampled(pyramid, view, visible)))

    def _shown(self, image: Image, window: Window) -> Pixels:
        pixels = to_8_bits(image)
        if self._alpha is None:
            return pixels
        alpha = self._alpha[window][..., None].astype(np.uint16)
        mixed = pixels * alpha + _checker(window)[..., None] * (255 - alpha) + 127
        return (mixed // 255).astype(np.uint8)


class MaskItem:
    """The mask as a translucent overlay, with the stroke under way."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._pyramid = Pyramid.of(np.zeros(shape, np.uint8))
        self._table = colours.mask_table()

    def write(self, window: Window, coverage: Mask) -> None:
        """Show other coverage in one window."""
        self._pyramid.write(window, coverage)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint the part of the mask that lies in an area of the screen."""
        height, width = self._pyramid.shape
        visible = area & _screen_rect(view, (0.0, 0.0), (width, height))
        if visible.isEmpty():
            return
        coverage = _sampled(self._pyramid, view, visible)
        if coverage.any():
            painter.drawImage(visible.topLeft(), qimage.from_indices(coverage, self._table))


class PreviewItem:
    """A reduced result over the photo, while a slider moves."""

    def __init__(self, preview: Preview) -> None:
        self._image = QImage()
        self._place = (0.0, 0.0, 0.0, 0.0)
        result = preview.result
        if result is None or not result.coverage.size:
            return
        self._image = qimage.from_rgba(to_8_bits(result.patch), result.coverage)
        rows, columns = preview.window
        # A reduced side is a whole number of pixels, so the two scales differ a little.
        height, width = result.request.image.shape[:2]
        across = (columns.stop - columns.start) / width
        down = (rows.stop - rows.start) / height
        self._place = (
            columns.start + result.left * across,
            rows.start + result.top * down,
            columns.start + (result.left + self._image.width()) * across,
            rows.start + (result.top + self._image.height()) * down,
        )

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """Paint the preview; the painter clips it."""
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            target = QRectF(_point(view, self._place[:2]), _point(view, self._place[2:]))
            painter.drawImage(target, self._image)


class FacesItem:
    """Boxes of all faces, and the chosen face's 68 landmarks."""

    def __init__(self) -> None:
        self.faces: tuple[Face, ...] = ()
        self.chosen: Face | None = None
        self.landmarks: Landmarks | None = None
        """(68, 2) in photo pixels of the chosen face, where they are true."""
        self.shows_boxes = True
        self.shows_landmarks = True

    def paint(self, painter: QPainter, view: Viewport, unit: float) -> None:
        """Paint the overlay; `unit` is the size of a logical pixel in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.shows_boxes:
            for face in self.faces:
                self._paint_box(painter, view, face, unit)
        if self.shows_landmarks and self.landmarks is not None:
            _paint_landmarks(painter, view, self.landmarks, unit)

    def _paint_box(self, painter: QPainter, view: Viewport, face: Face, unit: float) -> None:
        left, top, right, bottom = face.box
        box = QRectF(_point(view, (left, top)), _point(view, (right, bottom)))
        is_chosen = face is self.chosen
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in _outlined(colours.CHOSEN_FACE if is_chosen else colours.FACE, 1.5 * unit):
            painter.setPen(pen)
            painter.drawRoundedRect(box, 6 * unit, 6 * unit)


def paint_circle(painter: QPainter, centre: QPointF, radius: float, unit: float) -> None:
    """Paint the brush's outline, visible on any photo."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _outlined(colours.CURSOR, unit):
        painter.setPen(pen)
        painter.drawEllipse(centre, radius, radius)


def paint_line(painter: QPainter, start: QPointF, to: QPointF, unit: float) -> None:
    """Paint where a straight line would go."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in _outlined(colours.CURSOR, unit):
        painter.setPen(pen)
        painter.drawLine(start, to)


def paint_rectangle(painter: QPainter, rectangle: QRectF, unit: float) -> None:
    """Paint a rectangle that is being drawn."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _outlined(colours.CHOSEN_FACE, 1.5 * unit):
        painter.setPen(pen)
        painter.drawRect(rectangle)


def _paint_landmarks(painter: QPainter, view: Viewport, landmarks: Landmarks, unit: float) -> None:
    dot = min(DOT_PX * unit, DOT_SHARE * view.scale * regions.interocular_distance(landmarks))
    points = [_point(view, (x + 0.5, y + 0.5)) for x, y in landmarks]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.LANDMARK_LINE, unit))
    for group, is_closed in _LINES:
        path = QPolygonF([points[index] for index in group])
        if is_closed:
            painter.drawPolygon(path)
        else:
            painter.drawPolyline(path)
    if dot < unit:
        return
    for pen, width in ((QPen(colours.HALO), dot + 1.5 * unit), (QPen(colours.CHOSEN_FACE), dot)):
        pen.setWidthF(width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(points)


def _outlined(colour: QColor, width: float) -> tuple[QPen, QPen]:
    """Return a dark wide pen and a light narrow one, which together show on any photo."""
    return QPen(colours.HALO, 3 * width), QPen(colour, width)


def _point(view: Viewport, image: tuple[float, ...]) -> QPointF:
    return QPointF(*view.to_screen((image[0], image[1])))


def _screen_rect(view: Viewport, first: tuple[float, float], last: tuple[float, float]) -> QRect:
    """Find the screen pixels whose centres lie in a box of the image, given by two corners."""
    left, top = view.to_screen(first)
    right, bottom = view.to_screen(last)
    x, y = int(np.ceil(left - 0.5)), int(np.ceil(top - 0.5))
    return QRect(x, y, int(np.ceil(right - 0.5)) - x, int(np.ceil(bottom - 0.5)) - y)


def _sampled(pyramid: Pyramid, view: Viewport, visible: QRect) -> Pixels:
    left, top = view.to_image((visible.x(), visible.y()))
    return pyramid.sample(view.scale, left, top, (visible.width(), visible.height()))


def _checker(window: Window) -> Pixels:
    rows, columns = window
    y = np.arange(rows.start, rows.stop)[:, None] // _CHECKER_PX
    x = np.arange(columns.start, columns.stop) // _CHECKER_PX
    return np.where((x + y) % 2, *colours.CHECKER).astype(np.uint8)
