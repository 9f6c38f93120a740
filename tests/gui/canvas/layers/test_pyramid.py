"""Levels of an image for drawing it small."""

from __future__ import annotations

import numpy as np
import pytest

from faceeditor_gui.canvas.layers.pyramid import Pyramid, SamplingGrid


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (1301, 2003, 3), np.uint8)


def at(scale: float, left: float, top: float) -> SamplingGrid:
    """An upright drawing at a zoom, from a position of the image."""
    return SamplingGrid((left, top), (1 / scale, 0.0), (0.0, 1 / scale))


def test_at_100_per_cent_every_sample_is_the_photos(image):
    drawn = Pyramid.of(image).sample(at(1.0, 40, 30), (200, 100))
    np.testing.assert_array_equal(drawn, image[30:130, 40:240])


def test_enlarged_pixels_are_squares_of_the_photos_samples(image):
    drawn = Pyramid.of(image).sample(at(4.0, 40, 30), (80, 40))
    np.testing.assert_array_equal(drawn, image[30:40, 40:60].repeat(4, axis=0).repeat(4, axis=1))


def test_a_write_changes_every_level_as_if_made_anew(image):
    window = slice(101, 406), slice(333, 902)
    pyramid = Pyramid.of(image.copy())
    pyramid.write(window, 255 - image[window])
    changed = image.copy()
    changed[window] = 255 - image[window]
    for scale in (1.0, 0.5, 0.25):
        size = (int(2003 * scale), int(1301 * scale))
        np.testing.assert_array_equal(
            pyramid.sample(at(scale, 0, 0), size), Pyramid.of(changed).sample(at(scale, 0, 0), size)
        )


def test_a_write_at_the_odd_corner_reaches_every_level(image):
    window = slice(1300, 1301), slice(2002, 2003)
    pyramid = Pyramid.of(image.copy())
    white = np.full((1, 1, 3), 255, np.uint8)
    pyramid.write(window, white)
    changed = image.copy()
    changed[window] = white
    np.testing.assert_array_equal(
        pyramid.sample(at(0.25, 0, 0), (500, 325)),
        Pyramid.of(changed).sample(at(0.25, 0, 0), (500, 325)),
    )


def test_a_copy_is_written_without_changing_the_first(image):
    first = Pyramid.of(image)
    before = image.copy()
    first.copy().write((slice(0, 50), slice(0, 50)), np.zeros((50, 50, 3), np.uint8))
    np.testing.assert_array_equal(image, before)


def test_parts_drawn_apart_fit_together(image):
    pyramid = Pyramid.of(image)
    whole = pyramid.sample(at(0.37, 100, 80), (300, 200)).astype(int)
    part = pyramid.sample(at(0.37, 100 + 50 / 0.37, 80 + 40 / 0.37), (120, 90)).astype(int)
    assert np.abs(part - whole[40:130, 50:170]).max() <= 8


def test_small_drawings_average_instead_of_skipping_pixels():
    stripes = np.zeros((1600, 1600), np.uint8)
    stripes[:, ::2] = 255
    drawn = Pyramid.of(stripes).sample(at(0.25, 0, 0), (400, 400))
    assert np.abs(drawn.astype(int) - 128).max() <= 2


def test_a_panorama_wider_than_opencvs_limit_is_drawn():
    panorama = np.zeros((8, 40000), np.uint8)
    panorama[:, 39990:] = 255
    drawn = Pyramid.of(panorama).sample(at(1.0, 39980, 0), (20, 8))
    np.testing.assert_array_equal(drawn[0], [0] * 10 + [255] * 10)


def test_a_quarter_turn_shows_the_photos_own_samples(image):
    grid = SamplingGrid((240, 30), (0.0, 1.0), (-1.0, 0.0))
    drawn = Pyramid.of(image).sample(grid, (100, 200))
    np.testing.assert_array_equal(drawn, np.rot90(image[30:130, 40:240]))


def test_beyond_a_turned_image_lies_the_colour_asked_for(image):
    turned = SamplingGrid((-500.0, -500.0), (0.8, 0.6), (-0.6, 0.8))
    drawn = Pyramid.of(image).sample(turned, (100, 80), (7, 8, 9))
    assert (drawn == (7, 8, 9)).all()
