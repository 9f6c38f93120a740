"""Patches continue what surrounds a hole, at the photo's own resolution and depth."""

import cv2
import numpy as np
import pytest

from core.edit.inpainting.patch_fill import fill_by_patches

SIDE = 200
EVERYWHERE = np.ones((SIDE, SIDE), bool)


@pytest.fixture
def hole():
    mask = np.zeros((SIDE, SIDE), np.uint8)
    return cv2.circle(mask, (100, 100), 28, 255, -1)


def filled(image, hole, sources=EVERYWHERE, classes=None):
    guess = cv2.inpaint((image / image.max() * 255).astype(np.uint8), hole, 3, cv2.INPAINT_TELEA)
    guess = (guess.astype(float) / 255 * image.max()).astype(image.dtype)
    classes = np.zeros_like(hole) if classes is None else classes
    return fill_by_patches(image, hole, sources, guess, classes)


def two_halves(rng):
    """Dark above and light below, both grainy: an edge runs through the hole."""
    image = np.where(np.arange(SIDE) < 95, 70, 180)[:, None, None] + rng.normal(
        0, 10, (SIDE, SIDE, 3)
    )
    return image.clip(0, 255).astype(np.uint8)


def test_an_edge_that_enters_a_hole_goes_through_it(hole):
    image = two_halves(np.random.default_rng(0))
    result = filled(image, hole).astype(float)
    error = np.abs(cv2.blur(result, (5, 5)) - cv2.blur(image.astype(float), (5, 5))).mean(axis=2)
    assert error[hole > 0].mean() < 12


def test_the_grain_of_the_photo_comes_with_its_pixels(hole):
    image = two_halves(np.random.default_rng(0))
    inside = cv2.erode(hole, np.ones((9, 9))) > 0
    inside[85:105] = False
    grain = [
        (one - cv2.blur(one, (5, 5)))[inside].std()
        for one in (image.astype(float), filled(image, hole).astype(float))
    ]
    assert 0.7 < grain[1] / grain[0] < 1.15


def test_nothing_changes_beside_the_hole_and_16_bits_stay(hole):
    image = two_halves(np.random.default_rng(0)).astype(np.uint16) * 257
    result = filled(image, hole)
    assert result.dtype == np.uint16
    assert np.array_equal(result[hole == 0], image[hole == 0])
    assert np.abs(result.astype(float) - image)[hole > 0].mean() < 30 * 257


def test_pixels_are_taken_only_where_they_may_be(hole):
    image = np.full((SIDE, SIDE, 3), (40, 60, 90), np.uint8)
    image[:, :60] = (220, 160, 140)
    sources = EVERYWHERE.copy()
    sources[:, :60] = False
    result = filled(image, hole, sources)
    assert (result[hole > 0] == (40, 60, 90)).all()


def test_the_picture_stays_where_no_patch_can_be_taken(hole):
    image = two_halves(np.random.default_rng(0))
    assert np.array_equal(filled(image, hole, np.zeros_like(EVERYWHERE)), image)


def test_the_same_hole_is_filled_the_same_every_time(hole):
    image = two_halves(np.random.default_rng(0))
    assert np.array_equal(filled(image, hole), filled(image, hole))
