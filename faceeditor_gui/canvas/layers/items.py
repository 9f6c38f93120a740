"""What the canvas shows, layer by layer. Items paint; they decide nothing.

Every item paints in device pixels of the canvas, so nothing is scaled twice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from core.anatomy.landmarks import (
    INNER_LIPS,
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap
from core.face.face import Face
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Image8, Mask, Window
from core.imaging.depth import to_8_bit
from faceeditor_gui.appearance import qimage
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.pyramid import Colour, Place, Pyramid
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.edit_step import Preview

_LINES = (
    (JAW, False),
    (LEFT_BROW, False),
    (RIGHT_BROW, False),
    (NOSE_BRIDGE, False),
    (NOSE_BASE, False),
    (LEFT_EYE, True),
    (RIGHT_EYE, True),
    (OUTER_LIPS, True),
    (INNER_LIPS, True),
)
DOT_PX = 3.0
"""Size of a landmark in logical pixels, where the face is large enough for it."""
DOT_SHARE = 0.03
"""Most of the distance between the eyes that a landmark may take."""
BOX_CORNER_PX = 6.0
GRID_ABOVE = 8.0
"""Zoom from which a grid shows where pixels end."""
_CHECKER_PX = 16


class PhotoItem:
    """The photo with its edits, and without them to compare with."""

    def __init__(self, image: Image, alpha: Mask | None) -> None:
        """`image` is (H, W, 3) of any depth, `alpha` (H, W) of the same or None."""
        self._alpha = None if alpha is None else to_8_bit(alpha)
        height, width = image.shape[:2]
        everything = slice(0, height), slice(0, width)
        self._original = Pyramid.of(self._shown(image, everything))
        self._edited = self._original

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

    def paint(
        self, painter: QPainter, view: Viewport, area: QRect, surround: QColor, *, original: bool
    ) -> None:
        """Paint the part of the photo that lies in an area of the screen."""
        visible = area & _screen_rect(view, self.size)
        if visible.isEmpty():
            return
        pyramid = self._original if original else self._edited
        beyond = surround.red(), surround.green(), surround.blue()
        drawn = _sampled(pyramid, view, visible, beyond)
        painter.drawImage(visible.topLeft(), qimage.from_rgb(drawn))

    def _shown(self, image: Image, window: Window) -> Image8:
        pixels = to_8_bit(image)
        if self._alpha is None:
            return pixels
        shown = np.repeat(_checker(window)[..., None], 3, axis=2)
        composite(shown, pixels, self._alpha[window])
        return shown


class MaskItem:
    """The mask as a translucent overlay, with the stroke under way."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._pyramid = Pyramid.of(np.zeros(shape, np.uint8))
        self._table = colours.mask_table(QColor(), 0.0)

    def show_in(self, colour: QColor, opacity: float) -> None:
        """Show the mask in a colour; `opacity` 0..1 is that of full coverage."""
        self._table = colours.mask_table(colour, opacity)

    def write(self, window: Window, coverage: Mask) -> None:
        """Show other coverage in one window."""
        self._pyramid.write(window, coverage)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint the part of the mask that lies in an area of the screen."""
        height, width = self._pyramid.shape
        visible = area & _screen_rect(view, (width, height))
        if visible.isEmpty():
            return
        coverage = _sampled(self._pyramid, view, visible, (0,))
        if coverage.any():
            painter.drawImage(visible.topLeft(), qimage.from_indices(coverage, self._table))


class LabelItem:
    """A map of labels, each in its colour."""

    def __init__(self, labels: LabelMap) -> None:
        """`labels` is written to."""
        self._pyramid = Pyramid([labels])  # smaller levels would mix labels
        self._table = colours.region_table(0.0)

    def show_in(self, table: npt.NDArray[np.uint32]) -> None:
        """Show label i as the premultiplied ARGB number table[i]."""
        self._table = table

    def write(self, window: Window, labels: LabelMap) -> None:
        """Show other labels in one window."""
        self._pyramid.write(window, labels)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint the part of the map that lies in an area of the screen."""
        height, width = self._pyramid.shape
        visible = area & _screen_rect(view, (width, height))
        if not visible.isEmpty():
            labels = _sampled(self._pyramid, view, visible, (UNKNOWN,), mixes=False)
            painter.drawImage(visible.topLeft(), qimage.from_indices(labels, self._table))


class PreviewItem:
    """A reduced result over the photo, while a slider moves."""

    def __init__(self, preview: Preview) -> None:
        self._image = QImage()
        self._place = (0.0, 0.0, 0.0, 0.0)
        result = preview.result
        if result is None or not result.coverage.size:
            return
        self._image = qimage.from_rgba(to_8_bit(result.patch), result.coverage)
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
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(transform(view), combine=True)
            left, top, right, bottom = self._place
            painter.drawImage(QRectF(left, top, right - left, bottom - top), self._image)
            painter.restore()


class FacesItem:
    """Boxes of all faces, and the chosen face's 68 landmarks."""

    def __init__(self) -> None:
        self.faces: tuple[Face, ...] = ()
        self.chosen: Face | None = None
        self.landmarks: Landmarks | None = None
        """(68, 2) in photo pixels, of the chosen face; None shows none."""
        self.shows_boxes = True

    def paint(self, painter: QPainter, view: Viewport, unit: float) -> None:
        """Paint the overlay; `unit` is the size of a logical pixel in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.shows_boxes:
            for face in self.faces:
                self._paint_box(painter, view, face, unit)
        if self.landmarks is not None:
            _paint_landmarks(painter, view, self.landmarks, unit)

    def _paint_box(self, painter: QPainter, view: Viewport, face: Face, unit: float) -> None:
        left, top, right, bottom = face.box
        path = QPainterPath()
        corner = BOX_CORNER_PX * unit / view.scale
        path.addRoundedRect(QRectF(left, top, right - left, bottom - top), corner, corner)
        shown = transform(view).map(path)
        is_chosen = face is self.chosen
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in outlined(colours.CHOSEN_FACE if is_chosen else colours.FACE, 1.5 * unit):
            painter.setPen(pen)
            painter.drawPath(shown)


def paint_grid(
    painter: QPainter, view: Viewport, size: tuple[int, int], visible: QRect, unit: float
) -> None:
    """Paint lines between the pixels of an image of some width and height."""
    if view.scale <= GRID_ABOVE * unit:
        return
    to_image = transform(view).inverted()[0]
    seen = to_image.mapRect(QRectF(visible)).toAlignedRect() & QRect(0, 0, *size)
    left, top, right, bottom = seen.x(), seen.y(), seen.right() + 1, seen.bottom() + 1
    ends = [((x, top), (x, bottom)) for x in range(left, right + 1)]
    ends += [((left, y), (right, y)) for y in range(top, bottom + 1)]
    lines = [QLineF(_point(view, start), _point(view, end)) for start, end in ends]
    painter.setPen(QPen(colours.GRID, 1))
    painter.drawLines(lines)


def transform(view: Viewport) -> QTransform:
    """Map positions of the image to the screen."""
    (a, b), (c, d) = view.linear
    return QTransform(a, b, c, d, view.left, view.top)


def outlined(colour: QColor, width: float) -> tuple[QPen, QPen]:
    """Return a dark wide pen and a light narrow one, which together show on any photo."""
    return QPen(colours.HALO, 3 * width), QPen(colour, width)


def _paint_landmarks(painter: QPainter, view: Viewport, landmarks: Landmarks, unit: float) -> None:
    dot = min(DOT_PX * unit, DOT_SHARE * view.scale * interocular_distance(landmarks))
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


def _point(view: Viewport, image: tuple[float, ...]) -> QPointF:
    return QPointF(*view.to_screen((image[0], image[1])))


def _screen_rect(view: Viewport, size: tuple[int, int]) -> QRect:
    """Find the screen pixels that an image of some width and height reaches.

    While its sides are parallel to the screen's these are the pixels whose centres it holds.
    """
    slack = 0.0 if view.is_upright else 1.0
    left, top, right, bottom = view.screen_box((0.0, 0.0), size)
    x, y = int(np.ceil(left - slack - 0.5)), int(np.ceil(top - slack - 0.5))
    across, down = int(np.ceil(right + slack - 0.5)), int(np.ceil(bottom + slack - 0.5))
    return QRect(x, y, across - x, down - y)


def _sampled(
    pyramid: Pyramid, view: Viewport, visible: QRect, beyond: Colour, *, mixes: bool = True
) -> Image8:
    corner, right, down = (
        view.to_image((visible.x() + x, visible.y() + y)) for x, y in ((0, 0), (1, 0), (0, 1))
    )
    place = Place(
        corner,
        (right[0] - corner[0], right[1] - corner[1]),
        (down[0] - corner[0], down[1] - corner[1]),
    )
    size = visible.width(), visible.height()
    return pyramid.sample(place, size, None if view.is_upright else beyond, mixes=mixes)


def _checker(window: Window) -> Image8:
    rows, columns = window
    y = np.arange(rows.start, rows.stop)[:, None] // _CHECKER_PX
    x = np.arange(columns.start, columns.stop) // _CHECKER_PX
    return np.where((x + y) % 2, *colours.CHECKER).astype(np.uint8)
