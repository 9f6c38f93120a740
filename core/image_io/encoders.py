"""Photos as the bytes of a JPEG, PNG, WebP or TIFF file.

Pillow writes JPEG and WebP. PNG and TIFF are written here, because Pillow has no colour images
with 16 bits a channel; both are lossless for either depth.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from core.image_io import exif, photoshop
from core.image_io.exif import LONG, SHORT, Entry
from core.image_io.jpeg_options import BEST_JPEG, JpegOptions
from core.image_io.limits import JPEG_SEGMENT_BYTES
from core.image_io.metadata import Metadata, mark_as_ai
from core.image_io.png_chunks import Chunk, comment_of, raw_profile
from core.imaging.arrays import Samples
from core.imaging.depth import to_8_bit

_COMPRESSION = 4
"""Of zlib: twice as fast as 6 and one percent larger."""
_JPEG_XMP_LIMIT = 65_000
"""Bytes; a JPEG segment holds no more."""
_STRIP_BYTES = 1 << 20
_EMPTY_BLOCK = b"II*\0\x08\0\0\0" + bytes(6)

Encoder = Callable[[Samples, Metadata], bytes]
"""Takes (H, W, C) samples: grey, grey and alpha, RGB, or RGB and alpha."""


def encode_jpeg(pixels: Samples, metadata: Metadata, jpeg: JpegOptions = BEST_JPEG) -> bytes:
    """Encode (H, W, C) samples in 8 bits; alpha is composited on white."""
    xmp = metadata.xmp
    if len(xmp) > _JPEG_XMP_LIMIT:
        xmp = mark_as_ai(b"") if b"DigitalSourceType" in xmp else b""
    options = {"dpi": metadata.dpi} if metadata.dpi else {}
    return _by_pillow(
        _composite_on_white(to_8_bit(pixels)),
        "JPEG",
        replace(metadata, exif=metadata.exif if _fits_jpeg(metadata.exif) else b""),
        xmp=xmp,
        extra=b"".join(_jpeg_segments(metadata)),
        quality=jpeg.quality,
        subsampling=jpeg.subsampling,
        **options,
    )


def encode_webp(pixels: Samples, metadata: Metadata) -> bytes:
    """Encode (H, W, C) samples without loss, as far as 8 bits go."""
    return _by_pillow(
        to_8_bit(pixels),
        "WEBP",
        metadata,
        xmp=metadata.xmp,
        lossless=True,
        exact=True,
        method=0,
    )


def encode_png(pixels: Samples, metadata: Metadata) -> bytes:
    """Encode (H, W, C) samples of either depth without loss."""
    height, width, channels = pixels.shape
    depth = 8 * pixels.itemsize
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = zlib.compress(_png_rows(pixels), _COMPRESSION)
    chunks = [(b"IHDR", header), *_png_metadata(metadata), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*chunk) for chunk in chunks)


def encode_tiff(pixels: Samples, metadata: Metadata) -> bytes:
    """Encode (H, W, C) samples of either depth without loss, by deflate with a predictor.

    The EXIF block is the beginning of the file, so that all in it stays where it was.
    """
    block = metadata.exif.removeprefix(exif.PREFIX) or _EMPTY_BLOCK
    block += b"\0" * (len(block) % 2)
    header = exif.read_header(block)
    fields = {entry.tag: entry for entry in reversed(exif.read_entries(block, header))}
    fields |= {entry.tag: entry for entry in _tiff_metadata(metadata, header.order)}

    height, width, channels = pixels.shape
    strip_rows = max(1, _STRIP_BYTES // (width * channels * pixels.itemsize))
    rows = _tiff_strips(pixels, strip_rows, header.order)
    strips = [zlib.compress(strip, _COMPRESSION) for strip in rows]
    sizes = [len(strip) for strip in strips]
    layout: dict[int, tuple[int, Sequence[int]]] = {
        256: (LONG, (width,)),
        257: (LONG, (height,)),
        258: (SHORT, (8 * pixels.itemsize,) * channels),
        259: (SHORT, (8,)),  # deflate
        262: (SHORT, (2 if channels > 2 else 1,)),  # RGB or grey
        273: (LONG, [0] * len(sizes)),
        277: (SHORT, (channels,)),
        278: (LONG, (strip_rows,)),
        279: (LONG, sizes),
        284: (SHORT, (1,)),  # channels interleaved
        317: (SHORT, (2,)),  # horizontal predictor
    }
    if channels in (2, 4):
        layout[338] = SHORT, (2,)  # alpha that is not multiplied in
    fields |= {tag: _numbers(header.order, tag, *numbers) for tag, numbers in layout.items()}
    first = len(block) + len(exif.lay_out(header.order, fields.values(), len(block)))
    starts = [first + int(offset) for offset in np.cumsum([0, *sizes[:-1]])]
    fields[273] = _numbers(header.order, 273, LONG, starts)
    directory = exif.lay_out(header.order, fields.values(), len(block))
    pointer = struct.pack(f"{header.order}I", len(block))
    return b"".join((block[:4], pointer, block[8:], directory, *strips))


def not_carried(encode: Encoder, metadata: Metadata) -> tuple[str, ...]:
    """Say in words what of a photo's metadata a format has no room for."""
    lost = list(metadata.lost)
    if encode is encode_jpeg:
        lost += ["EXIF"] if not _fits_jpeg(metadata.exif) else []
        lost += ["XMP"] if len(metadata.xmp) > _JPEG_XMP_LIMIT else []
    if encode is encode_webp and metadata.resources:
        lost.append("IPTC captions")
    has_texts = any(encode is not encode_jpeg or comment_of(one) is None for one in metadata.texts)
    if encode is not encode_png and has_texts:
        lost.append("texts and comments")
    return tuple(dict.fromkeys(lost))


def _fits_jpeg(block: bytes) -> bool:
    return len(block) <= JPEG_SEGMENT_BYTES


def _jpeg_segments(metadata: Metadata) -> Iterator[bytes]:
    """Write what Pillow does not: Photoshop's resources and comments."""
    room = JPEG_SEGMENT_BYTES - len(photoshop.MARK)
    for at in range(0, len(metadata.resources), room):
        yield _jpeg_segment(0xED, photoshop.MARK + metadata.resources[at : at + room])
    for comment in map(comment_of, metadata.texts):
        if comment is not None:
            yield _jpeg_segment(0xFE, comment[:JPEG_SEGMENT_BYTES])


def _jpeg_segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _by_pillow(
    pixels: npt.NDArray[np.uint8], kind: str, metadata: Metadata, **options: object
) -> bytes:
    image = Pillow.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    file = io.BytesIO()
    image.save(file, kind, icc_profile=metadata.profile, exif=metadata.exif, **options)
    return file.getvalue()


def _composite_on_white(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if pixels.shape[2] in (1, 3):
        return pixels
    weight = pixels[..., -1:] / np.float32(255)
    return np.rint(255 + (pixels[..., :-1] - np.float32(255)) * weight).astype(np.uint8)


def _png_rows(pixels: Samples) -> memoryview:
    """Filter scan lines as PNG's filter "Sub" leaves them: differences to the left."""
    rows = pixels.astype(pixels.dtype.newbyteorder(">")).view(np.uint8).reshape(len(pixels), -1)
    step = pixels.shape[2] * pixels.itemsize
    lines = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    lines[:, 0] = 1
    lines[:, 1:] = rows
    lines[:, 1 + step :] -= rows[:, :-step]
    return lines.data


def _png_metadata(metadata: Metadata) -> Iterator[Chunk]:
    yield from metadata.colour_chunks
    if metadata.profile:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.profile)
    if metadata.dpi:
        across, down = (round(pixels / 0.0254) for pixels in metadata.dpi)
        yield b"pHYs", struct.pack(">IIB", across, down, 1)
    if metadata.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.xmp
    if metadata.exif:
        yield b"eXIf", metadata.exif.removeprefix(exif.PREFIX)
    if metadata.resources:
        yield raw_profile("iptc", metadata.resources)
    yield from metadata.texts


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _tiff_strips(
    pixels: Samples, strip_rows: int, order: Literal["<", ">"]
) -> Iterator[memoryview]:
    for top in range(0, len(pixels), strip_rows):
        rows = pixels[top : top + strip_rows].copy()
        rows[:, 1:] -= pixels[top : top + strip_rows, :-1]
        yield rows.astype(rows.dtype.newbyteorder(order)).data


def _tiff_metadata(metadata: Metadata, order: str) -> Iterator[Entry]:
    if metadata.dpi:
        for tag, pixels in zip((282, 283), metadata.dpi, strict=True):
            ratio = Fraction(pixels).limit_denominator(1000)
            yield Entry(tag, 5, 1, struct.pack(f"{order}II", *ratio.as_integer_ratio()))
        yield _numbers(order, 296, SHORT, (2,))  # pixels an inch
    blocks = (
        (700, 1, metadata.xmp),
        (34675, 7, metadata.profile or b""),
        (34377, 1, metadata.resources),
        (33723, 7, photoshop.iptc_of(metadata.resources)),
    )
    yield from (Entry(tag, kind, len(data), data) for tag, kind, data in blocks if data)


def _numbers(order: str, tag: int, kind: int, numbers: Sequence[int]) -> Entry:
    letter = "H" if kind == SHORT else "I"
    return Entry(tag, kind, len(numbers), struct.pack(f"{order}{len(numbers)}{letter}", *numbers))
