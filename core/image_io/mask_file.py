"""Masks in image files: grey is coverage, white the hole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import InvalidRequestError
from core.image_io.decoders import header_size
from core.image_io.photo import Photo, photo_from_array, read_photo, write_photo
from core.imaging.arrays import Mask
from core.imaging.depth import to_8_bit

_LOSSY_SUFFIXES = (".jpg", ".jpeg", ".webp")
_COMPRESSION_NOISE = 8
"""A mask in a lossy format is not quite black where it was; less coverage than this is none."""
_GREY_CAST = 24
"""Levels between the channels of a mask up to which it counts as grey."""


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
    photo = _read_of_size(path, size, "mask")
    mask = _levels(_without_colours(photo))
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
    return _levels(_read_of_size(path, size, noun))


def check_same_size(
    path: Path, found: tuple[int, int], expected: tuple[int, int], noun: str
) -> None:
    """Refuse a picture that is not as large as the photo.

    Raises:
        InvalidRequestError: it is of another size.
    """
    if found != expected:
        raise InvalidRequestError(
            f"The {noun} {path} has {_pixels(found)}, the photo {_pixels(expected)}; "
            "they must be of one size."
        )


def _read_of_size(path: Path, size: tuple[int, int], noun: str) -> Photo:
    """Read a picture, but only its header where that tells another size."""
    stored = header_size(path)
    if sorted(stored) != sorted(size):  # it may lie on its side
        check_same_size(path, stored, size, noun)
    photo = read_photo(path)
    check_same_size(path, photo.size, size, noun)
    return photo


def _without_colours(photo: Photo) -> Photo:
    """Make the colours of a mask white: programs that label draw what they mark in any colour."""
    samples = photo.samples
    if samples.ndim == 2 or np.ptp(to_8_bit(samples), axis=2).max() <= _GREY_CAST:
        return photo
    brightest = samples.max(axis=2).astype(np.float32)
    white = np.iinfo(samples.dtype).max
    return replace(
        photo, samples=np.rint(brightest * (white / brightest.max())).astype(samples.dtype)
    )


def _levels(photo: Photo) -> Mask:
    """Take (H, W) uint8 out of a picture of any depth; transparent pixels are black."""
    levels = photo.samples.astype(np.float32) / np.iinfo(photo.samples.dtype).max
    if levels.ndim == 3:
        levels = levels.mean(axis=2)
    if photo.alpha is not None:
        levels = levels * (photo.alpha.astype(np.float32) / np.iinfo(photo.alpha.dtype).max)
    return np.rint(levels * 255).astype(np.uint8)


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} pixels"
