"""What a smile does to the light is put on the photo's own samples."""

import numpy as np
import pytest

from core.edit.expression import fold_shading
from core.edit.expression.fold_shading import shade_folds
from core.edit.warping.warp import WarpedWindow
from core.face.align import canonical_frame
from tests.core.edit.expression.test_smile import face_points


@pytest.fixture
def grey():
    return np.full((256, 256, 3), 128, np.uint8)


def shaded(image, move, monkeypatch, change=None):
    if change is not None:
        monkeypatch.setattr(
            fold_shading, "predict_light", lambda *_: np.full((96, 96), change, np.float32)
        )
    canonical = canonical_frame(face_points())
    own = canonical.to_frame(face_points())
    whole = (slice(0, 256), slice(0, 256))
    moved = WarpedWindow(whole, image.copy(), np.zeros((256, 256), np.uint8))
    shade_folds(moved, image, canonical, own, own + move)
    return moved


def test_prediction_darkens_the_photo_and_is_covered(grey, monkeypatch):
    moved = shaded(grey, np.zeros((68, 2)), monkeypatch, change=-0.1)
    middle = moved.image[128, 128]
    assert 114 <= middle.mean() <= 121
    assert middle[0] > middle[1] > middle[2]
    assert moved.coverage[128, 128] == 255


def test_prediction_beyond_reason_is_limited(grey, monkeypatch):
    moved = shaded(grey, np.zeros((68, 2)), monkeypatch, change=-5.0)
    assert moved.image[128, 128].min() >= 105


def test_change_too_small_to_be_seen_leaves_every_sample(grey, monkeypatch):
    moved = shaded(grey, np.zeros((68, 2)), monkeypatch, change=0.002)
    assert np.array_equal(moved.image, grey)
    assert not moved.coverage.any()


def test_smile_darkens_the_folds_beside_the_nose(grey, monkeypatch):
    move = np.zeros((68, 2))
    move[[48, 54]] = [[-6.0, -7.0], [6.0, -7.0]]
    image = shaded(grey, move, monkeypatch).image[..., 0].astype(int)
    assert image[160:175, 85:105].min() < 126
