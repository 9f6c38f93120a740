"""Camera raw files, developed by LibRaw with the camera's own white balance (extra `raw`)."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ImageFileError
from core.image_io import exif
from core.image_io.formats import RAW_SUFFIXES
from core.image_io.limits import check_size
from core.image_io.metadata import EXIF_FAULTS, Metadata
from core.imaging.arrays import Image

if TYPE_CHECKING:
    from rawpy import RawPy

_SRGB_CURVE = (2.4, 12.92)
"""Gamma and slope near black, as LibRaw takes them."""
_CLIPPED_SHARE = 0.001
"""Of the pixels that may become white when LibRaw sets the brightness."""


def is_raw(path: Path) -> bool:
    """Tell whether a file is taken for a camera's raw data."""
    return path.suffix.lower() in RAW_SUFFIXES


def raw_size(path: Path) -> tuple[int, int]:
    """Read the width and height that a raw file has once it is developed, upright.

    Raises:
        ImageFileError: LibRaw is not installed, or does not know the file.
    """
    with _opened(path) as raw:
        return _size(raw)


def develop(path: Path) -> tuple[Image, Metadata, tuple[str, ...]]:
    """Develop a raw file.

    Returns:
        (H, W, 3) upright sRGB, uint16; what the file says besides; sentences for the user.

    Raises:
        ImageFileError: LibRaw is not installed, or does not know the file.
    """
    with _opened(path) as raw:
        image: Image = raw.postprocess(  # sRGB's primaries unless told otherwise
            use_camera_wb=True,
            output_bps=16,
            gamma=_SRGB_CURVE,
            auto_bright_thr=_CLIPPED_SHARE,
        )
    height, width = image.shape[:2]
    block, lost = _exif(path, (width, height))
    notice = f"{path.name} was developed with the camera's white balance, in sRGB with 16 bits."
    return image, Metadata(exif=block, lost=lost), (notice,)


@contextmanager
def _opened(path: Path) -> Iterator[RawPy]:
    """Open a raw file that asks for nothing impossible."""
    try:
        import rawpy
    except ImportError as error:
        raise ImageFileError(
            f"{path.name} holds a camera's raw data, which needs the package rawpy: install it, "
            "or export the photo as TIFF or JPEG."
        ) from error
    try:
        with rawpy.imread(str(path)) as raw:
            check_size(_size(raw), path.name)
            yield raw
    except rawpy.LibRawError as error:
        raise ImageFileError(
            f"{path.name} cannot be developed here: it is damaged, or of a camera that LibRaw "
            "does not know; export it as TIFF or JPEG."
        ) from error


def _size(raw: RawPy) -> tuple[int, int]:
    sizes = raw.sizes
    is_turned = sizes.flip in (5, 6)
    return (sizes.height, sizes.width) if is_turned else (sizes.width, sizes.height)


def _exif(path: Path, size: tuple[int, int]) -> tuple[bytes, tuple[str, ...]]:
    """Read the EXIF block of a file that is laid out as a TIFF is."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            block, lost = exif.gathered_block(data, size)
        block = exif.of_development(block)
    except (*EXIF_FAULTS, MemoryError):
        return b"", ("EXIF",)
    return (exif.PREFIX + block if block else b""), lost
