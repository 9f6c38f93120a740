"""A borrowed part comes near to the tones around it, and keeps the hues that are its own."""

import numpy as np

from core.edit.colours import keep_tones, match_around


def _scene(tone, light):
    hole = np.zeros((64, 64), np.uint8)
    hole[20:44, 20:44] = 255
    image = np.full((64, 64, 3), tone, np.uint8)
    exemplar = np.full((64, 64, 3), light, np.uint8)
    exemplar[28:36, 28:36] = 20
    exemplar[30:34, 30:34] = 250
    return exemplar, image, hole


def test_skin_takes_the_tone_around_it_and_stays_between_black_and_white():
    for tone, light in (((60, 40, 30), (210, 170, 150)), ((210, 170, 150), (60, 40, 30))):
        matched = match_around(*_scene(tone, light))
        assert np.abs(matched[22, 22].astype(int) - tone).max() <= 4
        assert (matched[29, 29] < np.array(tone) * 0.9).all()
        assert (matched[32, 32] > np.array(tone) + 15).all()


def test_nothing_is_shown_outside_the_hole_or_where_the_exemplar_is_missing():
    exemplar, image, hole = _scene((120, 100, 90), (150, 120, 110))
    exemplar[40:] = 0
    matched = match_around(exemplar, image, hole)
    assert not matched[hole == 0].any()
    assert not matched[40:].any()
    assert matched[20:40, 20:44].any(axis=2).all()


def test_without_common_surroundings_the_exemplar_stays_as_it_is():
    exemplar, image, hole = _scene((120, 100, 90), (150, 120, 110))
    exemplar[hole == 0] = 0
    matched = match_around(exemplar, image, hole)
    assert np.array_equal(matched[hole > 0], exemplar[hole > 0])


def test_a_whole_face_is_matched_by_its_own_skin_whatever_is_around():
    hole = np.zeros((128, 128), np.uint8)
    hole[30:100, 30:98] = 255
    image = np.full((128, 128, 3), (90, 60, 50), np.uint8)
    image[hole == 0] = 10
    exemplar = np.full((128, 128, 3), (200, 160, 150), np.uint8)
    exemplar[hole == 0] = 250
    matched = match_around(exemplar, image, hole)
    assert np.abs(matched[60, 60].astype(int) - (90, 60, 50)).max() <= 4


def test_hues_deep_in_a_part_are_the_exemplars_and_the_border_is_as_painted():
    hole = np.zeros((64, 64), np.uint8)
    hole[12:52, 12:52] = 255
    painted = np.full((64, 64, 3), (150, 90, 70), np.uint8)
    exemplar = np.where(hole[..., None] > 0, np.uint8((90, 120, 160)), np.uint8(0))
    kept = keep_tones(painted, exemplar, hole).astype(int)
    assert np.array_equal(kept[hole == 0], painted[hole == 0])
    assert np.abs(kept[12, 30] - painted[12, 30]).max() < 30
    assert kept[32, 32, 2] > kept[32, 32, 0]


def test_where_the_exemplar_is_missing_the_painted_tones_stay():
    hole = np.full((64, 64), 255, np.uint8)
    painted = np.full((64, 64, 3), (150, 90, 70), np.uint8)
    exemplar = np.zeros_like(painted)
    exemplar[:, 32:] = (90, 120, 160)
    kept = keep_tones(painted, exemplar, hole)
    assert np.array_equal(kept[:, :32], painted[:, :32])
    assert not np.array_equal(kept[:, 32:], painted[:, 32:])
