"""Which files can be opened; what can be saved is the table of encoders in `photo`."""

from __future__ import annotations

import struct
from pathlib import Path

from core.errors import ImageFileError

READABLE = "a JPEG, PNG, WebP, TIFF, BMP, AVIF, HEIC, Photoshop, OpenRaster or camera raw file"
RAW_SUFFIXES = (
    *(".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".sr2", ".srf", ".raf", ".orf", ".rw2"),
    *(".pef", ".3fr", ".fff", ".iiq", ".erf", ".mos", ".mrw", ".kdc", ".dcr", ".rwl", ".srw"),
    ".x3f",
)
"""Many begin as any TIFF does: only the suffix tells them from one."""
READABLE_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".mpo"),
    *(".avif", ".heic", ".heif", ".hif", ".psd"),
    ".ora",
    *RAW_SUFFIXES,
)

_BY_PILLOW = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "PSD")
"""Pillow's names; MPO is opened as a JPEG."""
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PHOTOSHOP = struct.Struct(">4sH6xHIIHH")
"""Of the header: signature, version, channels, height, width, depth, mode."""


def formats_of(path: Path) -> tuple[str, ...]:
    """Name the formats, as Pillow does, that a file may have by its first bytes.

    Raises:
        ImageFileError: it has one that cannot be opened here.
    """
    with path.open("rb") as file:
        head = file.read(_PHOTOSHOP.size)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        _load_heif(path.name)
        return (*_BY_PILLOW, "HEIF")
    if head.startswith(b"8BPS"):
        _check_photoshop(head, path.name)
    return _BY_PILLOW


def _load_heif(name: str) -> None:
    try:
        from pi_heif import register_heif_opener
    except ImportError as error:
        raise ImageFileError(
            f"{name} is a HEIC photo, which needs the package pi-heif: "
            "install it, or export the photo as JPEG."
        ) from error
    register_heif_opener()


def _check_photoshop(head: bytes, name: str) -> None:
    """Refuse what Pillow does not read of Photoshop's files."""
    if len(head) < _PHOTOSHOP.size:
        return
    _, version, _, _, _, depth, _ = _PHOTOSHOP.unpack(head)
    if version != 1 or depth not in (1, 8):
        raise ImageFileError(
            f"{name} is a Photoshop file that is large or has more than 8 bits a channel; "
            "save it as a flattened TIFF."
        )
