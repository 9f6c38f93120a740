"""Holes as the program makes them: brush strokes, boxes, and face parts from landmarks."""

from __future__ import annotations

from functools import partial

import numpy as np

from core.anatomy.landmarks import (
    INNER_LIPS,
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
    mouth_width,
)
from core.imaging.arrays import Mask
from core.imaging.brush import Brush, draw_stroke
from core.imaging.masks import dilate, fill_hull, fill_polygon

RATIO_BINS = ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6))
"""Shares of the frame that free-form holes cover, as the field reports them."""

Group = tuple[int, ...]
"""Indices of landmarks."""

_PARTS: tuple[Group, ...] = (
    LEFT_EYE,
    RIGHT_EYE,
    LEFT_EYE + RIGHT_EYE,
    LEFT_EYE + LEFT_BROW,
    RIGHT_EYE + RIGHT_BROW,
    NOSE_BRIDGE + NOSE_BASE,
    MOUTH,
    NOSE_BASE + MOUTH,
)


def free_form(rng: np.random.Generator, size: int, low: float, high: float) -> Mask:
    """Paint brush strokes until a share of the frame between `low` and `high` is covered."""
    target_share = rng.uniform(low, high)
    mask = np.zeros((size, size), np.uint8)
    while (mask > 0).mean() < target_share:
        before = mask
        mask = np.maximum(mask, _random_stroke(rng, size))
        if (mask > 0).mean() > high:
            mask = before if (before > 0).mean() >= low else _trim_last_stroke(mask, before)
            break
    return mask


def box(rng: np.random.Generator, size: int, _: Landmarks) -> Mask:
    """Cover one rectangle of a sixth to half of the frame's side."""
    mask = np.zeros((size, size), np.uint8)
    height, width = rng.integers(size // 6, size // 2, 2)
    top, left = rng.integers(0, size - height), rng.integers(0, size - width)
    mask[top : top + height, left : left + width] = 255
    return mask


def around_landmarks(
    rng: np.random.Generator, size: int, landmarks: Landmarks, *, group: Group
) -> Mask:
    """Cover the hull of some landmarks with a margin."""
    hull = fill_hull((size, size), landmarks[list(group)])
    return dilate(hull, rng.uniform(0.08, 0.3) * mouth_width(landmarks))


eye = partial(around_landmarks, group=LEFT_EYE + LEFT_BROW)
nose = partial(around_landmarks, group=NOSE_BRIDGE + NOSE_BASE)


def face_part(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover one part of the face with a margin."""
    return around_landmarks(rng, size, landmarks, group=_PARTS[int(rng.integers(len(_PARTS)))])


def inner_mouth(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the inside of the mouth and a little of the lips."""
    inside = fill_polygon((size, size), landmarks[list(INNER_LIPS)])
    return dilate(inside, max(1.0, rng.uniform(0.02, 0.09) * mouth_width(landmarks)))


def eye_openings(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the openings of both eyes and a little of the lids."""
    both = np.maximum(
        fill_polygon((size, size), landmarks[list(LEFT_EYE)]),
        fill_polygon((size, size), landmarks[list(RIGHT_EYE)]),
    )
    return dilate(both, max(1.0, rng.uniform(0.02, 0.09) * mouth_width(landmarks)))


def whole_mouth(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the mouth and the skin around it."""
    hull = fill_hull((size, size), landmarks[list(OUTER_LIPS)])
    return dilate(hull, rng.uniform(0.1, 0.26) * mouth_width(landmarks))


def lower_face(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover mouth, chin and the folds beside the nose."""
    points = landmarks[list(JAW[4:13] + NOSE_BASE)]
    centre = points.mean(axis=0)
    return fill_hull((size, size), centre + (points - centre) * rng.uniform(0.7, 0.95))


def half_face(rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover the left, right, upper or lower half of a face, with a margin."""
    middle = landmarks[NOSE_BRIDGE[-1]]
    away = landmarks - middle
    axis, side = int(rng.integers(2)), int(rng.choice([-1, 1]))
    half = np.where(away[:, axis] * side >= 0, away[:, axis], 0.0)
    away[:, axis] = half
    hull = fill_hull((size, size), middle + away)
    return dilate(hull, rng.uniform(0.02, 0.15) * mouth_width(landmarks))


def _random_stroke(rng: np.random.Generator, size: int) -> Mask:
    steps = int(rng.integers(1, 8))
    turns = np.cumsum(rng.normal(0, 0.8, steps)) + rng.uniform(0, 2 * np.pi)
    lengths = rng.uniform(0.04, 0.16, steps) * size
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * lengths[:, None], axis=0)
    points = np.concatenate([np.zeros((1, 2)), path]) + rng.uniform(0, size, 2)
    hardness = 1.0 if rng.random() < 0.7 else float(rng.uniform(0.5, 1.0))
    return draw_stroke((size, size), points, Brush(2 * rng.uniform(0.025, 0.11) * size, hardness))


def _trim_last_stroke(mask: Mask, before: Mask) -> Mask:
    """Drop half of the last stroke: the side on which fewer of its pixels lie."""
    added = (mask > 0) & (before == 0)
    columns = np.flatnonzero(added.any(axis=0))
    middle = int(columns.mean()) if columns.size else 0
    trimmed = mask.copy()
    trimmed[:, middle:] = before[:, middle:]
    return trimmed if trimmed.any() else mask
