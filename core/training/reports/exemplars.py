"""Measures what is taken from other people as their own pixels and in their style."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import Region
from core.edit.editor import Editor
from core.edit.requests import Exemplar, ExemplarRequest, Guide, ParseRequest, StyleRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.imaging.arrays import Mask
from core.training.data.contact_sheet import write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.occluders import hiding, medical_mask, sunglasses
from core.training.data.picture_types import Holes, Pictures
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.harness.markdown import markdown_table
from core.training.reports.part_transfer import edited
from core.training.reports.style_judge import TEACHER, described, in_holes

_MOST_TURNED = 15.0  # degrees
_LEAST_HAIR = 0.05  # of the picture
_FRAME_PX = 256
_SHEET_ROWS = 16
_HEAD = "taken|as|refused|nearer|to exemplar|to another|identity (90 %)|seconds"
_TEXT = (
    "{count} validation people of 768 pixels, turned by less than 15 degrees, each with the hair of"
    " another one, or what the other shows below a mask. Nearer: on how many what was made is"
    " nearer to the exemplar's than to that of a face that did not guide, by squared distance x"
    " 1000 of features that no loss used, averaged over each one's hair as the parser finds it, or"
    " over each one's mask. Identity: mean distance of dlib's descriptors to the photo, and what"
    " 90 % stay below."
)


class _Kind(NamedTuple):
    """What is taken."""

    title: str
    mask: Callable[[TrainingFace], Mask] | None
    """Covers it in the photo; None is the hair."""


class _Made(NamedTuple):
    """What came of all people; a refused one keeps its photo."""

    pictures: Pictures
    """(N, S, S, 3) canonical frames."""
    where: Holes
    """(N, S, S) where what was taken is seen."""
    seconds: list[float]
    """Of those that were not refused."""


def loan_text(editor: Editor, data: Path, count: int, out: Path | None) -> str:
    """Return the section as Markdown; writes contact sheets of both ways into `out`."""
    people = list(islice(filter(partial(_has_hair, editor), _people(data)), count))
    features = AgeGenderFeatures(data / "teachers" / TEACHER)
    rows = [row for kind in _KINDS for row in _rows(editor, kind, people, features, out)]
    return f"{_TEXT.format(count=len(people))}\n\n{markdown_table(_HEAD.split('|'), rows)}"


def _rows(
    editor: Editor,
    kind: _Kind,
    people: list[TrainingFace],
    features: AgeGenderFeatures,
    out: Path | None,
) -> list[list[str]]:
    photos = np.stack([_framed(one.image, one.landmarks) for one in people])
    where = np.stack([_where(editor, kind, one, one.image) for one in people])
    made = {guide: _give(editor, kind, guide, people) for guide in Guide}
    if out is not None:
        few = slice(_SHEET_ROWS)
        stacks = [photos, np.roll(photos, 1, 0), *(one.pictures for one in made.values())]
        name = f"{kind.title.replace(' ', '-')}.png"
        write_grid(out / name, [stack[few] for stack in stacks], columns=2)
    own = _Made(photos, where, [])
    points = [canonical_frame(one.landmarks, _FRAME_PX).to_frame(one.landmarks) for one in people]
    return [
        [kind.title, guide.value, *_cells(one, own, points, features)]
        for guide, one in made.items()
    ]


def _people(data: Path) -> list[TrainingFace]:
    faces = [one for one in load_faces(data, ["hires768"], "val") if abs(one.yaw) < _MOST_TURNED]
    return [faces[index] for index in np.random.default_rng(0).permutation(len(faces))]


def _has_hair(editor: Editor, face: TrainingFace) -> bool:
    return bool(_where(editor, _KINDS[0], face, face.image).mean() > _LEAST_HAIR)


def _where(editor: Editor, kind: _Kind, face: TrainingFace, picture: Pictures) -> Holes:
    """Find what is taken in the canonical frame of a picture of a face."""
    if kind.mask is not None:
        return _framed(kind.mask(face), face.landmarks) > 0
    labels = editor.run(ParseRequest(picture, face.landmarks)).labels
    return _framed((labels == Region.HAIR).astype(np.uint8), face.landmarks) > 0


def _asked(
    kind: _Kind, guide: Guide, face: TrainingFace, other: TrainingFace
) -> ExemplarRequest | StyleRequest:
    mask, is_hair = (None, True) if kind.mask is None else (kind.mask(face), False)
    target, lent = (face.image, face.landmarks), (other.image, other.landmarks)
    if guide is Guide.PIXELS:
        return ExemplarRequest(*target, *lent, hair=is_hair, mask=mask)
    return StyleRequest(*target, Exemplar(*lent), hair=is_hair, mask=mask)


def _give(editor: Editor, kind: _Kind, guide: Guide, people: list[TrainingFace]) -> _Made:
    """Give everybody what the one before has."""
    pictures, where, seconds = [], [], list[float]()
    for index, face in enumerate(people):
        started = time.perf_counter()
        try:
            picture, _ = edited(editor, _asked(kind, guide, face, people[index - 1]))
            seconds.append(time.perf_counter() - started)
        except InvalidRequestError:
            picture = face.image
        pictures.append(_framed(picture, face.landmarks))
        where.append(_where(editor, kind, face, picture))
    return _Made(np.stack(pictures), np.stack(where), seconds)


def _cells(
    made: _Made, own: _Made, points: list[Landmarks], features: AgeGenderFeatures
) -> list[str]:
    """Measure one way; what was refused counts as made."""
    new, old = (in_holes(features, one.pictures, one.where) for one in (made, own))
    near, far = (((new - np.roll(old, by, 0)) ** 2).sum(axis=1) for by in (1, 2))
    who, was = (described(one.pictures, points) for one in (made, own))
    moved = np.linalg.norm(who - was, axis=1)
    return [
        str(len(points) - len(made.seconds)),
        f"{(near < far).mean():.0%}",
        f"{1000 * near.mean():.1f}",
        f"{1000 * far.mean():.1f}",
        f"{moved.mean():.2f} ({np.quantile(moved, 0.9):.2f})",
        f"{np.median(made.seconds):.2f}" if made.seconds else "-",
    ]


def _framed(picture: Pictures, landmarks: Landmarks) -> Pictures:
    """Cut the canonical frame."""
    cut: Pictures = canonical_frame(landmarks, _FRAME_PX).cut(picture, cv2.INTER_LINEAR)
    return cut


def _worn(draw: Callable[..., Mask], face: TrainingFace) -> Mask:
    """Cover what something that is worn would hide."""
    assert face.image.shape[0] == face.image.shape[1]
    drawn = draw(np.random.default_rng(0), len(face.image), face.landmarks)
    return hiding(drawn, face.landmarks)


_KINDS = (
    _Kind("hair", None),
    _Kind("mask over the eyes", partial(_worn, sunglasses)),
    _Kind("mask over the mouth", partial(_worn, medical_mask)),
)
