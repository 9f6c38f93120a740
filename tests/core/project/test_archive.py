"""Archives from anywhere: one sentence about those that cannot be trusted, and no harm done."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress

import numpy as np
import pytest

from core.errors import ImageFileError
from core.image_io.archive import DamagedMemberError, opened_archive
from core.image_io.limits import MAX_MEMBERS
from core.project import project_file
from core.project.png import decode_png, encode_png
from core.project.project_file import DOCUMENT, read_project, read_thumbnail, write_project


@pytest.fixture
def path(tmp_path, project):
    path = tmp_path / "mine.ora"
    write_project(project, path)
    return path


@pytest.fixture
def made(tmp_path):
    """Write an archive of members of any name."""

    def run(*members: tuple[str, bytes]):
        with zipfile.ZipFile(tmp_path / "made.ora", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(zipfile.ZipInfo(name), data)
        return tmp_path / "made.ora"

    return run


def _refused(path) -> str:
    """Open a project that must be refused; return the one sentence."""
    with pytest.raises(ImageFileError) as refused:
        read_project(path)
    sentence = str(refused.value)
    assert path.name in sentence
    assert (sentence.count("\n"), sentence[-1]) == (0, ".")
    return sentence


@pytest.mark.parametrize(
    "name", ["../evil.png", "/etc/evil", "a/../../evil", "C:\\evil", "\\\\host\\evil"]
)
def test_name_that_leaves_the_archive_is_refused(made, name):
    assert "outside of itself" in _refused(made(("mimetype", b""), (name, b"")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_name_that_stands_twice_is_refused(made):
    assert "twice" in _refused(made((DOCUMENT, b"{}"), (DOCUMENT, b"{}")))


def test_more_members_than_any_project_has_are_refused(made, monkeypatch):
    monkeypatch.setattr("core.image_io.archive.MAX_MEMBERS", 3)
    assert MAX_MEMBERS > 3
    assert "more than any project" in _refused(made(*((str(one), b"") for one in range(4))))


def test_archive_that_claims_to_unpack_to_terabytes_is_refused(made):
    path = made(("bomb", b"0" * 1000))
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, 0xFFFFFFF0)  # the member's size, once unpacked
    path.write_bytes(data)
    assert _refused(path)


def test_bomb_is_refused_before_it_is_unpacked(made):
    path = made((DOCUMENT, b"\0" * (300 << 20)))
    tracemalloc.start()
    _refused(path)
    assert tracemalloc.get_traced_memory()[1] < 50 << 20
    tracemalloc.stop()


def test_picture_whose_header_asks_for_gigapixels_is_refused_before_it_is_decoded():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    with pytest.raises(DamagedMemberError, match="megapixels"):
        decode_png(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + checksum)


def test_pixels_that_take_more_memory_than_any_project_are_refused(path, monkeypatch):
    monkeypatch.setattr(project_file, "MAX_DECODED_BYTES", 1000)
    monkeypatch.setattr(project_file, "decode_png", None)  # nothing may be decoded
    assert "more than any project" in _refused(path)


def test_encrypted_member_counts_as_damaged(path):
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(DOCUMENT.encode()))
    struct.pack_into("<H", data, entry + 8, 1)
    path.write_bytes(data)
    assert "merged picture" in read_project(path).notices[0]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_file_that_ends_too_early_is_told(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    assert "no project" in _refused(path)


def test_any_byte_may_be_wrong(path):
    """Whatever is damaged, something opens or one sentence is said."""
    whole, random = path.read_bytes(), np.random.default_rng(0)
    opened = 0
    for _ in range(60):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 3):
            data[place] ^= int(random.integers(1, 256))
        path.write_bytes(data)
        with suppress(ImageFileError):
            assert read_project(path).photo.size == (80, 60)
            opened += 1
    assert opened > 30


def test_what_is_no_archive_has_no_thumbnail(tmp_path, made):
    (tmp_path / "text.ora").write_text("no archive")
    with pytest.raises(ImageFileError):
        read_thumbnail(tmp_path / "text.ora")
    with pytest.raises(ImageFileError):
        read_thumbnail(made(("Thumbnails/thumbnail.png", b"no picture")))


def test_member_gives_no_more_bytes_than_it_says(made):
    with opened_archive(made(("one", b"123456"))) as archive:
        assert archive.read_start("one", 3) == b"123"
        assert archive.read("one", 6) == b"123456"
        with pytest.raises(DamagedMemberError):
            archive.read("one", 5)


@pytest.mark.parametrize("data", [b"", b"\x89PNG", encode_png(np.zeros((4, 5), np.uint8))[:-20]])
def test_picture_that_is_damaged_is_told(data):
    with pytest.raises(DamagedMemberError):
        decode_png(data)
