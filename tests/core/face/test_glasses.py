"""Glasses are detected by the lines of their frame."""

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from core.anatomy.landmarks import interocular_distance
from core.face.glasses import find_rims, wears_glasses


@pytest.fixture(scope="module")
def face(landmarks):
    return astronaut(), landmarks


def _with_glasses(face, colour):
    image, landmarks = face[0].copy(), face[1]
    eyes = [landmarks[group].mean(axis=0) for group in (range(36, 42), range(42, 48))]
    apart = interocular_distance(landmarks)
    radius = round(0.36 * apart)
    ends = [np.rint(eye).astype(int) for eye in eyes]
    along = np.array([radius, 0])
    for end, side in zip(ends, (-1, 1), strict=True):
        cv2.circle(image, end, radius, colour, 2, cv2.LINE_AA)
        arm = end + side * along
        cv2.line(image, arm, arm + side * along, colour, 2, cv2.LINE_AA)
    cv2.line(image, ends[0] + along, ends[1] - along, colour, 2, cv2.LINE_AA)
    return image, landmarks


def test_a_face_without_glasses_is_told(face):
    assert not wears_glasses(*face)


@pytest.mark.parametrize("colour", [(20, 20, 25), (130, 40, 40)])
def test_frames_of_any_dark_colour_are_recognised(face, colour):
    assert wears_glasses(*_with_glasses(face, colour))


def test_size_and_depth_of_the_photo_do_not_matter(face):
    image, landmarks = _with_glasses(face, (20, 20, 25))
    large = cv2.resize(image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    assert wears_glasses(large.astype(np.uint16) * 257, landmarks * 3 + 1)


def test_dark_eyes_alone_are_no_glasses(face):
    image, landmarks = face[0].copy(), face[1]
    for group in (range(36, 42), range(42, 48)):
        cv2.fillPoly(image, [np.rint(landmarks[group]).astype(np.int32)], (10, 10, 10))
    assert not wears_glasses(image, landmarks)


def test_rims_are_found_where_they_were_drawn_but_not_on_brows(face):
    image, landmarks = _with_glasses(face, (20, 20, 25))
    rims = find_rims(image, landmarks) > 0
    drawn = np.abs(image.astype(int) - face[0]).max(axis=2) > 60
    near = cv2.dilate(drawn.astype(np.uint8), np.ones((5, 5))) > 0
    assert rims[drawn].mean() > 0.6
    assert near[rims].mean() > 0.6


def test_a_face_without_glasses_has_no_rims(face):
    assert not find_rims(*face).any()
