"""Shows on the canvas that brush and eraser paint on a result, not on the mask."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.items import outlined, transform
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.wording import in_words

MARGIN_PX = 8
DASH = (4.0, 4.0)


def paint_target(
    painter: QPainter, view: Viewport, step: EditStep, font: QFont, unit: float
) -> None:
    """Paint a dashed line around a result, and its name in the corner of the canvas.

    Args:
        painter: in device pixels.
        view: how the photo is shown.
        step: the result that is painted on.
        font: of the label.
        unit: size of a logical pixel in device pixels.
    """
    rows, columns = step.window
    width, height = columns.stop - columns.start, rows.stop - rows.start
    frame = QRectF(columns.start, rows.start, width, height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    below, above = outlined(colours.CHOSEN_FACE, unit)
    above.setDashPattern(DASH)
    for pen in (below, above):
        painter.setPen(pen)
        painter.drawPolygon(transform(view).map(frame))
    text = QCoreApplication.translate("Target", "Painting on the result: {0}")
    corner = QRectF(MARGIN_PX * unit, MARGIN_PX * unit, 0, 0)
    paint_label(painter, font, corner, text.format(in_words(step.settings)), unit)
