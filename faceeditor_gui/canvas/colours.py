"""The canvas's colours, which do not follow the theme because they lie on the photo."""

from __future__ import annotations

from PySide6.QtGui import QColor

MASK = QColor(255, 32, 48)
MASK_OPACITY = 0.5
CHOSEN_FACE = QColor(255, 176, 32)
FACE = QColor(255, 255, 255, 190)
LANDMARK_LINE = QColor(255, 255, 255, 110)
HALO = QColor(0, 0, 0, 130)
CURSOR = QColor(255, 255, 255, 230)
CHECKER = (112, 144)
"""Grey levels of the squares behind transparent parts."""


def mask_table() -> list[int]:
    """List the ARGB overlay colour for every coverage 0..255."""
    return [
        QColor(MASK.red(), MASK.green(), MASK.blue(), round(MASK_OPACITY * coverage)).rgba()
        for coverage in range(256)
    ]
