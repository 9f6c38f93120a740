"""The fine band is what a blur takes away; blocks of it are added with an overlap."""

import cv2
import numpy as np
import pytest

from core.edit.inpainting.patch_synthesis import FineBand, arrange_patches, edge_ramp

SIDE, GAIN = 320, 4.0
GRID = (4, 8)  # stride and side of blocks, in pixels of the reduced picture


@pytest.fixture(scope="module")
def band():
    noise = np.random.default_rng(0).normal(0, 12, (SIDE, SIDE, 3))
    image = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 1.0) * 3, 0, 255).astype(np.uint8)
    small = cv2.resize(image, (240, 240), interpolation=cv2.INTER_AREA).astype(np.float32)
    return FineBand(image, cv2.GaussianBlur(small, (0, 0), 2.3))


def _everywhere():
    """Lay on every cell the block that lies there."""
    cells = np.stack(np.meshgrid(np.arange(19), np.arange(19), indexing="ij"), -1).reshape(-1, 2)
    return cells, cells * GRID[0]


def test_every_nth_row_and_column_is_that_of_the_band(band):
    whole = band.at([(0, 0)], SIDE, 255.0).reshape(SIDE, SIDE, 3)
    assert np.abs(band.subsampled(3) - whole[1::3, 1::3]).max() < 0.1


def test_the_band_is_cut_off_at_its_limit(band):
    assert np.abs(band.at([(0, 0)], SIDE, 2.0)).max() == 2.0


def test_blocks_laid_where_they_come_from_give_the_band_back(band):
    blocks = arrange_patches(band, 255.0, _everywhere(), GRID, GAIN)
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    result = (
        blocks.add_to(grey, edge_ramp(np.full((SIDE, SIDE), 255, np.uint8), 1.0, 1)).astype(float)
        - 128
    )
    expected = band.at([(0, 0)], SIDE, 255.0).reshape(SIDE, SIDE, 3)
    inside = np.s_[32:-32, 32:-32]
    assert np.corrcoef(result[inside].ravel(), expected[inside].ravel())[0, 1] > 0.95


def test_nothing_is_laid_where_no_block_is_wanted(band):
    cells = np.array([[2, 2]])
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    blocks = arrange_patches(band, 255.0, (cells, cells * GRID[0]), GRID, GAIN)
    result = blocks.add_to(grey, edge_ramp(np.full((SIDE, SIDE), 255, np.uint8), 1.0, 1))
    changed = (result != grey).any(axis=2)
    assert changed[32:64, 32:64].mean() > 0.8
    changed[32:64, 32:64] = False
    assert not changed.any()


def test_detail_rises_from_the_edge_of_what_is_painted():
    painted = np.zeros((SIDE, SIDE), np.uint8)
    painted[100:220, 100:220] = 255
    share = edge_ramp(painted, 20.0, 2)((slice(90, 230), slice(90, 230)))
    assert share[painted[90:230, 90:230] == 0].max() == 0
    assert share[70, 12] < share[70, 20] < share[70, 28]
    assert share[70, 70] == 1
