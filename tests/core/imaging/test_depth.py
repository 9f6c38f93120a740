"""Eight and sixteen bits a channel."""

import numpy as np
import pytest

from core.imaging.depth import to_8_bit, to_16_bit, to_depth

EVERY = np.arange(65536, dtype=np.uint16).reshape(256, 256)


def test_every_level_of_sixteen_bits_becomes_the_nearest_of_eight():
    np.testing.assert_array_equal(to_8_bit(EVERY), np.rint(EVERY / 257))


@pytest.mark.parametrize("shape", [(256, 256), (64, 1024), (128, 128, 4)])
def test_the_shape_stays(shape):
    assert to_8_bit(EVERY.reshape(shape)).shape == shape


def test_eight_bits_come_back_from_sixteen_and_fill_their_range():
    levels = np.arange(256, dtype=np.uint8)[None]
    deep = to_16_bit(levels)
    assert (deep[0, 0], deep[0, 255], deep.dtype) == (0, 65535, np.uint16)
    np.testing.assert_array_equal(to_8_bit(deep), levels)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_samples_of_the_depth_asked_for_are_not_copied(depth):
    samples = np.zeros((4, 4, 3), depth)
    assert to_depth(samples, samples.dtype) is samples
    assert to_depth(samples, np.dtype(np.uint8)).dtype == np.uint8
    assert to_depth(samples, np.dtype(np.uint16)).dtype == np.uint16


def test_a_view_with_gaps_becomes_eight_bits_too():
    np.testing.assert_array_equal(to_8_bit(EVERY[::2, ::3]), to_8_bit(EVERY)[::2, ::3])
