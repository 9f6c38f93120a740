"""The commands that change a photo: read, edit, write."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from core.cli import console
from core.cli.faces import chosen_face, near_faces
from core.edit.requests import (
    EditRequest,
    EditResult,
    InpaintRequest,
    SmileKind,
    SmileMethod,
    SmileRequest,
)
from core.errors import ImageWriteError, InvalidRequestError
from core.image_io.label_file import read_labels
from core.image_io.mask_file import read_levels, read_mask
from core.image_io.photo import ENCODERS, Photo, read_photo, saving_notices, write_photo
from core.imaging.arrays import Mask
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
    return edit(options, photo, {options.output: request}, settings)


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
    return edit(options, photo, {options.output: request}, {})


def read_lines(path: Path, size: tuple[int, int]) -> Mask:
    """Read a sketch, 255 where a line is; on bright paper the dark strokes are the lines.

    Raises:
        InvalidRequestError: the sketch is of another size.
        ImageFileError: the file is not a readable image.
    """
    lines = np.where(read_levels(path, size, "sketch") > _LINE, 255, 0).astype(np.uint8)
    return 255 - lines if lines.mean() > _LINE else lines


def check_output(
    options: Namespace,
    suffixes: Collection[str] = tuple(ENCODERS),
    *,
    target: Path | None = None,
) -> None:
    """Refuse what could not be written in the end, by default OUT, before any work is done."""
    source, target = options.photo, target or options.output
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


def edit(
    options: Namespace,
    photo: Photo,
    requests: Mapping[Path, EditRequest],
    settings: Mapping[str, object],
) -> int:
    """Run edits of one kind on a photo, write each result, and tell what was done.

    Args:
        options: of the command.
        photo: what is changed.
        requests: what is asked for, by the file to write.
        settings: what is told beside the rest with `--json`.
    """
    from core.edit.editor import Editor  # imports torch

    started = time.perf_counter()
    report, editor = part_of(console.progress(options), 0.3, 1.0), Editor(options.device)
    written, notices = list[dict[str, object]](), dict.fromkeys(photo.notices)
    for number, (output, request) in enumerate(requests.items()):
        span = part_of(report, number / len(requests), (number + 1) / len(requests))
        result = editor.run(request, span)
        edited = photo.with_patch(result.patch, result.left, result.top, result.coverage)
        write_photo(edited, output)
        notices |= dict.fromkeys((*result.notices, *saving_notices(photo, output)))
        written.append({"output": str(output), **_changed(result)})
    model = result.request.model if result.is_painted else None
    console.notify(notices)
    seconds = time.perf_counter() - started
    if options.json:
        console.say_json(
            {
                "command": options.command,
                "model": model,
                **settings,
                **(written[0] if len(written) == 1 else {"variants": written}),
                "notices": list(notices),
                "seconds": round(seconds, 3),
            }
        )
    else:
        names = ", ".join(map(str, requests))
        painter = f" with {model}" if model is not None else ""
        console.say(f"Wrote {names} in {seconds:.1f} s{painter}.")
    return 0


def _changed(result: EditResult) -> dict[str, object]:
    height, width = result.coverage.shape
    return {
        "window": [result.left, result.top, result.left + width, result.top + height],
        "covered_pixels": int(np.count_nonzero(result.coverage)),
    }
