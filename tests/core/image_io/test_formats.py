"""Files of phones and of other programs, which can be opened though not saved."""

import shutil
import struct
import sys

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import features

from core.errors import ImageFileError, ImageWriteError
from core.image_io.photo import read_photo, saving_notices, write_photo
from tests.core.image_io.fuzz.sound_files import TURNED_HEIC, photoshop_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "photo.psd"


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_avif_opens_with_all_that_is_carried(
    tmp_path, picture, camera_exif, titled_xmp, wide_profile
):
    path = tmp_path / "photo.avif"
    camera_exif[274] = 6
    told = {"exif": camera_exif, "xmp": titled_xmp, "icc_profile": wide_profile}
    picture.save(path, quality=100, subsampling="4:4:4", **told)
    photo = read_photo(path)
    turned = np.asarray(picture.transpose(Pillow.Transpose.ROTATE_270))
    assert np.abs(photo.samples.astype(int) - turned).max() <= 6
    assert b"Camera works" in photo.metadata.exif
    assert b"My title" in photo.metadata.xmp
    assert photo.metadata.profile == wide_profile


def test_photoshop_file_opens_flattened_with_its_words(path, picture):
    caption = b"\x1c\x02\x78\x00\x03cap"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    path.write_bytes(photoshop_file(picture, {1028: caption, 1060: xmp, 1036: b"a thumbnail"}))
    photo = read_photo(path)
    assert (photo.image == np.asarray(picture)).all()
    assert any("flattened" in notice for notice in photo.notices)
    assert photo.metadata.xmp == xmp
    assert caption in photo.metadata.resources
    assert b"thumbnail" not in photo.metadata.resources


def test_photoshop_file_without_a_flattened_picture_says_how_to_save_it(path, picture):
    path.write_bytes(photoshop_file(picture, {1057: struct.pack(">IB", 1, 0)}))
    with pytest.raises(ImageFileError, match="compatibility"):
        read_photo(path)


@pytest.mark.parametrize(("place", "number"), [(4, 2), (22, 16), (22, 32)])
def test_photoshop_file_that_is_large_or_deep_says_how_to_save_it(path, picture, place, number):
    data = bytearray(photoshop_file(picture))
    data[place : place + 2] = struct.pack(">H", number)
    path.write_bytes(data)
    with pytest.raises(ImageFileError, match="flattened TIFF"):
        read_photo(path)


def test_heic_opens_upright_with_its_words(tmp_path, picture):
    pytest.importorskip("pi_heif")
    shutil.copyfile(TURNED_HEIC, tmp_path / "IMG_1.HEIC")
    photo = read_photo(tmp_path / "IMG_1.HEIC")
    assert photo.size == (40, 60)
    turned = np.asarray(picture.transpose(Pillow.Transpose.ROTATE_270))
    assert np.abs(photo.samples.astype(int) - turned).mean() < 6
    assert b"Camera works" in photo.metadata.exif
    assert b"mine" in photo.metadata.xmp
    write_photo(photo, tmp_path / "saved.jpg")
    assert read_photo(tmp_path / "saved.jpg").size == (40, 60)


def test_heic_says_what_to_do_where_its_package_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    shutil.copyfile(TURNED_HEIC, tmp_path / "photo.heic")
    with pytest.raises(
        ImageFileError, match=r"pi-heif: install it, or export the photo as JPEG[.]"
    ):
        read_photo(tmp_path / "photo.heic")


@pytest.mark.parametrize("suffix", [".psd", ".heic", ".avif"])
def test_formats_that_can_only_be_read_are_answered_with_those_that_can_be_saved(
    tmp_path, path, picture, suffix
):
    path.write_bytes(photoshop_file(picture))
    photo = read_photo(path)
    with pytest.raises(ImageWriteError, match=r"[.]png"):
        write_photo(photo, tmp_path / f"saved{suffix}")
    assert saving_notices(photo, tmp_path / "saved.png") == ()
