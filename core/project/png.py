"""Arrays as PNG files, sample for sample; the size is checked before anything is allocated."""

from __future__ import annotations

import struct

import cv2
import numpy as np

from core.errors import ImageFileError, ImageWriteError
from core.image_io.archive import DamagedMemberError
from core.image_io.limits import check_size
from core.imaging.arrays import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8sI4sIIBB")
"""Signature, length, type, width, height, bits, colour type."""
HEADER_BYTES = _HEADER.size
_CHANNELS = {0: 1, 2: 3, 6: 4}
"""By colour type; what projects hold has no palette and no grey with alpha."""


def encode_png(array: Pixels) -> bytes:
    """Encode (H, W), (H, W, 3) RGB or (H, W, 4) RGBA; uint8 or uint16.

    Raises:
        ImageWriteError: the array is too large for the format.
    """
    done, data = cv2.imencode(".png", _reversed(array))  # its own settings are the fastest
    if not done:
        raise ImageWriteError("A layer is too large to be saved; delete it and save again.")
    return data.tobytes()


def decode_png(data: bytes) -> Pixels:
    """Decode what `encode_png` has made: (H, W), (H, W, 3) or (H, W, 4); uint8 or uint16.

    Raises:
        DamagedMemberError: these bytes are no such file, or one that is too large.
    """
    height, width, channels, bits = _read_header(data)
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except (cv2.error, MemoryError) as error:
        raise DamagedMemberError("the pixels are damaged") from error
    shape = (height, width, channels) if channels > 1 else (height, width)
    if decoded is None or decoded.shape != shape or decoded.dtype.itemsize * 8 != bits:
        raise DamagedMemberError("the pixels are damaged")
    return _reversed(decoded)


def decoded_bytes(start: bytes) -> int:
    """Return how many bytes a PNG's pixels take, by its first `HEADER_BYTES` bytes.

    Raises:
        DamagedMemberError: these bytes are no such file's, or one's that is too large.
    """
    height, width, channels, bits = _read_header(start)
    return height * width * channels * bits // 8


def _read_header(data: bytes) -> tuple[int, int, int, int]:
    """Read height, width, channels and bits a channel."""
    try:
        signature, _, kind, width, height, bits, colour = _HEADER.unpack_from(data)
    except struct.error as error:
        raise DamagedMemberError("the pixels are missing") from error
    known = signature == _SIGNATURE and kind == b"IHDR" and colour in _CHANNELS and bits in (8, 16)
    if not known or not min(width, height):
        raise DamagedMemberError("the pixels are of another kind")
    try:
        check_size((width, height), "A layer")
    except ImageFileError as error:
        raise DamagedMemberError(str(error)) from error
    return height, width, _CHANNELS[colour], bits


def _reversed(array: Pixels) -> Pixels:
    """Turn RGB into OpenCV's order of channels, or back."""
    if array.ndim == 2:
        return np.ascontiguousarray(array)
    code = cv2.COLOR_RGBA2BGRA if array.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(array, code))
