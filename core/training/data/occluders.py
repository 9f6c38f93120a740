"""Glasses and masks where people wear them: what hides a part of a face."""

from __future__ import annotations

import math

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_EYE,
    NOSE_BRIDGE,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.imaging.arrays import Mask
from core.imaging.masks import dilate, fill_hull, fill_polygon

_LENS = (0.4, 0.3)
"""Half axes of a lens in eye distances."""
_BRIDGE, _EARPIECE, _LOOP = 0.12, 0.08, 0.04
"""Widths in eye distances."""
_BELOW_CHIN = 0.12
"""How far a mask reaches below the chin, in eye distances."""


def sunglasses(_: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover an ellipse around each eye, a bridge along the eye line, and a way to the ears.

    Args:
        size: side of the frame in pixels.
        landmarks: (68, 2) in it.

    Returns:
        (size, size) coverage.
    """
    mask, eye_distance = np.zeros((size, size), np.uint8), interocular_distance(landmarks)
    left, right = (landmarks[list(eye)].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE))
    along = right - left
    turn = math.degrees(math.atan2(along[1], along[0]))
    axes = (round(_LENS[0] * eye_distance), round(_LENS[1] * eye_distance))
    for eye in (left, right):
        cv2.ellipse(mask, _pixel(eye), axes, turn, 0, 360, 255, -1)
    _line(mask, left, right, _BRIDGE * eye_distance)
    for eye, ear in ((left, landmarks[JAW[0]]), (right, landmarks[JAW[-1]])):
        _line(mask, eye, ear, _EARPIECE * eye_distance)
    return mask


def medical_mask(_: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    """Cover from the nose to below the chin and to the ears, with loops around them.

    Args:
        size: side of the frame in pixels.
        landmarks: (68, 2) in it.

    Returns:
        (size, size) coverage.
    """
    eye_distance = interocular_distance(landmarks)
    edge = landmarks[list(JAW[1:-1])]
    nose = landmarks[NOSE_BRIDGE[1]]
    mask = fill_polygon((size, size), np.concatenate([nose[None], edge[::-1]]))
    chin = landmarks[list(JAW[6:11])]
    down = landmarks[JAW[8]] - nose
    below = chin + _BELOW_CHIN * eye_distance * down / np.linalg.norm(down)
    mask = np.maximum(mask, fill_hull((size, size), np.concatenate([chin, below])))
    for start, ear in ((JAW[2], JAW[0]), (JAW[-3], JAW[-1])):
        _line(mask, landmarks[start], landmarks[ear], _LOOP * eye_distance)
    return np.asarray(mask, np.uint8)


def grow_occluder(mask: Mask, landmarks: Landmarks) -> Mask:
    """Grow an occluder's mask as much as its edge and shadow ask for."""
    return dilate(mask, _LOOP * interocular_distance(landmarks))


def _line(mask: Mask, start: Landmarks, stop: Landmarks, width: float) -> None:
    cv2.line(mask, _pixel(start), _pixel(stop), 255, max(1, round(width)))


def _pixel(point: Landmarks) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
