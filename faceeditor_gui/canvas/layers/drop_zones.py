"""Where on the photo an exemplar can be dropped, and what it changes there. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    NOSE_BASE,
    RIGHT_BROW,
    Landmarks,
    interocular_distance,
    is_same_face,
)
from core.anatomy.parts import FacePart, part_outlines
from core.anatomy.regions import Region
from core.face.align import canonical_frame
from core.face.face import Face
from core.imaging.arrays import Mask, Pixels, Points, Position, Window
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.face_targets import StyleTarget, Target

FacesNow = Sequence[tuple[Face, Landmarks]]
"""Faces as they were found, and where their (68, 2) points are now."""
_COARSE_PX = 400
"""Side of the copy on which the outlines of hair and mask are found."""
_LEAST_SHARE = 0.01
"""Of what is outlined; smaller spots are left out."""
_HAIR_WIDER, _HAIR_HIGHER = 1.35, 1.45
"""Guessed hair, in widths of the face and in heights from the brows to the nose's base."""


@dataclass(frozen=True, eq=False)
class Zone:
    """Something of a face in the photo."""

    face: Face
    landmarks: Landmarks
    """(68, 2) where the face's points are now."""
    target: Target


@dataclass(frozen=True, eq=False)
class Area:
    """An area of the photo with any outline."""

    outlines: list[Points] = field(default_factory=list)
    """(K, 2) each, in photo pixels."""

    @classmethod
    def of(cls, mask: Mask, window: Window) -> Area:
        """Outline what a mask covers.

        Args:
            mask: (h, w), not zero where it covers.
            window: where it lies in the photo.
        """
        every = max(1, max(mask.shape) // _COARSE_PX)
        coarse = (_reduced(mask, every) > 0).astype(np.uint8)
        found, _ = cv2.findContours(coarse, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        least = _LEAST_SHARE * float(coarse.sum())
        corner = np.array([window[1].start, window[0].start]) + (every - 1) / 2
        return cls([one[:, 0] * every + corner for one in found if _pixels_in(one) >= least])

    def depth(self, at: Position) -> float:
        """Tell how many pixels a position lies inside; below 0 outside."""
        return max((_depth(outline, at) for outline in self.outlines), default=-np.inf)


@dataclass(frozen=True, eq=False)
class StyleAreas:
    """What can be dropped on beside the parts of a face."""

    mask: Area = field(default_factory=Area)
    """What the user has painted."""
    hair: Area = field(default_factory=Area)
    """Of the face whose regions are known."""
    owner: Landmarks | None = None
    """(68, 2) of that face, in the photo as it is now; None if the regions of none are known."""

    @classmethod
    def in_document(cls, document: Document) -> StyleAreas:
        """Outline the hair as the map of regions shows it, and the mask."""
        window, found = document.mask_window(), document.regions.found
        mask = Area() if window is None else Area.of(document.mask(window), window)
        if found is None:
            return cls(mask)
        is_hair = (document.regions.read(found.window) == Region.HAIR).astype(np.uint8)
        return cls(mask, Area.of(is_hair, found.window), found.landmarks)

    def outlines(self, target: Target, landmarks: Landmarks) -> list[Points]:
        """Outline what would change of a face, in photo pixels."""
        if isinstance(target, FacePart):
            return outlines_of(target, landmarks)
        if target is StyleTarget.MASK:
            return self.mask.outlines
        if target is StyleTarget.LOOK:
            return [canonical_frame(landmarks).corners()]
        return self._hair_of(landmarks).outlines

    def find(self, landmarks: Landmarks, at: Position, reach: float) -> Target | None:
        """Find what lies at a position beside the small parts of a face."""
        in_hair = self._hair_of(landmarks).depth(at) >= 0
        if in_hair and self._knows_hair_of(landmarks):
            return StyleTarget.HAIR
        if depth_in(FacePart.FACE, landmarks, at) >= -reach:
            return FacePart.FACE
        if in_hair:
            return StyleTarget.HAIR
        return StyleTarget.LOOK if _depth(canonical_frame(landmarks).corners(), at) >= 0 else None

    def _knows_hair_of(self, landmarks: Landmarks) -> bool:
        is_owner = self.owner is not None and is_same_face(self.owner, landmarks)
        return is_owner and bool(self.hair.outlines)

    def _hair_of(self, landmarks: Landmarks) -> Area:
        if self._knows_hair_of(landmarks):
            return self.hair
        return Area([_guessed_hair(landmarks)])


def zone_at(faces: FacesNow, at: Position, reach: float, areas: StyleAreas) -> Zone | None:
    """Find what is meant at a position, of the smallest face that is there.

    Args:
        faces: each with where its points are now; the chosen one first.
        at: x and y in photo pixels.
        reach: how far beside a part still counts, in photo pixels.
        areas: what is there beside the parts of faces.
    """
    found = [zone for face in faces if (zone := _zone_of(*face, at, reach, areas)) is not None]
    meant = min(found, key=_rank, default=None)
    if areas.mask.depth(at) < -reach:
        return meant
    if meant is not None:
        return Zone(meant.face, meant.landmarks, StyleTarget.MASK)
    return Zone(*faces[0], StyleTarget.MASK) if faces else None


def _rank(zone: Zone) -> tuple[bool, float]:
    """What surrounds a whole face gives way to what is seen in it."""
    return zone.target is StyleTarget.LOOK, interocular_distance(zone.landmarks)


def _zone_of(
    face: Face, landmarks: Landmarks, at: Position, reach: float, areas: StyleAreas
) -> Zone | None:
    """Find the part of one face: a small one before what surrounds it."""
    small = (part for part in FacePart if part is not FacePart.FACE)
    depth, part = max((depth_in(part, landmarks, at), part) for part in small)
    if depth >= -reach:
        return Zone(face, landmarks, part)
    target = areas.find(landmarks, at, reach)
    return None if target is None else Zone(face, landmarks, target)


def outlines_of(part: FacePart, landmarks: Landmarks) -> list[Points]:
    """Outline what would be taken: of the inner face all but the forehead."""
    if part is FacePart.FACE:
        return [cv2.convexHull(landmarks.astype(np.float32))[:, 0].astype(np.float64)]
    return part_outlines(part, landmarks)


def depth_in(part: FacePart, landmarks: Landmarks, at: Position) -> float:
    """Tell how many pixels a position lies inside a part; below 0 outside."""
    return _deepest(part_outlines(part, landmarks), at)


def _deepest(outlines: Iterable[Points], at: Position) -> float:
    return max(_depth(outline, at) for outline in outlines)


def _reduced(mask: Mask, every: int) -> Mask:
    """Return the most that a mask covers in each square of so many pixels."""
    for axis in (0, 1):
        mask = np.maximum.reduceat(mask, range(0, mask.shape[axis], every), axis=axis)
    return mask


def _pixels_in(contour: Pixels) -> float:
    """Count, roughly, the pixels of what OpenCV has outlined by their centres."""
    return cv2.contourArea(contour) + cv2.arcLength(contour, closed=True) / 2 + 1


def _depth(outline: Points, at: Position) -> float:
    return float(cv2.pointPolygonTest(outline.astype(np.float32), at, measureDist=True))


def _guessed_hair(landmarks: Landmarks) -> Points:
    """Outline what lies above a face: between the forehead and a larger arc."""
    left, right = landmarks[JAW[0]], landmarks[JAW[-1]]
    brows = landmarks[list(LEFT_BROW + RIGHT_BROW)].mean(axis=0)
    up = brows - landmarks[list(NOSE_BASE)].mean(axis=0)
    middle = (left + right) / 2
    turns = np.linspace(0, np.pi, 17)[:, None]

    def arc(wide: float, high: float) -> Points:
        points: Points = middle + wide * np.cos(turns) * (left - middle)
        points += np.sin(turns) * (brows + high * up - middle)
        return points

    return np.vstack([arc(_HAIR_WIDER, _HAIR_HIGHER), arc(1.0, 0.75)[::-1]])
