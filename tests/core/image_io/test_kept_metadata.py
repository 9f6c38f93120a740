"""What a file may say besides its pixels: by the user's wish, and what was done to it."""

import json
import shutil
import subprocess
from xml.dom import minidom

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.ExifTags import GPS, IFD, Base

from core.image_io.kept_metadata import KeptMetadata
from core.image_io.metadata import AI_COMPOSITE, mark_as_ai
from core.image_io.photo import read_photo, saving_notices, write_photo
from tests.core.image_io.test_carried import (
    HEAD,
    TAIL,
    camera_block,
    resources,
    segment,
    small_jpeg,
)

SUFFIXES = [".jpg", ".png", ".tif", ".webp"]
PLACES = b"\x1c\x02\x5a\x00\x05Paris\x1c\x02\x65\x00\x06France\x1c\x02\x78\x00\x03cap"
NEEDS_EXIFTOOL = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)


def told_places(path):
    """Find in a file's bytes each place that `located` tells, in any of its ways."""
    data = path.read_bytes()
    return [word for word in (b"Paris", b"48,51.5N", b"Rue") if word in data]


@pytest.fixture
def located(tmp_path, picture):
    """A JPEG that tells in EXIF, IPTC, XMP and an embedded picture where it was taken."""
    exif = Pillow.Exif()
    exif[Base.Make], exif[Base.Artist] = "Maker", "Me"
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (48.0, 51.0, 30.0),
            GPS.GPSAreaInformation: "Rue",
        }
    )
    xmp = (
        HEAD
        + 'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.5N" '
        + 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Paris">'
        + '<Iptc4xmpExt:LocationShown xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/'
        + '2008-02-29/"><rdf:Bag><rdf:li Iptc4xmpExt:City="Paris"/></rdf:Bag>'
        + "</Iptc4xmpExt:LocationShown>"
        + TAIL
    )
    captions = segment(0xED, b"Photoshop 3.0\0" + resources().replace(*_iptc_with_places()))
    picture.save(tmp_path / "photo.jpg", exif=exif, xmp=xmp.encode(), extra=captions)
    assert told_places(tmp_path / "photo.jpg") == [b"Paris", b"48,51.5N", b"Rue"]
    return tmp_path / "photo.jpg"


def _iptc_with_places():
    """Old and new resources, so that a caption stands among places."""
    old = resources()
    data = PLACES + b"\0" * (len(PLACES) % 2)
    return old, old[:8] + len(PLACES).to_bytes(4) + data


def written(path, suffix, kept):
    target = path.with_name(f"{kept}{suffix}")
    write_photo(read_photo(path).with_metadata(kept), target, edits=["smile: strength 0.7"])
    return target


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_without_location_nothing_tells_where_the_photo_was_taken_and_the_rest_is_carried(
    suffix, located
):
    assert told_places(written(located, suffix, KeptMetadata.KEEP)) != []
    target = written(located, suffix, KeptMetadata.NO_LOCATION)
    assert told_places(target) == []
    data, exif = target.read_bytes(), read_photo(target).metadata.exif
    assert b"Maker\0" in exif
    assert b"mine" in data
    assert AI_COMPOSITE.encode() in data
    assert (PLACES[-8:] in read_photo(target).metadata.resources) == (suffix != ".webp")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_without_metadata_only_colours_resolution_and_the_mark_are_left(suffix, located):
    target = written(located, suffix, KeptMetadata.NONE)
    found = read_photo(target).metadata
    assert (found.resources, found.texts) == (b"", ())
    assert b"Maker" not in found.exif
    assert b"Me\0" not in found.exif
    assert told_places(target) == []
    assert b"mine" not in target.read_bytes()
    assert AI_COMPOSITE.encode() in found.xmp


def test_profile_survives_whatever_else_goes(tmp_path, picture):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(tmp_path / "photo.png", icc_profile=profile, dpi=(300, 300))
    found = read_photo(written(tmp_path / "photo.png", ".tif", KeptMetadata.NONE)).metadata
    assert found.profile == profile
    assert found.dpi == pytest.approx((300, 300), abs=0.1)


def test_maker_notes_go_with_the_location_for_they_can_tell_it(tmp_path, picture):
    picture.save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + camera_block("<"))
    kept = written(tmp_path / "photo.jpg", ".jpg", KeptMetadata.KEEP)
    assert b"Some Owner" in kept.read_bytes()
    target = written(tmp_path / "photo.jpg", ".jpg", KeptMetadata.NO_LOCATION)
    assert b"Some Owner" not in target.read_bytes()


def test_xmp_that_cannot_be_read_goes_whole_with_the_location(tmp_path, picture):
    picture.save(tmp_path / "photo.jpg", xmp=b"<broken exif:GPSLatitude='48'")
    found = read_photo(tmp_path / "photo.jpg").with_metadata(KeptMetadata.NO_LOCATION)
    assert found.metadata.xmp == b""


@NEEDS_EXIFTOOL
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_exiftool_finds_no_place_where_none_was_wanted(suffix, located):
    target = written(located, suffix, KeptMetadata.NO_LOCATION)
    told = read_by_exiftool(target)
    assert not [name for name in told if "GPS" in name or "City" in name or "Country" in name]
    assert told["Artist"] == "Me"


@NEEDS_EXIFTOOL
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_exiftool_reads_the_list_of_edits_and_the_mark_of_an_ai_edit(suffix, tmp_path, picture):
    picture.save(tmp_path / "photo.png")
    told = read_by_exiftool(written(tmp_path / "photo.png", suffix, KeptMetadata.KEEP))
    assert told["HistoryAction"] == "edited"
    assert told["HistoryParameters"] == "smile: strength 0.7"
    assert told["HistorySoftwareAgent"].startswith("Face Editor")
    assert told["DigitalSourceType"] == AI_COMPOSITE


@NEEDS_EXIFTOOL
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_exiftool_finds_no_thumbnail_nor_preview_that_shows_the_face_before_the_edit(
    suffix, tmp_path, picture
):
    picture.save(tmp_path / "photo.jpg")
    thumbnail = small_jpeg(picture.resize((24, 16)))
    (tmp_path / "thumbnail.jpg").write_bytes(thumbnail)
    for tag in ("ThumbnailImage", "PhotoshopThumbnail", "PreviewImage"):
        subprocess.run(
            ["exiftool", "-q", "-m", f"-{tag}<=thumbnail.jpg", "photo.jpg"],
            cwd=tmp_path,
            check=False,
            capture_output=True,
        )
    before = read_by_exiftool(tmp_path / "photo.jpg")
    assert {"ThumbnailImage", "PhotoshopThumbnail"} <= before.keys()
    after = read_by_exiftool(written(tmp_path / "photo.jpg", suffix, KeptMetadata.KEEP))
    assert not [name for name in after if "Thumbnail" in name or "Preview" in name]


def read_by_exiftool(path):
    read = subprocess.run(
        ["exiftool", "-j", "-a", path], capture_output=True, text=True, check=True
    )
    return json.loads(read.stdout)[0]


def test_edits_are_appended_to_a_history_that_is_there_already():
    once = mark_as_ai(b"", ["fill with residual_unet: source network"])
    twice = mark_as_ai(once, ["smile: strength 0.7"])
    assert twice.count(b"<rdf:Seq") == 1
    assert twice.index(b"fill with") < twice.index(b"smile: strength")
    assert mark_as_ai(once, ["smile: strength 0.7"]) == twice


def test_words_of_an_edit_can_break_no_packet():
    packet = mark_as_ai(b"", ['<x> & "y" \N{GREEK SMALL LETTER ALPHA}'])
    (told,) = minidom.parseString(packet).getElementsByTagName("stEvt:parameters")
    assert told.firstChild.data == '<x> & "y" \N{GREEK SMALL LETTER ALPHA}'
    assert b"History" not in mark_as_ai(b"", [])


def gain_mapped(path, picture, xmp=b"", extra=b""):
    """An ultra-HDR JPEG: a second picture behind the first, which names it in XMP."""
    picture.save(
        path,
        "MPO",
        save_all=True,
        append_images=[picture.convert("L")],
        xmp=xmp,
        extra=extra,
    )


@pytest.mark.parametrize("is_in_xmp", [True, False])
def test_gain_map_is_dropped_and_said_for_it_would_show_the_face_before_the_edit(
    is_in_xmp, tmp_path, picture
):
    container = (
        'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0">'
        '<Container:Directory xmlns:Container="http://ns.google.com/photos/1.0/container/">'
        "<rdf:Seq/></Container:Directory>"
    )
    iso = segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4))
    xmp = (HEAD + container + TAIL).encode()
    gain_mapped(tmp_path / "photo.jpg", picture, **({"xmp": xmp} if is_in_xmp else {"extra": iso}))
    photo = read_photo(tmp_path / "photo.jpg")
    assert len(photo.notices) == 1
    assert "gain map for HDR screens" in photo.notices[0]
    assert "gain map." in saving_notices(photo, tmp_path / "out.jpg")[-1]
    assert "motion" not in saving_notices(photo, tmp_path / "out.jpg")[-1]
    write_photo(photo, tmp_path / "out.jpg")
    data = (tmp_path / "out.jpg").read_bytes()
    assert b"hdrgm:Version" not in data
    assert b"MPF\0" not in data
    assert np.array_equal(read_photo(tmp_path / "out.jpg").size, picture.size)
