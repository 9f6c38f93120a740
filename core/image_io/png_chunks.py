"""The chunks of a PNG file that are carried as they are: texts, and what its colours mean."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from core.image_io.limits import MAX_TEXT_BYTES

Chunk = tuple[bytes, bytes]
"""Name, data."""
COLOUR_NAMES = frozenset({b"cICP", b"gAMA", b"cHRM", b"mDCV", b"cLLI"})
TEXT_NAMES = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_SIGNATURE_BYTES = 8
_COMMENT = b"Comment"
_XMP = b"XML:com.adobe.xmp"
_RAW_PROFILE = b"Raw profile type "


def read_chunks(path: Path, names: Collection[bytes]) -> list[Chunk]:
    """Read the chunks with some names; the others are only stepped over."""
    chunks, taken = list[Chunk](), 0
    with path.open("rb") as file:
        file.seek(_SIGNATURE_BYTES)
        while len(head := file.read(8)) == 8:
            size, name = struct.unpack(">I4s", head)
            taken += size if name in names else 0
            if name in names and taken <= MAX_TEXT_BYTES:
                chunks.append((name, file.read(size)))
                file.seek(4, 1)
            else:
                file.seek(size + 4, 1)
    return chunks


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
    keyword, _, rest = data.partition(b"\0")
    if name not in TEXT_NAMES or keyword != _COMMENT:
        return None
    if name == b"tEXt":
        return rest
    is_packed = name == b"zTXt" or rest[:1] == b"\1"
    text = rest[1:] if name == b"zTXt" else rest[2:].split(b"\0", 2)[-1]
    try:
        return zlib.decompressobj().decompress(text, MAX_TEXT_BYTES) if is_packed else text
    except zlib.error:
        return None


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
