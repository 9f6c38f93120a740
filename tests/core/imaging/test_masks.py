"""Coverage masks."""

import numpy as np
import pytest

from core.imaging.masks import add_stroke, dilate, feather, fill_hull, scale_coverage
from core.imaging.windows import bounding_window


def test_bounding_window_holds_all_coverage():
    mask = np.zeros((20, 30), np.uint8)
    mask[4:9, 11:13] = 1
    assert bounding_window(mask, margin=2) == (slice(2, 11), slice(9, 15))


def test_empty_mask_has_no_window():
    with pytest.raises(ValueError, match="empty"):
        bounding_window(np.zeros((3, 3), np.uint8))


def test_dilation_grows_by_its_radius():
    mask = fill_hull((60, 60), np.array([[20.0, 20.0], [40.0, 20.0], [40.0, 40.0], [20.0, 40.0]]))
    grown = dilate(mask, 5)
    assert grown[15, 30] == 255
    assert grown[13, 30] == 0


@pytest.mark.parametrize("strength", [0.001, 0.3, 0.5, 1.0])
def test_what_is_covered_stays_so_at_any_strength(strength):
    mask = np.arange(256, dtype=np.uint8)[None]
    scaled = scale_coverage(mask, strength)
    assert scaled[0, 0] == 0
    assert scaled[0, 1:].all()
    np.testing.assert_array_equal(scaled, np.ceil(mask * strength))


def test_no_strength_covers_nothing():
    assert not scale_coverage(np.full((3, 3), 255, np.uint8), 0.0).any()


def test_strokes_add_up_as_on_paper_and_erasers_take_their_share():
    half = np.full((2, 2), 128, np.uint8)
    twice = add_stroke(half, half, erase=False)
    assert int(twice[0, 0]) == pytest.approx(191, abs=1)
    assert int(add_stroke(twice, half, erase=True)[0, 0]) == pytest.approx(95, abs=1)
    full, none = np.full((2, 2), 255, np.uint8), np.zeros((2, 2), np.uint8)
    assert (add_stroke(half, full, erase=False) == 255).all()
    assert (add_stroke(half, full, erase=True) == 0).all()
    assert (add_stroke(half, none, erase=False) == 128).all()


def test_feathering_spreads_as_far_as_its_width_and_keeps_the_amount():
    mask = np.zeros((80, 80), np.uint8)
    mask[:, 40:] = 255
    soft = feather(mask, 4.0).astype(int)
    assert soft[40, 36] == pytest.approx(255 * 0.19, abs=3)  # a Gaussian, 0.875 deviations out
    assert soft.sum() == pytest.approx(int(mask.sum()), rel=0.01)
    np.testing.assert_array_equal(feather(mask, 0.0), mask)
