"""The commands that change a photo: read, edit, write."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from pathlib import Path

import numpy as np

from core.cli import console
from core.cli.faces import chosen_face, near_faces
from core.edit.request import (
    EditRequest,
    EditResult,
    InpaintRequest,
    SmileKind,
    SmileMethod,
    SmileRequest,
)
from core.errors import ImageWriteError, InvalidRequestError
from core.image_file import ENCODERS, Photo, read_photo, saving_notices, write_photo
from core.masks import Mask
from core.progress import part_of

_LOSSY_SUFFIXES = (".jpg", ".jpeg", ".webp")
_COMPRESSION_NOISE = 8
"""A mask in a lossy format is not quite black where it was; less coverage than this is none."""
_LINE = 127


def smile(options: Namespace) -> int:
    """Make one face smile."""
    _check_output(options)
    photo = read_photo(options.photo)
    face = chosen_face(photo.work, options, part_of(console.progress(options), 0.0, 0.3))
    request = SmileRequest(
        photo.work,
        face.landmarks,
        strength=options.strength,
        kind=SmileKind(options.kind),
        method=SmileMethod(options.method),
        model=options.model,
    )
    settings = {name: getattr(options, name) for name in ("strength", "kind", "method", "face")}
    return _edit(options, photo, request, settings)


def fill(options: Namespace) -> int:
    """Fill a hole."""
    _check_output(options)
    photo = read_photo(options.photo)
    mask = read_mask(options.mask, photo.size)
    faces = near_faces(photo.work, options, part_of(console.progress(options), 0.0, 0.3))
    request = InpaintRequest(
        photo.work,
        mask,
        faces=tuple(face.landmarks for face in faces),
        lines=read_lines(options.lines, photo.size) if options.lines is not None else None,
        model=options.model,
    )
    return _edit(options, photo, request, {})


def read_mask(path: Path, size: tuple[int, int]) -> Mask:
    """Read coverage from an image file: grey is coverage, white the hole.

    Args:
        path: the file; transparent pixels count as black.
        size: width and height that it must have.

    Raises:
        InvalidRequestError: the mask is empty or of another size.
        ImageFileError: the file is not a readable image.
    """
    mask = _grey(path, size, "mask")
    if path.suffix.lower() in _LOSSY_SUFFIXES:
        mask[mask < _COMPRESSION_NOISE] = 0
    if not mask.any():
        raise InvalidRequestError(f"The mask {path} is black everywhere; paint the hole white.")
    return mask


def read_lines(path: Path, size: tuple[int, int]) -> Mask:
    """Read a sketch, 255 where a line is; on bright paper the dark strokes are the lines.

    Raises:
        InvalidRequestError: the sketch is of another size.
        ImageFileError: the file is not a readable image.
    """
    lines = np.where(_grey(path, size, "sketch") > _LINE, 255, 0).astype(np.uint8)
    return 255 - lines if lines.mean() > _LINE else lines


def _grey(path: Path, size: tuple[int, int], what: str) -> Mask:
    """Read the levels in a file as they are, in 8 bits, without any colour profile."""
    picture = read_photo(path)
    if picture.size != size:
        raise InvalidRequestError(
            f"The {what} {path} has {_pixels(picture.size)}, the photo {_pixels(size)}; "
            "they must be of one size."
        )
    levels = picture.samples.astype(np.float32) / np.iinfo(picture.samples.dtype).max
    if levels.ndim == 3:
        levels = levels.mean(axis=2)
    if picture.alpha is not None:
        levels = levels * (picture.alpha.astype(np.float32) / np.iinfo(picture.alpha.dtype).max)
    return np.rint(levels * 255).astype(np.uint8)


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} pixels"


def _check_output(options: Namespace) -> None:
    """Refuse what could not be written in the end, before any work is done."""
    source, target = options.photo, options.output
    if target.suffix.lower() not in ENCODERS:
        raise InvalidRequestError(
            f"{target} has none of the suffixes that can be saved: {', '.join(ENCODERS)}."
        )
    if target.exists() and source.exists() and target.samefile(source) and not options.overwrite:
        raise InvalidRequestError(
            f"{target} is the photo itself; name another file, or add --overwrite."
        )
    if target.is_dir() or not target.parent.is_dir():
        raise ImageWriteError(f"{target} is not in a folder that exists; choose another place.")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise ImageWriteError(f"{target} cannot be written; choose another place.")


def _edit(
    options: Namespace, photo: Photo, request: EditRequest, settings: dict[str, object]
) -> int:
    from core.edit.pipeline import Editor  # imports torch

    started = time.perf_counter()
    report = part_of(console.progress(options), 0.3, 1.0)
    result = Editor(options.device).run(request, report)
    edited = photo.with_patch(result.patch, result.left, result.top, result.coverage)
    write_photo(edited, options.output)
    notices = [*photo.notices, *result.notices, *saving_notices(photo, options.output)]
    console.notify(notices)
    seconds = time.perf_counter() - started
    if options.json:
        console.say_json(
            {
                "command": options.command,
                "output": str(options.output),
                "model": options.model,
                **settings,
                **_changed(result),
                "notices": notices,
                "seconds": round(seconds, 3),
            }
        )
    else:
        console.say(f"Wrote {options.output} in {seconds:.1f} s with {options.model}.")
    return 0


def _changed(result: EditResult) -> dict[str, object]:
    height, width = result.coverage.shape
    return {
        "window": [result.left, result.top, result.left + width, result.top + height],
        "covered_pixels": int(np.count_nonzero(result.coverage)),
    }
