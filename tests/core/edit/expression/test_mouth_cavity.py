"""A mouth opened wide gets dark below its teeth."""

import numpy as np
import pytest

from core.edit.expression.mouth_cavity import darken_cavity

SIZE = 96


def lips(gap):
    """Put inner lips of 60 pixels' width around the middle, `gap` apart."""
    landmarks = np.zeros((68, 2))
    across = np.linspace(18, 78, 7)
    landmarks[48:55] = np.stack([across, np.full(7, 30.0)], axis=1)
    landmarks[55:60] = np.stack([across[5:0:-1], np.full(5, 48.0 + gap)], axis=1)
    inner = np.array([18.0, 33, 48, 63, 78])
    bend = np.array([0.0, 0.75, 1, 0.75, 0])
    landmarks[60:65] = np.stack([inner, np.full(5, 40.0)], axis=1)
    landmarks[65:68] = np.stack([inner[3:0:-1], 40 + gap * bend[3:0:-1]], axis=1)
    return landmarks


@pytest.fixture
def painted():
    image = np.full((SIZE, SIZE, 3), 200, np.uint8)
    image[..., 1:] = 120
    return image


def test_lips_no_farther_apart_than_teeth_stay_as_they_were_painted(painted):
    assert np.array_equal(darken_cavity(painted, lips(7.0)), painted)


def test_below_the_teeth_it_is_dark_and_above_as_painted(painted):
    column = darken_cavity(painted, lips(36.0))[:, 48].astype(int)
    assert np.array_equal(column[41:46], painted[41:46, 48])
    assert column[54].mean() < 0.4 * painted.mean()
    assert np.array_equal(column[77:], painted[77:, 48])


def test_the_dark_has_no_edge_at_the_lower_lip(painted):
    column = darken_cavity(painted, lips(36.0))[55:77, 48, 0].astype(int)
    assert np.diff(column).max() < 60
    assert column[-1] > column[0]
