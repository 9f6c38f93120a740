"""An exemplar part is matched to the face's own skin tones; eyes, teeth and hairs keep theirs."""

import numpy as np
import pytest

from core.edit.compositing.tone_matching import light_ratio, match_tones
from core.face.align import canonical_frame
from core.face.feature_masks import draw_feature_masks
from core.imaging.masks import fill_hull

DARK, LIGHT = (62, 46, 40), (214, 170, 150)
WHITE = (225, 222, 218)
PUPIL = (30, 26, 24)
EQUAL = np.ones(3, np.float32)
SIZE = 128


@pytest.fixture(scope="module")
def points(landmarks):
    """A face's points in a frame of 128 pixels, with its mouth a little open."""
    points = canonical_frame(landmarks, SIZE).to_frame(landmarks)
    points[[61, 62, 63], 1] -= 2
    points[[65, 66, 67], 1] += 2
    return points


@pytest.fixture
def hole(points):
    return fill_hull((SIZE, SIZE), points)


def _face(points, skin, lips):
    """A face of even skin, with white eyes and teeth, dark brows and pupils."""
    found = draw_feature_masks(points, SIZE)
    image = np.full((SIZE, SIZE, 3), skin, np.uint8)
    image[found.lips > 0] = lips
    image[(found.eyes > 0) | (found.inner_mouth > 0)] = WHITE
    for x, y in _pupils(points):
        image[y - 1 : y + 2, x - 1 : x + 2] = PUPIL
    for x, y in np.rint(points[17:27]).astype(int):
        image[y : y + 2, x - 1 : x + 2] = PUPIL
    return image


def _pupils(points):
    return [np.rint(points[eye].mean(axis=0)).astype(int) for eye in (range(36, 42), range(42, 48))]


def _away(first, second):
    return float(np.abs(first.astype(float) - second).max())


@pytest.mark.parametrize(("own", "exemplar_skin"), [(LIGHT, DARK), (DARK, LIGHT)])
def test_skin_takes_the_tone_of_the_faces_own(points, hole, own, exemplar_skin):
    matched = match_tones(
        _face(points, exemplar_skin, exemplar_skin), _face(points, own, own), hole, points, EQUAL
    )
    cheek = np.rint((points[3] + points[31]) / 2).astype(int)
    assert _away(matched[cheek[1], cheek[0]], own) <= 6


@pytest.mark.parametrize(("own", "exemplar_skin"), [(LIGHT, DARK), (DARK, LIGHT)])
def test_eyes_and_teeth_keep_their_tones_between_very_different_skins(
    points, hole, own, exemplar_skin
):
    exemplar = _face(points, exemplar_skin, exemplar_skin)
    matched = match_tones(exemplar, _face(points, own, own), hole, points, EQUAL)
    x, y = _pupils(points)[0]
    assert matched[y, x].max() < 70
    teeth = np.rint(points[[62, 66]].mean(axis=0)).astype(int)
    assert matched[teeth[1], teeth[0]].min() > 170


def test_brows_stay_dark_on_skin_that_becomes_light(points, hole):
    matched = match_tones(
        _face(points, DARK, DARK), _face(points, LIGHT, LIGHT), hole, points, EQUAL
    )
    x, y = np.rint(points[19]).astype(int)
    assert matched[y : y + 2, x].mean() < 0.55 * np.mean(LIGHT)


def test_lips_of_very_different_skin_come_near_to_the_faces_own(points, hole):
    own_lips = (190, 110, 110)
    matched = match_tones(
        _face(points, DARK, (70, 50, 46)), _face(points, LIGHT, own_lips), hole, points, EQUAL
    )
    x, y = np.rint(points[[57, 66]].mean(axis=0)).astype(int)
    assert _away(matched[y, x], own_lips) < 30


def test_lips_of_like_skin_stay_the_exemplars(points, hole):
    red = (180, 40, 50)
    matched = match_tones(
        _face(points, LIGHT, red), _face(points, LIGHT, (200, 150, 140)), hole, points, EQUAL
    )
    x, y = np.rint(points[[57, 66]].mean(axis=0)).astype(int)
    assert _away(matched[y, x], red) < 16


def test_the_same_face_stays_as_it_is(points, hole):
    face = _face(points, LIGHT, (190, 110, 110))
    matched = match_tones(face, face, hole, points, EQUAL)
    assert _away(matched[hole > 0], face[hole > 0]) <= 4


def test_nothing_is_shown_outside_the_hole_or_where_the_exemplar_is_missing(points, hole):
    exemplar = _face(points, DARK, DARK)
    exemplar[:, :40] = 0
    matched = match_tones(exemplar, _face(points, LIGHT, LIGHT), hole, points, EQUAL)
    assert not matched[hole == 0].any()
    assert not matched[:, :40].any()
    assert matched[:, 40:][hole[:, 40:] > 0].any(axis=1).all()


def test_without_common_skin_the_exemplar_stays_as_it_is(points):
    hole = draw_feature_masks(points, SIZE).inner_mouth
    exemplar = np.where(hole[..., None] > 0, _face(points, DARK, DARK), np.uint8(0))
    matched = match_tones(exemplar, _face(points, LIGHT, LIGHT), hole, points, EQUAL)
    assert np.array_equal(matched, exemplar)


def test_the_light_is_told_by_the_whites_of_the_eyes(points):
    bright = _face(points, DARK, DARK)
    dim = np.rint(bright * np.array([0.7, 0.65, 0.55])).astype(np.uint8)
    light = light_ratio(dim, points, bright, points)
    assert (light < 0.9).all()
    assert light[2] < light[0]
    assert np.allclose(light_ratio(bright, points, bright, points), 1, atol=1e-3)
    deep = bright.astype(np.uint16) * 257
    assert np.allclose(light_ratio(deep, points, bright, points), 1, atol=0.02)
