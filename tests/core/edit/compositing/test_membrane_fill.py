"""A large hole's membrane is what the smooth fill of all pixels is, and no view shows the hole."""

import cv2
import numpy as np
import pytest

from core.edit.compositing.membrane_fill import MembraneFill, fill_with_residual, visible_window
from core.edit.compositing.network_view import network_view
from core.face.align import Frame
from core.imaging.windows import relative_window
from core.runtime.membrane import fill_membrane

HEIGHT, WIDTH = 301, 420  # no multiples of a cell
SMALL = Frame(np.array([[0.075, 0.0, 0.0], [0.0, 0.075, 0.0]]), 32)
WHOLE = slice(0, HEIGHT), slice(0, WIDTH)
NOTHING = np.zeros((32, 32, 3), np.float32)


@pytest.fixture(scope="module")
def image():
    noise = np.random.default_rng(0).normal(0, 8, (HEIGHT, WIDTH, 3))
    light = np.linspace(60, 190, WIDTH)[None, :, None] + np.linspace(-20, 20, HEIGHT)[:, None, None]
    return np.clip(light + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def hole():
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(mask, (230, 140), (130, 90), 20, 0, 360, 255, -1)
    return mask


def test_it_is_the_membrane_of_all_pixels(image, hole):
    found = MembraneFill.of(image, hole).filled(WHOLE)
    apart = np.abs(found - fill_membrane(image, hole))[hole > 0]
    assert apart.mean() < 1
    assert np.percentile(apart, 99) < 4


def test_it_meets_the_border_at_full_resolution(image, hole):
    found, whole = MembraneFill.of(image, hole).filled(WHOLE), fill_membrane(image, hole)
    rim = (hole > 0) & (cv2.erode(hole, np.ones((3, 3), np.uint8)) == 0)
    assert np.abs(found - whole)[rim].mean() < 0.5


def test_what_is_known_stays_as_it_is(image, hole):
    found = MembraneFill.of(image, hole).filled(WHOLE)
    assert np.array_equal(found[hole == 0], image[hole == 0])


def test_hidden_pixels_do_not_shine_through(image, hole):
    changed = image.copy()
    changed[hole > 0] = 255 - changed[hole > 0]
    first, second = (MembraneFill.of(picture, hole) for picture in (image, changed))
    assert np.array_equal(first.filled(WHOLE), second.filled(WHOLE))
    assert np.array_equal(first.network_view(SMALL)[0], second.network_view(SMALL)[0])


def test_windows_of_it_fit_together(image, hole):
    hole_fill = MembraneFill.of(image, hole)
    parts = [
        hole_fill.filled((WHOLE[0], columns)) for columns in (slice(0, 200), slice(200, WIDTH))
    ]
    assert np.abs(np.hstack(parts) - hole_fill.filled(WHOLE)).max() < 1


def test_a_small_frame_sees_of_it_what_it_sees_of_all_pixels(image, hole):
    picture, seen = MembraneFill.of(image, hole).network_view(SMALL)
    plain, plainly = network_view(SMALL, image, hole)
    inside = np.s_[1:21, 1:30]
    known = ((seen == 0) & (plainly == 0))[inside]
    assert (seen != plainly)[inside].mean() < 0.02
    assert np.abs(picture[inside].astype(int) - plain[inside])[known].max() <= 4


def test_sixteen_bits_are_filled_alike(image, hole):
    shallow = fill_with_residual(image, hole, NOTHING, SMALL, WHOLE)
    deep = fill_with_residual(image.astype(np.uint16) * 257, hole, NOTHING, SMALL, WHOLE)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - shallow).max() <= 1


def test_what_was_painted_is_added(image, hole):
    plain = fill_with_residual(image, hole, NOTHING, SMALL, WHOLE).astype(int)
    lighter = fill_with_residual(image, hole, NOTHING + 10, SMALL, WHOLE).astype(int)
    assert (lighter - plain)[hole > 0].min() >= 9


def test_of_a_part_of_the_photo_it_is_the_same(image, hole):
    window = slice(40, 240), slice(90, 370)
    near = visible_window(SMALL, window, hole.shape)
    part = MembraneFill.of(image[near], hole[near]).filled(relative_window(window, near))
    whole = MembraneFill.of(image, hole).filled(window)
    assert np.abs(part - whole).mean() < 0.2


def test_a_picture_of_which_nothing_is_known_is_filled_all_the_same():
    image, hole = np.full((1, 1, 3), 90, np.uint8), np.full((1, 1), 255, np.uint8)
    assert np.isfinite(MembraneFill.of(image, hole).filled((slice(0, 1), slice(0, 1)))).all()
