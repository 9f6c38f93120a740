"""What files say besides their samples, from one format to another, and what no edit may keep."""

import base64
import io
import shutil
import struct
import subprocess

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base

from core.image_io.exif import read_entries, read_header
from core.image_io.metadata import AI_COMPOSITE
from core.image_io.photo import read_photo, saving_notices, write_photo
from core.image_io.png_chunks import read_chunks

SUFFIXES = [".jpg", ".png", ".tif", ".webp"]
HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="mine" '
)
TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"
IPTC = b"\x1c\x02\x78\x00\x03cap\x1c\x02\x19\x00\x01k\x1c\x02\x50\x00\x02me"


def resources(*more):
    return b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)
        for number, data in ((1028, IPTC), *more)
    )


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def small_jpeg(picture):
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def saved(path, suffix, *, edited=True):
    photo, target = read_photo(path), path.with_name(f"saved{suffix}")
    write_photo(photo, target, edited=edited)
    return photo, target


@pytest.fixture
def captioned(tmp_path, picture):
    """A JPEG and a TIFF with captions as agencies write them; the JPEG has comments, too."""
    captions = segment(0xED, b"Photoshop 3.0\0" + resources((1034, b"\1")))
    picture.save(tmp_path / "photo.jpg", comment=b"note", extra=captions + segment(0xFE, b"two"))
    words = IPTC + bytes(-len(IPTC) % 4)
    picture.save(tmp_path / "photo.tif", tiffinfo={33723: words, 34377: resources()})
    return tmp_path


@pytest.mark.parametrize("source", [".jpg", ".tif"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_captions_are_carried_where_there_is_room_and_else_one_notice_tells(
    source, suffix, captioned
):
    photo, target = saved(captioned / f"photo{source}", suffix)
    again = read_photo(target).metadata.resources
    told = [one for one in saving_notices(photo, target) if "IPTC captions" in one]
    assert (IPTC in again) == (suffix != ".webp")
    assert len(told) == (suffix == ".webp")


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_captions_are_those_that_exiftool_reads(suffix, captioned):
    _, target = saved(captioned / "photo.jpg", suffix)
    tags = ["-IPTC:Caption-Abstract", "-IPTC:Keywords", "-IPTC:By-line"]
    read = subprocess.run(
        ["exiftool", "-s3", *tags, target], capture_output=True, text=True, check=True
    )
    assert read.stdout.split() == ["cap", "k", "me"]


def test_captions_are_told_from_the_numbers_of_another_byte_order(tmp_path, picture):
    words = IPTC + bytes(-len(IPTC) % 4)
    swapped = struct.pack(f">{len(words) // 4}I", *struct.unpack(f"<{len(words) // 4}I", words))
    picture.save(tmp_path / "photo.tif", tiffinfo={33723: swapped})
    _, target = saved(tmp_path / "photo.tif", ".jpg")
    assert IPTC in target.read_bytes()


def test_comments_of_a_jpeg_survive_in_jpeg_and_png_and_are_told_of_elsewhere(captioned):
    for suffix in SUFFIXES:
        photo, target = saved(captioned / "photo.jpg", suffix)
        kept = b"note" in target.read_bytes() and b"two" in target.read_bytes()
        told = any("comments" in one for one in saving_notices(photo, target))
        assert kept == (suffix in (".jpg", ".png"))
        assert told != kept


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_thumbnail_among_photoshops_resources_goes_with_an_edit(suffix, tmp_path, picture):
    thumbnail = small_jpeg(picture)
    extra = segment(0xED, b"Photoshop 3.0\0" + resources((1036, bytes(28) + thumbnail)))
    picture.save(tmp_path / "photo.jpg", extra=extra)
    _, target = saved(tmp_path / "photo.jpg", suffix)
    assert thumbnail[20:] not in target.read_bytes()
    assert thumbnail[20:].hex().encode() not in target.read_bytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_maker_notes_stay_where_their_offsets_lead(order, suffix, tmp_path, picture):
    picture.save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + camera_block(order))
    _, first = saved(tmp_path / "photo.jpg", suffix)
    _, second = saved(first, ".tif")
    for path in (first, second):
        block = read_photo(path).metadata.exif[6:]
        entries = read_entries(block, read_header(block))
        (details,) = (entry for entry in entries if entry.tag == 34665)
        (note,) = (entry.value for entry in details.nested if entry.tag == 37500)
        (offset,) = struct.unpack(f"{order}I", note[10:14])
        assert block[offset : offset + 10] == b"Some Owner"
        assert not read_photo(path).metadata.lost


def test_maker_notes_that_cannot_stay_are_dropped_whole_and_told_of(tmp_path, picture):
    block = camera_block("<", note_at=70_000)
    (tmp_path / "photo.tif").write_bytes(with_strip(block, picture))
    photo, target = saved(tmp_path / "photo.tif", ".png")
    assert b"Some Owner" not in target.read_bytes()
    assert any("maker notes" in one for one in saving_notices(photo, target))


def camera_block(order, note_at=0x90):
    """A block whose maker note, as Canon's, counts from the beginning of the block."""
    numbers = {"H": struct.Struct(f"{order}H"), "I": struct.Struct(f"{order}I")}

    def entry(tag, kind, count, value):
        return struct.pack(f"{order}HHI", tag, kind, count) + value

    short, long = numbers["H"].pack, numbers["I"].pack
    owner = note_at + 18
    block = (b"II*\0" if order == "<" else b"MM\0*") + long(8) + short(2)
    block += entry(274, 3, 1, short(1) + b"\0\0") + entry(34665, 4, 1, long(0x40)) + long(0)
    block = block.ljust(0x40, b"\0") + short(1) + entry(37500, 7, 50, long(note_at)) + long(0)
    block = block.ljust(note_at, b"\0") + short(1) + entry(9, 2, 32, long(owner)) + long(0)
    return block + b"Some Owner".ljust(32, b"\0")


def with_strip(block, picture):
    """A grey TIFF of which the block is the beginning."""
    pixels = picture.convert("L").tobytes()
    strip, first = len(block), len(block) + len(pixels)
    rows = [(256, 60), (257, 40), (258, 8), (259, 1), (262, 1), (273, strip), (277, 1)]
    rows += [(278, 40), (279, len(pixels)), (34665, 0x40)]
    table = struct.pack("<H", len(rows)) + b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in rows
    )
    return block[:4] + struct.pack("<I", first) + block[8:] + pixels + table + bytes(4)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_thumbnail_in_exif_is_wiped_wherever_it_lies(suffix, tmp_path, picture):
    thumbnail = small_jpeg(picture)
    block = camera_block("<")
    first, at = len(block), len(block) + 30
    table = struct.pack("<HHHIIHHIII", 2, 513, 4, 1, at, 514, 4, 1, len(thumbnail), 0)
    linked = block[:34] + struct.pack("<I", first) + block[38:] + table + thumbnail
    picture.save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + linked)
    with Pillow.open(tmp_path / "photo.jpg") as image:
        assert image.getexif().get_ifd(IFD.IFD1)[513] == at
    _, target = saved(tmp_path / "photo.jpg", suffix)
    assert thumbnail[20:] not in target.read_bytes()


def test_maker_notes_that_hold_a_picture_are_dropped_and_told_of(tmp_path, picture, camera_exif):
    camera_exif[IFD.Exif][Base.MakerNote] = b"Nikon\0\x02" + small_jpeg(picture)
    picture.save(tmp_path / "photo.jpg", exif=camera_exif)
    photo, target = saved(tmp_path / "photo.jpg", ".png")
    assert b"Nikon" not in target.read_bytes()
    assert any("maker notes" in one for one in saving_notices(photo, target))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_bigtiff_is_saved_in_every_format_with_its_words(suffix, depth, tmp_path):
    samples = np.random.default_rng(0).integers(0, np.iinfo(depth).max, (9, 12), depth)
    (tmp_path / "photo.tif").write_bytes(bigtiff(samples, b"A big one\0"))
    photo, target = saved(tmp_path / "photo.tif", suffix)
    assert photo.samples.dtype == depth
    assert np.array_equal(photo.samples, samples)
    with Pillow.open(target) as image:
        assert image.getexif()[Base.ImageDescription] == "A big one"
    if suffix in (".png", ".tif"):
        assert np.array_equal(read_photo(target).samples, samples)


def bigtiff(samples, words):
    """A grey BigTIFF; its fields have 64 bits, as libtiff writes some of them."""
    height, width = samples.shape
    start = 16 + 8 + 20 * 9 + 8
    strip = start + len(words)
    rows = [(256, width), (257, height), (258, 8 * samples.itemsize), (259, 1), (262, 1)]
    table = [(tag, 16, 1, struct.pack("<Q", value)) for tag, value in rows]
    table += [(270, 2, len(words), struct.pack("<Q", start))]
    table += [(tag, 16, 1, struct.pack("<Q", value)) for tag, value in (
        (273, strip), (278, height), (279, samples.nbytes))]  # fmt: skip
    packed = b"".join(struct.pack("<HHQ", *row[:3]) + row[3] for row in table)
    head = b"II\x2b\0" + struct.pack("<HHQQ", 8, 0, 16, len(table))
    return head + packed + bytes(8) + words + samples.tobytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_picture_inside_xmp_goes_whatever_holds_it(suffix, tmp_path, picture):
    data = base64.b64encode(small_jpeg(picture)).decode()
    spaces = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:g="http://ns.adobe.com/xap/1.0/g/img/"'
    thumbnail = (
        "<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType='Resource'><g:format>JPEG</g:format>"
        f"<g:image>{data}</g:image></rdf:li></rdf:Alt></xmp:Thumbnails>"
    )
    depth = f' xmlns:GImage="http://ns.google.com/photos/1.0/image/" GImage:Data="{data}"'
    unknown = f' xmlns:own="http://example.org/own/" own:Preview="{data}"'
    folded = f'<own:Shot xmlns:own="http://example.org/own/">\n{data}\n</own:Shot>'
    for packet in (
        HEAD + spaces + ">" + thumbnail + TAIL,
        HEAD + depth + ">" + TAIL,
        HEAD + unknown + ">" + TAIL,
        HEAD + ">" + folded + TAIL,
    ):
        picture.save(tmp_path / "photo.jpg", xmp=packet.encode())
        _, target = saved(tmp_path / "photo.jpg", suffix)
        assert data[:300].encode() not in target.read_bytes()
        assert b"mine" in read_photo(target).metadata.xmp


@pytest.mark.parametrize(
    ("space", "claim", "words"),
    [
        ("http://ns.adobe.com/hdr-gain-map/1.0/", "Version", "gain map"),
        ("http://ns.google.com/photos/1.0/camera/", "MotionPhoto", "motion photo"),
        ("http://ns.microsoft.com/photo/1.2/", "RegionInfo", "face regions"),
        ("http://www.metadataworkinggroup.com/schemas/regions/", "Regions", "face regions"),
        ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP", "extended XMP"),
        ("http://purl.org/dc/terms/", "provenance", "content credentials"),
    ],
)
def test_claims_that_an_edit_makes_false_go_in_either_spelling_and_are_told_of(
    space, claim, words, tmp_path, picture
):
    declared = f'xmlns:any="{space}"'
    element = f"{HEAD}{declared}><any:{claim}>old</any:{claim}>{TAIL}"
    attribute = f'{HEAD}{declared} any:{claim}="old">{TAIL}'
    for packet in (element, attribute):
        picture.save(tmp_path / "photo.jpg", xmp=packet.encode())
        photo, target = saved(tmp_path / "photo.jpg", ".png")
        assert b"old" not in read_photo(target).metadata.xmp
        assert b"mine" in read_photo(target).metadata.xmp
        assert any(words in one for one in saving_notices(photo, target))


def test_orientation_in_xmp_is_made_upright_whatever_its_prefix(tmp_path, picture):
    space = 'xmlns:t="http://ns.adobe.com/tiff/1.0/"'
    for packet in (
        f'{HEAD}{space} t:Orientation="6">{TAIL}',
        f"{HEAD}{space}><t:Orientation>6</t:Orientation>{TAIL}",
    ):
        picture.save(tmp_path / "photo.jpg", xmp=packet.encode())
        xmp = read_photo(tmp_path / "photo.jpg").metadata.xmp
        assert b"6<" not in xmp
        assert b'"6"' not in xmp


def test_texts_of_a_png_are_carried_byte_for_byte_and_else_told_of(tmp_path, picture):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("parameters", "a prompt")
    info.add_text("Copyright", "\u00a9 me", zip=True)
    info.add_itxt("Title", "\u4eba", lang="zh", tkey="Name", zip=True)
    info.add_text("Comment", "note")
    picture.save(tmp_path / "photo.png", pnginfo=info)
    names = {b"tEXt", b"zTXt", b"iTXt"}
    before = read_chunks(tmp_path / "photo.png", names)
    for suffix in SUFFIXES:
        photo, target = saved(tmp_path / "photo.png", suffix, edited=False)
        told = [one for one in saving_notices(photo, target) if "texts" in one]
        assert len(told) == (suffix != ".png")
    assert set(before) <= set(read_chunks(tmp_path / "saved.png", names))
    assert b"note" in (tmp_path / "saved.jpg").read_bytes()


def test_exif_too_long_for_jpeg_is_left_out_and_told_of(tmp_path, picture, camera_exif):
    camera_exif[IFD.Exif][Base.UserComment] = bytes(70_000)
    picture.save(tmp_path / "photo.png", exif=camera_exif)
    photo, target = saved(tmp_path / "photo.png", ".jpg")
    assert any("EXIF" in one for one in saving_notices(photo, target))
    assert AI_COMPOSITE.encode() in target.read_bytes()
    _, target = saved(tmp_path / "photo.png", ".tif")
    assert len(read_photo(target).metadata.exif) > 70_000
