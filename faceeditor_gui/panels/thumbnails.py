"""Small pictures for lists and buttons."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from core.imaging.alpha import composite
from core.imaging.arrays import Image, Window
from core.imaging.depth import to_8_bit
from core.imaging.windows import intersection, whole_window, window_at
from faceeditor_gui.appearance import qimage
from faceeditor_gui.appearance.display import for_display
from faceeditor_gui.document.edit_step import EditStep

THUMBNAIL_PX = 44
OUTDATED_OPACITY = 0.35
OVERSAMPLING = 3
"""How many samples of a photo each pixel of a thumbnail is made of, across and down."""


def thumbnail_icon(image: Image, pixel_ratio: float, side: int = THUMBNAIL_PX) -> QIcon:
    """Fit a picture into a square.

    Args:
        image: (H, W, 3) uint8 or uint16 RGB.
        pixel_ratio: device pixels per logical pixel.
        side: of the square in logical pixels.
    """
    height, width = image.shape[:2]
    scale = side * pixel_ratio / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    reduced = cv2.resize(to_8_bit(image), size, interpolation=cv2.INTER_AREA)
    shown = for_display(qimage.from_rgb(np.asarray(reduced, np.uint8)))
    shown.setDevicePixelRatio(pixel_ratio)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(QPixmap.fromImage(shown), mode)
    return icon


def variation_icon(
    image: Image | None,
    pixel_ratio: float,
    *,
    is_outdated: bool,
    side: int = THUMBNAIL_PX,
) -> QIcon:
    """Draw a variation to choose; as large where there is none yet, and dim where it is outdated.

    Args:
        image: (H, W, 3) uint8 RGB, or None.
        pixel_ratio: device pixels per logical pixel.
        is_outdated: whether another is on its way.
        side: of the square in logical pixels.
    """
    shown = QPixmap(round(side * pixel_ratio), round(side * pixel_ratio))
    shown.setDevicePixelRatio(pixel_ratio)
    shown.fill(Qt.GlobalColor.transparent)
    if image is not None:
        painter = QPainter(shown)
        painter.setOpacity(OUTDATED_OPACITY if is_outdated else 1.0)
        thumbnail_icon(image, pixel_ratio, side).paint(painter, QRect(0, 0, side, side))
        painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(shown, mode)
    return icon


def step_thumbnail(photo: Image, step: EditStep, pixel_ratio: float) -> QIcon:
    """Draw what a result changes, composited over the photo.

    Args:
        photo: (H, W, 3) uint8 or uint16 RGB, without edits.
        step: the result.
        pixel_ratio: device pixels per logical pixel.
    """
    rows, columns = step.window
    side = max(rows.stop - rows.start, columns.stop - columns.start)
    left, top = (columns.start + columns.stop - side) // 2, (rows.start + rows.stop - side) // 2
    square = intersection(window_at(left, top, side, side), whole_window(*photo.shape[:2]))
    stride = max(1, int(side / (OVERSAMPLING * THUMBNAIL_PX * pixel_ratio)))
    return thumbnail_icon(_composited_samples(photo, step, square, stride), pixel_ratio)


def _composited_samples(photo: Image, step: EditStep, square: Window, stride: int) -> Image:
    """Composite a result over the photo, of both only each `stride`th row and column."""
    shown = photo[square][::stride, ::stride].copy()
    first = [
        (area.start - side.start) % stride for area, side in zip(square, step.window, strict=True)
    ]
    inside = slice(first[0], None, stride), slice(first[1], None, stride)
    coverage = step.full_coverage(step.window)[inside]
    top, left = (
        (side.start + skipped - area.start) // stride
        for area, side, skipped in zip(square, step.window, first, strict=True)
    )
    height, width = coverage.shape
    composite(
        shown[window_at(left, top, width, height)], step.outcome.patch.array[inside], coverage
    )
    return shown
