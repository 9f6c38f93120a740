"""Measures smiles on neutral validation faces: is it a smile, the requested one, the same face."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.anatomy.landmarks import MOUTH, Landmarks
from core.edit.editor import Editor
from core.edit.expression.smile import smile_landmarks
from core.edit.requests import SmileKind, SmileMethod, SmileRequest
from core.image_io.photo import photo_from_array
from core.imaging.arrays import Image
from core.training.data.array_types import Figures, Images
from core.training.data.faces import TrainingFace, load_faces
from core.training.harness.markdown import markdown_table

Judge = Callable[[Image, Landmarks], dict[str, float]]
"""(image, landmarks) -> probabilities of the expressions."""

HAPPY = "happy"
_MAX_YAW = 18.0
_NEUTRAL = 0.5  # least probability, by the labels of the data
_SHOWN = 256  # side of the faces on the contact sheet


@dataclass(frozen=True)
class SmileSpec:
    """One row of the table."""

    kind: SmileKind
    strength: float = 1.0
    method: SmileMethod = SmileMethod.WARP

    @property
    def title(self) -> str:
        """What the row is called."""
        extra = "" if self.method is SmileMethod.WARP else f", {self.method.value}"
        return f"{self.kind.value} {self.strength:g}{extra}"


SMILE_SPECS = (
    SmileSpec(SmileKind.GENTLE),
    *(SmileSpec(SmileKind.OPEN, strength) for strength in (0.25, 0.5, 0.75, 1.0)),
    SmileSpec(SmileKind.WIDE),
    SmileSpec(SmileKind.OPEN, method=SmileMethod.REPAINT),
)


class MeasuredSmile(NamedTuple):
    """One edited face; figures that need dlib are NaN where it is not installed."""

    image: Images
    out: float
    """How far the mouth corners moved outward, in pixels of the 256 frame."""
    up: float
    error: float
    """Mean distance of the mouth's points to their targets, in the same pixels."""
    identity: float
    """Distance of dlib's descriptors, edited to source."""
    seconds: float


def neutral_faces(folder: Path, count: int) -> list[TrainingFace]:
    """Choose validation faces that do not smile: the London people first, then others."""
    people: dict[str, TrainingFace] = {}
    for face in load_faces(folder, ["hires768"], "val"):
        neutral = face.record.get("expression", {}).get("neutral", 0.0)
        if neutral >= _NEUTRAL and face.yaw < _MAX_YAW:
            people.setdefault(face.record.get("pair") or face.name, face)
    faces = sorted(people.values(), key=lambda face: face.record.get("pair") is None)
    return faces[:count]


def measure_smile(editor: Editor, model: str, spec: SmileSpec, face: TrainingFace) -> MeasuredSmile:
    """Make one face smile and measure it."""
    request = SmileRequest(face.image, face.landmarks, spec.strength, spec.kind, spec.method, model)
    started = time.perf_counter()
    result = editor.run(request)
    seconds = time.perf_counter() - started
    photo = photo_from_array(face.image)
    smiling = photo.with_patch(result.patch, result.left, result.top, result.coverage).image
    image = np.asarray(smiling, np.uint8)
    return MeasuredSmile(image, *_moves(request, image), _identity(face, image), seconds)


def happy_share(judge: Judge | None, faces: Sequence[TrainingFace], images: Sequence[Image]) -> str:
    """Tell on how many images the judge's top class is happy."""
    if judge is None:
        return "-"
    # eyes and nose stay where they are, so the source's points still frame the face
    answers = [judge(image, face.landmarks) for image, face in zip(images, faces, strict=True)]
    happy = sum(max(one, key=one.__getitem__) == HAPPY for one in answers)
    return f"{happy}/{len(answers)} = {happy / len(answers):.0%}"


def happier_share(classifier: Judge, faces: Sequence[TrainingFace], images: Sequence[Image]) -> str:
    """Tell on how many images a net finds more happiness than on the photo."""
    rises = 0
    for image, face in zip(images, faces, strict=True):
        before, after = (classifier(one, face.landmarks)[HAPPY] for one in (face.image, image))
        rises += after > before
    return f"{rises}/{len(faces)}"


def smile_table(
    editor: Editor,
    model: str,
    faces: Sequence[TrainingFace],
    judge: Judge | None,
    classifier: Judge,
    specs: Sequence[SmileSpec] = SMILE_SPECS,
) -> tuple[str, list[Images]]:
    """Measure kinds of smiles; returns Markdown and the stacks of a contact sheet."""
    photos = [face.image for face in faces]
    rows = [["none", "-", happy_share(judge, faces, photos), *["-"] * 6]]
    stacks = [_crop_canonical(faces, photos)]
    for spec in specs:
        measured = [measure_smile(editor, model, spec, face) for face in faces]
        images = [one.image for one in measured]
        answers = [happy_share(judge, faces, images), happier_share(classifier, faces, images)]
        rows.append([spec.title, _corner_cell(measured), *answers, *_figure_cells(measured)])
        stacks.append(_crop_canonical(faces, images))
    head = "smile|corners out, up (least)|judged happy|happier (rough)|px from asked mouth"
    head += "|identity mean|90 % below|largest|seconds"
    return markdown_table(head.split("|"), rows), stacks


def _moves(request: SmileRequest, smiling: Images) -> tuple[float, float, float]:
    found = _landmarks(smiling, request.landmarks)
    if found is None:
        return np.nan, np.nan, np.nan
    canonical, own, target = smile_landmarks(request)
    after = canonical.to_frame(found)
    out = (after[54, 0] - own[54, 0] - after[48, 0] + own[48, 0]) / 2
    up = (own[[48, 54], 1] - after[[48, 54], 1]).mean()
    mouth = list(MOUTH)
    error = np.linalg.norm(after[mouth] - target[mouth], axis=1).mean()
    return float(out), float(up), float(error)


def _landmarks(image: Images, near: Landmarks) -> Landmarks | None:
    """Find the face again, where dlib is installed and sees it."""
    if importlib.util.find_spec("dlib") is None:
        return None
    from core.face.detect import find_faces

    found = [face.landmarks for face in find_faces(image, thorough=False)]
    return min(found, key=lambda one: float(np.abs(one - near).mean()), default=None)


def _identity(face: TrainingFace, smiling: Images) -> float:
    if importlib.util.find_spec("dlib") is None:
        return float("nan")
    from core.face.descriptor import compute_descriptor, descriptor_distance

    own = compute_descriptor(face.image, face.landmarks)
    return descriptor_distance(own, compute_descriptor(smiling, face.landmarks))


def _corner_cell(measured: Sequence[MeasuredSmile]) -> str:
    out, up = (np.array([getattr(one, name) for one in measured]) for name in ("out", "up"))
    if np.isnan(out).all():
        return "-"
    return (
        f"{np.nanmean(out):.1f}, {np.nanmean(up):.1f} ({np.nanmin(out):.1f}, {np.nanmin(up):.1f})"
    )


def _figure_cells(measured: Sequence[MeasuredSmile]) -> list[str]:
    identity = np.array([one.identity for one in measured])
    return [
        _mean([one.error for one in measured], 1),
        _mean(identity, 2),
        "-" if np.isnan(identity).all() else f"{np.nanpercentile(identity, 90):.2f}",
        "-" if np.isnan(identity).all() else f"{np.nanmax(identity):.2f}",
        f"{np.median([one.seconds for one in measured]):.2f}",
    ]


def _mean(values: Sequence[float] | Figures, digits: int) -> str:
    return "-" if np.isnan(values).all() else f"{np.nanmean(values):.{digits}f}"


def _crop_canonical(faces: Sequence[TrainingFace], images: Sequence[Image]) -> Images:
    pairs = zip(faces, images, strict=True)
    return np.stack([face.canonical.resized(_SHOWN).crop(image) for face, image in pairs])
