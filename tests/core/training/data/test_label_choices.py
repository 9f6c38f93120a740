"""Which labels a pixel of a training face can have."""

import numpy as np
import pytest

from core.anatomy.landmarks import MIRRORED_INDICES
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import HEAD_COUNT, Region
from core.training.data.label_choices import (
    ANY_LABEL,
    bare_choices,
    exact_choices,
    head_choices,
    label_set,
    landmark_choices,
    mirror_choices,
    portrait_choices,
)

SIDE = 256


@pytest.fixture
def landmarks():
    """A face with an open mouth, drawn by rule."""
    turn = np.linspace(np.pi, 0, 17)
    points = np.zeros((68, 2))
    points[:17] = np.column_stack([128 + 62 * np.cos(turn), 120 + 100 * np.sin(turn)])
    for start, x in ((17, 78), (22, 134)):
        points[start : start + 5] = [(x + 11 * i, 102 - (i % 4) * 2) for i in range(5)]
    points[27:31] = [(128, 122 + 10 * i) for i in range(4)]
    points[31:36] = [(116 + 6 * i, 162) for i in range(5)]
    for start, x in ((36, 96), (42, 160)):
        eye = np.linspace(np.pi, -np.pi, 6, endpoint=False)
        points[start : start + 6] = np.column_stack([x + 12 * np.cos(eye), 122 - 6 * np.sin(eye)])
    for start, count, wide, high in ((48, 12, 26, 16), (60, 8, 18, 8)):
        lip = np.linspace(np.pi, -np.pi, count, endpoint=False)
        ring = np.column_stack([128 + wide * np.cos(lip), 188 - high * np.sin(lip)])
        points[start : start + count] = ring
    return points


def at(choices, point):
    x, y = np.round(point).astype(int)
    return int(choices[y, x])


def test_landmarks_know_the_inner_parts(landmarks):
    choices = landmark_choices((SIDE, SIDE), landmarks)
    assert at(choices, landmarks[36:42].mean(axis=0)) == label_set([Region.LEFT_EYE])
    assert at(choices, landmarks[42:48].mean(axis=0)) == label_set([Region.RIGHT_EYE])
    assert at(choices, landmarks[60:68].mean(axis=0)) == label_set([Region.INNER_MOUTH])
    assert at(choices, (landmarks[51] + landmarks[62]) / 2) == label_set([Region.UPPER_LIP])
    assert at(choices, (landmarks[57] + landmarks[66]) / 2) == label_set([Region.LOWER_LIP])
    assert at(choices, landmarks[30]) == label_set([Region.NOSE])


def test_cheeks_are_skin_and_the_forehead_may_be_hair(landmarks):
    choices = landmark_choices((SIDE, SIDE), landmarks)
    assert at(choices, (100, 165)) == label_set([Region.SKIN, Region.GLASSES])
    covered = [Region.SKIN, Region.HAIR, Region.GLASSES, Region.HAT]
    assert at(choices, (128, 88)) == label_set(covered)


def test_a_border_between_two_parts_may_be_either(landmarks):
    corner = at(landmark_choices((SIDE, SIDE), landmarks), landmarks[36] - (2, 0))
    assert corner & label_set([Region.LEFT_EYE])
    assert corner & label_set([Region.SKIN])


def test_nothing_of_the_face_is_far_below_the_jaw(landmarks):
    below = at(landmark_choices((SIDE, SIDE), landmarks), (20, 250))
    assert not below & label_set(range(Region.SKIN, Region.HAIR))
    assert below & label_set([Region.CLOTH])


def test_every_pixel_keeps_a_choice(landmarks):
    assert (landmark_choices((SIDE, SIDE), landmarks) > 0).all()


def test_skin_of_a_head_is_parted_into_face_neck_and_ears(landmarks):
    choices = head_choices(np.full((SIDE, SIDE), Region.SKIN, np.uint8), landmarks)
    head = label_set(range(HEAD_COUNT))
    assert at(choices, (100, 165)) & head == label_set([Region.SKIN])
    assert at(choices, (128, 250)) & head == label_set([Region.NECK])
    assert at(choices, (40, 140)) & head == label_set([Region.EARS])
    unsure = at(choices, landmarks[8] + (0, 2))
    assert unsure & head == label_set([Region.SKIN, Region.NECK, Region.EARS])


def test_a_turned_heads_skin_may_be_face_neck_or_ear():
    skin = np.full((4, 4), Region.SKIN, np.uint8)
    head = head_choices(skin, None) & label_set(range(HEAD_COUNT))
    assert (head == label_set([Region.SKIN, Region.NECK, Region.EARS])).all()


def test_background_of_a_portrait_may_be_neck_or_ear():
    labels = np.array([[Region.BACKGROUND, Region.SKIN]], np.uint8)
    background, skin = portrait_choices(labels)[0] & label_set(range(HEAD_COUNT))
    assert background == label_set([Region.BACKGROUND, Region.NECK, Region.EARS])
    assert skin == label_set([Region.SKIN])


@pytest.mark.parametrize(
    ("beneath", "worn"),
    [
        (Region.LEFT_BROW, Region.GLASSES),
        (Region.SKIN, Region.GLASSES),
        (Region.HAIR, Region.HAT),
        (Region.EARS, Region.EARRING),
        (Region.NECK, Region.NECKLACE),
        (Region.BACKGROUND, Region.CLOTH),
    ],
)
def test_a_map_of_the_head_alone_may_hide_what_is_worn(beneath, worn):
    choices = int(bare_choices(np.full((1, 1), beneath, np.uint8))[0, 0])
    assert choices & label_set([worn])
    assert choices & label_set(range(HEAD_COUNT)) == label_set([beneath])


def test_nothing_is_worn_inside_an_eye_or_a_mouth():
    inside = np.array([[Region.LEFT_EYE, Region.INNER_MOUTH]], np.uint8)
    assert (bare_choices(inside) == exact_choices(inside)).all()


def test_an_unknown_pixel_can_be_anything():
    assert exact_choices(np.array([[UNKNOWN]], np.uint8))[0, 0] == ANY_LABEL


def test_mirroring_swaps_left_and_right_and_is_its_own_inverse(landmarks):
    choices = landmark_choices((SIDE, SIDE), landmarks)
    flipped = mirror_choices(choices)
    moved = landmarks[MIRRORED_INDICES]
    moved[:, 0] = SIDE - 1 - moved[:, 0]
    assert at(flipped, moved[36:42].mean(axis=0)) == label_set([Region.LEFT_EYE])
    assert (mirror_choices(flipped) == choices).all()
