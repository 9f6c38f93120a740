"""Files with more than one picture: pages of a TIFF, layers of an OpenRaster file."""

import struct
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageOps
from PIL.ExifTags import Base

from core.errors import ImageFileError
from core.image_io import photo as photo_module
from core.image_io.decoders import header_size
from core.image_io.photo import read_photo, write_photo
from core.project.project import PhotoFile, Project
from core.project.project_file import write_project


def first_and_second(picture):
    second = ImageOps.flip(picture).resize((50, 30))
    return np.asarray(picture), np.asarray(second), second


@pytest.fixture
def two_pages(tmp_path, picture):
    _, _, second = first_and_second(picture)
    tags = Pillow.Exif()
    tags[Base.Artist] = "of page two"
    second.encoderinfo = {"tiffinfo": tags}
    picture.save(tmp_path / "photo.tif", save_all=True, append_images=[second])
    return tmp_path / "photo.tif"


def test_each_page_of_a_tiff_opens_and_says_which_it_is(two_pages, picture):
    first, second, _ = first_and_second(picture)
    for page, expected in ((1, first), (2, second)):
        photo = read_photo(two_pages, page)
        assert np.array_equal(photo.image, expected)
        assert photo.notices == (f"photo.tif holds 2 pages; this is page {page}.",)


def test_page_brings_its_own_metadata(two_pages):
    assert b"of page two" not in read_photo(two_pages).metadata.exif
    assert b"of page two" in read_photo(two_pages, 2).metadata.exif


def test_pages_of_16_bits_keep_them(tmp_path):
    noise = np.random.default_rng(0)
    pages = [noise.integers(0, 65536, (20, 30, 3), dtype=np.uint16) for _ in range(3)]
    assert cv2.imwritemulti(str(tmp_path / "photo.tif"), pages)
    for page, expected in enumerate(pages, start=1):
        image = read_photo(tmp_path / "photo.tif", page).image
        assert image.dtype == np.uint16
        assert np.array_equal(image, expected[..., ::-1])


@pytest.mark.parametrize("page", [0, -1, 3, 10**9])
def test_page_that_is_not_there_is_one_sentence(page, two_pages):
    with pytest.raises(
        ImageFileError, match=r"^photo\.tif has pages 1 to 2; choose another one\.$"
    ):
        read_photo(two_pages, page)


def test_what_is_no_tiff_has_no_further_pages(tmp_path, picture):
    picture.save(tmp_path / "photo.webp", save_all=True, append_images=[ImageOps.flip(picture)])
    with pytest.raises(ImageFileError, match="has no pages but one"):
        read_photo(tmp_path / "photo.webp", 2)


def open_raster(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        for name, data in members.items():
            archive.writestr(name, data)


def test_open_raster_file_opens_as_its_merged_picture_and_says_so(tmp_path, picture):
    picture.save(tmp_path / "merged.png")
    data = (tmp_path / "merged.png").read_bytes()
    open_raster(tmp_path / "photo.ora", {"mergedimage.png": data})
    photo = read_photo(tmp_path / "photo.ora")
    assert np.array_equal(photo.image, np.asarray(picture))
    assert photo.notices == ("photo.ora has layers; this is the merged picture of them.",)
    assert header_size(tmp_path / "photo.ora") == picture.size


def test_project_of_ours_can_be_read_as_a_photo(tmp_path):
    image = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    photo = photo_module.photo_from_array(image)
    write_photo(photo, tmp_path / "photo.png", edited=False)
    file = PhotoFile("photo.png", np.fromfile(tmp_path / "photo.png", np.uint8))
    write_project(Project(photo, file, (), (), {}, {}), tmp_path / "project.ora")
    assert np.array_equal(read_photo(tmp_path / "project.ora").image, image)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"mergedimage.png": b"no picture"},
        {
            "mergedimage.png": b"\x89PNG\r\n\x1a\n"
            + struct.pack(">I4sII", 13, b"IHDR", 1 << 20, 1 << 20)
        },
        {"../mergedimage.png": b""},
    ],
)
def test_open_raster_file_without_a_sound_picture_is_one_sentence(members, tmp_path):
    open_raster(tmp_path / "photo.ora", members)
    with pytest.raises(ImageFileError, match=r"^photo\.ora .*\.$"):
        read_photo(tmp_path / "photo.ora")
