"""EXIF blocks: what is kept of one stays where it lies, because maker notes count on that.

A block is a small TIFF file. Thumbnails, layout and whatever no entry leads to are wiped.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from core.image_io.limits import MAX_EXIF_BYTES

PREFIX = b"Exif\0\0"
ORIENTATION, _DETAILS, _GPS, _INTEROP, _MAKER_NOTE = 274, 34665, 34853, 40965, 37500
_COLOUR_SPACE, _WIDTH, _HEIGHT = 40961, 40962, 40963
_NESTED = frozenset({_DETAILS, _GPS, _INTEROP})
_KIND_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_KIND_BYTES |= {16: 8, 17: 8, 18: 8}  # BigTIFF's
SHORT, LONG = 3, 4
_CLASSIC = {16: ("Q", LONG, "I"), 17: ("q", 9, "i"), 18: ("Q", LONG, "I")}
_SELF_CONTAINED = (
    *(b"Apple iOS\0", b"FUJIFILM", b"Nikon\0\x02", b"OLYMPUS\0", b"OM SYSTEM\0"),
    b"PENTAX \0",
)
"""Maker notes that count from their own beginning: they can be moved."""
_STAYS_BYTES = 50_000
"""How far from the start other maker notes may end to stay where they are: JPEG has 65 533."""
_PICTURE = b"\xff\xd8\xff"
_LAYOUT_TAGS = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284}
    | {288, 289, 290, 291, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 338, 339}
    | {340, 341, 342, 347, 512, 513, 514, 529, 530, 531, 532, 700, 33723, 34377, 34675, 37724}
)
"""TIFF tags that describe how the samples lie in the file, or that are kept elsewhere."""
_TRUE_OF_DEVELOPMENT = frozenset({270, 271, 272, ORIENTATION, 305, 306, 315, 33432, _DETAILS, _GPS})
"""Of a camera raw file's first directory; what else stands there tells how to develop it."""

Bytes = bytes | mmap.mmap


class ExifError(ValueError):
    """The block cannot be read at all."""


@dataclass(frozen=True)
class Entry:
    """One tag with its value."""

    tag: int
    kind: int
    count: int
    value: bytes
    """In the block's byte order."""
    start: int | None = None
    """Where the value, or the nested directory, lies and stays; None if it is laid anew."""
    nested: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Header:
    """The first bytes of a block."""

    order: Literal["<", ">"]
    """As `struct` writes it."""
    is_big: bool
    first: int
    """Where the first directory begins."""


def tells_adobe_rgb(block: bytes) -> bool:
    """Tell whether a block, with its prefix, says that the colours are Adobe RGB's."""
    adobe, srgb = _colour_entries(block)
    return any(entry in block for entry in adobe) and srgb[1] not in block


def in_srgb(block: bytes) -> bytes:
    """Let a block, with its prefix, not say any more that the colours are Adobe RGB's."""
    for adobe, srgb in zip(*_colour_entries(block), strict=True):
        block = block.replace(adobe, srgb)
    return block


def _colour_entries(block: bytes) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    """Write the interoperability index and the colour space as directories hold them.

    Returns:
        Those of Adobe RGB, those of sRGB.
    """
    order = "<" if block[len(PREFIX) :].startswith(b"II") else ">"
    index, space = struct.Struct(f"{order}HHI4s"), struct.Struct(f"{order}HHIHH")
    return (
        (index.pack(1, 2, 4, b"R03\0"), space.pack(_COLOUR_SPACE, SHORT, 1, 2, 0)),
        (index.pack(1, 2, 4, b"R98\0"), space.pack(_COLOUR_SPACE, SHORT, 1, 1, 0)),
    )


def without_location(block: bytes) -> bytes:
    """Wipe from a block, with its prefix, where the photo was taken.

    Maker notes go, too: some cameras write places into them, in ways of their own.
    """
    return _limited(block, lambda tag: tag not in (_GPS, _MAKER_NOTE))


def of_development(block: bytes) -> bytes:
    """Keep of a camera raw file's block, without a prefix, what is true of its development."""
    return _limited(block, lambda tag: tag in _TRUE_OF_DEVELOPMENT, depth=1)


def holds_picture(data: bytes) -> bool:
    """Tell whether data hold a JPEG: it shows the photo as it was before any edit."""
    return _PICTURE in data


def upright_block(block: bytes, size: tuple[int, int]) -> tuple[bytes, tuple[str, ...]]:
    """Keep of an EXIF block what is true of an upright photo, every byte where it was.

    Args:
        block: without its prefix.
        size: width and height of the upright photo.

    Returns:
        The block, empty if nothing is left, and in words what had to go.

    Raises:
        ExifError: it is no EXIF block, or longer than any camera's.
    """
    header = read_header(block)
    if header.is_big or len(block) > MAX_EXIF_BYTES:
        raise ExifError("not the EXIF data of a photo")
    entries, lost = _upright(read_entries(block, header, _LAYOUT_TAGS), header.order, size)
    return _only(block, header, entries), lost


def gathered_block(
    data: Bytes, size: tuple[int, int], page: int = 1
) -> tuple[bytes, tuple[str, ...]]:
    """Gather the EXIF block from a page of a whole TIFF file, or BigTIFF, for an upright photo.

    Raises:
        ExifError: it is no TIFF file, or has no such page.
    """
    header = page_header(data, page)
    entries, lost = _upright(read_entries(data, header, _LAYOUT_TAGS), header.order, size)
    loose, lost_notes = _loosened(entries, header.order)
    if not loose:
        return b"", lost + lost_notes
    block = bytearray(8)
    for start, note in _pieces_that_stay(loose):
        block = block.ljust(start, b"\0") + note
    block += b"\0" * (len(block) % 2)
    block[:8] = struct.pack(f"{header.order}2sHI", data[:2], 42, len(block))
    return bytes(block) + lay_out(header.order, loose, len(block)), lost + lost_notes


def read_header(data: Bytes) -> Header:
    """Read the byte order, the kind and where the first directory begins.

    Raises:
        ExifError: it is no TIFF header.
    """
    orders: dict[bytes, Literal["<", ">"]] = {b"II": "<", b"MM": ">"}
    try:
        order = orders[data[:2]]
        (version,) = struct.unpack(f"{order}H", data[2:4])
        start = {42: ("I", 4, 8), 43: ("Q", 8, 16)}[version]
        (first,) = struct.unpack(order + start[0], data[start[1] : start[2]])
    except (struct.error, KeyError) as error:
        raise ExifError("no TIFF header") from error
    return Header(order, version == 43, first)


def page_header(data: Bytes, page: int) -> Header:
    """Read the header as if the directory of a page, counted from 1, were the first.

    Raises:
        ExifError: it is no TIFF file, or has no such page.
    """
    header = read_header(data)
    counter, row, pointer = ("Q", 20, "Q") if header.is_big else ("H", 12, "I")
    try:
        for _ in range(page - 1):
            (count,) = struct.unpack_from(header.order + counter, data, header.first)
            end = header.first + struct.calcsize(header.order + counter) + count * row
            (start,) = struct.unpack_from(header.order + pointer, data, end)
            header = replace(header, first=start)
    except (struct.error, ValueError, OverflowError) as error:
        raise ExifError("no such page") from error
    return header


def read_entries(data: Bytes, header: Header, skipped: Collection[int] = ()) -> list[Entry]:
    """Read the first directory, and those nested in it; what leads out of the data is left out."""
    return list(_entries(data, header, header.first, skipped))


def value_of(data: Bytes, header: Header, tag: int) -> bytes:
    """Read the value of one tag in the first directory; empty where there is none."""
    found = (entry.value for entry in read_entries(data, header) if entry.tag == tag)
    return next(found, b"")


def lay_out(order: str, entries: Iterable[Entry], start: int) -> bytes:
    """Write a directory that begins at `start`, and behind it the values that have no place."""
    rows = sorted(entries, key=lambda entry: entry.tag)
    table, values = bytearray(struct.pack(f"{order}H", len(rows))), bytearray()
    behind = start + 2 + 12 * len(rows) + 4
    for entry in rows:
        place = entry.start if entry.start is not None else behind + len(values)
        field = struct.pack(f"{order}I", place)
        if len(entry.value) <= 4 and not entry.nested:
            field = entry.value.ljust(4, b"\0")
        elif entry.start is None:
            value = lay_out(order, entry.nested, place) if entry.nested else entry.value
            values += value + b"\0" * (len(value) % 2)
        table += struct.pack(f"{order}HHI", entry.tag, entry.kind, entry.count) + field
    return bytes(table + bytes(4) + values)


def _limited(block: bytes, is_kept: Callable[[int], bool], depth: int = 2) -> bytes:
    """Wipe entries from a block; in directories nested deeper than `depth` - 1 all are kept."""

    def kept(entries: Iterable[Entry], depth: int) -> list[Entry]:
        if not depth:
            return list(entries)
        limited = (
            (one, replace(one, nested=tuple(kept(one.nested, depth - 1))))
            for one in entries
            if is_kept(one.tag)
        )
        return [new for old, new in limited if bool(new.nested) == bool(old.nested)]

    data = block.removeprefix(PREFIX)
    if not data:
        return block
    header = read_header(data)
    limited = _only(data, header, kept(read_entries(data, header), depth))
    return block[: len(block) - len(data)] + limited if limited else b""


def _only(block: bytes, header: Header, entries: list[Entry]) -> bytes:
    """Write a block that holds nothing but some of its entries, each where it was."""
    if not entries:
        return b""
    kept = bytearray(len(block))
    kept[:8] = block[:8]
    end = 8
    for start, data in _pieces(header, header.first, entries):
        kept[start : start + len(data)] = data
        end = max(end, start + len(data))
    return bytes(kept[:end])


def _entries(
    data: Bytes, header: Header, start: int, skipped: Collection[int], depth: int = 0
) -> Iterator[Entry]:
    row = struct.Struct(header.order + ("HHQ8s" if header.is_big else "HHI4s"))
    counter = struct.Struct(header.order + ("Q" if header.is_big else "H"))
    if not 8 <= start <= len(data) - counter.size:
        return
    (count,) = counter.unpack(data[start : start + counter.size])
    start += counter.size
    taken = 0
    for at in range(start, min(start + count * row.size, len(data) - row.size + 1), row.size):
        tag, kind, number, field = row.unpack(data[at : at + row.size])
        length = _KIND_BYTES.get(kind, 0) * number
        if tag in skipped or not length:
            continue
        (place,) = struct.unpack(header.order + ("Q" if header.is_big else "I"), field)
        if tag in _NESTED:
            nested = () if depth > 1 else tuple(_entries(data, header, place, (), depth + 1))
            if nested:
                yield Entry(tag, LONG, 1, field[:4], place, nested)
        elif length <= len(field):
            yield Entry(tag, kind, number, field[:length])
        elif 8 <= place <= len(data) - length and taken + length <= MAX_EXIF_BYTES:
            taken += length
            yield Entry(tag, kind, number, data[place : place + length], place)


def _upright(
    entries: Iterable[Entry], order: str, size: tuple[int, int]
) -> tuple[list[Entry], tuple[str, ...]]:
    """Make entries true of an upright photo of a size; leave out pictures of it."""
    kept, lost = list[Entry](), tuple[str, ...]()
    for entry in entries:
        if holds_picture(entry.value):
            lost += ("maker notes" if entry.tag == _MAKER_NOTE else "an embedded picture",)
        elif entry.nested:
            nested, more = _upright(entry.nested, order, size)
            lost += more
            kept += [replace(entry, nested=tuple(nested))] if nested else []
        elif entry.tag == ORIENTATION:
            kept.append(Entry(ORIENTATION, SHORT, 1, struct.pack(f"{order}H", 1)))
        elif entry.tag in (_WIDTH, _HEIGHT):
            length = size[entry.tag == _HEIGHT]
            kept.append(Entry(entry.tag, LONG, 1, struct.pack(f"{order}I", length)))
        else:
            kept.append(entry)
    return kept, lost


def _loosened(entries: Iterable[Entry], order: str) -> tuple[list[Entry], tuple[str, ...]]:
    """Let entries move to another place; maker notes that count from the file's start cannot."""
    kept, lost = list[Entry](), tuple[str, ...]()
    for entry in entries:
        if entry.tag == _MAKER_NOTE and not entry.value.startswith(_SELF_CONTAINED):
            can_stay = (entry.start or 0) + len(entry.value) <= _STAYS_BYTES
            kept += [entry] if can_stay else []
            lost += () if can_stay else ("maker notes",)
            continue
        nested, more = _loosened(entry.nested, order)
        lost += more
        moved = _classic(replace(entry, start=None, nested=tuple(nested)), order)
        kept += [moved] if moved is not None and bool(nested) == bool(entry.nested) else []
    return kept, lost


def _pieces_that_stay(entries: Iterable[Entry]) -> Iterator[tuple[int, bytes]]:
    """Yield where what has to be written that cannot move: the maker notes, of which one is."""
    for entry in entries:
        if entry.start is not None:
            yield entry.start, entry.value
        yield from _pieces_that_stay(entry.nested)


def _pieces(header: Header, start: int, entries: Iterable[Entry]) -> Iterator[tuple[int, bytes]]:
    """Yield where what has to be written: values, then the directories, which win."""
    for entry in entries:
        if entry.nested and entry.start is not None:
            yield from _pieces(header, entry.start, entry.nested)
        elif entry.start is not None:
            yield entry.start, entry.value
    yield start, lay_out(header.order, entries, start)


def _classic(entry: Entry, order: str) -> Entry | None:
    """Turn an entry of a BigTIFF into one with 32-bit numbers, if it fits into them."""
    if entry.kind not in _CLASSIC:
        return entry
    wide, kind, narrow = _CLASSIC[entry.kind]
    try:
        numbers = struct.unpack(f"{order}{entry.count}{wide}", entry.value)
        value = struct.pack(f"{order}{entry.count}{narrow}", *numbers)
    except struct.error:
        return None
    return replace(entry, kind=kind, value=value)
