"""The compositing equation."""

import numpy as np
import pytest

from core.imaging.alpha import composite


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(70, 50, 3), (70, 50), (1100, 1000)])
def test_every_sample_is_the_level_nearest_to_the_equation(depth, shape):
    random = np.random.default_rng(0)
    high = np.iinfo(depth).max + 1
    below, above = (random.integers(0, high, shape).astype(depth) for _ in range(2))
    coverage = random.integers(0, 256, shape[:2]).astype(np.uint8)
    share = coverage.reshape(*coverage.shape, *[1] * (len(shape) - 2)) / 255
    exact = below + (above.astype(float) - below) * share
    composite(below, above, coverage)
    assert np.abs(below - exact).max() < 0.51


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_no_coverage_keeps_every_bit_and_full_coverage_takes_every_bit(depth):
    random = np.random.default_rng(0)
    below, above = (
        random.integers(0, np.iinfo(depth).max + 1, (80, 40, 3)).astype(depth) for _ in range(2)
    )
    coverage = random.choice(np.array([0, 128, 255], np.uint8), (80, 40))
    coverage[:32] = 0
    coverage[32:64] = random.choice(np.array([0, 255], np.uint8), (32, 40))
    before = below.copy()
    composite(below, above, coverage)
    np.testing.assert_array_equal(below[coverage == 0], before[coverage == 0])
    np.testing.assert_array_equal(below[coverage == 255], above[coverage == 255])


def test_a_window_of_a_picture_is_composited_in_place():
    picture = np.zeros((60, 60, 3), np.uint8)
    composite(
        picture[10:20, 30:50], np.full((10, 20, 3), 200, np.uint8), np.full((10, 20), 255, np.uint8)
    )
    assert picture.any(axis=2).sum() == 200
    assert (picture[10:20, 30:50] == 200).all()
