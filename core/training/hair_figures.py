"""Measures hair that is taken from other people: as its own pixels, and in their style."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from core.edit.pipeline import Editor
from core.edit.request import Exemplar, ExemplarRequest, ParseRequest, StyleRequest
from core.errors import InvalidRequestError
from core.face.align import canonical_frame
from core.labels import Region
from core.regions import Landmarks
from core.training.age_gender import AgeGenderFeatures
from core.training.data import TrainingFace, load_faces
from core.training.exchange_figures import edited
from core.training.metrics import Holes, Pictures
from core.training.sheet import write_grid
from core.training.style_judge import TEACHER, described, in_holes
from core.training.tables import markdown_table

_MOST_TURNED = 15.0  # degrees
_LEAST_HAIR = 0.05  # of the picture
_FRAME_PX = 256
_SHEET_ROWS = 16
_HEAD = "hair by|refused|nearer|to exemplar|to another|identity (90 %)|seconds"
_TEXT = (
    "Hair of {count} validation people of 768 pixels, turned by less than 15 degrees, each with"
    " that of another one. Nearer: on how many the hair that was made is nearer to the exemplar's"
    " than to that of a face that did not guide, by squared distance x 1000 of features that no"
    " loss used, averaged over each one's hair as the parser finds it. Identity: mean distance of"
    " dlib's descriptors to the photo, and what 90 % stay below."
)

_Ask = Callable[[TrainingFace, TrainingFace], ExemplarRequest | StyleRequest]


class _Made(NamedTuple):
    """What came of all people; a refused one keeps its photo."""

    pictures: Pictures
    """(N, S, S, 3) canonical frames."""
    hair: Holes
    """(N, S, S)"""
    seconds: list[float]
    """Of those that were not refused."""


def hair_text(editor: Editor, data: Path, count: int, out: Path | None) -> str:
    """Return the section as Markdown; writes a contact sheet of both ways into `out`."""
    people = list(islice(filter(partial(_has_hair, editor), _people(data)), count))
    made = {"pixels": _give(editor, people, _pixels), "style": _give(editor, people, _style)}
    photos = np.stack([_framed(one.image, one.landmarks) for one in people])
    own = np.stack([_hair(editor, one.image, one.landmarks) for one in people])
    features = AgeGenderFeatures(data / "teachers" / TEACHER)
    points = [canonical_frame(one.landmarks, _FRAME_PX).to_frame(one.landmarks) for one in people]
    rows = [
        [way, *_cells(one, _Made(photos, own, []), points, features)] for way, one in made.items()
    ]
    if out is not None:
        few = slice(_SHEET_ROWS)
        stacks = [photos, np.roll(photos, 1, 0), *(one.pictures for one in made.values())]
        write_grid(out / "hair.png", [stack[few] for stack in stacks], columns=2)
    return f"{_TEXT.format(count=len(people))}\n\n{markdown_table(_HEAD.split('|'), rows)}"


def _people(data: Path) -> list[TrainingFace]:
    faces = [one for one in load_faces(data, ["hires768"], "val") if abs(one.yaw) < _MOST_TURNED]
    return [faces[index] for index in np.random.default_rng(0).permutation(len(faces))]


def _has_hair(editor: Editor, face: TrainingFace) -> bool:
    return bool(_hair(editor, face.image, face.landmarks).mean() > _LEAST_HAIR)


def _hair(editor: Editor, picture: Pictures, landmarks: Landmarks) -> Holes:
    """Find hair in the canonical frame of a picture."""
    labels = editor.run(ParseRequest(picture, landmarks)).labels
    return _framed((labels == Region.HAIR).astype(np.uint8), landmarks) > 0


def _pixels(face: TrainingFace, other: TrainingFace) -> ExemplarRequest:
    return ExemplarRequest(face.image, face.landmarks, other.image, other.landmarks, hair=True)


def _style(face: TrainingFace, other: TrainingFace) -> StyleRequest:
    exemplar = Exemplar(other.image, other.landmarks)
    return StyleRequest(face.image, face.landmarks, exemplar, hair=True)


def _give(editor: Editor, people: list[TrainingFace], ask: _Ask) -> _Made:
    """Give everybody the hair of the one before."""
    pictures, hair, seconds = [], [], list[float]()
    for index, face in enumerate(people):
        started = time.perf_counter()
        try:
            picture, _ = edited(editor, ask(face, people[index - 1]))
            seconds.append(time.perf_counter() - started)
        except InvalidRequestError:
            picture = face.image
        pictures.append(_framed(picture, face.landmarks))
        hair.append(_hair(editor, picture, face.landmarks))
    return _Made(np.stack(pictures), np.stack(hair), seconds)


def _cells(
    made: _Made, own: _Made, points: list[Landmarks], features: AgeGenderFeatures
) -> list[str]:
    """Measure one way; what was refused counts as made."""
    new, old = (in_holes(features, one.pictures, one.hair) for one in (made, own))
    near, far = (((new - np.roll(old, by, 0)) ** 2).sum(axis=1) for by in (1, 2))
    who, was = (described(one.pictures, points) for one in (made, own))
    moved = np.linalg.norm(who - was, axis=1)
    return [
        str(len(points) - len(made.seconds)),
        f"{(near < far).mean():.0%}",
        f"{1000 * near.mean():.1f}",
        f"{1000 * far.mean():.1f}",
        f"{moved.mean():.2f} ({np.quantile(moved, 0.9):.2f})",
        f"{np.median(made.seconds):.2f}",
    ]


def _framed(picture: Pictures, landmarks: Landmarks) -> Pictures:
    """Cut the canonical frame."""
    cut: Pictures = canonical_frame(landmarks, _FRAME_PX).cut(picture, cv2.INTER_LINEAR)
    return cut
