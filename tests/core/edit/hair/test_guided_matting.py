"""Mattes follow edges that a rough mask misses, and colours are freed of what shines through."""

import cv2
import numpy as np
import pytest

from core.edit.hair.guided_matting import estimate_layers, foreground_colours, guided_matte

SIDE = 96
FOREGROUND, BACKGROUND = np.float32([0.3, 0.15, 0.1]), np.float32([0.6, 0.7, 0.9])


@pytest.fixture(scope="module")
def strands():
    """A half plane of hair with teeth like a comb, as much of each pixel as it covers."""
    large = np.zeros((8 * SIDE, 8 * SIDE), np.float32)
    large[:, : 4 * SIDE] = 1
    for row in range(0, 8 * SIDE, 64):
        large[row : row + 28, : 4 * SIDE + 44] = 1
    return cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def image(strands):
    grain = np.random.default_rng(0).normal(0, 0.01, (SIDE, SIDE, 3))
    mixed = BACKGROUND + strands[..., None] * (FOREGROUND - BACKGROUND) + grain
    return mixed.clip(0, 1).astype(np.float32)


@pytest.fixture(scope="module")
def coarse_mask():
    """What a parser says: a straight edge, a little off."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[:, : SIDE // 2 + 2] = 1
    return mask


def test_a_matte_follows_strands_that_the_mask_does_not_show(strands, image, coarse_mask):
    found = guided_matte(image, coarse_mask, 6).coverage(image)
    near = np.s_[:, SIDE // 2 - 6 : SIDE // 2 + 8]
    error = np.abs(found - strands)[near].mean()
    assert error < 0.5 * np.abs(coarse_mask - strands)[near].mean()
    assert found[:, : SIDE // 4].min() > 0.9
    assert found[:, -SIDE // 4 :].max() < 0.1


def test_colours_behind_do_not_shine_through_hair(strands, image):
    layers = estimate_layers(image, strands, 6.0)
    found = foreground_colours(image, strands, layers)
    mixed = (strands > 0.2) & (strands < 0.8)
    assert mixed.any()
    assert np.abs(found[mixed] - FOREGROUND).mean() < 0.03
    assert np.abs(image[mixed] - FOREGROUND).mean() > 0.15


def test_strands_keep_their_own_brightness(strands, image):
    shining = image.copy()
    shining[40:44, 10:30] += 0.2
    found = foreground_colours(shining, strands, estimate_layers(shining, strands, 6.0))
    assert np.abs(found[42, 12:28] - shining[42, 12:28]).max() < 0.02
