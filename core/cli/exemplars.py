"""The command that transfers parts, hair or the style of an exemplar."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart
from core.cli import console
from core.cli.arguments import ALL_FACES
from core.cli.batch.record import Stamp, stamp_of
from core.cli.edits import check_output, read_hole, read_sketch, run_edits
from core.cli.faces import chosen_faces, exemplar_face
from core.edit.requests import Exemplar, ExemplarRequest, Guide, StyleRequest
from core.errors import InvalidRequestError
from core.image_io.photo import Photo, read_photo
from core.imaging.arrays import Mask
from core.progress import Report, part_of, silent

HAIR, GLASSES = "hair", "glasses"
"""Regions beside the parts."""
REGIONS = (*FacePart, HAIR, GLASSES)

_STYLE_ONLY = ("mix", "seed", "variants", "sketch")
_DETECTION_SHARE = 0.3  # of the progress: for faces


def exemplar(options: Namespace) -> int:
    """Transfer parts of an exemplar, or paint parts in its style."""
    outputs = _output_paths(options)
    for output in outputs:
        check_output(options, path=output)
    if options.guide == Guide.PIXELS:
        return _transfer(options)
    return _restyle(options, outputs)


def _transfer(options: Namespace) -> int:
    """Warp and relight the exemplar's own pixels."""
    for name in _STYLE_ONLY:
        if getattr(options, name) is not None:
            raise InvalidRequestError(f"--{name} needs --guide {Guide.STYLE}.")
    if len(options.exemplars) != 1:
        raise InvalidRequestError(
            "Pixels are taken from one picture: give one --from; "
            f"--guide {Guide.STYLE} can do without, or mix two."
        )
    parts = _chosen_regions(options)
    if options.keep_hat and HAIR not in parts:
        raise InvalidRequestError(f"--keep-hat needs --region {HAIR}.")
    report = console.progress_report(options)
    photo, faces = _read_photo_and_faces(options, part_of(report, 0.0, _DETECTION_SHARE / 2))
    (exemplar_photo,) = _read_exemplars(
        options, part_of(report, _DETECTION_SHARE / 2, _DETECTION_SHARE)
    )
    mask = _read_mask(options, photo)
    requests = [
        ExemplarRequest(
            photo.image,
            landmarks,
            exemplar_photo.image,
            exemplar_photo.landmarks,
            _face_parts(parts),
            hair=HAIR in parts,
            glasses=GLASSES in parts,
            keeps_hat=options.keep_hat,
            mask=mask,
            shape=options.shape,
            strength=options.strength,
        )
        for landmarks in faces
    ]
    settings = _option_values(
        options, "shape", "strength", "guide", "face", "from_face", "keep_hat"
    )
    return run_edits(options, photo, {options.output: requests}, settings | {"region": parts})


def _restyle(options: Namespace, outputs: Sequence[Path]) -> int:
    """Paint parts, hair or a mask in the style of one or two exemplars, or in a random one."""
    if options.shape is not None:
        raise InvalidRequestError(f"--shape needs --guide {Guide.PIXELS}.")
    if options.keep_hat:
        raise InvalidRequestError(f"--keep-hat needs --guide {Guide.PIXELS}.")
    layers = _parse_layers(options)
    parts = _chosen_regions(options)
    if GLASSES in parts:
        raise InvalidRequestError(f"--region {GLASSES} needs --guide {Guide.PIXELS}.")
    report = console.progress_report(options)
    photo, faces = _read_photo_and_faces(options, part_of(report, 0.0, _DETECTION_SHARE / 2))
    first, second = [
        *_read_exemplars(options, part_of(report, _DETECTION_SHARE / 2, _DETECTION_SHARE)),
        None,
        None,
    ][:2]
    request = StyleRequest(
        photo.image,
        faces[0],
        first,
        parts=_face_parts(parts),
        hair=HAIR in parts,
        mask=_read_mask(options, photo),
        second=second,
        layers=layers,
        seed=options.seed or 0,
        strength=options.strength,
        lines=read_sketch(options.sketch, photo.size) if options.sketch is not None else None,
    )
    requests = {
        output: [
            replace(request, landmarks=landmarks, seed=request.seed + number) for landmarks in faces
        ]
        for number, output in enumerate(outputs)
    }
    settings = _option_values(options, "strength", "guide", "face", "from_face", "mix")
    return run_edits(options, photo, requests, settings | {"region": parts, "seed": request.seed})


def _output_paths(options: Namespace) -> list[Path]:
    """Name what is written: OUT, or OUT-1, OUT-2 .. where variants are asked for."""
    output: Path = options.output
    if options.variants is None:
        return [output]
    if options.variants < 1:
        raise InvalidRequestError("Choose --variants 1 or more.")
    return [output.with_stem(f"{output.stem}-{number + 1}") for number in range(options.variants)]


def _parse_layers(options: Namespace) -> tuple[int, int]:
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


def _chosen_regions(options: Namespace) -> list[str]:
    """Read which regions change; none where a mask says what does."""
    if options.mask is not None and options.face == ALL_FACES:
        raise InvalidRequestError("A mask lies on one face: choose one --face, or take a --region.")
    if (options.region is None) == (options.mask is None):
        raise InvalidRequestError("Say what changes: either --region or --mask.")
    return _parse_regions(options.region) if options.region is not None else []


def _read_mask(options: Namespace, photo: Photo) -> Mask | None:
    return read_hole(options.mask, photo.size) if options.mask is not None else None


def _parse_regions(region: str) -> list[str]:
    """Read a list such as "eyes,mouth"."""
    names = [name.strip() for name in region.split(",")]
    unknown = next((name for name in names if name not in REGIONS), None)
    if unknown is not None:
        raise InvalidRequestError(
            f"There is no region named {unknown or 'nothing'}; choose from {', '.join(REGIONS)}."
        )
    return list(dict.fromkeys(names))


def _face_parts(parts: Sequence[str]) -> tuple[FacePart, ...]:
    return tuple(FacePart(part) for part in parts if part not in (HAIR, GLASSES))


def _read_photo_and_faces(options: Namespace, report: Report) -> tuple[Photo, list[Landmarks]]:
    photo = read_photo(options.photo, options.page)
    return photo, [face.landmarks for face in chosen_faces(photo.image, options, report)]


def _read_exemplars(options: Namespace, report: Report) -> list[Exemplar]:
    """Read the exemplars and detect a face in each."""
    found = []
    for number, path in enumerate(options.exemplars):
        report(number / len(options.exemplars), "Reading the exemplar")
        exemplar, notices = _found_exemplar(path, stamp_of(path), options.from_face)
        console.print_notices(notices)
        found.append(exemplar)
    return found


@lru_cache(maxsize=2)
def _found_exemplar(
    path: Path, _stamp: Stamp | None, number: int
) -> tuple[Exemplar, tuple[str, ...]]:
    """Read an exemplar and detect its face, over many photos once."""
    photo = read_photo(path)
    face = exemplar_face(photo.image, path, number, silent)
    return Exemplar(photo.image, face.landmarks), photo.notices


def _option_values(options: Namespace, *names: str) -> dict[str, object]:
    return {name: getattr(options, name) for name in names}
