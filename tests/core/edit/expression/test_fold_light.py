"""The light of a smile follows from the face before it."""

import numpy as np
import pytest

from core.anatomy.landmarks import MIRRORED_INDICES
from core.edit.expression import fold_light
from core.edit.expression.smile import smile_landmarks
from core.edit.requests import SmileRequest
from core.face.align import canonical_frame


@pytest.fixture
def maps():
    """The shipped maps with a symmetrical face."""
    return fold_light.load_fold_weights()


def light_of(values, portrait):
    canonical = canonical_frame(portrait[1])
    own = canonical.to_frame(portrait[1])
    return fold_light.aligned_lightness(
        values, canonical, own, fold_light.load_fold_weights().points
    )


def test_face_that_does_not_move_keeps_its_light(portrait):
    image, landmarks = portrait
    canonical, own, _ = smile_landmarks(SmileRequest(image, landmarks))
    assert not fold_light.predict_light(image, canonical, own, own).any()


def test_two_faces_that_move_alike_fold_differently(portrait):
    image, landmarks = portrait
    canonical, own, target = smile_landmarks(SmileRequest(image, landmarks, -1.0))
    hers = fold_light.predict_light(image, canonical, own, target)
    bare = fold_light.predict_light(np.full_like(image, 128), canonical, own, target)
    assert np.abs(hers - bare).max() > 0.02


def test_light_changes_on_the_skin_only(portrait, maps):
    image, landmarks = portrait
    canonical, own, target = smile_landmarks(SmileRequest(image, landmarks, -1.0))
    change = fold_light.predict_light(image, canonical, own, target)
    assert not change[maps.skin == 0].any()
    assert 0.01 < np.abs(change).max() < 0.5


def test_exposure_and_depth_of_the_photo_do_not_matter(portrait, maps):
    image, _ = portrait
    move = np.zeros((68, 2))
    move[[48, 54]] = [[-4.0, -5.0], [4.0, -5.0]]
    seen = fold_light.layer_inputs(light_of(image, portrait), move, maps)
    deep = fold_light.layer_inputs(light_of(image.astype(np.uint16) * 257, portrait), move, maps)
    assert np.allclose(seen, deep, atol=0.05)


def test_mirrored_face_is_seen_mirrored(portrait, maps):
    light = light_of(portrait[0], portrait)
    symmetrical = maps._replace(skin=(maps.skin + maps.skin[:, ::-1]) / 2)
    move = np.random.default_rng(0).normal(size=(68, 2))
    mirrored = move[MIRRORED_INDICES] * [-1.0, 1.0]
    seen = fold_light.layer_inputs(light, move, symmetrical)
    other = fold_light.layer_inputs(np.ascontiguousarray(light[:, ::-1]), mirrored, symmetrical)
    swapped = [*range(8), 9, 8, *range(10, 13), 14, 13]
    assert np.abs(seen[:, ::-1] - other[..., swapped]).max() < 0.01


def test_rim_of_glasses_counts_no_more_than_a_fold(maps):
    light = np.zeros((fold_light.SIDE, fold_light.SIDE), np.float32)
    move = np.zeros((68, 2))
    move[[48, 54], 1] = -fold_light.UNIT_PX
    light[40] = -3.0
    assert np.abs(fold_light.layer_inputs(light, move, maps)[..., 5:]).max() <= 1.0001
