"""What is drawn over faces hides what glasses and masks hide, and nothing else."""

import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, MOUTH, NOSE_BASE, RIGHT_EYE
from core.training.data.occluders import grow_occluder, medical_mask, sunglasses

SIZE = 128
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def points(sample_face):
    return sample_face.canonical.resized(SIZE).to_frame(sample_face.landmarks)


def covered(mask, points, group):
    columns, rows = np.rint(points[list(group)]).astype(int).T
    return mask[rows, columns] > 0


def test_sunglasses_cover_both_eyes_and_the_bridge_and_no_mouth(points):
    mask = sunglasses(RNG, SIZE, points)
    assert covered(mask, points, LEFT_EYE + RIGHT_EYE).all()
    column, row = np.rint(points[list(LEFT_EYE + RIGHT_EYE)].mean(axis=0)).astype(int)
    assert mask[row, column] > 0
    assert not covered(mask, points, MOUTH + NOSE_BASE).any()
    assert 0.04 < (mask > 0).mean() < 0.15


def test_a_mask_covers_nose_mouth_and_chin_and_no_eye(points):
    mask = medical_mask(RNG, SIZE, points)
    assert covered(mask, points, MOUTH + NOSE_BASE + (8,)).all()
    assert not covered(mask, points, LEFT_EYE + RIGHT_EYE).any()
    assert 0.08 < (mask > 0).mean() < 0.3


def test_what_is_hidden_reaches_a_little_beyond_what_is_worn(points):
    for draw in (sunglasses, medical_mask):
        mask = draw(RNG, SIZE, points)
        hidden = grow_occluder(mask, points)
        assert hidden[mask > 0].all()
        assert 1.02 < (hidden > 0).sum() / (mask > 0).sum() < 1.5
