"""The command that gives a face parts, hair or the look of another one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart
from core.cli import console
from core.cli.edits import check_output, edit, read_lines
from core.cli.faces import chosen_face, exemplar_face
from core.edit.requests import Exemplar, ExemplarRequest, Guide, StyleRequest
from core.errors import InvalidRequestError
from core.image_io.mask_file import read_mask
from core.image_io.photo import Photo, read_photo
from core.imaging.arrays import Mask
from core.progress import Report, part_of

HAIR = "hair"
"""A region beside the parts."""
REGIONS = (*FacePart, HAIR)

_STYLE_ONLY = ("mix", "seed", "variants", "sketch")
_LOOKING = 0.3  # of the progress: for faces


def exemplar(options: Namespace) -> int:
    """Put parts of another face on one, or paint them in its style."""
    outputs = _outputs(options)
    for output in outputs:
        check_output(options, target=output)
    if options.guide == Guide.PIXELS:
        return _take(options)
    return _restyle(options, outputs)


def _take(options: Namespace) -> int:
    """Move and relight the other face's own pixels."""
    for name in _STYLE_ONLY:
        if getattr(options, name) is not None:
            raise InvalidRequestError(f"--{name} needs --guide {Guide.STYLE}.")
    if len(options.exemplars) != 1:
        raise InvalidRequestError(
            "Pixels are taken from one picture: give one --from; "
            f"--guide {Guide.STYLE} can do without, or mix two."
        )
    parts = _what(options)
    report = console.progress(options)
    photo, landmarks = _photo(options, part_of(report, 0.0, _LOOKING / 2))
    (other,) = _exemplars(options, part_of(report, _LOOKING / 2, _LOOKING))
    request = ExemplarRequest(
        photo.work,
        landmarks,
        other.image,
        other.landmarks,
        _face_parts(parts),
        hair=HAIR in parts,
        mask=_mask(options, photo),
        shape=options.shape,
        strength=options.strength,
    )
    settings = _told(options, "shape", "strength", "guide", "face", "from_face")
    return edit(options, photo, {options.output: request}, settings | {"region": parts})


def _restyle(options: Namespace, outputs: Sequence[Path]) -> int:
    """Paint parts, hair or a mask in the style of one or two others, or in a random one."""
    if options.shape is not None:
        raise InvalidRequestError(f"--shape needs --guide {Guide.PIXELS}.")
    layers = _layers(options)
    parts = _what(options)
    report = console.progress(options)
    photo, landmarks = _photo(options, part_of(report, 0.0, _LOOKING / 2))
    first, second = [*_exemplars(options, part_of(report, _LOOKING / 2, _LOOKING)), None, None][:2]
    request = StyleRequest(
        photo.work,
        landmarks,
        first,
        parts=_face_parts(parts),
        hair=HAIR in parts,
        mask=_mask(options, photo),
        second=second,
        layers=layers,
        seed=options.seed or 0,
        strength=options.strength,
        lines=read_lines(options.sketch, photo.size) if options.sketch is not None else None,
    )
    requests = {
        output: replace(request, seed=request.seed + number)
        for number, output in enumerate(outputs)
    }
    settings = _told(options, "strength", "guide", "face", "from_face", "mix")
    return edit(options, photo, requests, settings | {"region": parts, "seed": request.seed})


def _outputs(options: Namespace) -> list[Path]:
    """Name what is written: OUT, or OUT-1, OUT-2 .. where variants are asked for."""
    output: Path = options.output
    if options.variants is None:
        return [output]
    if options.variants < 1:
        raise InvalidRequestError("Choose --variants 1 or more.")
    return [output.with_stem(f"{output.stem}-{number + 1}") for number in range(options.variants)]


def _layers(options: Namespace) -> tuple[int, int]:
    """Read a range such as "4:9"."""
    if (len(options.exemplars) == 2) != (options.mix is not None) or len(options.exemplars) > 2:
        raise InvalidRequestError(
            "Two pictures are mixed by two times --from and a range of layers, --mix i:j."
        )
    if options.mix is None:
        return StyleRequest.layers
    try:
        start, stop = (int(row) for row in options.mix.split(":"))
    except ValueError as error:
        raise InvalidRequestError("--mix takes a range of layers i:j, such as 4:9.") from error
    return start, stop


def _what(options: Namespace) -> list[str]:
    """Read which regions change; none where a mask says what does."""
    if (options.region is None) == (options.mask is None):
        raise InvalidRequestError("Say what changes: either --region or --mask.")
    return _parts(options.region) if options.region is not None else []


def _mask(options: Namespace, photo: Photo) -> Mask | None:
    return read_mask(options.mask, photo.size) if options.mask is not None else None


def _parts(region: str) -> list[str]:
    """Read a list such as "eyes,mouth"."""
    names = [name.strip() for name in region.split(",")]
    unknown = next((name for name in names if name not in REGIONS), None)
    if unknown is not None:
        raise InvalidRequestError(
            f"There is no region named {unknown or 'nothing'}; choose from {', '.join(REGIONS)}."
        )
    return list(dict.fromkeys(names))


def _face_parts(parts: Sequence[str]) -> tuple[FacePart, ...]:
    return tuple(FacePart(part) for part in parts if part != HAIR)


def _photo(options: Namespace, report: Report) -> tuple[Photo, Landmarks]:
    photo = read_photo(options.photo)
    return photo, chosen_face(photo.work, options, report).landmarks


def _exemplars(options: Namespace, report: Report) -> list[Exemplar]:
    """Read the other pictures and find a face in each."""
    found = []
    for number, path in enumerate(options.exemplars):
        other, count = read_photo(path), len(options.exemplars)
        span = part_of(report, number / count, (number + 1) / count)
        face = exemplar_face(other.work, path, options.from_face, span)
        console.notify(other.notices)
        found.append(Exemplar(other.work, face.landmarks))
    return found


def _told(options: Namespace, *names: str) -> dict[str, object]:
    return {name: getattr(options, name) for name in names}
