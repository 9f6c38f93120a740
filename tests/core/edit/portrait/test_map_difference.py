"""What a repainted map asks for, told from what wavers."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_BROW, RIGHT_BROW
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.edit.portrait.map_difference import compare_maps, differing, in_words_of

SIZE = 320


@pytest.fixture
def landmarks(sample_faces):
    return sample_faces[0].landmarks


@pytest.fixture
def found(landmarks):
    """Skin everywhere but for two brows and an ear."""
    labels = np.full((512, 512), Region.SKIN, np.uint8)
    for brow, points in ((Region.LEFT_BROW, LEFT_BROW), (Region.RIGHT_BROW, RIGHT_BROW)):
        line = landmarks[list(points)].round().astype(np.int32)
        cv2.polylines(labels, [line], False, int(brow), 5)
    labels[100:160, 150:160] = Region.EARS
    return labels


def test_brows_a_little_thicker_are_asked_for_on_both_sides(found, landmarks):
    wanted = found.copy()
    for brow in (Region.LEFT_BROW, Region.RIGHT_BROW):
        wanted[cv2.dilate((found == brow).astype(np.uint8), np.ones((3, 3))) > 0] = brow
    difference = compare_maps(found, wanted, landmarks, SIZE)
    changed = set(np.unique(difference.wanted[difference.changed > 0]))
    assert changed == {Region.LEFT_BROW, Region.RIGHT_BROW}


def test_a_single_pixel_is_no_wish(found, landmarks):
    wanted = found.copy()
    x, y = landmarks[30].round().astype(int)
    wanted[y, x] = Region.NOSE
    assert not compare_maps(found, wanted, landmarks, SIZE).changed.any()


def test_an_outline_that_wavers_after_a_move_is_not_filled():
    first, second = np.zeros((SIZE, SIZE), np.uint8), np.zeros((SIZE, SIZE), np.uint8)
    first[100:200, 100:200] = second[100:200, 100:202] = Region.NOSE
    second[20:40, 20:40] = Region.HAIR
    found = differing(first, second)
    assert found[20:40, 20:40].any()
    assert not found[100:200, 190:].any()


def test_a_map_that_is_painted_over_what_was_found_knows_neck_and_ears(found):
    painted = np.full_like(found, UNKNOWN)
    painted[110:120, 150:160] = Region.BACKGROUND
    assert np.array_equal(in_words_of(painted, found), found)


def test_a_whole_map_of_the_published_labels_knows_no_ears(found):
    wanted = np.zeros_like(found)
    assert Region.EARS not in in_words_of(wanted, found)
