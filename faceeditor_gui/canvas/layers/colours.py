"""The canvas's colours, which do not follow the theme because they lie on the photo."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from core.anatomy.regions import LEGEND, Region

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


def mask_colour_table(colour: QColor, opacity: float) -> npt.NDArray[np.uint32]:
    """Return the overlay colour for every coverage 0..255: (256,) uint32, premultiplied ARGB."""
    return _premultiplied(colour, np.rint(opacity * np.arange(256)))


def region_colour_table(
    opacity: float, highlighted: Collection[Region] = ()
) -> npt.NDArray[np.uint32]:
    """Return the colour of every label: (256,) uint32, premultiplied ARGB.

    The background, and labels that are unknown, are transparent.

    Args:
        opacity: 0..1 of a region on the photo.
        highlighted: regions that show more opaque.
    """
    table = np.zeros(256, np.uint32)
    for region in Region:
        share = (opacity + 1) / 2 if region in highlighted else opacity
        if region is not Region.BACKGROUND:
            table[region] = _premultiplied(QColor(*LEGEND[region].colour), np.rint(255 * share))
    return table


def _premultiplied(colour: QColor, alpha: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Premultiply a colour by opacities 0..255 of any shape; uint32 ARGB of that shape."""
    channels = [alpha * part for part in (colour.redF(), colour.greenF(), colour.blueF())]
    numbers = np.zeros(np.shape(alpha), np.uint32)
    for shift, levels in zip((24, 16, 8, 0), (alpha, *channels), strict=True):
        numbers |= np.rint(levels).astype(np.uint32) << np.uint32(shift)
    return numbers
