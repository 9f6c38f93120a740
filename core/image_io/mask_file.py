"""Masks in image files: grey is coverage, white the hole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import InvalidRequestError
from core.image_io.photo import photo_from_array, read_photo, write_photo
from core.imaging.arrays import Mask

_LOSSY_SUFFIXES = (".jpg", ".jpeg", ".webp")
_COMPRESSION_NOISE = 8
"""A mask in a lossy format is not quite black where it was; less coverage than this is none."""


def read_mask(path: Path, size: tuple[int, int]) -> Mask:
    """Read coverage from an image file.

    Args:
        path: the file; transparent pixels count as black.
        size: width and height that it must have.

    Returns:
        (H, W) uint8, 0 keep .. 255 replace.

    Raises:
        InvalidRequestError: the mask is empty or of another size.
        ImageFileError: the file is not a readable image.
    """
    mask = read_levels(path, size, "mask")
    if path.suffix.lower() in _LOSSY_SUFFIXES:
        mask[mask < _COMPRESSION_NOISE] = 0
    if not mask.any():
        raise InvalidRequestError(f"The mask {path} is black everywhere; paint the hole white.")
    return mask


def write_mask(mask: Mask, path: Path) -> None:
    """Save coverage (H, W) uint8 as grey levels; a lossless format keeps every one.

    Raises:
        ImageWriteError: the file cannot be written; what was there is unharmed.
    """
    grey = replace(photo_from_array(np.dstack([mask] * 3)), samples=mask)
    write_photo(grey, path, edited=False)


def read_levels(path: Path, size: tuple[int, int], noun: str) -> Mask:
    """Read the levels in a file as they are, in 8 bits, without any colour profile.

    Args:
        path: the file.
        size: width and height that it must have.
        noun: what a message calls it.

    Returns:
        (H, W) uint8.

    Raises:
        InvalidRequestError: it is of another size.
        ImageFileError: the file is not a readable image.
    """
    photo = read_photo(path)
    if photo.size != size:
        raise InvalidRequestError(
            f"The {noun} {path} has {_pixels(photo.size)}, the photo {_pixels(size)}; "
            "they must be of one size."
        )
    levels = photo.samples.astype(np.float32) / np.iinfo(photo.samples.dtype).max
    if levels.ndim == 3:
        levels = levels.mean(axis=2)
    if photo.alpha is not None:
        levels = levels * (photo.alpha.astype(np.float32) / np.iinfo(photo.alpha.dtype).max)
    return np.rint(levels * 255).astype(np.uint8)


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} pixels"
