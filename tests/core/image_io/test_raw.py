"""What cameras write before they develop it."""

import sys

import numpy as np
import pytest

from core.errors import ImageFileError
from core.image_io.decoders import header_size
from core.image_io.photo import read_photo, write_photo
from tests.core.image_io.dng import write_dng

BALANCE = (0.45, 1.0, 0.65)


def linear_scene():
    """A grey ramp and a red field, in linear light."""
    scene = np.empty((64, 96, 3))
    scene[:] = np.linspace(0.02, 0.9, 96)[None, :, None]
    scene[:24, 40:70] = 0.5, 0.02, 0.02
    return scene


@pytest.fixture
def raw_file(tmp_path):
    pytest.importorskip("rawpy", reason="the extra `raw` is not installed")
    write_dng(tmp_path / "photo.dng", linear_scene(), BALANCE)
    return tmp_path / "photo.dng"


def test_raw_file_is_developed_with_the_cameras_white_balance(raw_file):
    image = read_photo(raw_file).image.astype(float)
    assert image.shape == (64, 96, 3)
    greys = image[40:60, 8:88:8]
    assert np.ptp(greys, axis=2).max() < 0.02 * 65535
    assert (np.diff(greys.mean(axis=(0, 2))) > 0).all()
    red = image[8:16, 50:60].mean(axis=(0, 1))
    assert red[0] > 2 * max(red[1:])


def test_development_has_16_bits_and_a_srgb_curve(raw_file):
    photo = read_photo(raw_file)
    assert photo.image.dtype == np.uint16
    assert photo.metadata.profile is None
    middle = photo.image[50, 8:88:8].mean(axis=1) / 65535
    light = np.where(middle > 0.04045, ((middle + 0.055) / 1.055) ** 2.4, middle / 12.92)
    ratios = light / linear_scene()[50, 8:88:8, 0]
    assert np.ptp(ratios) / ratios.mean() < 0.03


def test_turned_raw_file_stands_upright(tmp_path):
    pytest.importorskip("rawpy", reason="the extra `raw` is not installed")
    write_dng(tmp_path / "turned.dng", linear_scene(), BALANCE, orientation=6)
    photo = read_photo(tmp_path / "turned.dng")
    assert photo.size == header_size(tmp_path / "turned.dng") == (64, 96)
    assert photo.image[90, 10].mean() > photo.image[5, 10].mean()


def test_exif_of_a_raw_file_is_carried_without_what_tells_how_to_develop_it(raw_file, tmp_path):
    photo = read_photo(raw_file)
    assert b"2026:01:02 03:04:05" in photo.metadata.exif
    assert b"Test Camera" not in photo.metadata.exif
    write_photo(photo, tmp_path / "out.tif", edited=False)
    again = read_photo(tmp_path / "out.tif")
    assert np.array_equal(again.image, photo.image)
    assert b"2026:01:02 03:04:05" in again.metadata.exif


@pytest.mark.parametrize("length", [0, 30, 400])
def test_damaged_raw_file_is_one_sentence(length, raw_file):
    raw_file.write_bytes(raw_file.read_bytes()[:length])
    with pytest.raises(ImageFileError, match=r"^photo\.dng .*\.$"):
        read_photo(raw_file)


def test_without_libraw_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rawpy", None)
    (tmp_path / "photo.nef").write_bytes(b"MM\0*")
    with pytest.raises(ImageFileError, match="needs the package rawpy"):
        read_photo(tmp_path / "photo.nef")
