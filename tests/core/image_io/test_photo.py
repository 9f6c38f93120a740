"""Photos that take patches and are saved."""

import shutil
import stat
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base

from core.errors import ImageWriteError
from core.image_io.icc import colour_space
from core.image_io.metadata import AI_COMPOSITE, Metadata
from core.image_io.photo import Photo, photo_from_array, read_photo, saving_notices, write_photo

DEPTHS = [np.uint8, np.uint16]
LOSSLESS = [".png", ".tif"]


def noise(shape, depth=np.uint8, seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, np.iinfo(depth).max + 1, shape, dtype=depth)


def photo_of(samples, *, alpha=None, profile=None, **metadata):
    colour = colour_space(samples, profile)
    kept = Metadata(profile=profile, **metadata)
    return Photo(colour.to_srgb(samples), alpha, samples, colour, kept)


@pytest.mark.parametrize("in_profile", [False, True])
@pytest.mark.parametrize("depth", DEPTHS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_samples_without_coverage_are_bit_identical_even_in_the_saved_file(
    depth, in_profile, wide_profile, tmp_path_factory, data
):
    height, width = (data.draw(st.integers(1, 24)) for _ in range(2))
    seed = data.draw(st.integers(0, 1000))
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    window = height - top, width - left
    coverage = noise(window, seed=seed) * (noise(window, seed=seed + 1) > 127).astype(np.uint8)
    alpha = noise((height, width), depth, seed) if data.draw(st.booleans()) else None
    photo = photo_of(
        noise((height, width, 3), depth, seed),
        alpha=alpha,
        profile=in_profile * wide_profile or None,
    )
    before = photo.samples.copy(), photo.image.copy()

    edited = photo.with_patch(noise((*window, 3), depth, seed + 2), left, top, coverage)

    kept = np.ones((height, width), bool)
    kept[top:, left:] = coverage == 0
    assert np.array_equal(edited.samples[kept], photo.samples[kept])
    assert np.array_equal(edited.image[kept], photo.image[kept])
    assert np.array_equal(before[0], photo.samples)
    assert np.array_equal(before[1], photo.image)
    path = tmp_path_factory.mktemp("saved") / f"photo{data.draw(st.sampled_from(LOSSLESS))}"
    write_photo(edited, path)
    opened = read_photo(path)
    assert opened.samples.dtype == depth
    assert np.array_equal(opened.samples, edited.samples)
    assert np.array_equal(opened.image, edited.image)
    assert opened.metadata.profile == photo.metadata.profile
    assert (alpha is None) == (opened.alpha is None)
    assert alpha is None or np.array_equal(opened.alpha, alpha)


@pytest.mark.parametrize("depth", DEPTHS)
def test_full_coverage_replaces_and_part_of_it_mixes(depth):
    white = np.iinfo(depth).max
    photo = photo_from_array(np.zeros((1, 3, 3), depth))
    coverage = np.array([[0, 51, 255]], np.uint8)
    edited = photo.with_patch(np.full((1, 3, 3), white, depth), 0, 0, coverage)
    assert edited.image[0, :, 0].tolist() == [0, white // 5, white]
    assert edited.image is edited.samples


@pytest.mark.parametrize(("depth", "tolerance"), [(np.uint8, 2), (np.uint16, 40)])
def test_patch_comes_out_of_a_profile_as_it_went_in(depth, tolerance, wide_profile):
    photo = photo_of(noise((20, 20, 3), depth), profile=wide_profile)
    patch = noise((10, 10, 3), depth, seed=1) // 2 + np.iinfo(depth).max // 4
    edited = photo.with_patch(patch, 5, 5, np.full((10, 10), 255, np.uint8))
    assert np.abs(edited.image[5:15, 5:15].astype(int) - patch).max() <= tolerance
    assert np.abs(edited.samples[5:15, 5:15].astype(int) - patch).max() > tolerance


def test_faint_coverage_of_colours_outside_srgb_moves_them_only_faintly(wide_profile):
    samples = np.zeros((2, 2, 3), np.uint8)
    samples[..., 1] = 255  # a green that no sRGB screen shows
    photo = photo_of(samples, profile=wide_profile)
    edited = photo.with_patch(photo.image, 0, 0, np.full((2, 2), 2, np.uint8))
    assert np.abs(edited.samples.astype(int) - samples).max() <= 2


@pytest.mark.parametrize("depth", DEPTHS)
def test_grey_photo_stays_grey(depth, tmp_path):
    photo = photo_of(noise((8, 8), depth))
    edited = photo.with_patch(noise((4, 4, 3), depth), 2, 2, np.full((4, 4), 255, np.uint8))
    write_photo(edited, tmp_path / "grey.png")
    opened = read_photo(tmp_path / "grey.png")
    assert opened.samples.shape == (8, 8)
    assert np.array_equal(opened.image, edited.image)
    assert np.ptp(edited.image.astype(int), axis=2).max() == 0


@pytest.mark.parametrize(
    ("shape", "depth", "left"),
    [((2, 2, 3), np.uint8, 3), ((2, 2, 3), np.uint8, -1), ((2, 2, 3), np.uint8, -3),
     ((2, 2, 3), np.uint16, 0),
     ((2, 3, 3), np.uint8, 0)],
)  # fmt: skip
def test_patch_that_does_not_fit_is_the_callers_mistake(shape, depth, left):
    photo = photo_from_array(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="patch"):
        photo.with_patch(np.zeros(shape, depth), left, 0, np.zeros((2, 2), np.uint8))


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("grey", [False, True])
def test_metadata_survive_without_loss(
    suffix, depth, grey, wide_profile, grey_profile, tmp_path, camera_exif
):
    profile = grey_profile if grey else wide_profile
    samples = noise((8, 8), depth) if grey else noise((8, 8, 3), depth)
    photo = photo_of(samples, profile=profile, exif=camera_exif.tobytes(), dpi=(300.0, 240.0))
    write_photo(photo, tmp_path / f"a{suffix}", edited=False)
    write_photo(read_photo(tmp_path / f"a{suffix}"), tmp_path / f"b{suffix}", edited=False)
    opened = read_photo(tmp_path / f"b{suffix}")
    assert np.array_equal(opened.samples, samples)
    assert opened.metadata.profile == profile
    assert opened.metadata.dpi == (300, 240)
    assert opened.metadata.xmp == b""
    _assert_camera_exif(tmp_path / f"b{suffix}")


def _assert_camera_exif(path):
    with Pillow.open(path) as image:
        exif = image.getexif()
        details = exif.get_ifd(IFD.Exif)
        assert exif[Base.Make] == "Camera works"
        assert details[Base.UserComment] == b"ASCII\0\0\0hello"
        assert float(details[Base.ExposureTime]) == pytest.approx(0.01)
        assert exif.get_ifd(IFD.Interop)[1] == "R98"
        assert exif.get_ifd(IFD.GPSInfo)[1] == "N"


@pytest.mark.parametrize("source", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("target", [".jpg", ".png", ".webp", ".tif"])
def test_metadata_survive_from_any_format_to_any_other(
    source, target, wide_profile, tmp_path, camera_exif, titled_xmp, picture
):
    first, second = tmp_path / f"first{source}", tmp_path / f"second{target}"
    photo = photo_of(
        np.array(picture), profile=wide_profile, exif=camera_exif.tobytes(), xmp=titled_xmp
    )
    write_photo(photo, first, edited=False)
    write_photo(read_photo(first), second)
    opened = read_photo(second)
    assert opened.metadata.profile == wide_profile
    _assert_camera_exif(second)
    assert AI_COMPOSITE.encode() in opened.metadata.xmp
    assert b"My title" in opened.metadata.xmp


def test_jpeg_keeps_full_colour_resolution_and_the_resolution(tmp_path, picture):
    photo = replace(photo_from_array(np.array(picture)), metadata=Metadata(dpi=(300, 300)))
    write_photo(photo, tmp_path / "photo.jpg")
    with Pillow.open(tmp_path / "photo.jpg") as image:
        assert image.info["dpi"] == (300, 300)
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3
        assert np.abs(np.array(image).astype(int) - photo.image).mean() < 1


def test_jpeg_lays_transparency_on_white_and_says_so(tmp_path):
    photo = photo_of(np.zeros((16, 16, 3), np.uint8), alpha=np.zeros((16, 16), np.uint8))
    write_photo(photo, tmp_path / "photo.jpg")
    assert read_photo(tmp_path / "photo.jpg").image.min() == 255
    assert any("white" in notice for notice in saving_notices(photo, tmp_path / "photo.jpg"))


def test_losses_of_a_format_are_announced(tmp_path):
    deep = photo_from_array(np.zeros((4, 4, 3), np.uint16))
    assert saving_notices(deep, tmp_path / "photo.png") == ()
    assert saving_notices(deep, tmp_path / "photo.TIFF") == ()
    assert "8 bits" in saving_notices(deep, tmp_path / "photo.webp")[0]
    assert len(saving_notices(deep, tmp_path / "photo.jpg")) == 2


@pytest.mark.parametrize("grey", [False, True])
def test_webp_keeps_every_sample_even_under_transparency(grey, grey_profile, tmp_path):
    samples = noise((16, 16) if grey else (16, 16, 3))
    photo = photo_of(samples, alpha=noise((16, 16)), profile=grey_profile if grey else None)
    write_photo(photo, tmp_path / "photo.webp")
    opened = read_photo(tmp_path / "photo.webp")
    assert np.array_equal(opened.image, photo.image)
    assert np.array_equal(opened.alpha, photo.alpha)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("suffix", LOSSLESS)
def test_grey_with_alpha_keeps_every_sample(suffix, depth, tmp_path):
    photo = photo_of(noise((9, 9), depth), alpha=noise((9, 9), depth, seed=1))
    write_photo(photo, tmp_path / f"photo{suffix}")
    opened = read_photo(tmp_path / f"photo{suffix}")
    assert np.array_equal(opened.image, photo.image)
    assert np.array_equal(opened.alpha, photo.alpha)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_only_an_edited_photo_is_marked(suffix, depth, tmp_path):
    photo, path = photo_from_array(noise((8, 8, 3), depth)), tmp_path / f"photo{suffix}"
    write_photo(photo, path, edited=False)
    assert b"DigitalSourceType" not in path.read_bytes()
    write_photo(photo, path)
    assert AI_COMPOSITE.encode() in path.read_bytes()
    assert AI_COMPOSITE.encode() in read_photo(path).metadata.xmp


def test_xmp_too_long_for_jpeg_still_leaves_the_mark(tmp_path, titled_xmp):
    long = titled_xmp.replace(b"My title", b"x" * 70_000)
    photo = replace(photo_from_array(noise((8, 8, 3))), metadata=Metadata(xmp=long))
    write_photo(photo, tmp_path / "photo.jpg")
    assert AI_COMPOSITE.encode() in read_photo(tmp_path / "photo.jpg").metadata.xmp


def test_unknown_suffix_is_answered_with_those_that_can_be_saved(tmp_path):
    photo = photo_from_array(noise((8, 8, 3)))
    for name in ("photo.gif", "photo.bmp", "photo"):
        with pytest.raises(
            ImageWriteError, match=r"\.jpg, \.jpeg, \.png, \.webp, \.tif, \.tiff\.$"
        ):
            write_photo(photo, tmp_path / name)


def test_photo_too_wide_for_webp_names_formats_that_hold_it(tmp_path):
    photo = photo_from_array(np.zeros((1, 17_000, 3), np.uint8))
    with pytest.raises(ImageWriteError, match="save it as PNG or TIFF"):
        write_photo(photo, tmp_path / "photo.webp")
    assert list(tmp_path.iterdir()) == []


def test_saving_keeps_the_permissions_of_the_file_it_replaces(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_photo(photo_from_array(noise((8, 8, 3))), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert read_photo(path).size == (8, 8)


def test_saving_through_a_link_replaces_what_it_points_to(tmp_path):
    (tmp_path / "real.png").write_bytes(b"old")
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    write_photo(photo_from_array(noise((8, 8, 3))), tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink()
    assert read_photo(tmp_path / "real.png").size == (8, 8)


def test_read_only_target_is_left_alone(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(ImageWriteError, match="read-only"):
        write_photo(photo_from_array(noise((8, 8, 3))), path)
    assert path.read_bytes() == b"old"


def test_missing_folder_is_named_as_the_reason(tmp_path):
    with pytest.raises(ImageWriteError, match="No such file") as caught:
        write_photo(photo_from_array(noise((8, 8, 3))), tmp_path / "gone" / "photo.png")
    assert caught.value.exit_code == 6


def test_failed_save_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "photo.png"
    path.write_bytes(b"old")

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copymode", fail)
    with pytest.raises(ImageWriteError, match="No space left"):
        write_photo(photo_from_array(noise((8, 8, 3))), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("bits", [8, 16])
def test_a_file_has_the_depth_that_was_asked_for(tmp_path, suffix, depth, bits):
    photo = photo_of(noise((9, 11, 3), depth), alpha=noise((9, 11), depth))
    path = tmp_path / f"out{suffix}"
    write_photo(photo, path, bits=bits)
    written = read_photo(path)
    assert written.samples.itemsize * 8 == written.alpha.itemsize * 8 == bits
    levels = {(8, np.uint8): 1, (16, np.uint16): 1, (16, np.uint8): 257, (8, np.uint16): 1 / 257}
    wanted = np.rint(photo.samples.astype(float) * levels[bits, depth])
    assert np.array_equal(written.samples, wanted)


def test_fewer_bits_than_the_photo_has_are_told(tmp_path):
    photo = photo_of(noise((9, 11, 3), np.uint16))
    assert "16 bits" in " ".join(saving_notices(photo, tmp_path / "out.png", 8))
    assert saving_notices(photo, tmp_path / "out.png", 16) == ()
    assert "8 bits" in " ".join(saving_notices(photo, tmp_path / "out.webp", 16))
