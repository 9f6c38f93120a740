"""Measures faces won back from under glasses and masks: EXE-GAN beside a plain painter's fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.landmarks import Landmarks
from core.edit.editor import Editor
from core.edit.requests import ExemplarRequest
from core.imaging.arrays import Mask
from core.models import residual_unet
from core.models.exe_gan.model import ExeGANPainter
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.training.data.batches import Tensors
from core.training.data.contact_sheet import show_holes, write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import MakeHole
from core.training.data.occluders import hiding, medical_mask, sunglasses
from core.training.data.picture_types import Numbers, Pictures
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.frozen.openface import perceptual_distance
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics
from core.training.reports.fills import classic
from core.training.reports.part_transfer import edited
from core.training.reports.style_frames import (
    FRAME_SIZE,
    chosen_faces,
    encoded,
    frozen,
    frozen_landmarks,
    masked,
    painted,
    pictures,
)
from core.training.reports.style_judge import described, in_holes
from core.training.smile_statistics.displacements import pairs_of_people

OCCLUDERS: dict[str, MakeHole] = {"sunglasses": sunglasses, "medical mask": medical_mask}

_LONDON = "London, two photos each"
_SHADES = {"sunglasses": (28, 26, 30), "medical mask": (176, 204, 214)}
_SHEET_ROWS = 16
_ENLARGED = 2
"""The program takes no parts for smaller faces."""
_HEAD = "hidden (share)|faces|fill|PSNR|perceptual|to the person (another)|dlib"
_TEXT = (
    "Recovery: glasses and masks drawn on validation frames of 128 pixels, hidden with a small"
    " margin and filled by networks alone that are told the photo's lines, or (pixels) by the"
    " program. To the person: squared distance x 1000 of the judge's features in the hole to the"
    " photo's own, in brackets another"
    " face's; dlib: distance of the descriptors of fill and photo, where there is another photo."
)


class People(NamedTuple):
    """Whose faces are hidden, and what else is known of them."""

    title: str
    faces: list[TrainingFace]
    others: list[TrainingFace] | None
    """Another photo of each of them, if there is one."""


class Hidden(NamedTuple):
    """One kind of occluder on some people's faces."""

    occluder: str
    people: People
    batch: Tensors
    landmarks: list[Landmarks]

    @property
    def photos(self) -> Pictures:
        """(N, 128, 128, 3)."""
        return pictures(self.batch.image)

    @property
    def coverage(self) -> Pictures:
        """(N, 128, 128), 255 in the hole."""
        return np.where(self.batch.mask[:, 0].numpy() > 0, 255, 0).astype(np.uint8)


def recovery_text(
    model: ExeGANPainter, data: Path, count: int, features: AgeGenderFeatures, out: Path | None
) -> str:
    """Hide, fill and measure, as Markdown."""
    rows = []
    for occluder in OCCLUDERS:
        for people in known_people(data, count):
            hidden = hide(occluder, people)
            made = dict(fills(model, hidden))
            rows += _rows(hidden, made, features)
            if out is not None:
                name = f"recovery-{occluder.split()[-1]}-{people.title.split(',')[0]}.png"
                write_grid(out / name, _sheet(hidden, made), columns=2)
    return f"{_TEXT}\n\n{markdown_table(_HEAD.split('|'), rows)}"


def known_people(data: Path, count: int) -> Iterator[People]:
    """Yield validation people with two photos, each to be won back from the other; then others."""
    london = [face for face in load_faces(data, ["hires768"], "val") if face.record.get("pair")]
    pairs = pairs_of_people(london)
    neutral, smiling = ([pair[index] for pair in pairs] for index in (0, 1))
    yield People(_LONDON, (neutral + smiling)[:count], (smiling + neutral)[:count])
    yield People("faces256", chosen_faces(data)[:count], None)


def hide(occluder: str, people: People) -> Hidden:
    """Cut frozen frames in which every face is hidden."""
    sources = masked(people.faces, partial(_hole, OCCLUDERS[occluder]))
    return Hidden(occluder, people, frozen(sources), frozen_landmarks(sources))


@torch.inference_mode()
def fills(model: ExeGANPainter, hidden: Hidden) -> Iterator[tuple[str, Pictures]]:
    """Yield title and pictures of everything that is compared."""
    batch, others = hidden.batch, hidden.people.others
    if others is not None:
        yield "pixels, own other photo", _lent(hidden, others)
        yield "EXE-GAN, own other photo", painted(model, batch, encoded(model, _seen(others)), 0)
    yield "EXE-GAN, random style", painted(model, batch, None, 0)
    unet = residual_unet.build(weights_path(residual_unet.NAME), torch.device("cpu"))
    told = zip(batch.image, batch.mask, batch.lines, strict=True)
    answers = [unet.inpaint(*(field[None] for field in one)) for one in told]
    yield "residual U-Net", pictures(torch.cat(answers))
    pairs = zip(pictures(batch.image), batch.mask[:, 0].byte().numpy(), strict=True)
    yield "Telea", np.stack([classic(*pair, cv2.INPAINT_TELEA) for pair in pairs])


def _lent(hidden: Hidden, others: Sequence[TrainingFace]) -> Pictures:
    """Take what others show in the holes, by the program, in frames that are large enough."""
    editor, made = Editor("cpu"), []
    for photo, hole, points, other in zip(
        hidden.photos, hidden.coverage, hidden.landmarks, others, strict=True
    ):
        large = cv2.resize(photo, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
        mask = cv2.resize(hole, large.shape[:2], interpolation=cv2.INTER_NEAREST)
        landmarks = (points + 0.5) * _ENLARGED - 0.5
        request = ExemplarRequest(
            np.asarray(large, np.uint8),
            landmarks,
            other.image,
            other.landmarks,
            mask=np.asarray(mask, np.uint8),
        )
        small = cv2.resize(edited(editor, request)[0], hole.shape, interpolation=cv2.INTER_AREA)
        made.append(np.where(hole[..., None] > 0, small, photo))
    return np.stack(made)


def _hole(draw: MakeHole, rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    return hiding(draw(rng, size, landmarks), landmarks)


def _rows(
    hidden: Hidden, made: dict[str, Pictures], features: AgeGenderFeatures
) -> list[list[str]]:
    photos, holes, points = hidden.photos, hidden.coverage > 0, hidden.landmarks
    wanted, own = features.look(photos), in_holes(features, photos, holes)
    another = _apart(np.roll(own, 1, 0), own)
    known = None if hidden.people.others is None else described(photos, points)
    rows = []
    for name, found in made.items():
        likeness = "-"
        if known is not None:
            likeness = f"{np.linalg.norm(described(found, points) - known, axis=1).mean():.2f}"
        rows.append(
            [
                f"{hidden.occluder} ({holes.mean():.3f})",
                f"{hidden.people.title} ({len(photos)})",
                name,
                f"{metrics.hole_psnr(found, photos, holes):.2f}",
                f"{perceptual_distance(features.look(found), wanted):.3f}",
                f"{_apart(in_holes(features, found, holes), own):.1f} ({another:.1f})",
                likeness,
            ]
        )
    return rows


def _apart(found: Numbers, wanted: Numbers) -> float:
    return 1000.0 * float(((found - wanted) ** 2).sum(axis=1).mean())


def _sheet(hidden: Hidden, made: dict[str, Pictures]) -> list[Pictures]:
    """Return stacks of the photo, the photo with what hides it, the hole, and every fill."""
    photos, draw, rng = hidden.photos, OCCLUDERS[hidden.occluder], np.random.default_rng(0)
    covered = np.stack([draw(rng, FRAME_SIZE, one) for one in hidden.landmarks]) > 0
    shade = np.array(_SHADES[hidden.occluder], np.uint8)
    worn = np.where(covered[..., None], shade, photos)
    lines = (hidden.batch.lines.permute(0, 2, 3, 1).numpy() * 255.0).round().astype(np.uint8)
    stacks = [photos, worn, show_holes(photos, hidden.coverage, lines), *made.values()]
    return [stack[:_SHEET_ROWS] for stack in stacks]


def _seen(faces: Sequence[TrainingFace]) -> Tensor:
    """Cut aligned faces as the style encoder reads them; (N, 3, S, S)."""
    cut = [face.canonical.resized(FRAME_SIZE).cut(face.image) for face in faces]
    return tensors.from_images(np.asarray(np.stack(cut), np.uint8))
