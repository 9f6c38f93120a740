"""Files that say without a profile what their colours mean."""

import struct

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo

from core.image_io.photo import read_photo, write_photo
from core.image_io.png_chunks import read_chunks

SRGB_PRIMARIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def save(image, path, **chunks):
    info = PngInfo()
    for name, data in chunks.items():
        info.add(name.encode(), data)
    image.save(path, pnginfo=info)
    return read_photo(path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "photo.png"


def test_linear_light_is_shown_as_bright_as_it_is(path):
    image = Pillow.fromarray(np.full((4, 4, 3), 55, np.uint8))
    photo = save(image, path, gAMA=struct.pack(">I", 100_000))
    assert np.abs(photo.image.astype(int) - 128).max() <= 1  # 21 % of the light
    grey = save(image.convert("L"), path, gAMA=struct.pack(">I", 100_000))
    assert np.abs(grey.image.astype(int) - 128).max() <= 1


def test_coded_and_measured_colours_of_one_space_are_shown_alike(path):
    image = Pillow.fromarray(np.random.default_rng(0).integers(0, 255, (9, 9, 3), np.uint8))
    coded = save(image, path, cICP=bytes([12, 13, 0, 1]))
    measured = save(image, path, gAMA=struct.pack(">I", 45455), cHRM=struct.pack(">8I", *P3))
    assert np.abs(coded.image.astype(int) - coded.samples).max() > 5
    assert np.abs(coded.image.astype(int) - measured.image).max() <= 1


def test_chunks_that_say_srgb_change_nothing(path, picture):
    gamma, primaries = struct.pack(">I", 45455), struct.pack(">8I", *SRGB_PRIMARIES)
    for chunks in (
        {"gAMA": gamma},
        {"gAMA": gamma, "cHRM": primaries},
        {"cICP": bytes([1, 13, 0, 1])},
        {"sRGB": b"\0", "gAMA": struct.pack(">I", 100_000)},
    ):
        photo = save(picture, path, **chunks)
        assert photo.image is photo.samples
        assert photo.metadata.profile is None


@pytest.mark.parametrize("name", ["gAMA", "cICP"])
def test_colour_chunks_are_carried_and_say_the_same_as_a_profile_elsewhere(name, path, picture):
    data = {"gAMA": struct.pack(">I", 100_000), "cICP": bytes([12, 13, 0, 1])}[name]
    photo = save(picture, path, **{name: data})
    write_photo(photo, path.with_name("saved.png"))
    assert (name.encode(), data) in read_chunks(path.with_name("saved.png"), {name.encode()})
    for suffix in (".png", ".tif", ".webp"):
        write_photo(photo, path.with_name(f"saved{suffix}"))
        again = read_photo(path.with_name(f"saved{suffix}"))
        assert np.array_equal(again.samples, photo.samples)
        assert np.abs(again.image.astype(int) - photo.image).max() <= 1


def test_coded_colours_go_before_a_profile(path, picture, wide_profile):
    info = PngInfo()
    info.add(b"cICP", bytes([1, 13, 0, 1]))
    picture.save(path, pnginfo=info, icc_profile=wide_profile)
    assert np.array_equal(read_photo(path).image, np.array(picture))


def test_colours_of_hdr_are_carried_and_told_of(path, picture):
    photo = save(picture, path, cICP=bytes([9, 16, 0, 1]))
    assert "HDR" in photo.notices[0]
    write_photo(photo, path)
    assert read_chunks(path, {b"cICP"}) == [(b"cICP", bytes([9, 16, 0, 1]))]


@pytest.mark.parametrize(
    "chunks",
    [{"gAMA": bytes(4)}, {"cHRM": bytes(32)}, {"cICP": b"\1"},
     {"cHRM": struct.pack(">8I", *[30000] * 8)}, {"gAMA": b"\xff" * 4}],
)  # fmt: skip
def test_nonsense_in_colour_chunks_keeps_no_photo_from_opening(path, picture, chunks):
    assert np.array_equal(save(picture, path, **chunks).image, np.array(picture))


def test_profiles_made_of_chunks_are_read_by_little_cms(path, picture):
    profile = save(picture, path, cICP=bytes([9, 1, 0, 1])).metadata.profile
    (path.with_name("profile.icc")).write_bytes(profile)
    opened = ImageCms.ImageCmsProfile(str(path.with_name("profile.icc")))
    assert opened.profile.xcolor_space.strip() == "RGB"
    assert ImageCms.getProfileDescription(opened).strip() == "Colours as the file tells them"


def camera_block(index, space):
    block = Pillow.Exif()
    block[IFD.Exif] = {Base.ColorSpace: space, IFD.Interop: {1: index}}
    return block.tobytes()


ADOBE = [("R03", 65535), ("R03", 2), ("R98", 2)]


@pytest.mark.parametrize(
    ("suffix", "index", "space"),
    [
        (".tif", "R98", 2),
        *((suffix, *one) for suffix in (".jpg", ".png", ".webp") for one in ADOBE),
    ],
)
def test_adobe_rgb_that_only_exif_tells_is_shown_as_with_its_profile(
    tmp_path, picture, wide_profile, suffix, index, space
):
    options = {"quality": 100, "lossless": True}
    picture.save(tmp_path / f"told{suffix}", exif=camera_block(index, space), **options)
    picture.save(tmp_path / f"profile{suffix}", icc_profile=wide_profile, **options)
    told, profile = (read_photo(tmp_path / f"{name}{suffix}") for name in ("told", "profile"))
    assert np.abs(told.image.astype(int) - profile.image).max() <= 1
    assert (told.image != told.samples).any()
    write_photo(told, tmp_path / "saved.png")
    saved = read_photo(tmp_path / "saved.png")
    assert (saved.samples == told.samples).all()
    assert (saved.image == told.image).all()


@pytest.mark.parametrize(("index", "space"), [("R98", 1), ("R98", 65535), ("R03", 1)])
def test_exif_that_tells_srgb_or_nothing_leaves_colours_as_they_are(path, picture, index, space):
    picture.save(path, exif=camera_block(index, space))
    photo = read_photo(path)
    assert photo.image is photo.samples


def test_colours_that_became_srgb_are_not_told_to_be_adobe_rgb(tmp_path, picture):
    for index, space in ADOBE:
        cmyk = tmp_path / "photo.jpg"
        picture.convert("CMYK").save(cmyk, exif=camera_block(index, space))
        write_photo(read_photo(cmyk), tmp_path / "saved.png")
        saved = read_photo(tmp_path / "saved.png")
        assert (saved.image == read_photo(cmyk).image).all()
