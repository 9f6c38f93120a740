"""Conversion between a photo's own colours and sRGB."""

import numpy as np
import pytest
from PIL import ImageCms

from core.image_io.icc import SRGB, OneWayProfileError, ProfileError, colour_space
from core.imaging.depth import to_8_bit


@pytest.fixture
def colours():
    """Every corner and a few thousand colours within, 16 bits: (64, 64, 3)."""
    noise = np.random.default_rng(0).integers(0, 65536, (64, 64, 3), dtype=np.uint16)
    noise[0, :8] = np.array([[i & 1, i >> 1 & 1, i >> 2] for i in range(8)]) * 65535
    return noise


def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_samples_in_srgb_are_not_converted_at_all(depth):
    samples = np.zeros((2, 2, 3), depth)
    assert colour_space(samples, None) is SRGB
    assert colour_space(samples, srgb_profile()) is SRGB


def test_sixteen_bits_are_converted_as_eight_are_by_little_cms(colours, wide_profile):
    shallow = to_8_bit(colours)
    expected = colour_space(shallow, wide_profile).to_srgb(shallow)
    deep = shallow.astype(np.uint16) * 257
    converted = colour_space(deep, wide_profile).to_srgb(deep)
    assert np.abs(converted / 257 - expected).max() <= 1.0
    assert np.abs(converted / 257 - expected).mean() < 0.3  # rounding alone is 0.25


def test_sixteen_bits_back_to_the_profile_agree_with_little_cms(colours, wide_profile):
    shallow = to_8_bit(colours)
    expected = colour_space(shallow, wide_profile).to_samples(shallow)
    deep = shallow.astype(np.uint16) * 257
    converted = colour_space(deep, wide_profile).to_samples(deep)
    error = np.abs(converted / 257 - expected)
    assert error.max() <= 2.0  # Little CMS rounds the darkest levels of a pure gamma coarsely
    assert error.mean() < 0.3


def test_sixteen_bits_survive_the_way_there_and_back(colours, wide_profile):
    space = colour_space(colours, wide_profile)
    returned = space.to_srgb(space.to_samples(colours)).astype(int)
    assert not space.is_coarse
    assert np.abs(returned - colours)[1:].max() <= 40  # of 65535; darks are the coarsest
    assert np.abs(returned - colours).mean() < 2


def test_tables_mean_the_same_colours_as_curves_but_say_they_are_coarse(
    colours, wide_profile, table_profile
):
    by_curves, by_tables = (
        colour_space(colours, profile) for profile in (wide_profile, table_profile)
    )
    assert by_tables.is_coarse
    for convert in ("to_srgb", "to_samples"):
        tabulated, computed = (getattr(by, convert)(colours) for by in (by_tables, by_curves))
        error = np.abs(tabulated / 257 - computed / 257)
        assert error.mean() < 0.5
        assert np.quantile(error, 0.99) < 3


def test_profile_without_a_way_back_is_told_apart(colours, scanner_profile):
    with pytest.raises(OneWayProfileError):
        colour_space(colours, scanner_profile)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_put_into_a_grey_photo_keeps_every_level(depth):
    levels = np.arange(np.iinfo(depth).max + 1, dtype=depth).reshape(16, -1)
    space = colour_space(levels, None)
    assert np.array_equal(space.to_samples(space.to_srgb(levels)), levels)


def test_colour_put_into_a_grey_photo_becomes_its_luminance():
    patch = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    grey = colour_space(np.zeros((1, 1), np.uint8), None).to_samples(patch)
    assert grey.shape == (1, 3)
    assert grey[0, 1] > grey[0, 0] > grey[0, 2] > 0


def test_grey_profile_sets_how_bright_a_grey_looks(grey_profile):
    samples = np.array([[0, 64, 128, 255]], np.uint8)
    space = colour_space(samples, grey_profile)
    image = space.to_srgb(samples)
    light = (samples / 255) ** 1.8
    srgb = np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(image[..., 0] - srgb * 255).max() <= 0.6
    assert np.array_equal(image[..., 0], image[..., 2])
    assert np.abs(space.to_samples(image).astype(int) - samples).max() <= 1


def test_rgb_profile_on_a_grey_photo_uses_its_neutral_axis(wide_profile):
    samples = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colourful = np.repeat(samples[..., None], 3, axis=2)
    expected = colour_space(colourful, wide_profile).to_srgb(colourful).astype(int)
    assert np.abs(colour_space(samples, wide_profile).to_srgb(samples) - expected).max() <= 1


@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_damaged_profile_is_refused(channels, depth, wide_profile):
    samples = np.zeros((2, 2, *channels), depth)
    for profile in (b"no profile at all", wide_profile[:200], wide_profile[:150] + bytes(300)):
        with pytest.raises(ProfileError):
            colour_space(samples, profile)
