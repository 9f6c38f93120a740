"""What damage, malice and bad luck do to the bytes of a file."""

import re
import struct
import zlib

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def mutate(data, others, generator):
    """Return `data` with one to four changes.

    Args:
        data: the bytes of a file.
        others: files of the same kind, pieces of which may come in.
        generator: NumPy's random generator.
    """
    for _ in range(generator.integers(1, 5)):
        change = _CHANGES[generator.integers(len(_CHANGES))]
        data = change(data, others, generator) or b"\0"
    if data.startswith(_PNG_SIGNATURE) and generator.random() < 0.7:
        data = _with_checksums(data)
    return data


def _place(data, generator):
    """Choose a place, often near the beginning, where headers are."""
    end = min(len(data), 200) if generator.random() < 0.5 else len(data)
    return int(generator.integers(end))


def _flip_bits(data, _others, generator):
    changed = bytearray(data)
    for _ in range(generator.integers(1, 9)):
        changed[_place(data, generator)] ^= 1 << generator.integers(8)
    return bytes(changed)


def _set_number(data, _others, generator):
    """Overwrite a number of 1, 2 or 4 bytes by an extreme one."""
    size = 2 ** int(generator.integers(3))
    order = "<" if generator.random() < 0.5 else ">"
    number = EXTREMES[generator.integers(len(EXTREMES))] & (256**size - 1)
    place = _place(data, generator)
    return data[:place] + struct.pack(order + " BH I"[size], number) + data[place + size :]


def _truncate(data, _others, generator):
    return data[: _place(data, generator)]


def _cut_out(data, _others, generator):
    place = _place(data, generator)
    return data[:place] + data[place + int(generator.integers(1, 65)) :]


def _repeat(data, _others, generator):
    place, times = _place(data, generator), int(generator.integers(2, 9))
    piece = data[place : place + int(generator.integers(1, 257))]
    return data[:place] + piece * times + data[place + len(piece) :]


def _splice(data, others, generator):
    """Go on with another file, somewhere."""
    other = others[generator.integers(len(others))]
    return data[: _place(data, generator)] + other[_place(other, generator) :]


def _change_digits(data, _others, generator):
    """Replace a number that is written out, as in JSON and XMP."""
    numbers = list(re.finditer(rb"-?\d+(\.\d+)?", data[:100_000]))
    if not numbers:
        return _flip_bits(data, _others, generator)
    found = numbers[generator.integers(len(numbers))]
    texts = (b"-1", b"0", b"1e999", b"NaN", b"9" * 400, b"null", b'"x"', b"[]", b"{}", b"1e-999")
    return data[: found.start()] + texts[generator.integers(len(texts))] + data[found.end() :]


_CHANGES = (
    _flip_bits,
    _set_number,
    _set_number,
    _truncate,
    _cut_out,
    _repeat,
    _splice,
    _change_digits,
)


def _with_checksums(data):
    """Mend the checksums of a PNG, so that what is wrong with its chunks is met."""
    mended, place = bytearray(data), len(_PNG_SIGNATURE)
    while place + 12 <= len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        end = place + 8 + size
        if end + 4 > len(data):
            break
        mended[end : end + 4] = struct.pack(">I", zlib.crc32(data[place + 4 : end]))
        place = end + 4
    return bytes(mended)
