"""Hair takes another colour; strands, gloss and everything else stay."""

import cv2
import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, MOUTH, RIGHT_EYE
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import HairColourRequest
from core.errors import InvalidRequestError
from tests.core.edit.results import covered, shown

BROWN, FAIR = (90, 58, 34), (214, 180, 120)


def lab(image):
    return cv2.cvtColor(np.float32(image) / np.iinfo(image.dtype).max, cv2.COLOR_RGB2LAB)


def strands(lightness):
    return lightness - cv2.blur(lightness, (9, 9))


def hair_of(editor, head, **settings):
    image, landmarks = head
    result = editor.run(HairColourRequest(image, landmarks, **settings))
    return result, shown(image, result), covered(image, result)


@pytest.fixture(scope="module")
def brown(editor, head):
    return hair_of(editor, head, colour=BROWN)


def test_hair_has_the_colour_on_average(brown):
    _, after, coverage = brown
    wanted = lab(np.full((1, 1, 3), BROWN, np.uint8))[0, 0]
    assert np.abs(lab(after)[coverage > 250].mean(axis=0) - wanted).max() < 6


def test_strands_stay_as_they_were(brown, head):
    _, after, coverage = brown
    sure = coverage > 250
    before, now = (strands(lab(image)[..., 0])[sure] for image in (head[0], after))
    assert np.corrcoef(before, now)[0, 1] > 0.95


def test_the_face_and_all_that_is_not_covered_stay(brown, head):
    image, landmarks = head
    result, after, coverage = brown
    columns, rows = np.rint(landmarks[[*LEFT_EYE, *RIGHT_EYE, *MOUTH]]).astype(int).T
    assert (after[rows, columns] == image[rows, columns]).all()
    assert (after == image)[coverage == 0].all()
    assert not result.is_painted


def test_black_stays_black_and_white_stays_white_where_hair_gets_lighter(editor, head):
    image = head[0].copy()
    before, after, coverage = image, *hair_of(editor, head, colour=FAIR)[1:]
    sure = coverage > 250
    darkest = sure & (lab(before)[..., 0] <= np.percentile(lab(before)[sure][:, 0], 2))
    assert lab(after)[darkest][:, 0].mean() < 0.75 * lab(after)[sure][:, 0].mean()


@pytest.mark.parametrize(("setting", "channel"), [("lightness", 0), ("warmth", 2)])
def test_a_slider_moves_hair_its_own_way_and_back(editor, head, setting, channel):
    means = []
    for value in (-0.5, 0.5):
        _, after, coverage = hair_of(editor, head, **{setting: value})
        means.append(lab(after)[coverage > 250].mean(axis=0)[channel])
    own = lab(head[0])[coverage > 250].mean(axis=0)[channel]
    assert means[0] < own - 1
    assert means[1] > own + 1


def test_what_changes_nothing_covers_nothing(editor, head):
    for settings in ({}, {"colour": BROWN, "strength": 0.0}):
        assert not hair_of(editor, head, **settings)[0].coverage.any()


def test_half_the_strength_is_half_the_way(editor, head, brown):
    coverage = hair_of(editor, head, colour=BROWN, strength=0.5)[0].coverage
    np.testing.assert_allclose(coverage, brown[0].coverage / 2, atol=1)


def test_sixteen_bits_are_coloured_alike(editor, head, brown):
    deep = head[0].astype(np.uint16) * 257
    result = editor.run(HairColourRequest(deep, head[1], colour=BROWN))
    assert np.abs(shown(deep, result) / 257 - brown[1]).mean() < 0.2


def test_a_bald_head_is_told_of_in_one_sentence(head, monkeypatch):
    bald = np.full((256, 256), Region.SKIN, np.uint8)
    monkeypatch.setattr("core.edit.networks.Networks.parse_face", lambda *_: bald)
    with pytest.raises(InvalidRequestError, match="No hair is seen"):
        Editor("cpu").run(HairColourRequest(*head, colour=BROWN))


@pytest.mark.parametrize(
    "settings",
    [{"colour": (0, 0, 256)}, {"lightness": 1.5}, {"warmth": float("nan")}, {"strength": 2.0}],
)
def test_values_beyond_their_range_are_refused(head, settings):
    with pytest.raises(InvalidRequestError):
        HairColourRequest(*head, **settings)
