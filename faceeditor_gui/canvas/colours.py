"""The canvas's colours, which do not follow the theme because they lie on the photo."""

from __future__ import annotations

from PySide6.QtGui import QColor

CHOSEN_FACE = QColor(255, 176, 32)
FACE = QColor(255, 255, 255, 190)
LANDMARK_LINE = QColor(255, 255, 255, 110)
HALO = QColor(0, 0, 0, 130)
CURSOR = QColor(255, 255, 255, 230)
PLATE = QColor(0, 0, 0, 150)
GRID = QColor(128, 128, 128, 150)
CHECKER = (112, 144)
"""Grey levels of the squares behind transparent parts."""


def mask_table(colour: QColor, opacity: float) -> list[int]:
    """List the ARGB overlay colour for every coverage 0..255."""
    return [
        QColor(colour.red(), colour.green(), colour.blue(), round(opacity * coverage)).rgba()
        for coverage in range(256)
    ]
