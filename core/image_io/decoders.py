"""Image files as upright samples, their metadata, and what the user should know about them."""

from __future__ import annotations

import warnings
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from PIL.ImageFile import ImageFile

from core.errors import ImageFileError
from core.image_io.icc import image_to_srgb
from core.image_io.metadata import (
    EXIF_FAULTS,
    Metadata,
    keep_nested_exif,
    read_metadata,
    read_orientation,
)
from core.imaging.arrays import Samples

MAX_MEGAPIXELS = 200
_READABLE = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")  # MPO is opened as a JPEG
_BITS, _PHOTOMETRIC, _PLANES = 258, 262, 284  # TIFF tags
_WHITE_IS_ZERO = 0
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_COLOUR_MODES = frozenset({"P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "YCbCr"})
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
_DAMAGE = (*EXIF_FAULTS, MemoryError, zlib.error)
"""What a damaged file can raise in Pillow."""

Pillow.MAX_IMAGE_PIXELS = None  # `_check_header` refuses large files with a message of its own
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True, eq=False)
class DecodedFile:
    """The first picture of a file."""

    pixels: Samples
    """(H, W, C) upright: grey, grey and alpha, RGB, or RGB and alpha; uint8 or uint16."""
    metadata: Metadata
    notices: tuple[str, ...]
    """Sentences for the user."""


def decode_file(path: Path) -> DecodedFile:
    """Read a JPEG, PNG, WebP, TIFF, BMP or MPO file.

    Raises:
        ImageFileError: there is no such file, or no picture in it that can be edited.
    """
    try:
        _check_presence(path)
        with warnings.catch_warnings(action="ignore"), Pillow.open(path, "r", _READABLE) as image:
            _check_header(image, path.name)
            return _decode(image, path)
    except UnidentifiedImageError as error:
        problem = "is not a picture that can be read" if path.stat().st_size else "is empty"
        raise ImageFileError(
            f"{path.name} {problem}; choose a JPEG, PNG, WebP, TIFF or BMP file."
        ) from error
    except PermissionError as error:
        raise ImageFileError(f"{path.name} may not be read; change its permissions.") from error
    except _DAMAGE as error:
        raise ImageFileError(
            f"{path.name} is damaged or incomplete; get a fresh copy of it."
        ) from error


def _check_presence(path: Path) -> None:
    if not path.is_file():
        problem = "is not a file" if path.exists() else "does not exist"
        raise ImageFileError(f"{path.name} {problem}; choose a picture that is there.")


def _check_header(image: ImageFile, name: str) -> None:
    megapixels = image.width * image.height / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise ImageFileError(
            f"{name} has {megapixels:.0f} megapixels, more than the {MAX_MEGAPIXELS} that can "
            "be edited; make a smaller copy of it."
        )
    tags = getattr(image, "tag_v2", {})
    if tags.get(_PLANES) == 2 and max(tags.get(_BITS, (8,))) > 8:
        raise ImageFileError(f"{name} keeps its 16-bit channels apart; save it interleaved.")


def _decode(image: ImageFile, path: Path) -> DecodedFile:
    layout = _sample_layout(image)
    frames = getattr(image, "n_frames", 1)
    if image.format == "TIFF":
        keep_nested_exif(image)
    image.load()
    orientation, metadata = read_orientation(image), read_metadata(image)
    notices = []
    if frames > 1:
        notices.append(f"{path.name} holds {frames} pictures; this is the first of them.")
    if image.info.get("exif") and not metadata.exif:
        notices.append(f"The EXIF data of {path.name} are damaged and were left out.")
    if image.mode in ("CMYK", "LAB"):
        notices.append(f"{path.name} is in {image.mode} colours; it was converted to sRGB.")
        pixels: Samples = np.array(image_to_srgb(image, metadata.profile))
        metadata = replace(metadata, profile=None)
    elif ";16" in layout:
        pixels = _read_16_bit(path, layout, has_alpha=image.has_transparency_data)
        if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            pixels = ~pixels
    else:
        pixels = _read_8_bit(image, path.name)
    return DecodedFile(_turn_upright(pixels, orientation), metadata, tuple(notices))


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


def _read_16_bit(path: Path, layout: str, *, has_alpha: bool) -> Samples:
    """Decode (H, W, C) samples with 16 bits, which Pillow cuts down to 8."""
    decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise OSError("OpenCV cannot decode the samples")
    bgr: Samples = np.asarray(decoded, np.uint16).reshape(*decoded.shape[:2], -1)
    if layout.startswith("RGBa"):
        bgr = _unpremultiply(bgr)
    channels = [0] if layout.startswith(("L", "I")) else [2, 1, 0]
    if has_alpha and bgr.shape[2] == 4:
        channels.append(3)
    return bgr[..., channels]


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
