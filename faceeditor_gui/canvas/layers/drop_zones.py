"""Where on the photo an exemplar can be dropped, and which part it would change there. No Qt."""

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
from faceeditor_gui.state.exemplar_parts import ExemplarPart, WholePart

FacesWithLandmarks = Sequence[tuple[Face, Landmarks]]
"""Faces as they were found, and where their (68, 2) landmarks are now, image pixels."""
_CONTOUR_SIDE_PX = 400
"""Side of the reduced mask on which the contours of hair and mask are found."""
_MIN_AREA_SHARE = 0.01
"""Share of the area below which a contour is left out."""
_HAIR_WIDTH_RATIO, _HAIR_HEIGHT_RATIO = 1.35, 1.45
"""Estimated hair, in widths of the face and in heights from the brows to the nose's base."""


@dataclass(frozen=True, eq=False)
class DropZone:
    """A part of a face in the photo on which an exemplar can be dropped."""

    face: Face
    landmarks: Landmarks
    """(68, 2) where the face's landmarks are now, image pixels."""
    part: ExemplarPart


@dataclass(frozen=True, eq=False)
class OutlinedArea:
    """An area of the photo, by its outlines."""

    outlines: list[Points] = field(default_factory=list)
    """(K, 2) float each, image pixels."""

    @classmethod
    def from_mask(cls, mask: Mask, window: Window) -> OutlinedArea:
        """Outline what a mask covers.

        Args:
            mask: (h, w) uint8, above 0 where it covers.
            window: where it lies in the photo; of the mask's shape.
        """
        stride = max(1, max(mask.shape) // _CONTOUR_SIDE_PX)
        coarse = (_max_pooled(mask, stride) > 0).astype(np.uint8)
        found, _ = cv2.findContours(coarse, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        min_area = _MIN_AREA_SHARE * float(coarse.sum())
        corner = np.array([window[1].start, window[0].start]) + (stride - 1) / 2
        return cls([one[:, 0] * stride + corner for one in found if _contour_area(one) >= min_area])

    def signed_distance(self, at: Position) -> float:
        """Measure how many pixels inside the outlines a position lies; below 0 outside."""
        return max((_signed_distance(outline, at) for outline in self.outlines), default=-np.inf)


@dataclass(frozen=True, eq=False)
class DropAreas:
    """Mask and hair, on which can be dropped as on the parts of a face."""

    mask: OutlinedArea = field(default_factory=OutlinedArea)
    """What the user has painted."""
    hair: OutlinedArea = field(default_factory=OutlinedArea)
    """Hair of the face whose regions are known."""
    hair_landmarks: Landmarks | None = None
    """(68, 2) of that face, where they are now; None if the regions of none are known."""

    @classmethod
    def from_document(cls, document: Document) -> DropAreas:
        """Outline the document's mask, and the hair of its label map."""
        window, found = document.mask.bounds(), document.regions.found
        mask = (
            OutlinedArea()
            if window is None
            else OutlinedArea.from_mask(document.mask.read(window), window)
        )
        if found is None:
            return cls(mask)
        is_hair = (document.regions.read(found.window) == Region.HAIR).astype(np.uint8)
        return cls(mask, OutlinedArea.from_mask(is_hair, found.window), found.landmarks)

    def outlines(self, part: ExemplarPart, landmarks: Landmarks) -> list[Points]:
        """Return the outlines of what would change: (K, 2) float each, image pixels.

        Args:
            part: of the face, or what lies beyond its parts.
            landmarks: (68, 2) of the face, image pixels.
        """
        if isinstance(part, FacePart):
            return visible_outlines(part, landmarks)
        if part is WholePart.GLASSES:
            return visible_outlines(FacePart.EYES, landmarks)
        if part is WholePart.MASK:
            return self.mask.outlines
        if part is WholePart.LOOK:
            return [canonical_frame(landmarks).corners()]
        return self._hair_of(landmarks).outlines

    def find(self, landmarks: Landmarks, at: Position, tolerance: float) -> ExemplarPart | None:
        """Find the inner face, hair or whole look at a position.

        Args:
            landmarks: (68, 2) of the face, image pixels.
            at: x and y in image pixels.
            tolerance: how far beside the inner face still counts, in image pixels.
        """
        is_in_hair = self._hair_of(landmarks).signed_distance(at) >= 0
        if is_in_hair and self._has_hair_of(landmarks):
            return WholePart.HAIR
        if signed_distance_to_part(FacePart.FACE, landmarks, at) >= -tolerance:
            return FacePart.FACE
        if is_in_hair:
            return WholePart.HAIR
        return (
            WholePart.LOOK
            if _signed_distance(canonical_frame(landmarks).corners(), at) >= 0
            else None
        )

    def _has_hair_of(self, landmarks: Landmarks) -> bool:
        is_same = self.hair_landmarks is not None and is_same_face(self.hair_landmarks, landmarks)
        return is_same and bool(self.hair.outlines)

    def _hair_of(self, landmarks: Landmarks) -> OutlinedArea:
        if self._has_hair_of(landmarks):
            return self.hair
        return OutlinedArea([_estimated_hair_outline(landmarks)])


def drop_zone_at(
    faces: FacesWithLandmarks, at: Position, tolerance: float, areas: DropAreas
) -> DropZone | None:
    """Find the part under a position, of the smallest face that is there.

    Args:
        faces: each with where its landmarks are now; the chosen one first.
        at: x and y in image pixels.
        tolerance: how far beside a part still counts, in image pixels.
        areas: mask and hair.
    """
    found = [zone for face in faces if (zone := _zone_of(*face, at, tolerance, areas)) is not None]
    candidate = min(found, key=_priority, default=None)
    if areas.mask.signed_distance(at) < -tolerance:
        return candidate
    if candidate is not None:
        return DropZone(candidate.face, candidate.landmarks, WholePart.MASK)
    return DropZone(*faces[0], WholePart.MASK) if faces else None


def _priority(zone: DropZone) -> tuple[bool, float]:
    """Sort the whole look behind what is seen in it, then smaller faces first."""
    return zone.part is WholePart.LOOK, interocular_distance(zone.landmarks)


def _zone_of(
    face: Face, landmarks: Landmarks, at: Position, tolerance: float, areas: DropAreas
) -> DropZone | None:
    """Find the part of one face: a small one before the larger ones around it."""
    small = (part for part in FacePart if part is not FacePart.FACE)
    signed_distance, part = max(
        (signed_distance_to_part(part, landmarks, at), part) for part in small
    )
    if signed_distance >= -tolerance:
        return DropZone(face, landmarks, part)
    whole_part = areas.find(landmarks, at, tolerance)
    return None if whole_part is None else DropZone(face, landmarks, whole_part)


def visible_outlines(part: FacePart, landmarks: Landmarks) -> list[Points]:
    """Return the outlines to show, of the inner face without the forehead.

    Args:
        part: of the face.
        landmarks: (68, 2), image pixels.

    Returns:
        (K, 2) float each, image pixels.
    """
    if part is FacePart.FACE:
        return [cv2.convexHull(landmarks.astype(np.float32))[:, 0].astype(np.float64)]
    return part_outlines(part, landmarks)


def signed_distance_to_part(part: FacePart, landmarks: Landmarks, at: Position) -> float:
    """Measure how many pixels inside a part a position lies; below 0 outside.

    Args:
        part: of the face.
        landmarks: (68, 2), image pixels.
        at: x and y in image pixels.
    """
    return _max_signed_distance(part_outlines(part, landmarks), at)


def _max_signed_distance(outlines: Iterable[Points], at: Position) -> float:
    return max(_signed_distance(outline, at) for outline in outlines)


def _max_pooled(mask: Mask, stride: int) -> Mask:
    """Reduce a mask to the maximum of each square of `stride` pixels a side."""
    for axis in (0, 1):
        mask = np.maximum.reduceat(mask, range(0, mask.shape[axis], stride), axis=axis)
    return mask


def _contour_area(contour: Pixels) -> float:
    """Estimate the pixels of a contour, which OpenCV draws through their centres."""
    return cv2.contourArea(contour) + cv2.arcLength(contour, closed=True) / 2 + 1


def _signed_distance(outline: Points, at: Position) -> float:
    return float(cv2.pointPolygonTest(outline.astype(np.float32), at, measureDist=True))


def _estimated_hair_outline(landmarks: Landmarks) -> Points:
    """Return the outline of hair that is not known: from the forehead to a larger arc; (K, 2)."""
    left, right = landmarks[JAW[0]], landmarks[JAW[-1]]
    brows = landmarks[list(LEFT_BROW + RIGHT_BROW)].mean(axis=0)
    up = brows - landmarks[list(NOSE_BASE)].mean(axis=0)
    middle = (left + right) / 2
    turns = np.linspace(0, np.pi, 17)[:, None]

    def arc(wide: float, high: float) -> Points:
        points: Points = middle + wide * np.cos(turns) * (left - middle)
        points += np.sin(turns) * (brows + high * up - middle)
        return points

    return np.vstack([arc(_HAIR_WIDTH_RATIO, _HAIR_HEIGHT_RATIO), arc(1.0, 0.75)[::-1]])
