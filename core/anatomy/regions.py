"""The regions of a label map: the parser's labels, and the eight style regions.

Labels 0 to 10 are those of Mask-Guided Portrait Editing (seed 001) and of label files. Its maps
call neck and ears background; our parser tells them apart as 11 and 12, because the patent of
region-normalised inpainting (seed 004) counts them among its regions. From 13 on follows what is
worn, as CelebAMask-HQ tells it apart: such a label lies over the head's own, and eyes seen through
glasses stay eyes.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LabelMap = npt.NDArray[np.uint8]
"""(H, W), a `Region` in each pixel."""


class Region(IntEnum):
    """One label; "left" is the left side of the picture."""

    BACKGROUND = 0
    SKIN = 1
    LEFT_BROW = 2
    RIGHT_BROW = 3
    LEFT_EYE = 4
    RIGHT_EYE = 5
    NOSE = 6
    UPPER_LIP = 7
    INNER_MOUTH = 8
    LOWER_LIP = 9
    HAIR = 10
    NECK = 11
    EARS = 12
    GLASSES = 13
    HAT = 14
    EARRING = 15
    NECKLACE = 16
    CLOTH = 17


class LegendEntry(NamedTuple):
    """A region's name and colour."""

    title: str
    colour: tuple[int, int, int]
    """RGB."""


LEGEND = {
    Region.BACKGROUND: LegendEntry("Background", (0, 0, 0)),
    Region.SKIN: LegendEntry("Skin", (230, 184, 150)),
    Region.LEFT_BROW: LegendEntry("Left brow", (120, 72, 30)),
    Region.RIGHT_BROW: LegendEntry("Right brow", (160, 100, 48)),
    Region.LEFT_EYE: LegendEntry("Left eye", (60, 150, 230)),
    Region.RIGHT_EYE: LegendEntry("Right eye", (40, 90, 200)),
    Region.NOSE: LegendEntry("Nose", (250, 214, 90)),
    Region.UPPER_LIP: LegendEntry("Upper lip", (214, 60, 90)),
    Region.INNER_MOUTH: LegendEntry("Inner mouth", (250, 245, 235)),
    Region.LOWER_LIP: LegendEntry("Lower lip", (240, 110, 130)),
    Region.HAIR: LegendEntry("Hair", (110, 60, 140)),
    Region.NECK: LegendEntry("Neck", (120, 200, 120)),
    Region.EARS: LegendEntry("Ears", (60, 190, 190)),
    Region.GLASSES: LegendEntry("Glasses", (225, 40, 235)),
    Region.HAT: LegendEntry("Hat", (0, 105, 80)),
    Region.EARRING: LegendEntry("Earring", (190, 240, 60)),
    Region.NECKLACE: LegendEntry("Necklace", (255, 140, 0)),
    Region.CLOTH: LegendEntry("Clothes", (95, 105, 120)),
}
"""Names and colours of the regions, wherever they are shown."""

PUBLISHED_COUNT = 11
"""Labels below this one are the published ones."""
HEAD_COUNT = 13
"""Labels below this one are of the head itself; those from it on are worn."""

_BENEATH = {
    Region.GLASSES: Region.SKIN,
    Region.HAT: Region.BACKGROUND,
    Region.EARRING: Region.EARS,
    Region.NECKLACE: Region.NECK,
    Region.CLOTH: Region.BACKGROUND,
}
"""What a map that knows only the head calls the things that are worn."""

_PAIRS = ((Region.LEFT_BROW, Region.RIGHT_BROW), (Region.LEFT_EYE, Region.RIGHT_EYE))


def _mirror_table() -> LabelMap:
    table = np.arange(len(Region), dtype=np.uint8)
    for left, right in _PAIRS:
        table[[left, right]] = right, left
    return table


MIRRORED_REGIONS = _mirror_table()
"""Label l of a face is label MIRRORED_REGIONS[l] of the mirrored face."""


class StyleRegion(IntEnum):
    """The eight regions of the patent, and the rest, which has no style of its own."""

    SKIN = 0
    NOSE = 1
    EYES = 2
    BROWS = 3
    EARS = 4
    MOUTH = 5
    HAIR = 6
    NECK = 7
    REST = 8


_STYLES = {
    Region.BACKGROUND: StyleRegion.REST,
    Region.SKIN: StyleRegion.SKIN,
    Region.LEFT_BROW: StyleRegion.BROWS,
    Region.RIGHT_BROW: StyleRegion.BROWS,
    Region.LEFT_EYE: StyleRegion.EYES,
    Region.RIGHT_EYE: StyleRegion.EYES,
    Region.NOSE: StyleRegion.NOSE,
    Region.UPPER_LIP: StyleRegion.MOUTH,
    Region.INNER_MOUTH: StyleRegion.MOUTH,
    Region.LOWER_LIP: StyleRegion.MOUTH,
    Region.HAIR: StyleRegion.HAIR,
    Region.NECK: StyleRegion.NECK,
    Region.EARS: StyleRegion.EARS,
}


def _head_labels() -> LabelMap:
    table = np.arange(256, dtype=np.uint8)
    table[list(_BENEATH)] = list(_BENEATH.values())
    return table


HEAD_LABELS = _head_labels()
"""(256,), for each label the one below `HEAD_COUNT` that takes its place; others stay."""
_TO_STYLE = np.array([_STYLES[_BENEATH.get(region, region)] for region in Region], np.uint8)
_PALETTE = np.array([LEGEND[region].colour for region in Region], np.uint8)


def to_style_regions(labels: LabelMap) -> LabelMap:
    """Map (H, W) labels to (H, W) `StyleRegion`s."""
    return np.asarray(_TO_STYLE[labels])


def to_head(labels: LabelMap) -> LabelMap:
    """Convert (H, W) labels to those below `HEAD_COUNT`: what is worn becomes what lies beneath."""
    return np.asarray(HEAD_LABELS[labels])


def to_published(labels: LabelMap) -> LabelMap:
    """Convert (H, W) labels to the published ones: neck and ears are background."""
    head = to_head(labels)
    return np.where(head < PUBLISHED_COUNT, head, np.uint8(Region.BACKGROUND))


def colour_labels(labels: LabelMap) -> npt.NDArray[np.uint8]:
    """Colour (H, W) labels: (H, W, 3) uint8 RGB."""
    return np.asarray(_PALETTE[labels])
