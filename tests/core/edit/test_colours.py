"""A borrowed part comes near to the tones of the skin around it."""

import numpy as np

from core.edit.colours import match_around


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
