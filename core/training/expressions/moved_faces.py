"""What `express` makes of people it has never seen: a table of the classes, a sheet a slider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from core.anatomy.expressions import Expression, both_sides
from core.edit.editor import Editor
from core.edit.requests import ExpressionRequest
from core.image_io.photo import photo_from_array
from core.imaging.arrays import Image
from core.training.data.array_types import Images
from core.training.data.contact_sheet import write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.expressions.report import people_table
from core.training.frozen.expression_judge import load_judge
from core.training.reports.smiles import neutral_faces

PEOPLE = 24
SHEET_PEOPLE = {
    "light": "london_112_neutral",
    "dark": "london_062_neutral",
    "bearded": "ffhq_00196",
    "bespectacled": "ffhq_00223",
    "old": "ffhq_00190",
    "child": "ffhq_00163",
    "turned by 25 degrees": "ffhq_00216",
    "fringe": "ffhq_00244",
}
"""Validation faces on which every slider is looked at."""
_STRENGTHS = (0.5, 1.0)
_CLASSES = [one for one in Expression if one is not Expression.NEUTRAL]
_SHOWN_CLASS = 192  # side of the faces on the classes' sheet
_SIDE = 400  # of a face on a sheet, in the photo's own pixels
_FACES_A_ROW = 2


def class_report(data: Path, judge: Path | None, out: Path | None) -> Iterator[str]:
    """Yield the table of the classes on neutral people.

    Args:
        data: folder of shards.
        judge: weights of the judge of expressions.
        out: folder for a contact sheet.
    """
    editor, people = Editor("cpu"), neutral_faces(data, PEOPLE)
    edited = {
        str(one): [expressed(editor, face, expression=one) for face in people] for one in _CLASSES
    }
    found = load_judge(judge)
    judged = "No judge of expressions was given." if found is None else found.description
    yield (
        f"Every class on {len(people)} neutral validation faces of 768 pixels, at strength 1."
        f" {judged}\n\n{people_table(people, edited, found)}"
    )
    if out is not None:
        stacks = [np.stack([one.image for one in people])]
        stacks += [np.stack(images) for images in edited.values()]
        cropped = [_crops(people, images, _SHOWN_CLASS) for images in stacks]
        write_grid(out / "classes.png", cropped, columns=1)


def write_slider_sheet(data: Path, out: Path, name: str) -> Path:
    """Draw a slider's contact sheet: eight people as they are, at half and at the whole.

    Args:
        data: folder of shards.
        out: folder for the sheet, NAME.png.
        name: of `slider_names`.

    Returns:
        The sheet, in pixels of the photos: nothing is enlarged or made smaller.
    """
    editor, people = Editor("cpu"), _sheet_people(data)
    stacks = [_whole_crops(people, [face.image for face in people])]
    for strength in _STRENGTHS:
        weights = dict.fromkeys(both_sides(name), strength)
        images = [expressed(editor, face, weights=weights) for face in people]
        stacks.append(_whole_crops(people, images))
    sheet = out / f"{name}.png"
    write_grid(sheet, stacks, columns=_FACES_A_ROW)
    return sheet


@cache
def _sheet_people(data: Path) -> list[TrainingFace]:
    known = {face.name: face for face in load_faces(data, ["hires768"], "val")}
    return [known[name] for name in SHEET_PEOPLE.values()]


def expressed(
    editor: Editor,
    face: TrainingFace,
    *,
    expression: Expression | None = None,
    weights: Mapping[str, float] | None = None,
) -> Image:
    """Change what a face expresses as the program does, at strength 1."""
    request = ExpressionRequest(face.image, face.landmarks, expression, weights or {})
    result = editor.run(request)
    photo = photo_from_array(face.image)
    changed = photo.with_patch(result.patch, result.left, result.top, result.coverage)
    return np.asarray(changed.image, np.uint8)


def _crops(people: Sequence[TrainingFace], images: Sequence[Image] | Images, side: int) -> Images:
    pairs = zip(people, images, strict=True)
    crops = [face.canonical.resized(side).crop(image) for face, image in pairs]
    return np.stack([np.asarray(crop, np.uint8) for crop in crops])


def _whole_crops(people: Sequence[TrainingFace], images: Sequence[Image]) -> Images:
    """Cut squares around the noses out of images, without resampling them."""
    crops = []
    for face, image in zip(people, images, strict=True):
        left, top = (
            int(np.clip(middle - _SIDE / 2, 0, length - _SIDE))
            for middle, length in zip(face.landmarks[30], image.shape[1::-1], strict=True)
        )
        crops.append(image[top : top + _SIDE, left : left + _SIDE])
    return np.stack(crops)
