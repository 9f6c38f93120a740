"""Small pictures for lists and buttons."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtGui import QIcon, QPixmap

from core.imaging.alpha import composite
from core.imaging.arrays import Image, Window
from core.imaging.depth import to_8_bit
from core.imaging.windows import intersection, whole, window_at
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.edit_step import EditStep

THUMBNAIL_PX = 44
FINER = 3
"""How many samples of a photo each pixel of a thumbnail is made of, across and down."""


def as_icon(image: Image, ratio: float, side: int = THUMBNAIL_PX) -> QIcon:
    """Fit a picture into a square.

    Args:
        image: (H, W, 3)
        ratio: device pixels per logical pixel.
        side: of the square in logical pixels.
    """
    height, width = image.shape[:2]
    scale = side * ratio / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    reduced = cv2.resize(to_8_bit(image), size, interpolation=cv2.INTER_AREA)
    shown = qimage.from_rgb(np.asarray(reduced, np.uint8))
    shown.setDevicePixelRatio(ratio)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(QPixmap.fromImage(shown), mode)
    return icon


def of_step(photo: Image, step: EditStep, ratio: float) -> QIcon:
    """Show what a result changes, over the photo itself."""
    rows, columns = step.window
    side = max(rows.stop - rows.start, columns.stop - columns.start)
    left, top = (columns.start + columns.stop - side) // 2, (rows.start + rows.stop - side) // 2
    square = intersection(window_at(left, top, side, side), whole(*photo.shape[:2]))
    every = max(1, int(side / (FINER * THUMBNAIL_PX * ratio)))
    return as_icon(_sampled(photo, step, square, every), ratio)


def _sampled(photo: Image, step: EditStep, square: Window, every: int) -> Image:
    """Lay a result over the photo, of both only each `every`th row and column."""
    shown = photo[square][::every, ::every].copy()
    first = [
        (area.start - side.start) % every for area, side in zip(square, step.window, strict=True)
    ]
    inside = slice(first[0], None, every), slice(first[1], None, every)
    coverage = step.full_coverage(step.window)[inside]
    top, left = (
        (side.start + skipped - area.start) // every
        for area, side, skipped in zip(square, step.window, first, strict=True)
    )
    height, width = coverage.shape
    composite(
        shown[window_at(left, top, width, height)], step.outcome.patch.array[inside], coverage
    )
    return shown
