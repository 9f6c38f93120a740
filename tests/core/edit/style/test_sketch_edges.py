"""Long edges are drawn as lines of one pixel; specks are none."""

import cv2
import numpy as np

from core.edit.style.sketch_edges import long_edges


def test_an_outline_is_drawn_once_and_thin():
    grey = np.full((128, 128), 235, np.uint8)
    cv2.circle(grey, (64, 64), 40, 40, -1)
    rows, columns = np.nonzero(long_edges(grey, 1.2, 60.0))
    away = np.hypot(rows - 64, columns - 64)
    assert np.abs(away - 40).max() < 2
    assert 0.8 * 2 * np.pi * 40 < len(rows) < 1.3 * 2 * np.pi * 40


def test_specks_are_no_edges():
    grey = np.full((64, 64), 200, np.uint8)
    grey[20, 20] = 140
    grey[20, 45:49] = 120  # seen, but short
    grey[40:42, :] = 0
    found = long_edges(grey, 0.5, 300.0)
    assert not found[:30].any()
    assert found[36:46].any()
