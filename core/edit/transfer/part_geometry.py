"""Which of a face's landmarks and pixels a part that is transferred from an exemplar replaces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    MOUTH,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)
from core.anatomy.parts import FacePart
from core.edit.requests import DEFAULT_SHAPE
from core.face.align import fit_similarity
from core.imaging.arrays import Floats, Mask, Points
from core.imaging.masks import fill_hull

LandmarkGroup = tuple[int, ...]
"""Indices of landmarks that are transferred together."""


class PartPiece(NamedTuple):
    """One piece of a face that is transferred as a whole."""

    part: FacePart
    hull: LandmarkGroup
    """Landmarks around what is covered."""
    moved: LandmarkGroup
    """Landmarks that take on the exemplar's shape."""


class _Opening(NamedTuple):
    """A mouth or an eye: its landmarks, its corners, and its rims, pair by pair."""

    group: LandmarkGroup
    corners: tuple[int, int]
    upper: LandmarkGroup
    lower: LandmarkGroup


_OUTLINE = JAW[1:16]
_INNER_FACE = PartPiece(FacePart.FACE, _OUTLINE + LEFT_BROW + RIGHT_BROW, tuple(range(68)))
_NOSE = PartPiece(FacePart.NOSE, NOSE_BRIDGE[:1] + NOSE_BASE, NOSE_BRIDGE + NOSE_BASE)
_MOUTH = PartPiece(FacePart.MOUTH, OUTER_LIPS, MOUTH)
_OPENINGS = (
    _Opening(LEFT_EYE, (36, 39), (37, 38), (41, 40)),
    _Opening(RIGHT_EYE, (42, 45), (43, 44), (47, 46)),
    _Opening(MOUTH, (48, 54), (61, 62, 63), (67, 66, 65)),
)
_SIMILAR, _DISSIMILAR = 0.05, 0.12
"""Difference of two openings, of their widths, up to which the exemplar's can be stretched to the
face's, and from which on the face opens or closes as the exemplar does."""
_SIDE = 256  # of the canonical frame
_SHRUNK_BY = 0.12
"""How far the inner face stays away from the jaw and the temples, of the way to its middle:
beyond them the exemplar shows another background, and other hair."""


def pieces_of(parts: Collection[FacePart]) -> list[PartPiece]:
    """List the pieces of some parts: a brow and its eye are one, the inner face holds all."""
    if FacePart.FACE in parts:
        return [_INNER_FACE]
    pieces = [PartPiece(FacePart.EYES, group, group) for group in _eye_groups(parts)]
    if FacePart.NOSE in parts:
        pieces.append(_NOSE)
    if FacePart.MOUTH in parts:
        pieces.append(_MOUTH)
    return pieces


def distance_to_pieces(
    shape: tuple[int, int], landmarks: Landmarks, pieces: Sequence[PartPiece]
) -> Floats:
    """Measure how far every pixel is from the hulls of some pieces.

    Args:
        shape: (H, W)
        landmarks: (68, 2) in pixels.
        pieces: of the face.

    Returns:
        (H, W) float32 pixels, 0 inside.
    """
    outside = np.full(shape, 255, np.uint8)
    for piece in pieces:
        points = _shrink_outline(landmarks) if piece.part is FacePart.FACE else landmarks
        outside[fill_hull(shape, points[list(piece.hull)]) > 0] = 0
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)


def cover_pieces(
    shape: tuple[int, int], landmarks: Landmarks, pieces: Sequence[PartPiece], radius: float
) -> Mask:
    """Cover some pieces of a face, grown by a radius.

    Args:
        shape: (H, W)
        landmarks: (68, 2) in pixels.
        pieces: of the face.
        radius: in pixels.

    Returns:
        (H, W) uint8, 0 or 255.
    """
    near = distance_to_pieces(shape, landmarks, pieces) <= radius
    return np.where(near, 255, 0).astype(np.uint8)


def cluster_pieces(
    landmarks: Landmarks, parts: Collection[FacePart], radius: float
) -> list[list[PartPiece]]:
    """Cluster the pieces whose covers touch.

    Args:
        landmarks: (68, 2) in the canonical frame of 256 pixels.
        parts: to transfer.
        radius: by how many of these pixels the pieces are grown.
    """
    pieces, shape = pieces_of(parts), (_SIDE, _SIDE)
    _, components = cv2.connectedComponents(cover_pieces(shape, landmarks, pieces, radius))
    clusters = dict[int, list[PartPiece]]()
    for piece in pieces:
        own = (cover_pieces(shape, landmarks, [piece], radius) > 0) & (np.asarray(components) > 0)
        clusters.setdefault(int(np.max(components, where=own, initial=0)), []).append(piece)
    return list(clusters.values())


def target_landmarks(
    own: Points, exemplar: Points, parts: Collection[FacePart], shape: float | None
) -> Points:
    """Find where a face's landmarks go when parts of an exemplar are transferred to it.

    An eye or a mouth that is much more or less open than the exemplar's opens or closes as that,
    whatever the shape: teeth cannot be stretched out of closed lips.

    Args:
        own, exemplar: (68, 2) in the canonical frame of each face.
        parts: to transfer.
        shape: 0..1 from the own shape to the exemplar's, aligned by a similarity of each part;
            None: as suits each part.

    Returns:
        (68, 2)
    """
    target, moved = own.copy(), set[int]()
    for piece in pieces_of(parts):
        share = DEFAULT_SHAPE[piece.part] if shape is None else shape
        _approach(target, exemplar, piece.moved, share)
        moved.update(piece.moved)
    for opening in _OPENINGS:
        if moved.issuperset(opening.group):
            difference = abs(_aspect_ratio(opening, target) - _aspect_ratio(opening, exemplar))
            share = float(np.clip((difference - _SIMILAR) / (_DISSIMILAR - _SIMILAR), 0.0, 1.0))
            _approach(target, exemplar, opening.group, share, is_as_large=True)
    return target


def _eye_groups(parts: Collection[FacePart]) -> tuple[LandmarkGroup, ...]:
    eyes = (LEFT_EYE, RIGHT_EYE) if FacePart.EYES in parts else ((), ())
    brows = (LEFT_BROW, RIGHT_BROW) if FacePart.BROWS in parts else ((), ())
    return tuple(eye + brow for eye, brow in zip(eyes, brows, strict=True) if eye or brow)


def _approach(
    target: Points,
    exemplar: Points,
    group: LandmarkGroup,
    share: float,
    *,
    is_as_large: bool = False,
) -> None:
    """Move some landmarks in place towards the exemplar's, aligned with them by a similarity.

    `is_as_large` keeps the exemplar's size: lips that close are narrower than those that smiled.
    """
    index = list(group)
    linear = fit_similarity(exemplar[index], target[index])[:, :2]
    if is_as_large:
        linear = linear / max(float(np.hypot(*linear[:, 0])), 1e-6)
    middle = exemplar[index].mean(axis=0)
    aligned = (exemplar[index] - middle) @ linear.T + target[index].mean(axis=0)
    target[index] += share * (aligned - target[index])


def _aspect_ratio(opening: _Opening, points: Points) -> float:
    """Return the mean distance of the rims / distance of the corners."""
    rims = points[list(opening.lower)] - points[list(opening.upper)]
    left, right = opening.corners
    width = float(np.linalg.norm(points[right] - points[left]))
    return float(np.linalg.norm(rims, axis=1).mean() / max(width, 1e-6))


def _shrink_outline(landmarks: Landmarks) -> Landmarks:
    """Pull the jaw and the temples towards the middle of the face."""
    points = landmarks.copy()
    middle = landmarks[list(NOSE_BRIDGE + NOSE_BASE)].mean(axis=0)
    points[list(_OUTLINE)] += _SHRUNK_BY * (middle - points[list(_OUTLINE)])
    return points
