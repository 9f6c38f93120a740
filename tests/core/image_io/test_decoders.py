"""Files that open, and files that are refused."""

import struct
import warnings
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.ExifTags import IFD, Base

from core.errors import ImageFileError
from core.image_io.encoders import encode_png, encode_tiff
from core.image_io.metadata import Metadata
from core.image_io.photo import photo_from_array, read_photo, write_photo

DEPTHS = [np.uint8, np.uint16]


def noise(shape, depth=np.uint8, seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, np.iinfo(depth).max + 1, shape, dtype=depth)


@pytest.mark.parametrize(
    ("mode", "kept", "has_alpha"),
    [("1", 2, False), ("L", 2, False), ("LA", 2, True), ("P", 3, False), ("RGB", 3, False),
     ("RGBA", 3, True)],
)  # fmt: skip
def test_every_kind_of_png_opens_as_colour(mode, kept, has_alpha, tmp_path, picture):
    image = picture.convert(mode)
    image.save(tmp_path / "photo.png")
    photo = read_photo(tmp_path / "photo.png")
    assert photo.size == (60, 40)
    assert photo.samples.ndim == kept
    assert (photo.alpha is not None) == has_alpha
    assert np.array_equal(photo.image, np.array(image.convert("RGB")))
    assert photo.notices == ()


def test_transparent_colour_of_a_palette_becomes_alpha(tmp_path, picture):
    image = picture.quantize(8)
    image.save(tmp_path / "photo.png", transparency=image.getpixel((0, 0)))
    alpha = read_photo(tmp_path / "photo.png").alpha
    assert alpha[0, 0] == 0
    assert alpha[-1, -1] == 255


@pytest.mark.parametrize(("mode", "suffix"), [("CMYK", ".jpg"), ("CMYK", ".tif"), ("LAB", ".tif")])
def test_print_colours_are_converted_once_and_the_user_is_told(mode, suffix, tmp_path, picture):
    image = picture.convert("CMYK")
    if mode == "LAB":
        source, target = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(picture, source, target, outputMode="LAB")
    image.save(tmp_path / f"photo{suffix}")
    photo = read_photo(tmp_path / f"photo{suffix}")
    assert "converted to sRGB" in photo.notices[0]
    assert np.abs(photo.image.astype(int) - np.array(picture)).mean() < 6


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("encode", [encode_png, encode_tiff])
def test_photos_come_upright_and_are_saved_upright(
    encode, orientation, depth, tmp_path, camera_exif
):
    stored = noise((40, 60, 3), depth)
    camera_exif[Base.Orientation] = orientation
    path = tmp_path / ("photo.png" if encode is encode_png else "photo.tif")
    path.write_bytes(encode(stored, Metadata(exif=camera_exif.tobytes())))

    photo = read_photo(path)
    write_photo(photo, path)

    low_bytes = Pillow.fromarray((stored & 255).astype(np.uint8))
    low_bytes.getexif()[Base.Orientation] = orientation
    upright = ImageOps.exif_transpose(low_bytes)
    assert np.array_equal(photo.samples & 255, np.array(upright))
    assert np.array_equal(read_photo(path).samples, photo.samples)
    with Pillow.open(path) as saved:
        details = saved.getexif().get_ifd(IFD.Exif)
        assert saved.getexif()[Base.Orientation] == 1
    assert (details[Base.ExifImageWidth], details[Base.ExifImageHeight]) == upright.size


def test_orientation_in_xmp_does_not_turn_the_photo_a_second_time(tmp_path, picture, camera_exif):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6" note="7"/>'
    camera_exif[Base.Orientation] = 6
    picture.save(tmp_path / "photo.jpg", xmp=xmp, exif=camera_exif)
    photo = read_photo(tmp_path / "photo.jpg")
    assert photo.size == (40, 60)
    assert b'tiff:Orientation="1" note="7"' in photo.metadata.xmp


def test_profile_gives_srgb_to_work_on_and_leaves_the_samples_alone(
    tmp_path, wide_profile, picture
):
    picture.save(tmp_path / "photo.png", icc_profile=wide_profile)
    photo = read_photo(tmp_path / "photo.png")
    assert np.array_equal(photo.samples, np.array(picture))
    assert np.abs(photo.image.astype(int) - photo.samples).max() > 5
    assert photo.metadata.profile == wide_profile


def test_photo_in_srgb_is_held_once(tmp_path, picture):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(tmp_path / "photo.jpg", icc_profile=profile)
    photo = read_photo(tmp_path / "photo.jpg")
    assert photo.image is photo.samples
    assert photo.metadata.profile == profile


@pytest.mark.parametrize("depth", DEPTHS)
def test_profile_without_a_way_back_is_left_for_srgb_and_the_user_is_told(
    depth, scanner_profile, tmp_path
):
    path = tmp_path / "scan.tif"
    path.write_bytes(encode_tiff(noise((9, 9, 3), depth), Metadata(profile=scanner_profile)))
    photo = read_photo(path)
    assert "converted to sRGB" in photo.notices[0]
    assert photo.metadata.profile is None
    assert photo.image.dtype == depth


def test_edits_in_a_profile_of_tables_are_announced_as_coarse(table_profile, tmp_path):
    path = tmp_path / "photo.tif"
    path.write_bytes(encode_tiff(noise((9, 9, 3), np.uint16), Metadata(profile=table_profile)))
    photo = read_photo(path)
    assert "8 bits" in photo.notices[0]
    assert photo.samples.dtype == np.uint16


def test_damaged_profile_and_exif_do_not_keep_a_photo_from_opening(tmp_path, picture):
    picture.save(tmp_path / "photo.png", icc_profile=b"nonsense", exif=b"Exif\0\0rubbish")
    photo = read_photo(tmp_path / "photo.png")
    assert len(photo.notices) == 2
    assert photo.metadata == Metadata()


def test_first_picture_of_several_is_opened_and_the_user_is_told(tmp_path, picture):
    for name in ("photo.mpo", "photo.tif", "photo.webp", "photo.png"):
        other = [ImageOps.flip(picture)]
        picture.save(tmp_path / name, save_all=True, append_images=other)
        photo = read_photo(tmp_path / name)
        what = "pages; this is page 1" if name == "photo.tif" else "pictures; this is the first"
        assert f"holds 2 {what}" in photo.notices[0]
        assert np.abs(photo.image.astype(int) - np.array(picture)).mean() < 12


def test_sixteen_bit_files_of_other_programs_keep_their_bits(tmp_path):
    samples = noise((9, 9, 4), np.uint16)
    for name in ("photo.png", "photo.tiff"):
        cv2.imwrite(str(tmp_path / name), samples[..., [2, 1, 0, 3]])
        photo = read_photo(tmp_path / name)
        assert np.array_equal(photo.samples, samples[..., :3])
        assert np.array_equal(photo.alpha, samples[..., 3])
        cv2.imwrite(str(tmp_path / name), samples[..., 0])
        assert np.array_equal(read_photo(tmp_path / name).samples, samples[..., 0])


def test_sixteen_bit_channels_kept_apart_are_refused_rather_than_misread(tmp_path):
    data = encode_tiff(noise((9, 9, 3), np.uint16), Metadata())
    planar = data.replace(
        struct.pack("<HHIHH", 284, 3, 1, 1, 0), struct.pack("<HHIHH", 284, 3, 1, 2, 0)
    )
    (tmp_path / "photo.tif").write_bytes(planar)
    with pytest.raises(ImageFileError, match="save it interleaved"):
        read_photo(tmp_path / "photo.tif")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9])
def test_truncated_file_is_refused_in_one_sentence(suffix, part, tmp_path):
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    Pillow.fromarray(noise((64, 64, 3))).save(whole)
    cut.write_bytes(whole.read_bytes()[: int(part * whole.stat().st_size)])
    with pytest.raises(ImageFileError, match=rf"^cut\{suffix} .*; [^.]*\.$") as caught:
        read_photo(cut)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_truncated_sixteen_bit_file_is_refused(suffix, tmp_path):
    path = tmp_path / f"photo{suffix}"
    write_photo(photo_from_array(noise((64, 64, 3), np.uint16)), path)
    path.write_bytes(path.read_bytes()[:-6000])
    with pytest.raises(ImageFileError, match="damaged or incomplete"):
        read_photo(path)


def test_what_is_no_picture_is_refused_by_name(tmp_path, picture):
    (tmp_path / "notes.txt").write_text("no picture at all " * 50)
    picture.save(tmp_path / "dance.gif")
    for name, problem in [
        ("notes.txt", "is not a picture"),
        ("dance.gif", "is not a picture"),
        ("gone.png", "does not exist"),
        (".", "is not a file"),
    ]:
        with pytest.raises(ImageFileError, match=problem):
            read_photo(tmp_path / name)


def test_unreadable_file_is_refused_in_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "secret.png").write_bytes(b"x")

    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Pillow, "open", refuse)
    with pytest.raises(ImageFileError, match=r"^secret\.png may not be read"):
        read_photo(tmp_path / "secret.png")


@pytest.mark.parametrize("width", [15_000, 60_000])
def test_over_200_megapixels_are_refused_before_decoding(width, tmp_path):
    header = b"IHDR" + struct.pack(">IIBBBBB", width, 15_000, 8, 2, 0, 0, 0)
    small = encode_png(noise((1, 1, 3)), Metadata())
    bomb = small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]
    (tmp_path / "huge.png").write_bytes(bomb)
    with warnings.catch_warnings(action="error"), pytest.raises(ImageFileError, match="megapixels"):
        read_photo(tmp_path / "huge.png")


def test_large_photo_below_the_limit_opens_without_a_warning(tmp_path):
    Pillow.new("1", (10_000, 9_500)).save(tmp_path / "large.png")
    with warnings.catch_warnings(action="error"):
        assert read_photo(tmp_path / "large.png").size == (10_000, 9_500)


def test_floating_point_tiff_is_refused_in_one_sentence(tmp_path, picture):
    picture.convert("F").save(tmp_path / "photo.tif")
    with pytest.raises(ImageFileError, match="neither 8 nor 16 bits"):
        read_photo(tmp_path / "photo.tif")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
def test_damaged_bytes_never_raise_anything_but_an_image_file_error(
    suffix, tmp_path, picture, camera_exif
):
    path = tmp_path / f"photo{suffix}"
    exif = {} if suffix in (".bmp", ".tif") else {"exif": camera_exif}
    picture.save(path, **exif)
    data, generator = path.read_bytes(), np.random.default_rng(0)
    messages = []
    for _ in range(40):
        damaged = bytearray(data)
        for position in generator.integers(0, min(len(data), 400), 3):
            damaged[position] = generator.integers(256)
        path.write_bytes(damaged)
        try:
            read_photo(path)
        except ImageFileError as error:
            messages.append(str(error))
    assert messages
    assert all(message.startswith("photo.") for message in messages)


def png(rows, size, depth, kind, *extra):
    """A PNG of which every byte is chosen."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)), *extra]
    chunks += [(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_colour_that_a_deep_png_names_transparent_is_transparent(channels, tmp_path):
    samples = noise((6, 9, channels), np.uint16)
    samples[:2, :3] = np.arange(1, channels + 1) * 1000
    key = (b"tRNS", struct.pack(f">{channels}H", *samples[0, 0]))
    rows = [row.astype(">u2").tobytes() for row in samples]
    path = tmp_path / "photo.png"
    path.write_bytes(png(rows, (9, 6), 16, 0 if channels == 1 else 2, key))
    photo = read_photo(path)
    assert np.array_equal(photo.samples, samples[..., 0] if channels == 1 else samples)
    assert (photo.alpha[:2, :3] == 0).all()
    assert (photo.alpha == 0).sum() == 6
    assert photo.alpha.max() == 65535
    write_photo(photo, path)
    assert np.array_equal(read_photo(path).alpha, photo.alpha)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_level_that_a_grey_png_of_any_depth_names_transparent_is_transparent(depth, tmp_path):
    levels = np.arange(16) % 2**depth
    bits = "".join(f"{level:0{depth}b}" for level in levels)
    row = int(bits, 2).to_bytes(2 * depth, "big")
    path = tmp_path / "photo.png"
    path.write_bytes(png([row] * 4, (16, 4), depth, 0, (b"tRNS", b"\0\1")))
    photo = read_photo(path)
    assert np.array_equal(photo.samples[0], levels * 255 // (2**depth - 1))
    assert np.array_equal(photo.alpha[0] == 0, levels == 1)


@pytest.mark.parametrize(
    ("bits", "masks"), [((5, 6, 5), (0xF800, 0x07E0, 0x001F)), ((5, 5, 5), (0x7C00, 0x3E0, 0x1F))]
)
def test_bmp_with_sixteen_bits_a_pixel_is_opened(bits, masks, tmp_path, picture):
    colours = np.array(picture).astype(np.uint16)
    red, green, blue = (colours[..., i] >> (8 - bit) for i, bit in enumerate(bits))
    packed = (red << bits[1] + bits[2] | green << bits[2] | blue).astype("<u2")[::-1].tobytes()
    header = struct.pack("<IiiHHIIiiII", 40, 60, 40, 1, 16, 3, len(packed), 0, 0, 0, 0)
    header += struct.pack("<III", *masks)
    start = struct.pack("<IHHI", 14 + len(header) + len(packed), 0, 0, 14 + len(header))
    (tmp_path / "photo.bmp").write_bytes(b"BM" + start + header + packed)
    photo = read_photo(tmp_path / "photo.bmp")
    assert np.abs(photo.image.astype(int) - colours).max() <= 8


@pytest.mark.parametrize("cut", [2, 40, 130])
def test_first_page_opens_although_a_later_one_is_damaged(cut, tmp_path, picture):
    path = tmp_path / "photo.tif"
    picture.save(path, save_all=True, append_images=[picture])
    data = path.read_bytes()
    (first,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[first : first + 2])
    (second,) = struct.unpack("<I", data[first + 2 + 12 * count :][:4])
    path.write_bytes(data[: second + cut])
    photo = read_photo(path)
    assert np.array_equal(photo.image, np.array(picture))
    assert len(photo.notices) == 1
    assert "this is the first" in photo.notices[0]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("lacking", [1, 2])
def test_jpeg_that_only_lacks_its_end_marker_opens(progressive, lacking, tmp_path, picture):
    picture.save(tmp_path / "whole.jpg", progressive=progressive)
    data = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(data[:-lacking])
    whole, cut = read_photo(tmp_path / "whole.jpg"), read_photo(tmp_path / "cut.jpg")
    assert np.array_equal(cut.image, whole.image)
    (tmp_path / "cut.jpg").write_bytes(data[:-12])
    with pytest.raises(ImageFileError, match="incomplete"):
        read_photo(tmp_path / "cut.jpg")


def test_name_longer_than_the_system_allows_is_not_called_damage(tmp_path):
    with pytest.raises(ImageFileError, match="name too long"):
        read_photo(tmp_path / ("x" * 300 + ".png"))


def test_signed_samples_are_not_called_damage(tmp_path, picture):
    Pillow.fromarray(np.zeros((4, 4), np.int32)).save(tmp_path / "photo.tif")
    with pytest.raises(ImageFileError, match="neither 8 nor 16 bits"):
        read_photo(tmp_path / "photo.tif")
