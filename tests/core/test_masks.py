"""Coverage masks."""

import numpy as np
import pytest

from core.masks import bounding_window, dilate, fill_hull, stroke


def test_hard_stroke_covers_its_radius_and_no_more():
    mask = stroke((40, 60), np.array([[10.0, 20.0], [50.0, 20.0]]), 5.0)
    assert mask[20, 10:51].min() == 255
    assert mask[16, 30] == 255
    assert mask[27, 30] == 0


def test_soft_stroke_falls_off_towards_its_rim():
    row = stroke((41, 41), np.array([[20.0, 20.0]]), 15.0, hardness=0.2)[20, 20:36].astype(int)
    assert row[0] == 255
    assert (np.diff(row) <= 0).all()
    assert row[-1] == 0


def test_stroke_outside_the_picture_covers_nothing():
    assert not stroke((10, 10), np.array([[100.0, 100.0]]), 3.0).any()


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
