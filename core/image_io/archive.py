"""Archives as OpenRaster has them, read with suspicion: ZIP files from anywhere."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import ImageFileError
from core.image_io.limits import MAX_MEMBERS, MAX_PHOTO_BYTES, MAX_UNPACKED_BYTES

MIMETYPE = "image/openraster"
MERGED = "mergedimage.png"
"""What all layers of an OpenRaster archive show together."""
SIGNATURE = b"PK\3\4"
_ENCRYPTED = 1
"""Bit of a member's flags."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class DamagedMemberError(Exception):
    """A member is missing or damaged, or asks for more than it may; the others may be sound."""


class Archive:
    """An archive whose list of members has been checked; its members are read one by one."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._members = {member.filename: member for member in file.infolist()}

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def read(self, name: str, most: int) -> bytes:
        """Unpack a member of at most so many bytes; no member ever gives more than it says.

        Raises:
            DamagedMemberError: there is no such member, it is larger, or it is damaged.
        """
        member = self._member(name)
        if member.file_size > most:
            raise DamagedMemberError(f"{name} has {member.file_size} bytes")
        return self._unpack(member, member.file_size)

    def read_start(self, name: str, count: int) -> bytes:
        """Unpack the first bytes of a member, at most so many; they are not verified.

        Raises:
            DamagedMemberError: there is no such member, or it is damaged.
        """
        return self._unpack(self._member(name), count)

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = self._members.get(name)
        if member is None:
            raise DamagedMemberError(f"{name} is missing")
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
            raise DamagedMemberError(f"{name} is packed in another way")
        return member

    def _unpack(self, member: zipfile.ZipInfo, count: int) -> bytes:
        try:
            with self._file.open(member) as file:
                return file.read(count)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
            raise DamagedMemberError(f"{member.filename} is damaged") from error


@contextmanager
def merged_picture(path: Path) -> Iterator[Path]:
    """Unpack the picture of all layers of an OpenRaster archive into a file of the same name.

    Raises:
        ImageFileError: it is no such archive, or its picture is damaged.
    """
    with opened_archive(path) as archive, TemporaryDirectory() as folder:
        try:
            data = archive.read(MERGED, MAX_PHOTO_BYTES)
        except DamagedMemberError as error:
            raise ImageFileError(
                f"{path.name} holds no sound picture of all its layers; save it again, or as PNG."
            ) from error
        picture = Path(folder) / path.name
        picture.write_bytes(data)
        yield picture


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """Open a project's archive.

    Raises:
        ImageFileError: there is no such file, or it is no archive, or not one to be trusted.
    """
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise ImageFileError(
            f"{path.name} is no project, or only a part of one; choose another .ora file."
        ) from error
    except OSError as error:
        raise ImageFileError(
            f"{path.name} cannot be opened ({error.strerror}); choose another file."
        ) from error
    with file:
        _check_members(file.infolist(), path.name)
        yield Archive(file)


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse an archive by its list of members."""
    names = [member.filename for member in members]
    if len(names) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED_BYTES:
        raise ImageFileError(f"{name} unpacks to more than any project does; get a fresh copy.")
    if len(set(names)) != len(names):
        raise ImageFileError(f"{name} has a part twice and cannot be trusted; get a fresh copy.")
    if not all(map(_stays_inside, names)):
        raise ImageFileError(
            f"{name} names files outside of itself and cannot be trusted; get a fresh copy."
        )


def _stays_inside(name: str) -> bool:
    is_relative = not name.startswith("/") and "\\" not in name and ":" not in name
    return is_relative and "\0" not in name and ".." not in name.split("/")


class ArchiveWriter:
    """Writes an archive as OpenRaster wants it: its type first, and not packed."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._add("mimetype", MIMETYPE.encode("ascii"), zipfile.ZIP_STORED)

    def add_text(self, name: str, text: str) -> None:
        """Add a member of text, packed."""
        self._add(name, text.encode("utf-8"), zipfile.ZIP_DEFLATED)

    def add(self, name: str, data: bytes) -> None:
        """Add a member of bytes that are packed already."""
        self._add(name, data, zipfile.ZIP_STORED)

    def _add(self, name: str, data: bytes, method: int) -> None:
        member = zipfile.ZipInfo(name)  # of the same date always: same project, same bytes
        member.compress_type = method
        self._file.writestr(member, data)
