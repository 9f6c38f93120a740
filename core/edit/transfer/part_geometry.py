"""Which of a face's points and pixels a part that is taken from another face replaces."""

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
from core.edit.requests import SUITING_SHAPE
from core.face.align import similarity
from core.imaging.arrays import Floats, Mask, Points
from core.imaging.masks import fill_hull

Group = tuple[int, ...]
"""Landmarks that are exchanged together."""


class Exchanged(NamedTuple):
    """One piece of a face that is exchanged as a whole."""

    part: FacePart
    hull: Group
    """What is covered."""
    moved: Group
    """What takes on the exemplar's shape."""


class _Opening(NamedTuple):
    """A mouth or an eye: its points, its corners, and its rims, pair by pair."""

    group: Group
    corners: tuple[int, int]
    upper: Group
    lower: Group


_SIDES = JAW[1:16]
_INNER_FACE = Exchanged(FacePart.FACE, _SIDES + LEFT_BROW + RIGHT_BROW, tuple(range(68)))
_NOSE = Exchanged(FacePart.NOSE, NOSE_BRIDGE[:1] + NOSE_BASE, NOSE_BRIDGE + NOSE_BASE)
_MOUTH = Exchanged(FacePart.MOUTH, OUTER_LIPS, MOUTH)
_OPENINGS = (
    _Opening(LEFT_EYE, (36, 39), (37, 38), (41, 40)),
    _Opening(RIGHT_EYE, (42, 45), (43, 44), (47, 46)),
    _Opening(MOUTH, (48, 54), (61, 62, 63), (67, 66, 65)),
)
_ALIKE, _UNLIKE = 0.05, 0.12
"""Difference of two openings, of their widths, up to which the exemplar's can be stretched to the
face's, and from which on the face opens or closes as the exemplar does."""
_SIDE = 256  # of the canonical frame
_PULLED_IN = 0.12
"""How far the inner face stays away from the jaw and the temples, of the way to its middle:
beyond them the exemplar shows another background, and other hair."""


def exchanged(parts: Collection[FacePart]) -> list[Exchanged]:
    """List what some parts take: a brow and its eye are one piece, the inner face holds all."""
    if FacePart.FACE in parts:
        return [_INNER_FACE]
    found = [Exchanged(FacePart.EYES, group, group) for group in _around_eyes(parts)]
    if FacePart.NOSE in parts:
        found.append(_NOSE)
    if FacePart.MOUTH in parts:
        found.append(_MOUTH)
    return found


def distance(shape: tuple[int, int], landmarks: Landmarks, pieces: Sequence[Exchanged]) -> Floats:
    """Measure how far every pixel is from the hulls of some pieces; (H, W), 0 inside."""
    outside = np.full(shape, 255, np.uint8)
    for piece in pieces:
        points = _without_rim(landmarks) if piece.part is FacePart.FACE else landmarks
        outside[fill_hull(shape, points[list(piece.hull)]) > 0] = 0
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)


def cover(
    shape: tuple[int, int], landmarks: Landmarks, pieces: Sequence[Exchanged], radius: float
) -> Mask:
    """Cover some pieces of a face, grown by `radius` pixels."""
    near = distance(shape, landmarks, pieces) <= radius
    return np.where(near, 255, 0).astype(np.uint8)


def clusters(
    landmarks: Landmarks, parts: Collection[FacePart], radius: float
) -> list[list[Exchanged]]:
    """Bring together the pieces whose covers touch.

    Args:
        landmarks: (68, 2) in the canonical frame of 256 pixels.
        parts: what is taken.
        radius: by how many of these pixels the pieces are grown.
    """
    pieces, shape = exchanged(parts), (_SIDE, _SIDE)
    _, numbers = cv2.connectedComponents(cover(shape, landmarks, pieces, radius))
    found = dict[int, list[Exchanged]]()
    for piece in pieces:
        own = (cover(shape, landmarks, [piece], radius) > 0) & (np.asarray(numbers) > 0)
        found.setdefault(int(np.max(numbers, where=own, initial=0)), []).append(piece)
    return list(found.values())


def goal(own: Points, theirs: Points, parts: Collection[FacePart], shape: float | None) -> Points:
    """Find where a face's landmarks go when it takes parts of another one.

    An eye or a mouth that is much more open than the other's opens or closes with it, whatever
    the shape: teeth cannot be stretched out of closed lips.

    Args:
        own, theirs: (68, 2) in the canonical frame of each face.
        parts: what is taken.
        shape: 0..1 from the own shape to the exemplar's, brought over by the similarity of each
            part; None: as suits each part.

    Returns:
        (68, 2)
    """
    target, moved = own.copy(), set[int]()
    for piece in exchanged(parts):
        share = SUITING_SHAPE[piece.part] if shape is None else shape
        _approach(target, theirs, piece.moved, share)
        moved.update(piece.moved)
    for opening in _OPENINGS:
        if moved.issuperset(opening.group):
            unlike = abs(_width_of(opening, target) - _width_of(opening, theirs))
            share = float(np.clip((unlike - _ALIKE) / (_UNLIKE - _ALIKE), 0.0, 1.0))
            _approach(target, theirs, opening.group, share, is_as_large=True)
    return target


def _around_eyes(parts: Collection[FacePart]) -> tuple[Group, ...]:
    eyes = (LEFT_EYE, RIGHT_EYE) if FacePart.EYES in parts else ((), ())
    brows = (LEFT_BROW, RIGHT_BROW) if FacePart.BROWS in parts else ((), ())
    return tuple(eye + brow for eye, brow in zip(eyes, brows, strict=True) if eye or brow)


def _approach(
    target: Points, theirs: Points, group: Group, share: float, *, is_as_large: bool = False
) -> None:
    """Move some points in place towards the other face's, laid over them by a similarity.

    `is_as_large` keeps the other's size: lips that close are narrower than those that smiled.
    """
    index = list(group)
    linear = similarity(theirs[index], target[index])[:, :2]
    if is_as_large:
        linear = linear / max(float(np.hypot(*linear[:, 0])), 1e-6)
    middle = theirs[index].mean(axis=0)
    brought = (theirs[index] - middle) @ linear.T + target[index].mean(axis=0)
    target[index] += share * (brought - target[index])


def _width_of(opening: _Opening, points: Points) -> float:
    """Mean distance of the rims / distance of the corners."""
    rims = points[list(opening.lower)] - points[list(opening.upper)]
    left, right = opening.corners
    across = float(np.linalg.norm(points[right] - points[left]))
    return float(np.linalg.norm(rims, axis=1).mean() / max(across, 1e-6))


def _without_rim(landmarks: Landmarks) -> Landmarks:
    """Pull the jaw and the temples towards the middle of the face."""
    points = landmarks.copy()
    middle = landmarks[list(NOSE_BRIDGE + NOSE_BASE)].mean(axis=0)
    points[list(_SIDES)] += _PULLED_IN * (middle - points[list(_SIDES)])
    return points
