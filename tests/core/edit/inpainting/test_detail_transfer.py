"""Detail comes from the photo itself, goes only where something was painted, and is repeatable."""

import cv2
import numpy as np
import pytest

from core.edit.inpainting.detail_transfer import add_detail, restore_detail
from core.edit.inpainting.hole_partition import HolePart
from core.face.align import Frame


@pytest.fixture
def grainy():
    """A picture with grain of one strength, its middle smoothed as a network would."""
    noise = np.random.default_rng(0).normal(0, 14, (320, 320, 3))
    sharp = np.clip(130 + cv2.GaussianBlur(noise, (0, 0), 1.0), 0, 255).astype(np.uint8)
    painted = np.zeros((320, 320), np.uint8)
    cv2.circle(painted, (160, 160), 60, 255, -1)
    soft = sharp.copy()
    soft[painted > 0] = 130
    return soft, painted


def strength(image, where):
    return image[where > 0].astype(float).std()


def test_painted_part_gets_grain_as_strong_as_its_surroundings(grainy):
    image, painted = grainy
    sharp = add_detail(image, painted, painted, 4.0)
    assert 0.6 < strength(sharp, painted) / strength(image, 255 - painted) < 1.4


def test_nothing_changes_beside_the_painted_part(grainy):
    image, painted = grainy
    sharp = add_detail(image, painted, painted, 4.0)
    assert np.array_equal(sharp[painted == 0], image[painted == 0])


def test_same_picture_gets_the_same_detail(grainy):
    assert np.array_equal(*(add_detail(*grainy, grainy[1], 4.0) for _ in range(2)))


def test_frame_as_sharp_as_the_photo_needs_no_detail(grainy):
    image, painted = grainy
    assert add_detail(image, painted, painted, 1.2) is image


def test_picture_of_which_nothing_is_known_stays_as_it_is(grainy):
    image, painted = grainy
    everywhere = np.full_like(painted, 255)
    assert add_detail(image, painted, everywhere, 4.0) is image


def test_detail_is_taken_from_what_looks_alike():
    rng = np.random.default_rng(1)
    image = np.full((320, 320, 3), 200, np.uint8)
    image[:, 160:] = rng.integers(20, 90, (320, 160, 1))
    painted = np.zeros((320, 320), np.uint8)
    painted[120:200, 30:100] = painted[120:200, 220:290] = 255
    image[120:200, 220:290] = 55
    sharp = add_detail(image, painted, painted, 4.0)
    left, right = painted.copy(), painted.copy()
    left[:, 160:] = right[:, :160] = 0
    assert strength(sharp, left) < 1.0
    assert strength(sharp, right) > 8.0


def test_detail_can_be_taken_from_what_the_painted_part_hides(grainy):
    image, painted = grainy
    rng = np.random.default_rng(2)
    below = np.where(painted[..., None] > 0, rng.integers(60, 200, image.shape), 130)
    beside = np.where(painted > 0, 0, 255).astype(np.uint8)
    sharp = add_detail(image, painted, beside, 4.0, below.astype(np.uint8))
    assert strength(sharp, painted) > 20
    assert np.array_equal(sharp[painted == 0], image[painted == 0])


def test_sixteen_bits_stay_sixteen_bits(grainy):
    image, painted = grainy
    deep = add_detail(image.astype(np.uint16) * 257, painted, painted, 4.0)
    shallow = add_detail(image, painted, painted, 4.0)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257.0 - shallow).max() <= 1.0


@pytest.fixture
def kept(grainy):
    """Lay the fine band of a grainy picture over what was painted of some brightness."""
    _, painted = grainy
    noise = np.random.default_rng(3).normal(0, 14, (320, 320, 3))
    source = np.clip(130 + cv2.GaussianBlur(noise, (0, 0), 1.0), 0, 255).astype(np.uint8)
    whole = slice(0, 320), slice(0, 320)
    part = HolePart(Frame(np.array([[0.25, 0, 0], [0, 0.25, 0]]), 80), whole, painted)

    def lay(level):
        image = np.where(painted[..., None] > 0, np.uint8(level), source)
        before = image.copy()
        restore_detail(image, part, source)
        return before, image, source, painted

    return lay


def test_kept_detail_lies_where_it_was(kept):
    before, image, source, painted = kept(130)
    deep = cv2.erode(painted, np.ones((25, 25), np.uint8)) > 0
    restored, own = (one[deep].astype(float).ravel() for one in (image, source))
    assert np.corrcoef(restored, own)[0, 1] > 0.9
    assert np.array_equal(image[painted == 0], before[painted == 0])


def test_kept_detail_is_as_strong_as_the_light_that_falls_on_it(kept):
    deep = cv2.erode(kept(40)[3], np.ones((25, 25), np.uint8))
    dark, light = (strength(kept(level)[1], deep) for level in (40, 130))
    assert 0.3 < dark / light < 0.6
