"""Image files as upright samples, their metadata, and what the user should know about them."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from PIL.ImageFile import ImageFile

from core.errors import ImageFileError
from core.image_io import photoshop
from core.image_io.archive import SIGNATURE, merged_picture
from core.image_io.formats import READABLE, formats_of
from core.image_io.icc import image_to_srgb
from core.image_io.limits import check_size
from core.image_io.metadata import (
    EXIF_FAULTS,
    GAIN_MAP,
    Metadata,
    read_metadata,
    read_orientation,
)
from core.image_io.png_chunks import (
    COLOUR_NAMES,
    TEXT_NAMES,
    giant_chunks,
    read_chunks,
    without_chunks,
)
from core.image_io.raw import develop, is_raw, raw_size
from core.imaging.arrays import Samples

_BITS, _PHOTOMETRIC, _PLANES, _FORMAT = 258, 262, 284, 339  # TIFF tags
_WHITE_IS_ZERO, _UNSIGNED = 0, 1
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_DEEP_GREY_MODES = _GREY_MODES | {"I", "I;16", "I;16B"}
_COLOUR_MODES = frozenset({"P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "YCbCr"})
_JPEG_END, _FILLER = b"\xff\xd9", b"\x55" * 4096
_TURNS = {
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}
"""By EXIF orientation: whether to swap rows and columns, then OpenCV's code of the flip."""
_DAMAGE = (*EXIF_FAULTS, EOFError, MemoryError, RuntimeError, zlib.error)
"""What a damaged file can raise in Pillow."""

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True, eq=False)
class DecodedFile:
    """The first picture of a file, or a page of it."""

    pixels: Samples
    """(H, W, C) upright: grey, grey and alpha, RGB, or RGB and alpha; uint8 or uint16."""
    metadata: Metadata
    notices: tuple[str, ...]
    """Sentences for the user."""
    pages: int = 1
    """How many there are in a TIFF."""


def decode_file(path: Path, page: int = 1) -> DecodedFile:
    """Read a file of one of the formats in `core.image_io.formats`.

    Args:
        path: the file.
        page: of a TIFF that has several, from 1.

    Raises:
        ImageFileError: there is no such file, or no such picture in it that can be edited.
    """
    with refusing_damage(path):
        if is_raw(path):
            _check_page(path, page, 1)
            return DecodedFile(*develop(path))
        if _is_archive(path):
            with merged_picture(path) as picture:
                merged = decode_file(picture, page)
            layers = f"{path.name} has layers; this is the merged picture of them."
            return replace(merged, notices=(layers, *merged.notices))
        with opened(path) as image:
            _turn_to_page(image, path, page)
            return _decode(image, path, page)


def header_size(path: Path) -> tuple[int, int]:
    """Read width and height as a file's header has them, and nothing else.

    Raises:
        ImageFileError: there is no such file, or no picture in it that can be edited.
    """
    with refusing_damage(path):
        if is_raw(path):
            return raw_size(path)
        if _is_archive(path):
            with merged_picture(path) as picture:
                return header_size(picture)
        with opened(path) as image:
            return image.size


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(SIGNATURE)) == SIGNATURE


def _turn_to_page(image: ImageFile, path: Path, page: int) -> None:
    """Go to a page of a TIFF; the first one opens even where the others are damaged."""
    if page == 1:
        return
    _check_page(path, page, getattr(image, "n_frames", 1) if image.format == "TIFF" else 1)
    image.seek(page - 1)
    check_size(image.size, path.name)


def _check_page(path: Path, page: int, count: int) -> None:
    if not 1 <= page <= count:
        pages = "has no pages but one" if count == 1 else f"has pages 1 to {count}"
        raise ImageFileError(f"{path.name} {pages}; choose another one.")


@contextmanager
def refusing_damage(path: Path, wanted: str = READABLE) -> Iterator[None]:
    """Say in one sentence why a file cannot be read, whatever Pillow raises over it.

    Args:
        path: the file.
        wanted: what the user should choose.

    Raises:
        ImageFileError: with that sentence.
    """
    try:
        _check_presence(path)
        yield
    except UnidentifiedImageError as error:
        problem = "is not a picture that can be read" if path.stat().st_size else "is empty"
        raise ImageFileError(f"{path.name} {problem}; choose {wanted}.") from error
    except PermissionError as error:
        raise ImageFileError(f"{path.name} may not be read; change its permissions.") from error
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.filename is not None:  # of opening it
            raise ImageFileError(
                f"{path.name} cannot be opened ({error.strerror}); choose another file."
            ) from error
        raise ImageFileError(
            f"{path.name} is damaged or incomplete; get a fresh copy of it."
        ) from error


@contextmanager
def opened(path: Path, formats: tuple[str, ...] | None = None) -> Iterator[ImageFile]:
    """Open a file whose header asks for nothing impossible."""
    with warnings.catch_warnings(action="ignore"), _by_pillow(path, formats) as image:
        check_size(image.size, path.name)
        if image.format == "PSD" and not photoshop.is_flattened(image):
            raise ImageFileError(
                f"{path.name} holds layers without a flattened picture; save it in Photoshop with "
                "maximal compatibility."
            )
        tags = getattr(image, "tag_v2", {})
        if tags.get(_PLANES) == 2 and max(tags.get(_BITS, (8,))) > 8:
            raise ImageFileError(
                f"{path.name} keeps its 16-bit channels apart; save it interleaved."
            )
        yield image


def _by_pillow(path: Path, formats: tuple[str, ...] | None = None) -> ImageFile:
    """Open a file without those texts of a PNG over which Pillow gives up."""
    formats, giants = formats or formats_of(path), giant_chunks(path)
    return Pillow.open(without_chunks(path, giants) if giants else path, "r", formats)


def _check_presence(path: Path) -> None:
    if not path.is_file():
        problem = "is not a file" if path.exists() else "does not exist"
        raise ImageFileError(f"{path.name} {problem}; choose a picture that is there.")


def _decode(image: ImageFile, path: Path, page: int) -> DecodedFile:
    is_png = image.format == "PNG"
    chunks = read_chunks(path, COLOUR_NAMES | TEXT_NAMES | {b"IHDR", b"tRNS"}) if is_png else []
    has_16_bit, is_premultiplied = _has_16_bit(image, dict(chunks)), "RGBa" in _sample_layout(image)
    key = dict(chunks).get(b"tRNS")
    image = _loaded(image, path)
    if image.mode == "L" and key is not None and not has_16_bit:
        level, depth = int.from_bytes(key[:2]), dict(chunks)[b"IHDR"][8]
        image.info["transparency"] = level * 255 // (2**depth - 1)  # Pillow takes it unscaled
    orientation = read_orientation(image)
    metadata, damage = read_metadata(image, path, chunks, page)
    notices = [*_count_notice(path, page, metadata), *_depth_notice(image, path.name), *damage]
    if image.mode in ("CMYK", "LAB"):
        notices.append(f"{path.name} is in {image.mode} colours; it was converted to sRGB.")
        pixels: Samples = np.array(image_to_srgb(image, metadata.profile))
        metadata = metadata.in_srgb()
    elif has_16_bit:
        pixels = _read_16_bit(path, page, is_grey=image.mode in _DEEP_GREY_MODES)
        if is_premultiplied:
            pixels = _unpremultiply(pixels)
        if pixels.shape[2] in (2, 4) and not (key or image.has_transparency_data):
            pixels = pixels[..., :-1]
        if key is not None:
            pixels = _with_key(pixels, key)
        if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            pixels = ~pixels
    else:
        pixels = _read_8_bit(image, path.name)
    pages = _count_pages(path) if image.format == "TIFF" else 1
    return DecodedFile(_turn_upright(pixels, orientation), metadata, tuple(notices), pages)


def _loaded(image: ImageFile, path: Path) -> ImageFile:
    """Load the samples; a JPEG that only lacks its end marker is whole."""
    try:
        image.load()
    except OSError:
        data = path.read_bytes().rstrip(b"\xff")
        if image.format != "JPEG" or data.endswith(_JPEG_END):
            raise
        whole, probe = (_loaded_jpeg(data + filler + _JPEG_END) for filler in (b"", _FILLER))
        if whole.tobytes() != probe.tobytes():  # the filler was taken for samples that lack
            raise
        return whole
    return image


def _loaded_jpeg(data: bytes) -> ImageFile:
    image = Pillow.open(io.BytesIO(data), "r", ("JPEG",))
    image.load()
    return image


def _count_notice(path: Path, page: int, metadata: Metadata) -> Iterator[str]:
    """Tell of further pictures; one that is damaged does no harm to the first."""
    try:
        with _by_pillow(path) as image:
            frames = getattr(image, "n_frames", 1)
            is_layered, is_tiff = image.format == "PSD", image.format == "TIFF"
    except _DAMAGE:
        yield f"{path.name} holds further pictures that are damaged; this is the first of them."
        return
    if is_layered:
        yield f"{path.name} has layers; this is the flattened picture of them."
    elif is_tiff and frames > 1:
        yield f"{path.name} holds {frames} pages; this is page {page}."
    elif GAIN_MAP in metadata.lost:
        yield (
            f"{path.name} has a gain map for HDR screens, which no edit would fit: the ordinary "
            "picture was opened, and is all that is saved."
        )
    elif frames > 1:
        yield f"{path.name} holds {frames} pictures; this is the first of them."


def _count_pages(path: Path) -> int:
    try:
        with _by_pillow(path) as image:
            return int(getattr(image, "n_frames", 1))
    except _DAMAGE:
        return 1


def _depth_notice(image: ImageFile, name: str) -> Iterator[str]:
    """Tell where a photo is decoded with less than it has."""
    bits = image.info.get("bit_depth", 8)
    if image.format == "HEIF" and bits > 8:
        yield f"{name} has {bits} bits a channel; it was opened with 8."


def _has_16_bit(image: ImageFile, chunks: dict[bytes, bytes]) -> bool:
    """Tell by a file's header whether its channels have 16 bits, which Pillow cuts down to 8."""
    if b"IHDR" in chunks:
        return chunks[b"IHDR"][8:9] == b"\x10"
    tags = getattr(image, "tag_v2", {})
    is_unsigned = set(tags.get(_FORMAT, (_UNSIGNED,))) == {_UNSIGNED}
    return set(tags.get(_BITS, ())) == {16} and is_unsigned


def _sample_layout(image: ImageFile) -> str:
    """Name the samples as they lie in a file not yet loaded, such as "RGB;16B" or "L"."""
    if not image.tile:
        return image.mode
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _read_8_bit(image: ImageFile, name: str) -> Samples:
    """Take (H, W, C) samples with 8 bits: grey or RGB, with alpha where there is transparency."""
    if image.mode not in _GREY_MODES | _COLOUR_MODES:
        raise ImageFileError(f"{name} has neither 8 nor 16 bits a channel; save it with one.")
    mode = "L" if image.mode in _GREY_MODES else "RGB"
    if image.has_transparency_data:
        mode = {"L": "LA", "RGB": "RGBA"}[mode]
    pixels: Samples = np.array(image if image.mode == mode else image.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1)


def _read_16_bit(path: Path, page: int, *, is_grey: bool) -> Samples:
    """Decode (H, W, C) samples with 16 bits, with alpha where the file has a fourth channel."""
    data = np.fromfile(path, np.uint8)
    if page == 1:
        decoded = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    else:
        pages = cv2.imdecodemulti(data, cv2.IMREAD_UNCHANGED, range=(page - 1, page))[1]
        decoded = pages[0] if pages else None
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("OpenCV cannot decode the samples")
    bgr: Samples = np.asarray(decoded, np.uint16).reshape(*decoded.shape[:2], -1)
    channels = [0] if is_grey else [2, 1, 0]
    return bgr[..., [*channels, 3] if bgr.shape[2] == 4 else channels]


def _with_key(pixels: Samples, key: bytes) -> Samples:
    """Make the colour that a PNG's tRNS chunk names transparent."""
    colours = pixels[..., : 1 if pixels.shape[2] < 3 else 3]
    transparent = np.array(struct.unpack(f">{colours.shape[2]}H", key[: 2 * colours.shape[2]]))
    alpha = np.where((colours == transparent).all(axis=2), 0, 65535).astype(np.uint16)
    return np.dstack([colours, alpha])


def _unpremultiply(pixels: Samples) -> Samples:
    """Undo the multiplication of colours by alpha, as Pillow does for 8 bits."""
    alpha = np.maximum(pixels[..., 3:], 1) / np.float32(65535)
    colours = np.minimum(np.rint(pixels[..., :3] / alpha), 65535)
    return np.concatenate([colours, pixels[..., 3:]], axis=2).astype(np.uint16)


def _turn_upright(pixels: Samples, orientation: int) -> Samples:
    """Turn (H, W, C) samples upright, by EXIF orientation."""
    if orientation not in _TURNS:
        return pixels
    swapped, flip = _TURNS[orientation]
    turned = cv2.transpose(pixels) if swapped else pixels
    turned = turned if flip is None else cv2.flip(turned, flip)
    return np.asarray(turned, pixels.dtype).reshape(*turned.shape[:2], -1)
