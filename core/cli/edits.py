"""The commands that change a photo: read, edit, write."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cli import console
from core.cli.faces import chosen_faces, faces_if_any
from core.cli.lenders import read_donors, read_references
from core.edit.requests import (
    EditRequest,
    EditResult,
    FillSource,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    ParseRequest,
    RestoreRequest,
    SmileKind,
    SmileMethod,
    SmileRequest,
)
from core.errors import CheckpointError, FaceNotFoundError, ImageWriteError, InvalidRequestError
from core.face.face import Face
from core.image_io.kept_metadata import KeptMetadata
from core.image_io.label_file import read_labels
from core.image_io.mask_file import read_levels, read_mask
from core.image_io.photo import ENCODERS, Photo, read_photo, saving_notices, write_photo
from core.imaging.arrays import Image, Mask
from core.progress import Report, part_of

if TYPE_CHECKING:
    from core.edit.editor import Editor

_LINE_THRESHOLD = 127
_NEARLY_WHITE = 230
_MOST_VARIANTS = 20
_COLOURS = ("hair", "lips", "shadow", "liner", "blush")


def smile(options: Namespace) -> int:
    """Make one face smile, or all."""
    check_output(options)
    photo = read_photo(options.photo, options.page)
    faces = chosen_faces(photo.image, options, part_of(console.progress_report(options), 0.0, 0.3))
    requests = [
        SmileRequest(
            photo.image,
            face.landmarks,
            strength=options.strength,
            kind=SmileKind(options.kind),
            method=SmileMethod(options.method),
            model=options.model,
        )
        for face in faces
    ]
    settings = {name: getattr(options, name) for name in ("strength", "kind", "method", "face")}
    return run_edits(options, photo, {options.output: requests}, settings)


def retouch(options: Namespace) -> int:
    """Give the hair of one face, or of all, another colour, and make them up."""
    check_output(options)
    wanted = options.hair, options.hair_lightness, options.hair_warmth
    make_up = options.lips, options.shadow, options.liner, options.blush, options.brows
    changes_hair, makes_up = wanted != (None, 0, 0), make_up != (None, None, None, None, 0)
    if not (changes_hair or makes_up):
        raise InvalidRequestError(
            "Say what to retouch: --hair with a colour, --hair-lightness or --hair-warmth; or "
            "--lips, --shadow, --liner or --blush with a colour, or --brows."
        )
    photo = read_photo(options.photo, options.page)
    faces = chosen_faces(photo.image, options, part_of(console.progress_report(options), 0.0, 0.3))
    requests = list[EditRequest]()
    for face in faces:
        if changes_hair:
            hair = HairColourRequest(photo.image, face.landmarks, *wanted)
            requests.append(replace(hair, strength=options.strength))
        if makes_up:
            amount = options.make_up * options.strength
            requests.append(MakeUpRequest(photo.image, face.landmarks, *make_up, strength=amount))
    settings = {
        **{name: _hexadecimal(getattr(options, name)) for name in _COLOURS},
        **{name: getattr(options, name) for name in ("hair_lightness", "hair_warmth", "brows")},
        **{name: getattr(options, name) for name in ("make_up", "strength", "face")},
    }
    return run_edits(options, photo, {options.output: requests}, settings)


def _hexadecimal(colour: tuple[int, int, int] | None) -> str | None:
    return None if colour is None else "#" + bytes(colour).hex()


def restore(options: Namespace) -> int:
    """Sharpen and clean one face, or all."""
    check_output(options)
    photo = read_photo(options.photo, options.page)
    faces = chosen_faces(photo.image, options, part_of(console.progress_report(options), 0.0, 0.3))
    requests = [
        RestoreRequest(photo.image, face.landmarks, strength=options.strength) for face in faces
    ]
    settings = {name: getattr(options, name) for name in ("strength", "face")}
    return run_edits(options, photo, {options.output: requests}, settings)


def fill(options: Namespace) -> int:
    """Fill a hole."""
    outputs = _variant_paths(options)
    for output in outputs:
        check_output(options, path=output)
    source = FillSource(options.source)
    borrows = source in (FillSource.DONORS, FillSource.AUTO)
    if (options.references or options.donors is not None) and not borrows:
        raise InvalidRequestError("--reference and --donors need --source donors or auto.")
    if options.variants is not None and source is not FillSource.DONORS:
        raise InvalidRequestError("--variants needs --source donors: the others have one answer.")
    if (options.mask is None) is not options.glasses:
        raise InvalidRequestError(
            "Say what is filled: --mask MASK or --glasses; see `faceeditor fill --help`."
        )
    photo = read_photo(options.photo, options.page)
    mask = None if options.glasses else read_hole(options.mask, photo.size)
    faces = faces_if_any(photo.image, options, part_of(console.progress_report(options), 0.0, 0.3))
    if mask is None:
        mask = find_glasses(photo.image, faces, options)
    request = InpaintRequest(
        photo.image,
        mask,
        faces=tuple(face.landmarks for face in faces),
        lines=read_sketch(options.lines, photo.size) if options.lines is not None else None,
        model=options.model,
        labels=read_labels(options.labels, photo.size) if options.labels is not None else None,
        source=source,
        references=read_references(options.references),
        donors=None if options.donors is None else read_donors(options.donors),
    )
    requests = {output: [replace(request, variant=number)] for number, output in enumerate(outputs)}
    return run_edits(options, photo, requests, {"source": options.source})


def _variant_paths(options: Namespace) -> list[Path]:
    """Name what is written: OUT, or OUT-1, OUT-2 .. where variants are asked for."""
    output: Path = options.output
    if options.variants is None:
        return [output]
    if not 1 <= options.variants <= _MOST_VARIANTS:
        raise InvalidRequestError(f"Choose --variants from 1 to {_MOST_VARIANTS}.")
    return [output.with_stem(f"{output.stem}-{number + 1}") for number in range(options.variants)]


def find_glasses(image: Image, faces: Sequence[Face], options: Namespace) -> Mask:
    """Find what has to be filled to remove the glasses of all faces; (H, W) uint8, 0 or 255.

    Raises:
        FaceNotFoundError: there is no face.
        InvalidRequestError: none wears glasses.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    from core.edit.inpainting.glasses_hole import glasses_hole

    if not faces:
        raise FaceNotFoundError(
            f"No face was found in {options.photo}; give its 68 points with --landmarks FILE."
        )
    editor, mask = editor_for(options), np.zeros(image.shape[:2], np.uint8)
    for face in faces:
        parsed = editor.run(ParseRequest(image, face.landmarks))
        np.maximum(mask, glasses_hole(image, parsed.labels, face.landmarks), out=mask)
    if not mask.any():
        raise InvalidRequestError(f"No face in {options.photo} wears glasses that were found.")
    return mask


def read_sketch(path: Path, size: tuple[int, int]) -> Mask:
    """Read a sketch as (H, W) uint8, 255 on a line; on bright paper the lines are dark.

    Raises:
        InvalidRequestError: the sketch is of another size.
        ImageFileError: the file is not a readable image.
    """
    lines = np.where(read_levels(path, size, "sketch") > _LINE_THRESHOLD, 255, 0).astype(np.uint8)
    return 255 - lines if lines.mean() > _LINE_THRESHOLD else lines


def read_hole(path: Path, size: tuple[int, int]) -> Mask:
    """Read a mask, (H, W) uint8 coverage, and tell where its hole is nowhere replaced altogether.

    Raises:
        InvalidRequestError: the mask is empty or of another size.
        ImageFileError: the file is not a readable image.
    """
    mask = read_mask(path, size)
    if mask.max() < _NEARLY_WHITE:
        console.print_error(
            f"The mask {path} is nowhere brighter than {mask.max() / 255:.0%}: "
            "only so much of the photo is replaced; paint it white for all."
        )
    return mask


def check_output(
    options: Namespace,
    suffixes: Collection[str] = tuple(ENCODERS),
    *,
    path: Path | None = None,
) -> None:
    """Refuse what could not be written in the end, by default OUT, before any work is done."""
    path = path or options.output
    if path.suffix.lower() not in suffixes:
        raise InvalidRequestError(
            f"{path} has none of the suffixes that can be saved: {', '.join(suffixes)}."
        )
    inputs = (value for name, value in vars(options).items() if name != "output")
    for one in () if options.overwrite else files_among(inputs):
        if is_same_file(path, one):
            noun = "the photo" if one == options.photo else "a file to read"
            raise InvalidRequestError(
                f"{path} is {noun} itself; name another file, or add --overwrite."
            )
    if path.is_dir() or not path.parent.is_dir():
        raise ImageWriteError(f"{path} is not in a folder that exists; choose another place.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ImageWriteError(f"{path} cannot be written; choose another place.")


def files_among(values: Iterable[object]) -> Iterator[Path]:
    """Yield every path among options, also in lists and pairs."""
    for value in values:
        if isinstance(value, Path):
            yield value
        elif isinstance(value, list | tuple):
            yield from files_among(value)


def is_same_file(first: Path, second: Path) -> bool:
    """Tell whether two names lead to one file, by links too."""
    return first.exists() and second.exists() and first.samefile(second)


def editor_for(options: Namespace) -> Editor:
    """Return the editor of this process: over many photos it loads each network once.

    Raises:
        InvalidRequestError: weights are given for a system that is unknown.
        CheckpointError: their file is not there.
    """
    return _editor(options.device, tuple(options.weights))


@lru_cache(maxsize=1)
def _editor(device: str, weights: tuple[tuple[str, Path], ...]) -> Editor:
    from core.edit.editor import Editor  # imports torch
    from core.models import MODELS

    for name, path in weights:
        if name not in MODELS:
            raise InvalidRequestError(
                f"There is no system named {name}; choose one of {', '.join(MODELS)}."
            )
        if not path.is_file():
            raise CheckpointError(f"There are no weights {path}; choose a file that exists.")
    return Editor(device, dict(weights))


def run_edits(
    options: Namespace,
    photo: Photo,
    requests: Mapping[Path, Sequence[EditRequest]],
    settings: Mapping[str, object],
) -> int:
    """Run edits of one kind on a photo, write each result, and tell what was done.

    Args:
        options: of the command.
        photo: what is changed.
        requests: by the file to write; each changes what those before it have made.
        settings: further fields of the `--json` object.
    """
    editor = editor_for(options)
    photo = photo.with_metadata(KeptMetadata(options.metadata))
    started = time.perf_counter()
    report = part_of(console.progress_report(options), 0.3, 1.0)
    written, notices = list[dict[str, object]](), dict.fromkeys(photo.notices)
    results: list[EditResult] = []
    count = sum(map(len, requests.values()))
    for output, chain in requests.items():
        share = part_of(report, len(results) / count, (len(results) + len(chain)) / count)
        edited, changes, refusals = _run_chain(editor, photo, chain, share)
        results += changes
        edits = [_in_words(options.command, settings, change) for change in changes]
        write_photo(edited, output, edits=() if options.metadata == KeptMetadata.NONE else edits)
        notices |= dict.fromkeys(notice for one in changes for notice in one.notices)
        notices |= dict.fromkeys((*refusals, *saving_notices(photo, output)))
        fields = [_result_fields(result) for result in changes]
        changed = fields[0] if len(chain) == 1 else {"faces": fields}
        written.append({"output": str(output), **changed})
    model = next(filter(None, map(_painter, results)), None)
    console.print_notices(notices)
    seconds = time.perf_counter() - started
    if options.json:
        console.print_json(
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
        model_text = f" with {model}" if model is not None else ""
        console.print_line(f"Wrote {names} in {seconds:.1f} s{model_text}.")
    return 0


def _run_chain(
    editor: Editor, photo: Photo, chain: Sequence[EditRequest], report: Report
) -> tuple[Photo, list[EditResult], list[str]]:
    """Run edits one after another; of several faces those stay as they are that are refused.

    Returns:
        The edited photo, what was done, and a sentence for each face that was left.

    Raises:
        InvalidRequestError: all are refused.
    """
    results, refusals = list[EditResult](), list[str]()
    for number, request in enumerate(chain):
        share = part_of(report, number / len(chain), (number + 1) / len(chain))
        try:
            result = editor.run(replace(request, image=photo.image), share)
        except InvalidRequestError as error:
            if not results and number == len(chain) - 1:
                raise
            refusals.append(f"Face {number + 1} is left as it is: {error}")
            continue
        photo = photo.with_patch(result.patch, result.left, result.top, result.coverage)
        results.append(result)
    return photo, results, refusals


def _painter(result: EditResult) -> str | None:
    """Name the network that painted some of a result."""
    if not result.is_painted or isinstance(result.request, HairColourRequest | MakeUpRequest):
        return None
    return result.request.model


def _in_words(command: str, settings: Mapping[str, object], result: EditResult) -> str:
    """Say what was done, for the list of edits in the file."""
    values = {**settings, "seed": getattr(result.request, "seed", None)}  # variants differ in it
    given = [f"{name} {_listed(value)}" for name, value in values.items() if value is not None]
    painter = _painter(result)
    by = f" with {painter}" if painter is not None else ""
    return f"{command}{by}: {', '.join(given)}"


def _listed(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _result_fields(result: EditResult) -> dict[str, object]:
    height, width = result.coverage.shape
    return {
        "window": [result.left, result.top, result.left + width, result.top + height],
        "covered_pixels": int(np.count_nonzero(result.coverage)),
    }
