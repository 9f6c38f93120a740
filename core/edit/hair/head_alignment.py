"""How a face and an exemplar with other hair lie upon each other, in the fine parsing frame.

Its 512 pixels are the unit of all constants here and in the modules that plan with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import JAW, LEFT_BROW, LEFT_EYE, NOSE_BRIDGE, RIGHT_BROW, RIGHT_EYE
from core.anatomy.regions import Region
from core.edit.hair.hair_matte import FINE, Haircut
from core.imaging.arrays import Floats, Mask, Matrix, Points, Selection
from core.imaging.masks import dilate, fill_hull

SOFT_PX = 1.5  # of the edges of all that is laid

_OUTLINE = (*JAW, *LEFT_BROW, *RIGHT_BROW)
"""The landmarks that hair lies around."""
_MOST_STRETCHED = 1.2
"""Along one axis over the other, where heads differ."""
_BESIDE_BROW_PX, _OVER, _HIDDEN = 14, 0.3, 0.15
"""Around a brow, the coverage of hair that hides, and the share that is enough to hide the brow."""
_BROW_PX, _SURELY, _STRAY = 8, 0.8, 0.15
"""Around a brow's landmarks; the coverage of hair that shows its colour; and how much of what the
parser calls a brow is a lock of hair where the brow is hidden."""


class Side(NamedTuple):
    """A brow and the eye below it."""

    label: Region
    brow: tuple[int, ...]
    eye: tuple[int, ...]


SIDES = (
    Side(Region.LEFT_BROW, LEFT_BROW, LEFT_EYE),
    Side(Region.RIGHT_BROW, RIGHT_BROW, RIGHT_EYE),
)


@dataclass(frozen=True, eq=False)
class Fit:
    """A face, and an exemplar fitted onto it."""

    ours: Haircut
    """The face that gets hair."""
    theirs: Haircut
    points: Points
    """(68, 2) of the face in its frame."""
    onto: Matrix
    """(2, 3) from the exemplar's frame to the face's."""

    def bring(self, values: Floats) -> Floats:
        """Bring an (S, S) or (S, S, C) map of the exemplar to the face's frame; 0 beyond."""
        size = (FINE, FINE)
        brought = cv2.warpAffine(values, self.onto, size, flags=cv2.INTER_LINEAR)
        return np.asarray(brought, np.float32)

    @cached_property
    def new_hair(self) -> Floats:
        """(S, S) where the exemplar's hair lies on the face."""
        return self.bring(self.theirs.coverage)

    @cached_property
    def hairy(self) -> Mask:
        """Cover whatever may show the face's own hair; (S, S) 0 or 255."""
        return np.where(self.stray, 255, self.ours.hairy).astype(np.uint8)

    @cached_property
    def hidden(self) -> tuple[Side, ...]:
        """The brows over which the face's own hair lies, whatever the parser sees there."""
        return tuple(side for side in SIDES if self._is_hidden(side))

    @cached_property
    def is_left(self) -> Selection:
        """(S,) the columns left of the nose's bridge."""
        return np.asarray(np.arange(FINE) < round(self.points[NOSE_BRIDGE[0], 0]))

    @cached_property
    def stray(self) -> Selection:
        """Select locks that the parser takes for brows; (S, S)."""
        ours = self.ours
        brows = ours.labelled(*(side.label for side in SIDES))
        beyond = brows & (dilate(self._brow(*SIDES), _BROW_PX) == 0)
        hair = ours.coverage > _SURELY
        if not (beyond.any() and hair.any() and ours.clear_skin.any()):
            return np.zeros_like(beyond)
        apart = [
            np.linalg.norm(ours.image[beyond] - np.median(ours.image[one], axis=0), axis=1)
            for one in (hair, ours.clear_skin)
        ]
        beyond[beyond] = apart[0] < apart[1]
        return np.asarray(beyond)

    def _brow(self, *sides: Side) -> Mask:
        hulls = [fill_hull((FINE, FINE), self.points[list(side.brow)]) for side in sides]
        return np.asarray(np.maximum.reduce(hulls), np.uint8)

    def _is_hidden(self, side: Side) -> bool:
        around = dilate(self._brow(side), _BESIDE_BROW_PX) > 0
        label = self.ours.labelled(side.label)
        over = (self.ours.coverage[around] > _OVER).mean()
        return bool(over > _HIDDEN or (label & self.stray).sum() > _STRAY * label.sum())


def fitted(source: Points, target: Points) -> Matrix:
    """Fit the outline of one face on that of another; (2, 3), hardly stretched along one axis.

    Args:
        source, target: (68, 2).
    """
    corners = np.column_stack([source[list(_OUTLINE)], np.ones(len(_OUTLINE))])
    matrix = np.linalg.lstsq(corners, target[list(_OUTLINE)], rcond=None)[0].T
    turned, sizes, axes = np.linalg.svd(matrix[:, :2])
    middle = np.sqrt(sizes.prod())
    most = np.sqrt(_MOST_STRETCHED)
    linear = (turned * sizes.clip(middle / most, middle * most)) @ axes
    offset = target[list(_OUTLINE)].mean(axis=0) - linear @ source[list(_OUTLINE)].mean(axis=0)
    return np.column_stack([linear, offset])


def blurred(values: Floats | Mask | Selection, sigma: float) -> Floats:
    """Blur a map; a mask of 0 and 255 becomes a share of 1."""
    scale = np.float32(255 if values.dtype == np.uint8 else 1)
    soft = cv2.GaussianBlur(values.astype(np.float32), (0, 0), sigma)
    return np.asarray(soft / scale, np.float32)
