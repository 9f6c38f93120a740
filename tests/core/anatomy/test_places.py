"""A hole is named by the place of the face that it covers."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.data import astronaut

from core.anatomy.landmarks import LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_EYE
from core.anatomy.places import FacePlace, place_of
from core.face.detect import find_faces


@pytest.fixture(scope="module")
def landmarks() -> np.ndarray:
    """Of the sample portrait."""
    return find_faces(astronaut())[0].landmarks


def _hole(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:512, :512]
    return np.where((columns - x) ** 2 + (rows - y) ** 2 <= radius**2, 255, 0).astype(np.uint8)


def _place(landmarks, points, radius=6.0, up=0.0):
    x, y = landmarks[list(points)].mean(axis=0)
    return place_of(_hole(x, y - up, radius), landmarks)


def test_holes_over_parts_are_named_by_them(landmarks):
    assert _place(landmarks, LEFT_EYE) is FacePlace.LEFT_EYE
    assert _place(landmarks, RIGHT_EYE) is FacePlace.RIGHT_EYE
    assert _place(landmarks, LEFT_BROW, 3) is FacePlace.LEFT_BROW
    assert _place(landmarks, OUTER_LIPS) is FacePlace.MOUTH
    assert _place(landmarks, [30]) is FacePlace.NOSE


def test_holes_on_skin_are_named_by_where_it_is(landmarks):
    assert _place(landmarks, [2, 31]) is FacePlace.LEFT_CHEEK
    assert _place(landmarks, [14, 35]) is FacePlace.RIGHT_CHEEK
    assert _place(landmarks, [8], 4, up=6) is FacePlace.CHIN
    assert _place(landmarks, [19, 24], 6, up=18) is FacePlace.FOREHEAD


def test_a_hole_over_most_of_a_face_is_the_face_and_one_beside_it_is_nowhere(landmarks):
    assert _place(landmarks, [30], 60) is FacePlace.FACE
    assert place_of(_hole(30, 30, 9), landmarks) is None
    assert place_of(np.zeros((40, 40), np.uint8), landmarks) is None


def test_a_large_hole_is_named_as_a_small_one_of_the_same_shape(landmarks):
    x, y = landmarks[list(LEFT_EYE)].mean(axis=0)
    large = _hole(x, y, 6).repeat(4, axis=0).repeat(4, axis=1)
    assert place_of(large, 4 * landmarks) is FacePlace.LEFT_EYE
