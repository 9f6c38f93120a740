"""The canvas's colours, which do not follow the theme because they lie on the photo."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

CHOSEN_FACE = QColor(255, 176, 32)
DROP_ZONE = QColor(255, 176, 32, 60)
FACE = QColor(255, 255, 255, 190)
LANDMARK_LINE = QColor(255, 255, 255, 110)
HALO = QColor(0, 0, 0, 130)
CURSOR = QColor(255, 255, 255, 230)
PLATE = QColor(0, 0, 0, 150)
SKETCH = QColor(0, 214, 255)
GRID = QColor(128, 128, 128, 150)
CHECKER = (112, 144)
"""Grey levels of the squares behind transparent parts."""


def mask_table(colour: QColor, opacity: float) -> npt.NDArray[np.uint32]:
    """List the overlay colour for every coverage 0..255, premultiplied ARGB numbers; (256,)."""
    alpha = np.rint(opacity * np.arange(256))
    channels = [alpha * part for part in (colour.redF(), colour.greenF(), colour.blueF())]
    table = np.zeros(256, np.uint32)
    for shift, levels in zip((24, 16, 8, 0), (alpha, *channels), strict=True):
        table |= np.rint(levels).astype(np.uint32) << np.uint32(shift)
    return table
