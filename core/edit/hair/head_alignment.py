"""Aligns an exemplar's head with the face that gets its hair, in the fine parsing frame.

Its 512 pixels are the unit of all constants here and in the modules that lay out with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import JAW, LEFT_BROW, LEFT_EYE, NOSE_BRIDGE, RIGHT_BROW, RIGHT_EYE
from core.anatomy.regions import Region
from core.edit.hair.hair_matte import HAIR_FRAME_SIZE, HairMatte
from core.imaging.arrays import Floats, Mask, Matrix, Points, Selection
from core.imaging.masks import dilate, fill_hull

EDGE_SIGMA_PX = 1.5  # blur of the edges of all layers

_OUTLINE = (*JAW, *LEFT_BROW, *RIGHT_BROW)
"""The landmarks that hair lies around."""
_MOST_ANISOTROPY = 1.2
"""Scale along one axis over that along the other, where heads differ."""
_BESIDE_BROW_PX, _HIDING_COVERAGE, _HIDDEN_SHARE = 14, 0.3, 0.15
"""Around a brow, the coverage of hair that hides, and the share that is enough to hide the brow."""
_BROW_PX, _SOLID_COVERAGE, _STRAY_SHARE = 8, 0.8, 0.15
"""Around a brow's landmarks; the coverage of hair that shows its colour; and how much of what the
parser calls a brow is a lock of hair where the brow is hidden."""


_LEAST_HAT_PX = 2000  # of a hat that stays on
_FALL = 2.5  # how steeply hair comes out from below a hat
_HAT_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))


class FaceSide(NamedTuple):
    """A brow and the eye below it."""

    label: Region
    brow: tuple[int, ...]
    eye: tuple[int, ...]


FACE_SIDES = (
    FaceSide(Region.LEFT_BROW, LEFT_BROW, LEFT_EYE),
    FaceSide(Region.RIGHT_BROW, RIGHT_BROW, RIGHT_EYE),
)


@dataclass(frozen=True, eq=False)
class HeadAlignment:
    """A face, and an exemplar aligned with it; maps are (S, S) with S = 512."""

    own: HairMatte
    """The face that gets hair."""
    exemplar: HairMatte
    landmarks: Points
    """(68, 2) of the face in its frame."""
    exemplar_to_own: Matrix
    """(2, 3) from the exemplar's frame to the face's."""
    keeps_hat: bool = False
    """Whether the hat that the face wears stays on."""

    def resample(self, values: Floats) -> Floats:
        """Resample a map of the exemplar into the face's frame.

        Args:
            values: (S, S) or (S, S, C) float32.

        Returns:
            The same layout, float32; 0 beyond the exemplar's frame.
        """
        size = (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)
        resampled = cv2.warpAffine(values, self.exemplar_to_own, size, flags=cv2.INTER_LINEAR)
        return np.asarray(resampled, np.float32)

    @cached_property
    def new_hair(self) -> Floats:
        """(S, S) 0..1, coverage of the exemplar's hair on the face."""
        return self.resample(self.exemplar.coverage)

    @cached_property
    def possible_hair(self) -> Mask:
        """Cover what may show the face's own hair, or a hat that goes; (S, S) uint8, 0 or 255."""
        hair = np.where(self.stray_locks, 255, self.own.possible_hair).astype(np.uint8)
        return hair if self.keeps_hat else np.where(self.hat, np.uint8(255), hair)

    @cached_property
    def hat(self) -> Selection:
        """Select the hat that the face wears; (S, S) bool."""
        return self.own.labelled(Region.HAT)

    @property
    def wears_hat(self) -> bool:
        """Whether the face wears a hat that is large enough to stay on."""
        return bool(self.hat.sum() > _LEAST_HAT_PX)

    @cached_property
    def below_hat(self) -> Floats:
        """(S, S) 0..1, 0 on a hat that stays on, above its brim, and on the forehead below it.

        There the own hair stays: a fringe that is under a hat shows little of another's.
        """
        if not (self.keeps_hat and self.wears_hat):
            return np.ones(self.hat.shape, np.float32)
        hat = cv2.morphologyEx(self.hat.astype(np.uint8), cv2.MORPH_CLOSE, _HAT_KERNEL) > 0
        columns = np.flatnonzero(hat.any(axis=0))
        rows = HAIR_FRAME_SIZE - 1 - hat[::-1, columns].argmax(axis=0)
        across = np.arange(HAIR_FRAME_SIZE)
        beside = np.maximum(columns[0] - across, across - columns[-1]).clip(0, None)
        brim = np.interp(across, columns, rows) + _FALL * beside
        below = np.arange(HAIR_FRAME_SIZE)[:, None] > brim
        left, right = self.landmarks[[JAW[1], JAW[-2]], 0]
        forehead = (across > left) & (across < right)
        below &= ~forehead | (np.arange(HAIR_FRAME_SIZE)[:, None] > self.landmarks[:, 1].min())
        return blur(below & ~hat, EDGE_SIGMA_PX)

    @cached_property
    def hidden_sides(self) -> tuple[FaceSide, ...]:
        """The sides whose brows the face's own hair lies over, whatever the parser sees there."""
        return tuple(side for side in FACE_SIDES if self._is_hidden(side))

    @cached_property
    def is_left(self) -> Selection:
        """(S,) bool, the columns left of the nose's bridge."""
        return np.asarray(np.arange(HAIR_FRAME_SIZE) < round(self.landmarks[NOSE_BRIDGE[0], 0]))

    @cached_property
    def stray_locks(self) -> Selection:
        """Select locks that the parser labels as brows; (S, S) bool."""
        own = self.own
        brows = own.labelled(*(side.label for side in FACE_SIDES))
        beyond = brows & (dilate(self._brow(*FACE_SIDES), _BROW_PX) == 0)
        hair = own.coverage > _SOLID_COVERAGE
        if not (beyond.any() and hair.any() and own.clear_skin.any()):
            return np.zeros_like(beyond)
        to_hair, to_skin = (
            np.linalg.norm(own.image[beyond] - np.median(own.image[samples], axis=0), axis=1)
            for samples in (hair, own.clear_skin)
        )
        beyond[beyond] = to_hair < to_skin
        return np.asarray(beyond)

    def _brow(self, *sides: FaceSide) -> Mask:
        hulls = [
            fill_hull((HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), self.landmarks[list(side.brow)])
            for side in sides
        ]
        return np.asarray(np.maximum.reduce(hulls), np.uint8)

    def _is_hidden(self, side: FaceSide) -> bool:
        around = dilate(self._brow(side), _BESIDE_BROW_PX) > 0
        label = self.own.labelled(side.label)
        hiding = (self.own.coverage[around] > _HIDING_COVERAGE).mean()
        return bool(
            hiding > _HIDDEN_SHARE or (label & self.stray_locks).sum() > _STRAY_SHARE * label.sum()
        )


def align_heads(source: Points, target: Points) -> Matrix:
    """Fit the outline of one face on that of another by an affine map of little anisotropy.

    Args:
        source, target: (68, 2) landmarks, each in pixels of its frame.

    Returns:
        (2, 3) from the one frame to the other.
    """
    corners = np.column_stack([source[list(_OUTLINE)], np.ones(len(_OUTLINE))])
    matrix = np.linalg.lstsq(corners, target[list(_OUTLINE)], rcond=None)[0].T
    rotation, scales, axes = np.linalg.svd(matrix[:, :2])
    mean_scale = np.sqrt(scales.prod())
    most_stretch = np.sqrt(_MOST_ANISOTROPY)
    linear = (rotation * scales.clip(mean_scale / most_stretch, mean_scale * most_stretch)) @ axes
    offset = target[list(_OUTLINE)].mean(axis=0) - linear @ source[list(_OUTLINE)].mean(axis=0)
    return np.column_stack([linear, offset])


def blur(values: Floats | Mask | Selection, sigma: float) -> Floats:
    """Blur an (S, S) map.

    Args:
        values: float32 or bool, or uint8 of 0 and 255, which count as 0 and 1.
        sigma: standard deviation of the Gaussian, in pixels.

    Returns:
        (S, S) float32.
    """
    scale = np.float32(255 if values.dtype == np.uint8 else 1)
    blurred = cv2.GaussianBlur(values.astype(np.float32), (0, 0), sigma)
    return np.asarray(blurred / scale, np.float32)
