"""Masks in image files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Pillow

from core.errors import ImageWriteError, InvalidRequestError
from core.image_io.mask_file import read_mask, write_mask

SIZE = (90, 60)


def test_mask_of_a_grey_file_is_its_levels(grey_file, levels):
    assert (read_mask(grey_file("mask.png", levels), SIZE) == levels).all()


def test_mask_of_a_coloured_or_16_bit_file_is_the_same(tmp_path, levels):
    coloured, deep = tmp_path / "coloured.png", tmp_path / "deep.png"
    Pillow.fromarray(np.dstack([levels] * 3)).save(coloured)
    Pillow.fromarray(levels.astype(np.uint16) * 257).save(deep)
    assert (read_mask(coloured, SIZE) == levels).all()
    assert (read_mask(deep, SIZE) == levels).all()


def test_transparent_pixels_of_a_mask_cover_nothing(tmp_path, levels):
    path = tmp_path / "mask.png"
    white = np.full_like(levels, 255)
    Pillow.fromarray(np.dstack([white, white, white, levels])).save(path)
    assert (read_mask(path, SIZE) == levels).all()


def test_compression_noise_of_a_jpeg_mask_covers_nothing(grey_file, levels):
    mask = read_mask(grey_file("mask.jpg", levels), SIZE)
    assert not mask[:, 60:].any()
    assert (mask[25:35, 35:45] > 250).all()


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_every_level_survives_the_way_through_a_file(tmp_path, suffix):
    levels = np.random.default_rng(0).integers(0, 256, (60, 90), np.uint8)
    write_mask(levels, tmp_path / f"mask.{suffix}")
    np.testing.assert_array_equal(read_mask(tmp_path / f"mask.{suffix}", SIZE), levels)


def test_a_saved_mask_is_grey_and_not_marked_as_an_edit(tmp_path, levels):
    path = tmp_path / "mask.png"
    write_mask(levels, path)
    with Pillow.open(path) as saved:
        assert saved.mode == "L"
    assert b"DigitalSourceType" not in path.read_bytes()


def test_a_mask_of_another_size_is_refused_with_both_sizes(grey_file, levels):
    with pytest.raises(InvalidRequestError, match="90 x 59 pixels, the photo 90 x 60"):
        read_mask(grey_file("mask.png", levels[:-1]), SIZE)


def test_a_black_mask_is_refused(grey_file, levels):
    with pytest.raises(InvalidRequestError, match="black everywhere"):
        read_mask(grey_file("mask.png", 0 * levels), SIZE)


def test_a_mask_that_cannot_be_written_says_so(tmp_path, levels):
    with pytest.raises(ImageWriteError):
        write_mask(levels, tmp_path / "nowhere" / "mask.png")


@pytest.mark.parametrize("colour", [(128, 0, 0), (0, 128, 0), (255, 0, 0)])
def test_what_a_labelling_program_marks_in_colour_is_replaced_altogether(tmp_path, colour, levels):
    marked = np.zeros((60, 90, 3), np.uint8)
    marked[levels == 255] = colour
    Pillow.fromarray(marked).save(tmp_path / "mask.png")
    assert set(np.unique(read_mask(tmp_path / "mask.png", SIZE))) == {0, 255}
    Pillow.fromarray(marked).quantize(4).save(tmp_path / "mask.png")
    assert set(np.unique(read_mask(tmp_path / "mask.png", SIZE))) == {0, 255}
