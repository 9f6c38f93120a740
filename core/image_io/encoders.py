"""Photos as the bytes of a JPEG, PNG, WebP or TIFF file.

Pillow writes JPEG and WebP. PNG and TIFF are written here, because Pillow has no colour images
with 16 bits a channel; both are lossless for either depth.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from PIL.TiffTags import LONG

from core.image_io.metadata import Metadata, mark_as_ai
from core.imaging.arrays import Samples
from core.imaging.depth import to_8_bit

JPEG_QUALITY = 95
_COMPRESSION = 4
"""Of zlib: twice as fast as 6 and one percent larger."""
_JPEG_XMP_LIMIT = 65_000
"""Bytes; a JPEG segment holds no more."""
_STRIP_BYTES = 1 << 20

Encoder = Callable[[Samples, Metadata], bytes]
"""Takes (H, W, C) samples: grey, grey and alpha, RGB, or RGB and alpha."""


def encode_jpeg(pixels: Samples, metadata: Metadata) -> bytes:
    """Encode (H, W, C) samples with 4:4:4 colour in 8 bits; alpha is composited on white."""
    xmp = metadata.xmp
    if len(xmp) > _JPEG_XMP_LIMIT:
        xmp = mark_as_ai(b"") if b"DigitalSourceType" in xmp else b""
    options = {"dpi": metadata.dpi} if metadata.dpi else {}
    return _by_pillow(
        _composite_on_white(to_8_bit(pixels)),
        "JPEG",
        metadata,
        xmp=xmp,
        quality=JPEG_QUALITY,
        subsampling=0,
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
    """Encode (H, W, C) samples of either depth without loss, by deflate with a predictor."""
    height, width, channels = pixels.shape
    strip_rows = max(1, _STRIP_BYTES // (width * channels * pixels.itemsize))
    strips = [zlib.compress(rows, _COMPRESSION) for rows in _tiff_strips(pixels, strip_rows)]
    sizes = [len(strip) for strip in strips]

    directory = ImageFileDirectory_v2()
    for tag, value in _tiff_metadata(metadata):
        directory[tag] = value
    directory[256], directory[257] = width, height
    directory[258] = (8 * pixels.itemsize,) * channels
    directory[259] = 8  # deflate
    directory[262] = 2 if channels > 2 else 1  # RGB or grey
    directory[277], directory[278] = channels, strip_rows
    directory[284] = 1  # channels interleaved
    directory[317] = 2  # horizontal predictor
    if channels in (2, 4):
        directory[338] = 2  # alpha that is not multiplied in
    directory.tagtype[273] = directory.tagtype[279] = LONG
    directory[273] = tuple(int(start) for start in np.cumsum([0, *sizes[:-1]]))
    directory[279] = tuple(sizes)
    return b"II*\0\x08\0\0\0" + directory.tobytes(8) + b"".join(strips)


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


def _png_metadata(metadata: Metadata) -> Iterator[tuple[bytes, bytes]]:
    if metadata.profile:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.profile)
    if metadata.dpi:
        across, down = (round(pixels / 0.0254) for pixels in metadata.dpi)
        yield b"pHYs", struct.pack(">IIB", across, down, 1)
    if metadata.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.xmp
    if metadata.exif:
        yield b"eXIf", metadata.exif.removeprefix(b"Exif\0\0")


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _tiff_strips(pixels: Samples, strip_rows: int) -> Iterator[memoryview]:
    for top in range(0, len(pixels), strip_rows):
        rows = pixels[top : top + strip_rows].copy()
        rows[:, 1:] -= pixels[top : top + strip_rows, :-1]
        yield rows.astype(rows.dtype.newbyteorder("<")).data


def _tiff_metadata(metadata: Metadata) -> Iterator[tuple[int, object]]:
    exif = Pillow.Exif()
    exif.load(metadata.exif)
    for tag in exif:
        yield tag, _directory(exif, tag) if tag in (IFD.Exif, IFD.GPSInfo) else exif[tag]
    if metadata.dpi:
        yield from ((282, metadata.dpi[0]), (283, metadata.dpi[1]), (296, 2))
    if metadata.xmp:
        yield 700, metadata.xmp
    if metadata.profile:
        yield 34675, metadata.profile


def _directory(exif: Pillow.Exif, tag: int) -> dict[int, object]:
    """Collect a nested directory of tags, with the one nested in it."""
    tags: dict[int, object] = dict(exif.get_ifd(tag))
    if IFD.Interop in tags:
        tags[IFD.Interop] = dict(exif.get_ifd(IFD.Interop))
    return tags
