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
from faceeditor_gui.appearance.display import for_display
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.pyramid import PixelValue, Pyramid, SamplingGrid
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.edit_step import Preview

_POLYLINES = (
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
MAX_DOT_SHARE = 0.03
"""Most of the distance between the eyes that a landmark may take."""
BOX_CORNER_PX = 6.0
GRID_MIN_SCALE = 8.0
"""Zoom from which a grid shows where pixels end."""
_CHECKER_PX = 16


class PhotoItem:
    """The photo with its edits, and the original to compare with."""

    def __init__(self, image: Image, alpha: Mask | None) -> None:
        """Begin with a photo without edits.

        Args:
            image: (H, W, 3) uint8 or uint16 RGB.
            alpha: (H, W) opacity of the same depth; None is opaque.
        """
        self._alpha = None if alpha is None else to_8_bit(alpha)
        height, width = image.shape[:2]
        everything = slice(0, height), slice(0, width)
        self._original = Pyramid.of(self._over_checkerboard(image, everything))
        self._edited = self._original

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self._original.shape
        return width, height

    def write(self, window: Window, image: Image) -> None:
        """Replace the (h, w, 3) uint8 or uint16 RGB pixels of one window."""
        if self._edited is self._original:
            self._edited = self._original.copy()
        self._edited.write(window, self._over_checkerboard(image, window))

    def paint(
        self, painter: QPainter, view: Viewport, area: QRect, background: QColor, *, original: bool
    ) -> None:
        """Paint the part of the photo that lies in an area of the screen."""
        visible = area & _screen_rect(view, self.size)
        if visible.isEmpty():
            return
        pyramid = self._original if original else self._edited
        border_value = background.red(), background.green(), background.blue()
        drawn = _sampled(pyramid, view, visible, border_value)
        painter.drawImage(visible.topLeft(), for_display(qimage.from_rgb(drawn)))

    def _over_checkerboard(self, image: Image, window: Window) -> Image8:
        pixels = to_8_bit(image)
        if self._alpha is None:
            return pixels
        shown = np.repeat(_checkerboard(window)[..., None], 3, axis=2)
        composite(shown, pixels, self._alpha[window])
        return shown


class MaskItem:
    """The mask as a translucent overlay, with the stroke under way."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._pyramid = Pyramid.of(np.zeros(shape, np.uint8))
        self._table = colours.mask_colour_table(QColor(), 0.0)

    def set_colour(self, colour: QColor, opacity: float) -> None:
        """Show the mask in a colour; `opacity` 0..1 is that of full coverage."""
        self._table = colours.mask_colour_table(colour, opacity)

    def write(self, window: Window, coverage: Mask) -> None:
        """Replace the (h, w) uint8 coverage of one window."""
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


class LabelMapItem:
    """A label map, each label in its colour."""

    def __init__(self, labels: LabelMap) -> None:
        """`labels` is (H, W) uint8 of `Region`, kept and written to."""
        self._pyramid = Pyramid([labels])  # a reduced level would mix labels
        self._table = colours.region_colour_table(0.0)

    def set_colours(self, table: npt.NDArray[np.uint32]) -> None:
        """Show label i as table[i]: (256,) uint32, premultiplied ARGB."""
        self._table = table

    def write(self, window: Window, labels: LabelMap) -> None:
        """Replace the (h, w) uint8 labels of one window."""
        self._pyramid.write(window, labels)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint the part of the label map that lies in an area of the screen."""
        height, width = self._pyramid.shape
        visible = area & _screen_rect(view, (width, height))
        if not visible.isEmpty():
            labels = _sampled(self._pyramid, view, visible, (UNKNOWN,), interpolates=False)
            painter.drawImage(visible.topLeft(), qimage.from_indices(labels, self._table))


class PreviewItem:
    """A reduced result over the photo, while a slider moves."""

    def __init__(self, preview: Preview) -> None:
        self._image = QImage()
        self._rect = (0.0, 0.0, 0.0, 0.0)
        result = preview.result
        if result is None or not result.coverage.size:
            return
        self._image = for_display(qimage.from_rgba(to_8_bit(result.patch), result.coverage))
        rows, columns = preview.window
        # A reduced side is a whole number of pixels, so the two scales differ a little.
        height, width = result.request.image.shape[:2]
        across = (columns.stop - columns.start) / width
        down = (rows.stop - rows.start) / height
        self._rect = (
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
            painter.setTransform(image_to_screen(view), combine=True)
            left, top, right, bottom = self._rect
            painter.drawImage(QRectF(left, top, right - left, bottom - top), self._image)
            painter.restore()


class FacesItem:
    """Boxes of faces, and the 68 landmarks of the one in hand."""

    def __init__(self) -> None:
        self.faces: tuple[Face, ...] = ()
        """Those whose boxes are shown."""
        self.chosen: tuple[Face, ...] = ()
        self.landmarks: Landmarks | None = None
        """(68, 2) of the face in hand, image pixels; None shows none."""

    def paint(self, painter: QPainter, view: Viewport, pixel_ratio: float) -> None:
        """Paint the overlay; `pixel_ratio` is the size of a logical pixel in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for face in self.faces:
            self._paint_box(painter, view, face, pixel_ratio)
        if self.landmarks is not None:
            _paint_landmarks(painter, view, self.landmarks, pixel_ratio)

    def _paint_box(self, painter: QPainter, view: Viewport, face: Face, pixel_ratio: float) -> None:
        left, top, right, bottom = face.box
        path = QPainterPath()
        corner = BOX_CORNER_PX * pixel_ratio / view.scale
        path.addRoundedRect(QRectF(left, top, right - left, bottom - top), corner, corner)
        shown = image_to_screen(view).map(path)
        is_chosen = any(face is one for one in self.chosen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in outline_pens(
            colours.CHOSEN_FACE if is_chosen else colours.FACE, 1.5 * pixel_ratio
        ):
            painter.setPen(pen)
            painter.drawPath(shown)


def paint_grid(
    painter: QPainter, view: Viewport, size: tuple[int, int], visible: QRect, pixel_ratio: float
) -> None:
    """Paint lines between the pixels of an image, given its width and height."""
    if view.scale <= GRID_MIN_SCALE * pixel_ratio:
        return
    to_image = image_to_screen(view).inverted()[0]
    visible_pixels = to_image.mapRect(QRectF(visible)).toAlignedRect() & QRect(0, 0, *size)
    left, top, right, bottom = (
        visible_pixels.x(),
        visible_pixels.y(),
        visible_pixels.right() + 1,
        visible_pixels.bottom() + 1,
    )
    ends = [((x, top), (x, bottom)) for x in range(left, right + 1)]
    ends += [((left, y), (right, y)) for y in range(top, bottom + 1)]
    lines = [QLineF(_point(view, start), _point(view, end)) for start, end in ends]
    painter.setPen(QPen(colours.GRID, 1))
    painter.drawLines(lines)


def image_to_screen(view: Viewport) -> QTransform:
    """Return the transform from image pixels to device pixels of the canvas."""
    (a, b), (c, d) = view.linear
    return QTransform(a, b, c, d, view.left, view.top)


def outline_pens(colour: QColor, width: float) -> tuple[QPen, QPen]:
    """Return a dark wide pen and a light narrow one, which together show on any photo."""
    return QPen(colours.HALO, 3 * width), QPen(colour, width)


def _paint_landmarks(
    painter: QPainter, view: Viewport, landmarks: Landmarks, pixel_ratio: float
) -> None:
    dot = min(DOT_PX * pixel_ratio, MAX_DOT_SHARE * view.scale * interocular_distance(landmarks))
    points = [_point(view, (x + 0.5, y + 0.5)) for x, y in landmarks]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.LANDMARK_LINE, pixel_ratio))
    for group, is_closed in _POLYLINES:
        path = QPolygonF([points[index] for index in group])
        if is_closed:
            painter.drawPolygon(path)
        else:
            painter.drawPolyline(path)
    if dot < pixel_ratio:
        return
    for pen, width in (
        (QPen(colours.HALO), dot + 1.5 * pixel_ratio),
        (QPen(colours.CHOSEN_FACE), dot),
    ):
        pen.setWidthF(width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(points)


def _point(view: Viewport, image: tuple[float, ...]) -> QPointF:
    return QPointF(*view.to_screen((image[0], image[1])))


def _screen_rect(view: Viewport, size: tuple[int, int]) -> QRect:
    """Find the screen pixels that an image reaches, given its width and height.

    While its sides are parallel to the screen's these are the pixels whose centres it holds.
    """
    slack = 0.0 if view.is_axis_aligned else 1.0
    left, top, right, bottom = view.screen_box((0.0, 0.0), size)
    x, y = int(np.ceil(left - slack - 0.5)), int(np.ceil(top - slack - 0.5))
    across, down = int(np.ceil(right + slack - 0.5)), int(np.ceil(bottom + slack - 0.5))
    return QRect(x, y, across - x, down - y)


def _sampled(
    pyramid: Pyramid,
    view: Viewport,
    visible: QRect,
    border_value: PixelValue,
    *,
    interpolates: bool = True,
) -> Image8:
    corner, right, down = (
        view.to_image((visible.x() + x, visible.y() + y)) for x, y in ((0, 0), (1, 0), (0, 1))
    )
    place = SamplingGrid(
        corner,
        (right[0] - corner[0], right[1] - corner[1]),
        (down[0] - corner[0], down[1] - corner[1]),
    )
    size = visible.width(), visible.height()
    return pyramid.sample(
        place, size, None if view.is_axis_aligned else border_value, interpolates=interpolates
    )


def _checkerboard(window: Window) -> Image8:
    rows, columns = window
    y = np.arange(rows.start, rows.stop)[:, None] // _CHECKER_PX
    x = np.arange(columns.start, columns.stop) // _CHECKER_PX
    return np.where((x + y) % 2, *colours.CHECKER).astype(np.uint8)
