"""A spot of colour for buttons and lists."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

SWATCH_PX = 16


OUTLINE = QColor(128, 128, 128)
"""Neither a dark spot on a dark ground nor a light one on a light ground is lost."""


def swatch_icon(colour: QColor) -> QIcon:
    """Draw a round spot; it is the same where it is chosen."""
    pixmap = QPixmap(2 * SWATCH_PX, 2 * SWATCH_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    painter.setPen(QPen(OUTLINE, 2))
    painter.drawEllipse(pixmap.rect().adjusted(3, 3, -3, -3))
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(pixmap, mode)
    return icon
