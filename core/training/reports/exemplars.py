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
from core.training.data.array_types import HoleMasks, Images
from core.training.data.contact_sheet import write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.occluders import grow_occluder, medical_mask, sunglasses
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.harness.markdown import markdown_table
from core.training.reports.part_transfer import run_edit
from core.training.reports.style_judge import TEACHER, describe_faces, hole_features

_MAX_YAW = 15.0  # degrees
_MIN_HAIR = 0.05  # of the image
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


class _Transferred(NamedTuple):
    """What came of all people; a refused one keeps its photo."""

    images: Images
    """(N, S, S, 3) canonical frames."""
    area: HoleMasks
    """(N, S, S) where what was taken is seen."""
    seconds: list[float]
    """Of those that were not refused."""


def exemplar_text(editor: Editor, data: Path, count: int, out: Path | None) -> str:
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
    photos = np.stack([_crop_canonical(one.image, one.landmarks) for one in people])
    area = np.stack([_part_area(editor, kind, one, one.image) for one in people])
    transferred = {guide: _transfer_all(editor, kind, guide, people) for guide in Guide}
    if out is not None:
        few = slice(_SHEET_ROWS)
        stacks = [photos, np.roll(photos, 1, 0), *(one.images for one in transferred.values())]
        name = f"{kind.title.replace(' ', '-')}.png"
        write_grid(out / name, [stack[few] for stack in stacks], columns=2)
    own = _Transferred(photos, area, [])
    points = [canonical_frame(one.landmarks, _FRAME_PX).to_frame(one.landmarks) for one in people]
    return [
        [kind.title, guide.value, *_cells(one, own, points, features)]
        for guide, one in transferred.items()
    ]


def _people(data: Path) -> list[TrainingFace]:
    faces = [one for one in load_faces(data, ["hires768"], "val") if abs(one.yaw) < _MAX_YAW]
    return [faces[index] for index in np.random.default_rng(0).permutation(len(faces))]


def _has_hair(editor: Editor, face: TrainingFace) -> bool:
    return bool(_part_area(editor, _KINDS[0], face, face.image).mean() > _MIN_HAIR)


def _part_area(editor: Editor, kind: _Kind, face: TrainingFace, image: Images) -> HoleMasks:
    """Find what is taken in the canonical frame of an image of a face."""
    if kind.mask is not None:
        return _crop_canonical(kind.mask(face), face.landmarks) > 0
    labels = editor.run(ParseRequest(image, face.landmarks)).labels
    return _crop_canonical((labels == Region.HAIR).astype(np.uint8), face.landmarks) > 0


def _make_request(
    kind: _Kind, guide: Guide, face: TrainingFace, exemplar: TrainingFace
) -> ExemplarRequest | StyleRequest:
    mask, is_hair = (None, True) if kind.mask is None else (kind.mask(face), False)
    own, exemplar_arguments = (face.image, face.landmarks), (exemplar.image, exemplar.landmarks)
    if guide is Guide.PIXELS:
        return ExemplarRequest(*own, *exemplar_arguments, hair=is_hair, mask=mask)
    return StyleRequest(*own, Exemplar(*exemplar_arguments), hair=is_hair, mask=mask)


def _transfer_all(
    editor: Editor, kind: _Kind, guide: Guide, people: list[TrainingFace]
) -> _Transferred:
    """Give everybody what the one before has."""
    images, area, seconds = [], [], list[float]()
    for index, face in enumerate(people):
        started = time.perf_counter()
        try:
            image, _ = run_edit(editor, _make_request(kind, guide, face, people[index - 1]))
            seconds.append(time.perf_counter() - started)
        except InvalidRequestError:
            image = face.image
        images.append(_crop_canonical(image, face.landmarks))
        area.append(_part_area(editor, kind, face, image))
    return _Transferred(np.stack(images), np.stack(area), seconds)


def _cells(
    transferred: _Transferred,
    own: _Transferred,
    points: list[Landmarks],
    features: AgeGenderFeatures,
) -> list[str]:
    """Measure one way; what was refused counts as made."""
    new, old = (hole_features(features, one.images, one.area) for one in (transferred, own))
    near, far = (((new - np.roll(old, by, 0)) ** 2).sum(axis=1) for by in (1, 2))
    descriptors, own_descriptors = (
        describe_faces(one.images, points) for one in (transferred, own)
    )
    moved = np.linalg.norm(descriptors - own_descriptors, axis=1)
    return [
        str(len(points) - len(transferred.seconds)),
        f"{(near < far).mean():.0%}",
        f"{1000 * near.mean():.1f}",
        f"{1000 * far.mean():.1f}",
        f"{moved.mean():.2f} ({np.quantile(moved, 0.9):.2f})",
        f"{np.median(transferred.seconds):.2f}" if transferred.seconds else "-",
    ]


def _crop_canonical(image: Images, landmarks: Landmarks) -> Images:
    """Crop the canonical frame."""
    cut: Images = canonical_frame(landmarks, _FRAME_PX).crop(image, cv2.INTER_LINEAR)
    return cut


def _occluder_mask(draw: Callable[..., Mask], face: TrainingFace) -> Mask:
    """Cover what something that is worn would hide."""
    assert face.image.shape[0] == face.image.shape[1]
    drawn = draw(np.random.default_rng(0), len(face.image), face.landmarks)
    return grow_occluder(drawn, face.landmarks)


_KINDS = (
    _Kind("hair", None),
    _Kind("mask over the eyes", partial(_occluder_mask, sunglasses)),
    _Kind("mask over the mouth", partial(_occluder_mask, medical_mask)),
)
