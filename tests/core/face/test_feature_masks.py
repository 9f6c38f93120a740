"""Masks of features, drawn from landmarks."""

import numpy as np
import pytest

from core.anatomy.landmarks import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from core.face.align import canonical_frame
from core.face.feature_masks import draw_feature_masks

SIZE = 256


@pytest.fixture(scope="module")
def points(landmarks):
    """The sample's, in its canonical frame; with the mouth wide open."""
    points = canonical_frame(landmarks, SIZE).to_frame(landmarks)
    points[list(INNER_LIPS[5:])] += (0, 8)
    points[55:60] += (0, 10)
    return points


@pytest.fixture(scope="module")
def masks(points):
    return draw_feature_masks(points, SIZE)


def test_each_feature_is_where_its_points_are(masks, points):
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y = points[list(eye)].mean(axis=0).round().astype(int)
        assert masks.eyes[y, x] == masks.brows_and_lashes[y, x] == 255
    x, y = points[list(INNER_LIPS)].mean(axis=0).round().astype(int)
    assert masks.inner_mouth[y, x] == 255
    x, y = ((points[57] + points[66]) / 2).round().astype(int)  # middle of the lower lip
    assert masks.lips[y, x] == 255
    for brow in (19, 24):
        x, y = points[brow].round().astype(int)
        assert masks.brows_and_lashes[y, x] == 255
    x, y = points[30].round().astype(int)
    assert masks.skin[y, x] == 255


def test_what_the_lips_leave_open_is_no_lip(masks):
    assert masks.inner_mouth.any()
    assert not (masks.lips & masks.inner_mouth).any()


def test_skin_keeps_away_from_every_feature(masks):
    features = masks.eyes | masks.inner_mouth | masks.lips | masks.brows_and_lashes
    assert not (masks.skin & features).any()
    ys, xs = np.nonzero(masks.skin)
    near = features[ys.clip(1) - 1, xs] | features[ys, xs.clip(1) - 1]
    assert not near.any()


def test_the_frames_side_is_known_at_any_size(masks, points):
    assert masks.canonical_side == pytest.approx(SIZE, abs=1)
    half = draw_feature_masks((points + 0.5) / 2 - 0.5, SIZE // 2)
    assert half.canonical_side == pytest.approx(SIZE / 2, abs=1)
    assert np.count_nonzero(half.skin) * 4 == pytest.approx(np.count_nonzero(masks.skin), rel=0.05)


def test_a_face_beside_the_frame_has_empty_masks(points):
    masks = draw_feature_masks(points + 1000, SIZE)
    for mask in (masks.eyes, masks.inner_mouth, masks.lips, masks.brows_and_lashes, masks.skin):
        assert not mask.any()
