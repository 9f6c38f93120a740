"""The command that gives a face components of another, or lets it follow a repainted map."""

from __future__ import annotations

from argparse import Namespace

from core.anatomy.parts import Component
from core.cli import console
from core.cli.arguments import ALL_FACES
from core.cli.edits import check_output, run_edits
from core.cli.faces import chosen_faces, exemplar_face
from core.edit.requests import Exemplar, TransferMethod, TransferRequest
from core.errors import InvalidRequestError
from core.image_io.label_file import read_labels
from core.image_io.photo import read_photo
from core.progress import Report, part_of


def transfer(options: Namespace) -> int:
    """Take components of another face, follow a map, or both."""
    check_output(options)
    parts = _parse_parts(options)
    if options.labels is not None and options.face == ALL_FACES:
        raise InvalidRequestError("A map is of one face: choose one --face.")
    report = console.progress_report(options)
    photo = read_photo(options.photo, options.page)
    faces = chosen_faces(photo.image, options, part_of(report, 0.0, 0.15))
    exemplar = _read_exemplar(options, part_of(report, 0.15, 0.3)) if parts else None
    labels = read_labels(options.labels, photo.size) if options.labels is not None else None
    requests = [
        TransferRequest(
            photo.image,
            face.landmarks,
            exemplar,
            parts,
            labels,
            TransferMethod(options.method),
            options.strength,
        )
        for face in faces
    ]
    settings = {name: getattr(options, name) for name in ("method", "strength", "face")}
    named = {"parts": [str(part) for part in parts]}
    return run_edits(options, photo, {options.output: requests}, settings | named)


def _parse_parts(options: Namespace) -> tuple[Component, ...]:
    """Read a list such as "left_eye,mouth"."""
    if options.parts is None:
        if options.exemplar is not None:
            raise InvalidRequestError(
                f"Say what is taken: --parts with commas between {', '.join(Component)}."
            )
        return ()
    if options.exemplar is None:
        raise InvalidRequestError("Say whose parts are taken: --from with another picture.")
    names = [name.strip() for name in options.parts.split(",")]
    unknown = next((name for name in names if name not in [*Component]), None)
    if unknown is not None:
        raise InvalidRequestError(
            f"There is no part named {unknown or 'nothing'}; choose from {', '.join(Component)}."
        )
    return tuple(Component(name) for name in dict.fromkeys(names))


def _read_exemplar(options: Namespace, report: Report) -> Exemplar:
    picture = read_photo(options.exemplar)
    face = exemplar_face(picture.image, options.exemplar, options.from_face, report)
    console.print_notices(picture.notices)
    return Exemplar(picture.image, face.landmarks)
