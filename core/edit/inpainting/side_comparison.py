"""Compares the two sides of a face: where each is seen, and how alike they are around a hole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import (
    LEFT_BROW,
    MOUTH,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    Landmarks,
    interocular_distance,
)
from core.edit.compositing.frame_resampling import cut_8_bit
from core.edit.inpainting.mirrored_face import MirroredFace
from core.edit.warping.warp import Warp
from core.face.align import Frame, canonical_frame, compose_transforms, invert_transform
from core.face.feature_masks import draw_feature_masks
from core.imaging.arrays import Floats, Image, Image8, Mask, Points, Selection
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, feather, fill_hull

_FOREHEAD = 0.5
"""How far above the brows a face goes on, of the distance between its eyes."""
_NEAR = 0.08
"""How far around a hole the sides are compared."""
_LOW_TONES = 0.012
"""Standard deviation of the blur under which they are; both of the canonical frame's side."""
_LEAST_PIXELS = 30
"""Of the canonical frame, to compare; with fewer the sides count as alike."""
_DARKEST = 8.0  # of 255: what is darker has no light to compare
_SKIN = (float(np.log(0.55)), float(np.log(1.7)))
"""How far from the median, as logarithms of a ratio, the brightness of skin is: what is further is
hair, a beard or something that lies over the face."""
_MOST = 0.75
"""Quantile of the differences: the largest come from hairs, folds and points that are not exact."""
_FADE = 0.02
"""How softly the mirror image ends where the face does, and beside what lies over it, of the
canonical frame's side."""
_DARK_MARK, _BRIGHT_MARK, _MARK_PX = 0.25, 0.25, 13
"""A mark of the skin: how much darker or brighter it is, as a logarithm, than what is around it,
and how wide at most, in pixels of the canonical frame."""
_MARK_ASPECT, _MARK_FILLED, _LEAST_MARK = 1.7, 0.6, 6
"""How long it is at most, of its width; how much of its box it fills; of how many pixels it is at
least: folds and hairs are longer."""
_MARK_MARGIN_PX, _MARK_BLUR_PX = 3.0, 1.0
_BESIDE_FEATURES = 0.03
"""How far from eyes, brows, mouth and nose marks are looked for, of the canonical frame's side."""
_HIDDEN_UP_TO = 191  # of 255: what is less clear is hidden
_CHIN = 8


class SideDifference(NamedTuple):
    """How the two sides differ around a hole."""

    skin: float
    """0..1: the share of what surrounds it that is skin on both sides; 0 if nothing is seen."""
    light: float
    """Natural logarithm of how many times brighter one of them is."""


@dataclass(frozen=True, eq=False)
class FaceAreas:
    """Where a face and its features lie, in its canonical frame of 256 pixels."""

    canonical: Frame
    on_face: Mask
    """(256, 256) uint8, 255 on the face from the chin to the forehead."""
    eyes: Selection
    """(256, 256) where eyes and brows are."""
    mouth_and_nose: Selection
    """(256, 256) where mouth and nose are."""

    @classmethod
    def of(cls, landmarks: Landmarks) -> Self:
        """Draw them from (68, 2) landmarks in pixels of the photo."""
        canonical = canonical_frame(landmarks)
        points, size = canonical.to_frame(landmarks), canonical.size
        features = draw_feature_masks(points, size)
        mouth, nose = (
            fill_hull((size, size), points[list(group)])
            for group in (MOUTH, NOSE_BRIDGE + NOSE_BASE)
        )
        return cls(
            canonical,
            _draw_face(points, size),
            (features.eyes | features.brows_and_lashes) > 0,
            (mouth | nose) > 0,
        )

    def share_on_face(self, points: Points) -> float:
        """Return the share, 0..1, of (K, 2) pixels of the photo that lie on the face."""
        return self.mean(self.on_face > 0, points)

    def touch_eyes(self, points: Points) -> bool:
        """Tell whether some of (K, 2) pixels of the photo lie on an eye or a brow."""
        return self.mean(self.eyes, points) > 0

    def touch_mouth_or_nose(self, points: Points) -> bool:
        """Tell whether some of (K, 2) pixels of the photo lie on the mouth or the nose."""
        return self.mean(self.mouth_and_nose, points) > 0

    def mean(self, chosen: Selection, points: Points) -> float:
        """Return the share, 0..1, of (K, 2) pixels of the photo that are chosen in the frame."""
        columns, rows = self.cells(points)
        return float(chosen[rows, columns].mean())

    def cells(self, points: Points) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the columns and rows of the frame in which pixels lie; at its edge beyond it."""
        cells = np.rint(self.canonical.to_frame(points)).clip(0, self.canonical.size - 1)
        return cells[:, 0].astype(np.intp), cells[:, 1].astype(np.intp)


@dataclass(frozen=True, eq=False)
class SideComparison:
    """A face beside its mirror image, both in the face's canonical frame of 256 pixels."""

    areas: FaceAreas
    seen: Selection
    """(256, 256) where the mirror image shows the photo, no hole, and nothing over its face."""
    lendable: Mask
    """(256, 256) uint8 coverage of what it can lend: the face without what lies over it, softly,
    and without moles and jewels, which would be there twice."""
    known: Selection
    """(256, 256) where both the face and its mirror image are no hole."""
    own: Floats
    mirrored: Floats
    """(256, 256) natural logarithms of the brightness of both, blurred."""

    @classmethod
    def of(
        cls,
        image: Image,
        mask: Mask,
        landmarks: Landmarks,
        mirrored: MirroredFace,
        occlusion: Mask,
    ) -> Self:
        """Compare a face with its mirror image, warped onto it.

        Args:
            image: (H, W, 3) uint8 or uint16, with its holes filled.
            mask: (H, W) uint8, above 0 in the holes.
            landmarks: (68, 2) of the face.
            mirrored: of `image`.
            occlusion: (H, W) uint8, above 0 on hair and whatever else lies over the face.
        """
        areas = FaceAreas.of(landmarks)
        canonical = areas.canonical
        other = canonical_frame(mirrored.landmarks)
        points = canonical.to_frame(landmarks)
        warp = Warp(canonical, other.to_frame(mirrored.landmarks), points)
        matrix = compose_transforms(canonical.matrix, invert_transform(other.matrix))
        hole = np.where(mask > 0, 255, 0).astype(np.uint8)
        shown, unhidden = (np.ascontiguousarray(255 - part[:, ::-1]) for part in (hole, occlusion))
        clear = warp.cut_moved(unhidden, canonical, matrix) > _HIDDEN_UP_TO
        shown_there = warp.cut_moved(shown, canonical, matrix) == 255
        visible = canonical.crop(hole, cv2.INTER_LINEAR) == 0
        twin = warp.cut_moved(to_8_bit(mirrored.image), canonical, matrix)
        return cls(
            areas,
            shown_there & clear,
            np.minimum(_lendable(areas.on_face, clear), 255 - _marks(twin, areas)),
            shown_there & visible,
            _log_brightness(cut_8_bit(image, canonical)),
            _log_brightness(twin),
        )

    def share_seen(self, points: Points) -> float:
        """Return the share, 0..1, of (K, 2) pixels of the photo whose mirror image is seen."""
        return self.areas.mean(self.seen, points)

    def around(self, points: Points) -> SideDifference:
        """Tell how different the two sides are around a hole.

        Args:
            points: (K, 2) pixels of the photo in the hole.
        """
        on_face = self.areas.on_face
        columns, rows = self.areas.cells(points)
        hole = np.zeros_like(on_face)
        hole[rows, columns] = 255
        near = (dilate(hole, _NEAR * len(hole)) > 0) & self.known & (on_face > 0)
        if np.count_nonzero(near) < _LEAST_PIXELS:
            return SideDifference(0.0, 0.0)
        own, mirrored = self.own[near], self.mirrored[near]
        skin = _is_skin(own) & _is_skin(mirrored)
        light = np.abs(own - mirrored)[skin]
        return SideDifference(float(skin.mean()), float(np.quantile(light, _MOST)))


def _draw_face(points: Landmarks, size: int) -> Mask:
    """Draw a face and its forehead; (size, size) uint8, 0 or 255."""
    brows = points[list(LEFT_BROW + RIGHT_BROW)]
    up = brows.mean(axis=0) - points[_CHIN]
    up *= _FOREHEAD * interocular_distance(points) / max(float(np.linalg.norm(up)), 1e-6)
    return fill_hull((size, size), np.concatenate([points, brows + up]))


def _lendable(face: Mask, clear: Selection) -> Mask:
    """Let (S, S) coverage of a face fade, at its own edge and away from what is not clear."""
    fade = _FADE * len(face)
    hidden = dilate(np.where(clear, 0, 255).astype(np.uint8), 2 * fade)
    return np.minimum(feather(face, fade), 255 - feather(hidden, fade))


def _marks(twin: Image8, areas: FaceAreas) -> Mask:
    """Find moles and jewels of a mirrored face; (256, 256) uint8, softly 255 on them.

    They are small and round, far darker or brighter than the skin around them, and lie beside
    eyes, brows, mouth and nose.
    """
    size = len(twin)
    grey = cv2.cvtColor(twin, cv2.COLOR_RGB2GRAY).astype(np.float32)
    levels = np.log(np.maximum(cv2.GaussianBlur(grey, (0, 0), _MARK_BLUR_PX), _DARKEST))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_MARK_PX, _MARK_PX))
    dark = cv2.morphologyEx(levels, cv2.MORPH_BLACKHAT, disc)
    bright = cv2.morphologyEx(levels, cv2.MORPH_TOPHAT, disc)
    features = np.where(areas.eyes | areas.mouth_and_nose, 255, 0).astype(np.uint8)
    plain = (dilate(features, _BESIDE_FEATURES * size) == 0) & (areas.on_face > 0)
    found = (((dark > _DARK_MARK) | (bright > _BRIGHT_MARK)) & plain).astype(np.uint8)
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(found)
    sides, areas_px = stats[:, 2:4], stats[:, cv2.CC_STAT_AREA]
    round_ones = (sides.max(axis=1) <= _MARK_ASPECT * sides.min(axis=1)) & (
        areas_px >= np.maximum(_MARK_FILLED * sides.prod(axis=1), _LEAST_MARK)
    )
    round_ones[0] = False  # what is no mark
    marks = np.where(round_ones[numbers], 255, 0).astype(np.uint8)
    return feather(dilate(marks, _MARK_MARGIN_PX), _MARK_BLUR_PX)


def _log_brightness(picture: Image8) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    blurred = cv2.GaussianBlur(grey, (0, 0), _LOW_TONES * len(picture))
    return np.log(np.maximum(blurred, _DARKEST))


def _is_skin(brightness: Floats) -> Selection:
    """Select what is about as bright as the median of (K,) logarithms."""
    low, high = np.median(brightness) + np.array(_SKIN)
    return np.asarray((brightness > low) & (brightness < high))
