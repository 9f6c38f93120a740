"""The command that changes what a face expresses, and its shape."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from core.anatomy.expressions import Expression, hidden_sliders
from core.anatomy.landmarks import Landmarks
from core.cli import console
from core.cli.arguments import ALL_EXPRESSIONS
from core.cli.edits import check_output, run_edits
from core.cli.faces import chosen_faces, exemplar_face
from core.edit.expression.preset import Preset, both_sided, read_preset
from core.edit.requests import ExpressionMethod, ExpressionRequest
from core.errors import InvalidRequestError
from core.image_io.photo import read_photo
from core.progress import part_of


def express(options: Namespace) -> int:
    """Change what one face, or all, express."""
    outputs = _outputs(options)
    for output in outputs:
        check_output(options, path=output)
    preset = _preset(options)
    console.print_notices(
        f"{name} is not among the window's sliders: {reason}."
        for name, reason in hidden_sliders(preset.weights).items()
    )
    report = console.progress_report(options)
    photo = read_photo(options.photo, options.page)
    faces = chosen_faces(photo.image, options, part_of(report, 0.0, 0.2))
    like = _like(options)
    requests = {
        output: [
            ExpressionRequest(
                photo.image,
                face.landmarks,
                expression,
                preset.weights,
                like,
                strength=options.strength,
                model=options.model,
                method=ExpressionMethod(options.method),
            )
            for face in faces
        ]
        for output, expression in outputs.items()
    }
    settings = {
        "to": options.to,
        "weights": dict(preset.weights),
        "strength": options.strength,
        "face": options.face,
        "method": options.method,
    }
    return run_edits(options, photo, requests, settings)


def _outputs(options: Namespace) -> dict[Path, Expression | None]:
    """Name what is written: OUT, or OUT-happy, OUT-sad .. for all classes."""
    if options.to is not None and options.like is not None:
        raise InvalidRequestError("Choose either --to or --like.")
    output: Path = options.output
    if options.to == ALL_EXPRESSIONS:
        return {output.with_stem(f"{output.stem}-{one}"): one for one in Expression}
    if options.to is not None:
        return {output: Expression(options.to)}
    if not options.weights_set and options.preset is None and options.like is None:
        raise InvalidRequestError("Say what the face is to express: --to, --set, --like, --preset.")
    preset = read_preset(options.preset) if options.preset is not None else Preset()
    return {output: preset.expression if options.like is None else None}


def _preset(options: Namespace) -> Preset:
    """Read the preset's weights; those that are set by name come over them."""
    preset = read_preset(options.preset) if options.preset is not None else Preset()
    return Preset(None, {**preset.weights, **both_sided(dict(options.weights_set))})


def _like(options: Namespace) -> Landmarks | None:
    if options.like is None:
        return None
    other = read_photo(options.like)
    console.print_notices(other.notices)
    report = part_of(console.progress_report(options), 0.2, 0.3)
    return exemplar_face(other.image, options.like, options.from_face, report).landmarks
