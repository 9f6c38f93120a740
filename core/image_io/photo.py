"""Photos from files and back: sRGB to edit, and the photo's own samples untouched.

A photo keeps two versions. `image` is what is shown and edited. `samples` are the file's own, in
the file's colours and depth, and only those that an edit covers are ever written.

Grey photos stay grey: what is put into them keeps its luminance and loses its colour. CMYK, LAB
and photos whose profile has no way back become sRGB when they are read, and say so.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.atomic_file import replacing
from core.errors import ImageWriteError
from core.image_io.decoders import decode_file
from core.image_io.encoders import (
    Encoder,
    encode_jpeg,
    encode_png,
    encode_tiff,
    encode_webp,
    not_carried,
)
from core.image_io.icc import (
    SRGB,
    ColourSpace,
    OneWayProfileError,
    ProfileError,
    colour_space,
    colours_to_srgb,
)
from core.image_io.jpeg_options import BEST_JPEG, JpegOptions
from core.image_io.kept_metadata import KeptMetadata
from core.image_io.metadata import Metadata, mark_as_ai
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Mask, Samples
from core.imaging.depth import to_depth

ENCODERS: dict[str, Encoder] = {
    ".jpg": encode_jpeg,
    ".jpeg": encode_jpeg,
    ".png": encode_png,
    ".webp": encode_webp,
    ".tif": encode_tiff,
    ".tiff": encode_tiff,
}
"""By suffix. BMP can only be read: it has no room for the mark of an AI edit."""
DEEP_ENCODERS = (encode_png, encode_tiff)
"""Those that write 16 bits a channel as well as 8."""
DEPTHS: dict[int, np.dtype[Any]] = {8: np.dtype(np.uint8), 16: np.dtype(np.uint16)}
"""By bits a channel."""


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright photo. It never changes: an edit makes a new one."""

    image: Image
    """(H, W, 3) sRGB, uint8, or uint16 where the file has 16 bits a channel. The very array
    `samples` where those are sRGB already."""
    alpha: Samples | None
    """(H, W) in the depth of `image`, 0 transparent; None where the file has no transparency."""
    samples: Samples
    """(H, W) grey or (H, W, 3) RGB in the colours of `metadata.profile`."""
    colour: ColourSpace
    """Between `samples` and `image`."""
    metadata: Metadata
    notices: tuple[str, ...] = ()
    """Sentences about the file that the user should see."""
    pages: int = 1
    """How many the file has; this is one of them."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.image.shape[:2]
        return width, height

    def with_metadata(self, kept: KeptMetadata) -> Photo:
        """Keep only some of what the photo's file says besides its samples."""
        return replace(self, metadata=self.metadata.limited(kept))

    def with_patch(self, patch: Image, left: int, top: int, coverage: Mask) -> Photo:
        """Put an edit's result into the photo; samples without coverage stay as they are.

        The patch is converted to the photo's own colours and mixed there, so that at the rim
        of an edit even colours outside sRGB pass smoothly into the photo. `image` shows what
        became of it: for a photo in sRGB exactly photo + (patch - photo) * coverage / 255.

        Args:
            patch: (h, w, 3) sRGB in the depth of `image`.
            left, top: where the patch's first pixel lies in the photo.
            coverage: (h, w), 0 keep .. 255 replace.
        """
        height, width = coverage.shape
        window = slice(top, top + height), slice(left, left + width)
        if min(left, top) < 0 or patch.shape != self.image[window].shape:
            raise ValueError("the patch does not lie inside the photo")
        if patch.dtype != self.image.dtype or patch.shape[:2] != coverage.shape:
            raise ValueError("the patch, its coverage and the photo do not fit together")
        samples = self.samples.copy()
        composite(samples[window], self.colour.to_samples(patch), coverage)
        if self.image is self.samples:
            return replace(self, image=samples, samples=samples)
        image = self.image.copy()
        image[window] = self.colour.to_srgb(samples[window])
        return replace(self, image=image, samples=samples)


def read_photo(path: Path, page: int = 1) -> Photo:
    """Open a file of one of the formats in `core.image_io.formats`.

    Args:
        path: the file.
        page: of a TIFF that has several, from 1.

    Raises:
        ImageFileError: there is no such file, or no such picture in it that can be edited.
    """
    file = decode_file(path, page)
    photo = _interpret_colours(file.pixels, file.metadata, path.name)
    return replace(photo, notices=file.notices + photo.notices, pages=file.pages)


def photo_from_array(image: Image) -> Photo:
    """Take (H, W, 3) sRGB, uint8 or uint16, as a photo; nobody may write to the array again.

    A fourth channel is alpha.
    """
    if image.shape[2] == 3:
        return Photo(image, None, image, SRGB, Metadata())
    colours: Image = image[..., :3].copy()
    return Photo(colours, image[..., 3].copy(), colours, SRGB, Metadata())


def write_photo(
    photo: Photo,
    path: Path,
    *,
    edited: bool = True,
    edits: Sequence[str] = (),
    bits: int | None = None,
    jpeg: JpegOptions = BEST_JPEG,
) -> None:
    """Save in the format that the suffix names; an existing file is replaced in one step.

    Args:
        photo: what to save.
        path: where; the user has agreed to replace what is there.
        edited: whether to mark the file as partly made by a network.
        edits: what was done, in words, for the history in its XMP.
        bits: 8 or 16 a channel; None: as many as the photo has and the format can hold.
        jpeg: quality and subsampling, if it is a JPEG file.

    Raises:
        ImageWriteError: the file cannot be written; what was there is unharmed.
    """
    data = encode_photo(photo, path, edited=edited, edits=edits, bits=bits, jpeg=jpeg)
    write_file(path, data)


def encode_photo(
    photo: Photo,
    path: Path,
    *,
    edited: bool = True,
    edits: Sequence[str] = (),
    bits: int | None = None,
    jpeg: JpegOptions = BEST_JPEG,
) -> bytes:
    """Return what `write_photo` would write.

    Raises:
        ImageWriteError: no file of that format can hold the photo.
    """
    encode = _encoder(path)
    if bits is not None:
        photo = _in_depth(photo, DEPTHS[bits])
    metadata = photo.metadata
    if edited:
        metadata = replace(metadata, xmp=mark_as_ai(metadata.xmp, edits))
    samples = photo.samples
    if photo.samples.ndim == 2 and _lacks_grey(encode, photo):
        samples, metadata = photo.image, metadata.in_srgb()
    try:
        pixels = _interleave(samples, photo.alpha)
        if encode is encode_jpeg:
            return encode_jpeg(pixels, metadata, jpeg)
        return encode(pixels, metadata)
    except (OSError, ValueError, ArithmeticError, struct.error) as error:
        raise ImageWriteError(
            f"{path.name} cannot hold a photo of this size and with these notes; "
            "save it as PNG or TIFF."
        ) from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step; a link stays a link to it.

    Raises:
        ImageWriteError: the file cannot be written; what was there is unharmed.
    """
    try:
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise ImageWriteError(
            f"{path.name} cannot be written ({error.strerror}); choose another place."
        ) from error


def saving_notices(photo: Photo, path: Path, bits: int | None = None) -> tuple[str, ...]:
    """Say in sentences what the format that the suffix names cannot keep of a photo.

    Args:
        photo: what was saved.
        path: where.
        bits: a channel, as they were asked for.
    """
    encode = _encoder(path)
    notices = []
    if encode is encode_jpeg:
        notices.append("JPEG compresses anew: every sample may change a little.")
        if photo.alpha is not None:
            notices.append("JPEG has no transparency: the photo was laid on white.")
    is_shallow = encode not in DEEP_ENCODERS
    if is_shallow and (photo.image.dtype == np.uint16 or bits == 16):
        notices.append(f"{path.name} holds 8 bits a channel; PNG and TIFF keep all 16.")
    elif bits == 8 and photo.image.dtype == np.uint16:
        notices.append(f"{path.name} holds 8 of the photo's 16 bits a channel, as asked for.")
    lost = not_carried(encode, photo.metadata)
    if lost:
        notices.append(f"Not carried over to {path.name}: {', '.join(lost)}.")
    return tuple(notices)


def _interpret_colours(pixels: Samples, metadata: Metadata, name: str) -> Photo:
    """Part (H, W, C) samples into colours and alpha, and find what the colours mean."""
    channels = pixels.shape[2]
    alpha = pixels[..., -1].copy() if channels in (2, 4) else None
    samples = np.ascontiguousarray(pixels[..., 0] if channels < 3 else pixels[..., :3])
    profile, notices = metadata.profile, []
    try:
        colour = colour_space(samples, profile)
        if colour.is_coarse:
            notices.append(f"{name} has a profile that edits follow with 8 bits a channel only.")
    except OneWayProfileError:
        assert profile is not None
        notices.append(f"The profile of {name} has no way back; it was converted to sRGB.")
        samples, colour = colours_to_srgb(samples, profile), SRGB
        metadata = metadata.in_srgb()
    except ProfileError:
        notices.append(f"The profile of {name} is damaged; its colours are taken for sRGB.")
        colour, metadata = colour_space(samples, None), metadata.in_srgb()
    return Photo(colour.to_srgb(samples), alpha, samples, colour, metadata, tuple(notices))


def _in_depth(photo: Photo, depth: np.dtype[Any]) -> Photo:
    """Convert everything in a photo that a file holds."""
    if photo.image.dtype == depth:
        return photo
    image = to_depth(photo.image, depth)
    samples = image if photo.samples is photo.image else to_depth(photo.samples, depth)
    alpha = None if photo.alpha is None else to_depth(photo.alpha, depth)
    return replace(photo, image=image, samples=samples, alpha=alpha)


def _encoder(path: Path) -> Encoder:
    try:
        return ENCODERS[path.suffix.lower()]
    except KeyError as error:
        raise ImageWriteError(
            f"{path.name} has none of the suffixes that can be saved: {', '.join(ENCODERS)}."
        ) from error


def _lacks_grey(encode: Encoder, photo: Photo) -> bool:
    """Tell whether grey has to be saved as RGB: readers of TIFF know no 16-bit grey with alpha."""
    if encode is encode_tiff:
        return photo.alpha is not None and photo.image.dtype == np.uint16
    return encode is encode_webp


def _interleave(samples: Samples, alpha: Samples | None) -> Samples:
    colours = samples.reshape(*samples.shape[:2], -1)
    if alpha is None:
        return colours
    return np.concatenate([colours, alpha[..., None]], axis=2)
