"""The 68 landmarks: their groups, and the line map that networks are conditioned on."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Landmarks = npt.NDArray[np.float64]
"""(68, 2) iBUG points, x then y, in pixels; pixel centres at whole numbers. "Left" is the
left side of the picture."""

JAW = tuple(range(17))
LEFT_BROW = tuple(range(17, 22))
RIGHT_BROW = tuple(range(22, 27))
NOSE_BRIDGE = tuple(range(27, 31))
NOSE_BASE = tuple(range(31, 36))
LEFT_EYE = tuple(range(36, 42))
RIGHT_EYE = tuple(range(42, 48))
OUTER_LIPS = tuple(range(48, 60))
INNER_LIPS = tuple(range(60, 68))
MOUTH = OUTER_LIPS + INNER_LIPS

_MIRRORED_TEXT = """
16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0  26 25 24 23 22 21 20 19 18 17  27 28 29 30
35 34 33 32 31  45 44 43 42 47 46 39 38 37 36 41 40
54 53 52 51 50 49 48 59 58 57 56 55  64 63 62 61 60 67 66 65
"""
MIRRORED_INDICES = np.array([int(index) for index in _MIRRORED_TEXT.split()])
"""Point i of a mirrored face is point MIRRORED_INDICES[i] of the face."""

SAME_FACE = 0.3
"""Two detections are one face if their middles lie within this share of its width."""

_LEAST_SIZE_PX, _LARGEST_COORDINATE_PX = 3.0, 1e6
_LEAST_DISTINCT = 50
_LEAST_SLIMNESS = 0.02
"""Of the spread across a face's points to that along them: a line is no face."""

_OPEN_LINES = (JAW, LEFT_BROW, RIGHT_BROW, NOSE_BRIDGE, NOSE_BASE)
_SHIFT = 4


def form_face(landmarks: Landmarks) -> bool:
    """Tell whether (68, 2) points can be those of a face, wherever it lies."""
    if not np.isfinite(landmarks).all() or np.abs(landmarks).max() > _LARGEST_COORDINATE_PX:
        return False
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    along, across = np.linalg.svd(landmarks - landmarks.mean(axis=0), compute_uv=False)
    is_large = (high - low).max() >= _LEAST_SIZE_PX and across >= _LEAST_SLIMNESS * along
    return bool(is_large and len(np.unique(landmarks, axis=0)) >= _LEAST_DISTINCT)


def line_map(landmarks: Landmarks, size: int) -> npt.NDArray[np.uint8]:
    """Draw the line map that conditions the networks on a face's geometry.

    Args:
        landmarks: (68, 2) in pixels of the frame.
        size: side of the square frame in pixels.

    Returns:
        (size, size, 3) uint8, 0 or up to 255: contours of the lips; openings (inside of the
        mouth and of the eyes), filled; jaw, brows, nose and eye contours.
    """
    points = np.round(landmarks * (1 << _SHIFT)).astype(np.int32)
    lips, openings, contours = (np.zeros((size, size), np.uint8) for _ in range(3))
    for group in (OUTER_LIPS, INNER_LIPS):
        cv2.polylines(lips, [points[list(group)]], True, 255, 1, cv2.LINE_AA, _SHIFT)
    for group in (INNER_LIPS, LEFT_EYE, RIGHT_EYE):
        cv2.fillPoly(openings, [points[list(group)]], 255, cv2.LINE_AA, _SHIFT)
    for group in _OPEN_LINES:
        cv2.polylines(contours, [points[list(group)]], False, 255, 1, cv2.LINE_AA, _SHIFT)
    for group in (LEFT_EYE, RIGHT_EYE):
        cv2.polylines(contours, [points[list(group)]], True, 255, 1, cv2.LINE_AA, _SHIFT)
    return np.dstack([lips, openings, contours])


def mirror_landmarks(landmarks: Landmarks, width: int) -> Landmarks:
    """Return where the (68, 2) landmarks of a face are in its picture's mirror image.

    Args:
        landmarks: in pixels of the picture.
        width: of the picture in pixels.
    """
    mirrored: Landmarks = landmarks[MIRRORED_INDICES]
    mirrored[:, 0] = width - 1 - mirrored[:, 0]
    return mirrored


def mouth_width(landmarks: Landmarks) -> float:
    """Return the distance between the mouth corners of (68, 2) landmarks in pixels."""
    return float(np.linalg.norm(landmarks[54] - landmarks[48]))


def interocular_distance(landmarks: Landmarks) -> float:
    """Return the distance between the eye centres of (68, 2) landmarks in pixels."""
    left = landmarks[list(LEFT_EYE)].mean(axis=0)
    right = landmarks[list(RIGHT_EYE)].mean(axis=0)
    return float(np.linalg.norm(right - left))


def is_same_face(first: Landmarks, second: Landmarks) -> bool:
    """Tell whether two detections, (68, 2) in the same pixels, are one face."""
    distance = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    return bool(distance < SAME_FACE * np.ptp(second[:, 0]))
