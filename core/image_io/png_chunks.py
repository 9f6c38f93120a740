"""The chunks of a PNG file that are carried as they are: texts, and what its colours mean."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from core.image_io.limits import MAX_PROFILE_BYTES, MAX_TEXT_BYTES

Chunk = tuple[bytes, bytes]
"""Name, data."""
Span = tuple[int, int]
"""Of bytes in a file: the first, and the first behind."""
COLOUR_NAMES = frozenset({b"cICP", b"gAMA", b"cHRM", b"mDCV", b"cLLI"})
TEXT_NAMES = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_PACKABLE_NAMES = TEXT_NAMES | {b"iCCP"}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMMENT = b"Comment"
_XMP = b"XML:com.adobe.xmp"
_RAW_PROFILE = b"Raw profile type "


def read_chunks(path: Path, names: Collection[bytes]) -> list[Chunk]:
    """Read the chunks with some names that are no giants; the others are only stepped over."""
    chunks, taken, giants = list[Chunk](), 0, {start for start, _ in giant_chunks(path)}
    with path.open("rb") as file:
        for name, start, size in _places(file):
            if name not in names or start in giants:
                continue
            taken += size
            if taken <= MAX_TEXT_BYTES:
                chunks.append((name, file.read(size)))
    return chunks


def giant_chunks(path: Path) -> list[Span]:
    """Find the texts and profiles of a PNG that unpack to more than a file may hold of them."""
    giants, room = list[Span](), MAX_PROFILE_BYTES
    with path.open("rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            return []
        for name, start, size in _places(file):
            if name not in _PACKABLE_NAMES:
                continue
            text, is_packed = _text_of((name, file.read(min(size, MAX_PROFILE_BYTES + 1))))
            length = _unpacked_size(text, room) if is_packed else size
            if length > room:
                giants.append((start, start + size + 12))
            else:
                room -= length
    return giants


def without_chunks(path: Path, spans: Sequence[Span]) -> io.BytesIO:
    """Copy a file, but for some of its bytes."""
    data, starts = path.read_bytes(), [0, *(stop for _, stop in spans)]
    stops = [*(start for start, _ in spans), len(data)]
    return io.BytesIO(b"".join(data[one] for one in map(slice, starts, stops)))


def own_texts(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield the texts that no other metadata hold, without thumbnails."""
    for name, data in chunks:
        keyword = data.split(b"\0")[0]
        if name in TEXT_NAMES and not keyword.startswith((_XMP, _RAW_PROFILE, b"Thumb::")):
            yield name, data


def comment_chunk(comment: bytes) -> Chunk:
    """Put a JPEG's comment into a chunk."""
    try:
        comment.decode("ascii")
    except UnicodeDecodeError:
        text = comment.decode("utf-8", errors="replace")
        if "\ufffd" in text:
            return b"tEXt", _COMMENT + b"\0" + comment
        return b"iTXt", _COMMENT + b"\0\0\0\0\0" + comment
    return b"tEXt", _COMMENT + b"\0" + comment


def comment_of(chunk: Chunk) -> bytes | None:
    """Take what a JPEG can hold as a comment out of a chunk; None if it is another text."""
    name, data = chunk
    if name not in TEXT_NAMES or data.partition(b"\0")[0] != _COMMENT:
        return None
    text, is_packed = _text_of(chunk)
    try:
        return zlib.decompressobj().decompress(text, MAX_TEXT_BYTES) if is_packed else text
    except zlib.error:
        return None


def _places(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, place and size of data of each chunk, with the file at the data."""
    at = len(_SIGNATURE)
    file.seek(at)
    while len(head := file.read(8)) == 8:
        size, name = struct.unpack(">I4s", head)
        yield name, at, size
        at += size + 12
        file.seek(at)


def _text_of(chunk: Chunk) -> tuple[bytes, bool]:
    """Return the text, or profile, in a chunk, and whether it is packed."""
    name, data = chunk
    rest = data.partition(b"\0")[2]
    if name == b"tEXt":
        return rest, False
    if name == b"iTXt":
        return rest[2:].split(b"\0", 2)[-1], rest[:1] == b"\1"
    return rest[1:], True


def _unpacked_size(data: bytes, most: int) -> int:
    """Count the bytes that data unpack to, at most one more than `most`."""
    try:
        return len(zlib.decompressobj().decompress(data, most + 1))
    except zlib.error:
        return 0


def raw_profile(kind: str, data: bytes) -> Chunk:
    """Write a block as ImageMagick and exiftool do, for which PNG has no chunk."""
    digits = data.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    text = f"\n{kind}\n{len(data):8}\n" + "\n".join(lines) + "\n"
    return b"zTXt", _RAW_PROFILE + kind.encode() + b"\0\0" + zlib.compress(text.encode())


def read_raw_profile(text: str) -> bytes:
    """Read such a block; empty if it is damaged."""
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""
