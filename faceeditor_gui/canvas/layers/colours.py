"""The canvas's colours, which do not follow the theme because they lie on the photo."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from core.anatomy.regions import LOOKS, Region

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
    return _premultiplied(colour, np.rint(opacity * np.arange(256)))


def region_table(opacity: float, bright: Collection[Region] = ()) -> npt.NDArray[np.uint32]:
    """List the colour of every label, premultiplied ARGB numbers; (256,).

    The background, and what is not known, does not show.

    Args:
        opacity: 0..1 of a region on the photo.
        bright: regions that show more strongly.
    """
    table = np.zeros(256, np.uint32)
    for region in Region:
        share = (opacity + 1) / 2 if region in bright else opacity
        if region is not Region.BACKGROUND:
            table[region] = _premultiplied(QColor(*LOOKS[region].colour), np.rint(255 * share))
    return table


def _premultiplied(colour: QColor, alpha: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Give a colour the opacities 0..255 in an array of any shape, as ARGB numbers."""
    channels = [alpha * part for part in (colour.redF(), colour.greenF(), colour.blueF())]
    numbers = np.zeros(np.shape(alpha), np.uint32)
    for shift, levels in zip((24, 16, 8, 0), (alpha, *channels), strict=True):
        numbers |= np.rint(levels).astype(np.uint32) << np.uint32(shift)
    return numbers
