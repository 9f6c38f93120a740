"""What was painted gets the photo's own grain, and nothing else of it."""

import cv2
import numpy as np
import pytest

from core.edit.compositing.grain import add_grain, grain_texture


@pytest.fixture
def painted():
    mask = np.zeros((160, 160), np.uint8)
    mask[48:112, 48:112] = 255
    return mask


@pytest.fixture
def grainy(painted):
    """A grey photo with coarse, coloured grain, and a clean part that was painted."""
    noise = np.random.default_rng(1).normal(0, 9, (160, 160, 3)).astype(np.float32)
    image = 128 + cv2.GaussianBlur(noise, (0, 0), 0.6) * [1.0, 0.5, 0.7]
    image[painted > 0] = 128
    return np.rint(image).astype(np.uint8)


def spread(image, where):
    fine = image - cv2.GaussianBlur(image.astype(np.float32), (0, 0), 1.0)
    return fine[where].std(axis=0)


def test_painted_part_gets_the_grain_of_its_surroundings(grainy, painted):
    image = grainy.copy()
    add_grain(image, painted, painted)
    inside, around = np.zeros_like(painted, bool), painted == 0
    inside[56:104, 56:104] = True
    assert spread(image, inside) == pytest.approx(spread(image, around), rel=0.35)


def test_photo_around_stays_as_it_is(grainy, painted):
    image = grainy.copy()
    add_grain(image, painted, painted)
    assert np.array_equal(image[painted == 0], grainy[painted == 0])


def test_clean_photo_gets_no_grain(painted):
    image = np.full((160, 160, 3), 90, np.uint8)
    add_grain(image, painted, painted)
    assert (image == 90).all()


def test_edge_in_the_surroundings_is_not_taken_for_grain(painted):
    image = np.full((160, 160, 3), 90, np.uint8)
    image[::40] = 255
    image[48:112] = 90
    add_grain(image, painted, painted)
    assert (image[56:104, 56:104] == 90).all()


def test_picture_without_known_blocks_stays_as_it_is(grainy):
    everywhere = np.full((160, 160), 255, np.uint8)
    image = grainy.copy()
    add_grain(image, everywhere, everywhere)
    assert np.array_equal(image, grainy)


def test_grain_reaches_photos_of_sixteen_bits(grainy, painted):
    shallow, deep = grainy.copy(), grainy.astype(np.uint16) * 257
    add_grain(shallow, painted, painted)
    add_grain(deep, painted, painted)
    assert np.abs(deep / 257 - shallow)[painted > 0].mean() < 1.0


def test_a_texture_of_grain_goes_on_beyond_its_edge(grainy, painted):
    texture = grain_texture(grainy, painted, 64)
    assert texture.shape == (64, 64, 3)
    tiled = np.tile(texture, (2, 2, 1))
    assert spread(tiled, np.ones((128, 128), bool)) == pytest.approx(
        spread(grainy, painted == 0), rel=0.35
    )
    across = np.abs(np.diff(tiled, axis=1)).mean(axis=(0, 2))
    assert across[63] < 1.5 * across.mean()


def test_nothing_known_gives_no_texture(grainy):
    assert grain_texture(grainy, np.full(grainy.shape[:2], 255, np.uint8), 64) is None


def test_a_picture_of_a_few_rows_has_no_grain_to_make_more_of():
    image = np.full((9, 200, 3), 90, np.uint8)
    assert grain_texture(image, np.zeros((9, 200), np.uint8), 64) is None


def test_what_is_half_painted_gets_half_of_the_grain(grainy, painted):
    whole, half = grainy.copy(), grainy.copy()
    add_grain(whole, painted, painted)
    add_grain(half, painted // 2, painted)
    inside = np.zeros_like(painted, bool)
    inside[56:104, 56:104] = True
    assert spread(half, inside) == pytest.approx(spread(whole, inside) / 2, rel=0.15)
