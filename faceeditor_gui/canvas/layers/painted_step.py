"""Shows on the canvas that brush and eraser paint on a result, not on the mask."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.items import image_to_screen, outline_pens
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.wording import describe_settings

MARGIN_PX = 8
DASH_PATTERN = (4.0, 4.0)


def paint_step_outline(
    painter: QPainter, view: Viewport, step: EditStep, font: QFont, pixel_ratio: float
) -> None:
    """Paint a dashed line around a result, and its name in the corner of the canvas.

    Args:
        painter: in device pixels.
        view: how the photo is shown.
        step: the result that is painted on.
        font: of the label.
        pixel_ratio: device pixels per logical pixel.
    """
    rows, columns = step.window
    width, height = columns.stop - columns.start, rows.stop - rows.start
    frame = QRectF(columns.start, rows.start, width, height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    below, above = outline_pens(colours.CHOSEN_FACE, pixel_ratio)
    above.setDashPattern(DASH_PATTERN)
    for pen in (below, above):
        painter.setPen(pen)
        painter.drawPolygon(image_to_screen(view).map(frame))
    text = QCoreApplication.translate("PaintedStep", "Painting on the result: {0}")
    corner = QRectF(MARGIN_PX * pixel_ratio, MARGIN_PX * pixel_ratio, 0, 0)
    paint_label(painter, font, corner, text.format(describe_settings(step.settings)), pixel_ratio)
