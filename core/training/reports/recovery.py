"""Measures faces reconstructed under glasses and masks: EXE-GAN beside other fills."""

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
from core.models.exe_gan.model import ExeGANInpainter
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.training.data.array_types import Figures, Images
from core.training.data.batches import TensorBatch
from core.training.data.contact_sheet import render_holes, write_grid
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import MakeHole
from core.training.data.occluders import grow_occluder, medical_mask, sunglasses
from core.training.frozen.age_gender import AgeGenderFeatures
from core.training.frozen.openface import perceptual_distance
from core.training.harness.markdown import markdown_table
from core.training.reports import metrics
from core.training.reports.fills import classic_fill
from core.training.reports.part_transfer import run_edit
from core.training.reports.style_frames import (
    FRAME_SIZE,
    chosen_faces,
    encode_styles,
    frozen_batch,
    frozen_landmarks,
    paint_batch,
    sources_with_hole,
    to_images,
)
from core.training.reports.style_judge import describe_faces, hole_features
from core.training.smile_statistics.displacements import neutral_smile_pairs

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
    exemplars: list[TrainingFace] | None
    """Another photo of each of them, if there is one."""


class OccludedFaces(NamedTuple):
    """One kind of occluder on some people's faces."""

    occluder: str
    people: People
    batch: TensorBatch
    landmarks: list[Landmarks]

    @property
    def photos(self) -> Images:
        """(N, 128, 128, 3)."""
        return to_images(self.batch.image)

    @property
    def coverage(self) -> Images:
        """(N, 128, 128), 255 in the hole."""
        return np.where(self.batch.mask[:, 0].numpy() > 0, 255, 0).astype(np.uint8)


def recovery_text(
    model: ExeGANInpainter, data: Path, count: int, features: AgeGenderFeatures, out: Path | None
) -> str:
    """Hide, fill and measure, as Markdown."""
    rows = []
    for occluder in OCCLUDERS:
        for people in known_people(data, count):
            occluded = occlude(occluder, people)
            results = dict(compared_fills(model, occluded))
            rows += _rows(occluded, results, features)
            if out is not None:
                name = f"recovery-{occluder.split()[-1]}-{people.title.split(',')[0]}.png"
                write_grid(out / name, _sheet(occluded, results), columns=2)
    return f"{_TEXT}\n\n{markdown_table(_HEAD.split('|'), rows)}"


def known_people(data: Path, count: int) -> Iterator[People]:
    """Yield validation people with two photos, each the other's exemplar; then single photos."""
    london = [face for face in load_faces(data, ["hires768"], "val") if face.record.get("pair")]
    pairs = neutral_smile_pairs(london)
    neutral, smiling = ([pair[index] for pair in pairs] for index in (0, 1))
    yield People(_LONDON, (neutral + smiling)[:count], (smiling + neutral)[:count])
    yield People("faces256", chosen_faces(data)[:count], None)


def occlude(occluder: str, people: People) -> OccludedFaces:
    """Crop frozen frames in which every face is hidden."""
    sources = sources_with_hole(people.faces, partial(_hole, OCCLUDERS[occluder]))
    return OccludedFaces(occluder, people, frozen_batch(sources), frozen_landmarks(sources))


@torch.inference_mode()
def compared_fills(model: ExeGANInpainter, occluded: OccludedFaces) -> Iterator[tuple[str, Images]]:
    """Yield title and images of everything that is compared."""
    batch, exemplars = occluded.batch, occluded.people.exemplars
    if exemplars is not None:
        yield "pixels, own other photo", _transfer_all(occluded, exemplars)
        yield (
            "EXE-GAN, own other photo",
            paint_batch(model, batch, encode_styles(model, _crop_aligned(exemplars)), 0),
        )
    yield "EXE-GAN, random style", paint_batch(model, batch, None, 0)
    unet = residual_unet.build(weights_path(residual_unet.NAME), torch.device("cpu"))
    inputs = zip(batch.image, batch.mask, batch.lines, strict=True)
    answers = [unet.inpaint(*(field[None] for field in one)) for one in inputs]
    yield "residual U-Net", to_images(torch.cat(answers))
    pairs = zip(to_images(batch.image), batch.mask[:, 0].byte().numpy(), strict=True)
    yield "Telea", np.stack([classic_fill(*pair, cv2.INPAINT_TELEA) for pair in pairs])


def _transfer_all(occluded: OccludedFaces, exemplars: Sequence[TrainingFace]) -> Images:
    """Transfer what the exemplars show in the holes, by the program, in large enough frames."""
    editor, results = Editor("cpu"), []
    for photo, hole, points, exemplar in zip(
        occluded.photos, occluded.coverage, occluded.landmarks, exemplars, strict=True
    ):
        large = cv2.resize(photo, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
        mask = cv2.resize(hole, large.shape[:2], interpolation=cv2.INTER_NEAREST)
        landmarks = (points + 0.5) * _ENLARGED - 0.5
        request = ExemplarRequest(
            np.asarray(large, np.uint8),
            landmarks,
            exemplar.image,
            exemplar.landmarks,
            mask=np.asarray(mask, np.uint8),
        )
        small = cv2.resize(run_edit(editor, request)[0], hole.shape, interpolation=cv2.INTER_AREA)
        results.append(np.where(hole[..., None] > 0, small, photo))
    return np.stack(results)


def _hole(draw: MakeHole, rng: np.random.Generator, size: int, landmarks: Landmarks) -> Mask:
    return grow_occluder(draw(rng, size, landmarks), landmarks)


def _rows(
    occluded: OccludedFaces, results: dict[str, Images], features: AgeGenderFeatures
) -> list[list[str]]:
    photos, holes, points = occluded.photos, occluded.coverage > 0, occluded.landmarks
    target_features, own = features.extract(photos), hole_features(features, photos, holes)
    another = _feature_distance(np.roll(own, 1, 0), own)
    descriptors = None if occluded.people.exemplars is None else describe_faces(photos, points)
    rows = []
    for name, images in results.items():
        distance = "-"
        if descriptors is not None:
            distance = (
                f"{np.linalg.norm(describe_faces(images, points) - descriptors, axis=1).mean():.2f}"
            )
        to_person = _feature_distance(hole_features(features, images, holes), own)
        rows.append(
            [
                f"{occluded.occluder} ({holes.mean():.3f})",
                f"{occluded.people.title} ({len(photos)})",
                name,
                f"{metrics.hole_psnr(images, photos, holes):.2f}",
                f"{perceptual_distance(features.extract(images), target_features):.3f}",
                f"{to_person:.1f} ({another:.1f})",
                distance,
            ]
        )
    return rows


def _feature_distance(images: Figures, target_features: Figures) -> float:
    return 1000.0 * float(((images - target_features) ** 2).sum(axis=1).mean())


def _sheet(occluded: OccludedFaces, results: dict[str, Images]) -> list[Images]:
    """Return stacks of the photo, the photo with what hides it, the hole, and every fill."""
    photos, draw, rng = occluded.photos, OCCLUDERS[occluded.occluder], np.random.default_rng(0)
    covered = np.stack([draw(rng, FRAME_SIZE, one) for one in occluded.landmarks]) > 0
    shade = np.array(_SHADES[occluded.occluder], np.uint8)
    occluded_photos = np.where(covered[..., None], shade, photos)
    lines = (occluded.batch.lines.permute(0, 2, 3, 1).numpy() * 255.0).round().astype(np.uint8)
    stacks = [
        photos,
        occluded_photos,
        render_holes(photos, occluded.coverage, lines),
        *results.values(),
    ]
    return [stack[:_SHEET_ROWS] for stack in stacks]


def _crop_aligned(faces: Sequence[TrainingFace]) -> Tensor:
    """Crop aligned faces as the style encoder reads them; (N, 3, S, S)."""
    crops = [face.canonical.resized(FRAME_SIZE).crop(face.image) for face in faces]
    return tensors.from_images(np.asarray(np.stack(crops), np.uint8))
