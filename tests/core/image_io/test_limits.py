"""Files that ask for more than any photo needs."""

import resource
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow

from core.errors import ImageFileError, InvalidRequestError
from core.image_io import limits
from core.image_io.label_file import read_labels
from core.image_io.mask_file import read_levels, read_mask
from core.image_io.metadata import AI_COMPOSITE
from core.image_io.photo import read_photo, saving_notices, write_photo

HEAD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="">'
)
TAIL = b"</rdf:Description></rdf:RDF></x:xmpmeta>"


@pytest.mark.parametrize(
    "packet",
    [
        HEAD + b"<a>" * 5000 + b"</a>" * 5000 + TAIL,
        HEAD + b"<a/>" * 100_000 + TAIL,
        HEAD + b"<a>" + b"x" * (limits.MAX_XMP_BYTES + 1) + b"</a>" + TAIL,
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD + b"&b;" + TAIL,
    ],
    ids=["deep", "many", "long", "entities"],
)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_photo_with_xmp_beyond_bounds_can_be_edited_and_saved(packet, suffix, tmp_path, picture):
    picture.save(tmp_path / "photo.tif", tiffinfo={700: packet})
    photo = read_photo(tmp_path / "photo.tif")
    write_photo(photo, tmp_path / f"saved{suffix}")
    assert photo.metadata.xmp == b""
    assert any("XMP" in one for one in saving_notices(photo, tmp_path / "saved.png"))
    assert AI_COMPOSITE.encode() in (tmp_path / f"saved{suffix}").read_bytes()


@pytest.mark.parametrize("read", [read_mask, read_labels, lambda *a: read_levels(*a, "sketch")])
def test_mask_or_label_map_of_another_size_is_refused_by_its_header_alone(read, tmp_path):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 14_000, 14_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(14_001 * 14_000), 1)
    path = tmp_path / "large.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    del rows
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidRequestError, match="14000 x 14000 pixels, the photo 90 x 60"):
        read(path, (90, 60))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_label_map_beyond_the_megapixels_of_photos_is_refused(tmp_path):
    Pillow.new("L", (16_000, 13_000)).save(tmp_path / "labels.png")
    with pytest.raises((InvalidRequestError, ImageFileError)):
        read_labels(tmp_path / "labels.png", (90, 60))


def test_profile_longer_than_a_jpeg_holds_is_taken_for_srgb_and_told_of(tmp_path, picture):
    picture.save(tmp_path / "photo.webp", icc_profile=bytes(limits.MAX_PROFILE_BYTES + 1))
    photo = read_photo(tmp_path / "photo.webp")
    assert "damaged" in photo.notices[0]
    write_photo(photo, tmp_path / "saved.jpg")


def test_exif_longer_than_any_cameras_is_left_out_and_told_of(tmp_path, picture, camera_exif):
    camera_exif[0x010E] = "x" * (limits.MAX_EXIF_BYTES + 1)
    picture.save(tmp_path / "photo.webp", exif=camera_exif)
    photo = read_photo(tmp_path / "photo.webp")
    assert photo.metadata.exif == b""
    assert "EXIF" in photo.notices[0]


def test_directories_that_lead_in_circles_or_out_of_the_block_end(tmp_path, picture):
    circle = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 34665, 4, 1, 8, 8)
    outside = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 271, 2, 900, 20_000, 8)
    start = b"II*\0" + struct.pack("<I", 0xFFFFFFF0)
    for block in (circle, outside, start, b"II*\0"):
        picture.save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + block)
        for suffix in (".tif", ".jpg", ".png", ".webp"):
            write_photo(read_photo(tmp_path / "photo.jpg"), tmp_path / f"saved{suffix}")
            read_photo(tmp_path / f"saved{suffix}")


def test_damaged_exif_never_keeps_a_photo_from_being_saved(tmp_path, picture, camera_exif):
    block, generator = camera_exif.tobytes(), np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(block)
        for position in generator.integers(6, len(block), 4):
            damaged[position] = generator.integers(256)
        picture.save(tmp_path / "photo.jpg", exif=bytes(damaged))
        for suffix in (".tif", ".jpg"):
            write_photo(read_photo(tmp_path / "photo.jpg"), tmp_path / f"saved{suffix}")
            assert read_photo(tmp_path / f"saved{suffix}").samples.shape[2] == 3


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


GIANT = zlib.compress(bytes(limits.MAX_PROFILE_BYTES + 1))


@pytest.mark.parametrize(
    "chunk",
    [
        (b"zTXt", b"Title\0\0" + GIANT),
        (b"iTXt", b"Title\0\1\0\0\0" + GIANT),
        (b"iCCP", b"ICC Profile\0\0" + GIANT),
        (b"tEXt", b"Title\0" + b"x" * (limits.MAX_PROFILE_BYTES + 1)),
    ],
    ids=["zTXt", "iTXt", "iCCP", "tEXt"],
)
@pytest.mark.parametrize("is_behind", [False, True], ids=["before the samples", "behind them"])
def test_text_of_a_png_longer_than_any_is_left_out_and_told_of(tmp_path, picture, chunk, is_behind):
    path = tmp_path / "photo.png"
    picture.save(path)
    data, small = path.read_bytes(), png_chunk(b"tEXt", b"Author\0me")
    place = len(data) - 12 if is_behind else data.index(b"IDAT") - 4
    path.write_bytes(data[:place] + png_chunk(*chunk) + small + data[place:])
    photo = read_photo(path)
    assert (photo.image == np.asarray(picture)).all()
    assert photo.metadata.texts == ((b"tEXt", b"Author\0me"),)
    assert any("longer than any" in one for one in saving_notices(photo, tmp_path / "saved.png"))
    write_photo(photo, tmp_path / "saved.png")
    assert (read_photo(tmp_path / "saved.png").image == photo.image).all()


def test_many_texts_that_are_too_long_only_together_are_cut_at_a_bound(tmp_path, picture):
    path = tmp_path / "photo.png"
    picture.save(path)
    text = png_chunk(b"zTXt", b"Title\0\0" + zlib.compress(bytes(limits.MAX_PROFILE_BYTES // 3)))
    data = path.read_bytes()
    path.write_bytes(data[:33] + text * 40 + data[33:])
    assert len(read_photo(path).metadata.texts) == 3
