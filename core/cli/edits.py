"""The commands that change a photo: read, edit, write."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Collection
from pathlib import Path

import numpy as np

from core.cli import console
from core.cli.faces import chosen_face, exemplar_face, near_faces
from core.edit.request import (
    EditRequest,
    EditResult,
    ExemplarRequest,
    InpaintRequest,
    SmileKind,
    SmileMethod,
    SmileRequest,
)
from core.errors import ImageWriteError, InvalidRequestError
from core.face.parts import FacePart
from core.image_file import ENCODERS, Photo, read_photo, saving_notices, write_photo
from core.label_file import read_labels
from core.mask_file import read_levels, read_mask
from core.masks import Mask
from core.progress import part_of

_LINE = 127


def smile(options: Namespace) -> int:
    """Make one face smile."""
    check_output(options)
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
    check_output(options)
    photo = read_photo(options.photo)
    mask = read_mask(options.mask, photo.size)
    faces = near_faces(photo.work, options, part_of(console.progress(options), 0.0, 0.3))
    request = InpaintRequest(
        photo.work,
        mask,
        faces=tuple(face.landmarks for face in faces),
        lines=read_lines(options.lines, photo.size) if options.lines is not None else None,
        model=options.model,
        labels=read_labels(options.labels, photo.size) if options.labels is not None else None,
    )
    return _edit(options, photo, request, {})


def exemplar(options: Namespace) -> int:
    """Put parts of another face on one."""
    check_output(options)
    parts = _parts(options.region)
    photo, other = read_photo(options.photo), read_photo(options.exemplar)
    report = console.progress(options)
    face = chosen_face(photo.work, options, part_of(report, 0.0, 0.15))
    taken = exemplar_face(other.work, options, part_of(report, 0.15, 0.3))
    console.notify(other.notices)
    request = ExemplarRequest(
        photo.work,
        face.landmarks,
        other.work,
        taken.landmarks,
        parts,
        shape=options.shape,
        strength=options.strength,
    )
    names = ("shape", "strength", "guide", "face", "from_face")
    settings = {name: getattr(options, name) for name in names}
    return _edit(options, photo, request, settings | {"region": [str(part) for part in parts]})


def _parts(region: str) -> tuple[FacePart, ...]:
    """Read a list such as "eyes,mouth"."""
    names = [name.strip() for name in region.split(",")]
    unknown = next((name for name in names if name not in [*FacePart]), None)
    if unknown == "hair":
        raise InvalidRequestError(
            f"Hair cannot be taken from its pixels; choose from {', '.join(FacePart)}."
        )
    if unknown is not None:
        raise InvalidRequestError(
            f"There is no region named {unknown or 'nothing'}; choose from {', '.join(FacePart)}."
        )
    return tuple(dict.fromkeys(FacePart(name) for name in names))


def read_lines(path: Path, size: tuple[int, int]) -> Mask:
    """Read a sketch, 255 where a line is; on bright paper the dark strokes are the lines.

    Raises:
        InvalidRequestError: the sketch is of another size.
        ImageFileError: the file is not a readable image.
    """
    lines = np.where(read_levels(path, size, "sketch") > _LINE, 255, 0).astype(np.uint8)
    return 255 - lines if lines.mean() > _LINE else lines


def check_output(options: Namespace, suffixes: Collection[str] = tuple(ENCODERS)) -> None:
    """Refuse what could not be written in the end, before any work is done."""
    source, target = options.photo, options.output
    if target.suffix.lower() not in suffixes:
        raise InvalidRequestError(
            f"{target} has none of the suffixes that can be saved: {', '.join(suffixes)}."
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
