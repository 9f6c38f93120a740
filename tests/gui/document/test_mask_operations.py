"""Shapes, the mask's edge, and what the mask encloses."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from faceeditor_gui.document import mask_operations
from faceeditor_gui.state.mask_mode import MaskMode

SHAPE = (80, 120)


def _square(top: int = 30, left: int = 40, side: int = 20) -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    mask[top : top + side, left : left + side] = 255
    return mask


def _applied(mask: np.ndarray, change: mask_operations.MaskPiece) -> np.ndarray:
    window, after = change
    changed = mask.copy()
    changed[window] = after
    return changed


def _polygon(*corners: tuple[float, float]) -> np.ndarray:
    return np.array(corners, np.float64)


def test_a_box_of_pixels_is_covered_exactly():
    patch = mask_operations.polygon_patch(
        SHAPE, _polygon((9.5, 19.5), (29.5, 19.5), (29.5, 24.5), (9.5, 24.5))
    )
    covered = np.zeros(SHAPE, np.uint8)
    covered[patch.window] = patch.pixels
    assert (covered[20:25, 10:30] == 255).all()
    assert np.count_nonzero(covered) == 5 * 20


def test_a_shape_covers_its_area_with_a_smooth_edge():
    turns = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = np.column_stack([60.3 + 25 * np.cos(turns), 40.1 + 25 * np.sin(turns)])
    patch = mask_operations.polygon_patch(SHAPE, circle)
    assert patch.pixels.sum() / 255 == pytest.approx(np.pi * 25**2, rel=0.015)
    assert len(np.unique(patch.pixels)) > 4


def test_a_shape_larger_than_the_photo_covers_all_of_it():
    patch = mask_operations.polygon_patch(SHAPE, _polygon((-500, -400), (900, -300), (200, 2000)))
    assert patch.pixels.shape == SHAPE
    assert (patch.pixels == 255).all()


def test_a_shape_beside_the_photo_is_nothing():
    assert mask_operations.polygon_patch(SHAPE, _polygon((500, 0), (600, 0), (600, 50))) is None


def test_a_feathered_shape_is_softer_and_no_smaller():
    corners = _polygon((39.5, 29.5), (59.5, 29.5), (59.5, 49.5), (39.5, 49.5))
    hard, soft = (mask_operations.polygon_patch(SHAPE, corners, feather) for feather in (0, 4))
    assert np.count_nonzero(soft.pixels) > np.count_nonzero(hard.pixels)
    assert float(soft.pixels.sum()) == pytest.approx(float(hard.pixels.sum()), rel=0.02)


@pytest.mark.parametrize(
    ("mask_mode", "old", "new"),
    [(MaskMode.ADD, 255, 255), (MaskMode.SUBTRACT, 255, 0), (MaskMode.REPLACE, 0, 255)],
)
def test_a_shape_is_added_subtracted_or_replaces(mask_mode, old, new):
    mask = _square()
    patch = mask_operations.polygon_patch(
        SHAPE, _polygon((49.5, 29.5), (89.5, 29.5), (89.5, 49.5), (49.5, 49.5))
    )
    after = _applied(mask, mask_operations.combine_patch(mask, patch, mask_mode))
    assert after[40, 45] == old
    assert after[40, 55] == new
    assert after[40, 80] == (0 if mask_mode is MaskMode.SUBTRACT else 255)


def test_growing_moves_the_border_out_by_that_many_pixels():
    for pixels in (1, 7, 20):
        after = _applied(_square(), mask_operations.grow_mask(_square(), pixels))
        assert after[40, 40 - pixels] == 255
        assert after[40, 40 - pixels - 1] == 0


def test_shrinking_takes_back_what_growing_added_to_a_square():
    grown = _applied(_square(), mask_operations.grow_mask(_square(), 12))
    np.testing.assert_array_equal(
        _applied(grown, mask_operations.shrink_mask(grown, 12)), _square()
    )


def test_shrinking_leaves_the_border_where_the_photo_ends():
    mask = np.full(SHAPE, 255, np.uint8)
    mask[:, 60:] = 0
    after = _applied(mask, mask_operations.shrink_mask(mask, 5))
    assert (after[:, :55] == 255).all()
    assert not after[:, 55:].any()


def test_feathering_keeps_the_amount_and_softens_the_border():
    after = _applied(_square(), mask_operations.feather_mask(_square(), 3))
    assert after.mean() == pytest.approx(_square().mean(), rel=0.01)
    assert 0 < after[40, 39] < 255


def test_what_a_ring_encloses_is_filled_without_a_seam():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distance = np.hypot(x - 60, y - 40)
    ring = np.clip(255 * (1.5 - abs(distance - 20) / 4), 0, 255).astype(np.uint8)
    after = _applied(ring, mask_operations.fill_enclosed(ring))
    assert (after[distance < 20] == 255).all()
    np.testing.assert_array_equal(after[distance > 22], ring[distance > 22])


def test_an_open_ring_encloses_nothing():
    mask = _square() - _square(35, 45, 10)
    mask[38:42, 55:70] = 0
    np.testing.assert_array_equal(_applied(mask, mask_operations.fill_enclosed(mask)), mask)


def test_a_wide_feather_is_as_smooth_as_a_narrow_one():
    mask = np.zeros((600, 700), np.uint8)
    mask[200:400, 200:500] = 255
    after = _applied(mask, mask_operations.feather_mask(mask, 40)).astype(int)
    expected = cv2.GaussianBlur(mask, (0, 0), 40).astype(int)
    assert np.abs(after - expected).max() <= 4
    assert np.abs(np.diff(after[300])).max() <= 5
