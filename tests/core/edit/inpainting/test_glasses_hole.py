"""Glasses go: their frame, and lenses through which nothing is seen."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE
from core.anatomy.regions import Region
from core.edit.inpainting.glasses_hole import glasses_hole
from core.imaging.masks import dilate, fill_polygon

FRAME, SHADE = (25, 20, 20), (30, 30, 35)


@pytest.fixture(scope="module")
def glasses(large_face):
    """The sample face with glasses drawn on it, and the maps of frame, lenses and regions."""
    image, landmarks = large_face
    centres = [landmarks[list(eye)].mean(axis=0).astype(int) for eye in (LEFT_EYE, RIGHT_EYE)]
    unit = float(np.linalg.norm(centres[1] - centres[0]))
    lenses, frame = (np.zeros(image.shape[:2], np.uint8) for _ in range(2))
    for x, y in centres:
        cv2.circle(lenses, (int(x), int(y)), round(0.38 * unit), 255, -1)
        cv2.circle(frame, (int(x), int(y)), round(0.38 * unit), 255, max(round(0.06 * unit), 2))
    labels = np.full(image.shape[:2], Region.SKIN, np.uint8)
    labels[(lenses | frame) > 0] = Region.GLASSES
    return frame > 0, lenses > 0, labels


def worn(image, area, colour):
    image = image.copy()
    image[area] = colour
    return image


def eyes_of(face):
    image, landmarks = face
    drawn = [fill_polygon(image.shape[:2], landmarks[list(eye)]) for eye in (LEFT_EYE, RIGHT_EYE)]
    return (drawn[0] | drawn[1]) > 0


def test_clear_glasses_lose_their_frame_and_keep_the_eyes(large_face, glasses):
    frame, lenses, labels = glasses
    hole = glasses_hole(worn(large_face[0], frame, FRAME), labels, large_face[1]) > 0
    assert hole[frame].mean() > 0.97
    assert not hole[eyes_of(large_face)].any()
    assert hole[lenses & ~frame].mean() < 0.6
    assert not hole[dilate(labels_of(labels), 0.2 * np.ptp(large_face[1][36:48, 0])) == 0].any()


def labels_of(labels):
    return np.where(labels == Region.GLASSES, 255, 0).astype(np.uint8)


def test_dark_lenses_go_with_the_eyes_behind_them(large_face, glasses):
    frame, lenses, labels = glasses
    shaded = worn(worn(large_face[0], lenses, SHADE), frame, FRAME)
    hole = glasses_hole(shaded, labels, large_face[1]) > 0
    assert hole[lenses | frame].all()


def test_a_face_without_glasses_has_no_hole(large_face):
    labels = np.full(large_face[0].shape[:2], Region.SKIN, np.uint8)
    labels[:3, :3] = Region.GLASSES  # an error of the parser
    assert not glasses_hole(*large_face[:1], labels, large_face[1]).any()


def test_16_bits_make_no_difference(large_face, glasses):
    frame, _, labels = glasses
    image = worn(large_face[0], frame, FRAME)
    fine = image.astype(np.uint16) * 257
    expected = glasses_hole(image, labels, large_face[1])
    assert np.array_equal(glasses_hole(fine, labels, large_face[1]), expected)
