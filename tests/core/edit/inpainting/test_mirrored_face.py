"""A face's mirror image is its own, but for its gaze."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE
from core.edit.inpainting.mirrored_face import mirror_face
from core.imaging.masks import dilate, fill_hull


@pytest.fixture
def looking_right(large_face):
    """The sample face, with black irises at the right of white eyes."""
    image = large_face[0].copy()
    for eye in (LEFT_EYE, RIGHT_EYE):
        points = large_face[1][list(eye)]
        image[fill_hull(image.shape[:2], points) > 0] = 255
        x, y = points.mean(axis=0)
        cv2.circle(image, (round(x + 0.2 * np.ptp(points[:, 0])), round(y)), 3, (0, 0, 0), -1)
    return image, large_face[1]


def gaze(image, eye):
    """Where the darkest pixels inside of an eye lie: 0 at its left .. 1 at its right."""
    middle, width = eye.mean(axis=0), np.ptp(eye[:, 0])
    inside = fill_hull(image.shape[:2], middle + 0.7 * (eye - middle)) > 0
    dark = np.nonzero(inside & (image.mean(axis=2) < 60))[1]
    return (dark.mean() - eye[:, 0].min()) / width


def test_the_eyes_of_the_mirror_image_look_where_the_photos_do(looking_right):
    image, points = looking_right
    mirrored = mirror_face(image, points)
    for eye, twin in ((LEFT_EYE, RIGHT_EYE), (RIGHT_EYE, LEFT_EYE)):
        looks = gaze(mirrored.image, mirrored.landmarks[list(eye)])
        assert looks == pytest.approx(gaze(image, points[list(twin)]), abs=0.06)
        assert looks > 0.6


def test_all_but_the_openings_of_the_eyes_is_mirrored_bit_for_bit(large_face):
    image, points = large_face
    mirrored = mirror_face(image, points)
    eyes = [fill_hull(image.shape[:2], mirrored.landmarks[list(e)]) for e in (LEFT_EYE, RIGHT_EYE)]
    beyond = dilate(eyes[0] | eyes[1], 5) == 0
    assert np.array_equal(mirrored.image[beyond], image[:, ::-1][beyond])


def test_a_face_beyond_the_picture_is_mirrored_without_its_eyes(large_face):
    image, points = large_face
    assert np.array_equal(mirror_face(image, points + 5000).image, image[:, ::-1])
