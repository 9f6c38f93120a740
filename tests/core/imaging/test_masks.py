"""Coverage masks."""

import numpy as np
import pytest

from core.imaging.masks import dilate, fill_hull
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
