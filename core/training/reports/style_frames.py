"""Frozen validation frames for EXE-GAN, and what it paints on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.landmarks import LEFT_BROW, LEFT_EYE, MOUTH, RIGHT_BROW, RIGHT_EYE, Landmarks
from core.models import face_parser
from core.models.exe_gan.model import ExeGANInpainter
from core.models.face_parser import FaceParser
from core.runtime import tensors
from core.runtime.checkpoints import weights_path
from core.training.data import holes
from core.training.data.array_types import Images
from core.training.data.batches import TensorBatch, to_device
from core.training.data.faces import TrainingFace, load_faces
from core.training.data.frames import Batch, FrameSource, MakeHole, SampleMix, stroke_holes
from core.training.data.pseudo_labels import confident_labels
from core.training.data.region_holes import hair_hole, has_hair

FRAME_SIZE = 128
HAIR, WHOLE_FACE = "hair", "whole face"
PARTS: dict[str, MakeHole] = {
    WHOLE_FACE: partial(holes.around_landmarks, group=tuple(range(68))),
    "eyes and brows": partial(
        holes.around_landmarks, group=LEFT_EYE + RIGHT_EYE + LEFT_BROW + RIGHT_BROW
    ),
    "mouth": partial(holes.around_landmarks, group=MOUTH),
    "strokes 20-40 %": stroke_holes(0.2, 0.4),
}
_AT_ONCE = 8
_CPU = torch.device("cpu")

whole_frame = partial(
    FrameSource, "", 1.0, side=(1.0, 1.0), centre=(0.5, 0.5), keep_lines=1.0, make_holes=()
)


def sources_by_hole(data: Path, count: int) -> dict[str, list[FrameSource]]:
    """Return a source of one validation face each, by what the holes cover; all tell the lines."""
    chosen = chosen_faces(data)
    hairy = islice(filter(has_hair, map(_with_label_map, chosen)), count)
    sources = {HAIR: [whole_frame(faces=[one], draw_hole=hair_hole) for one in hairy]}
    for title, make_hole in PARTS.items():
        sources[title] = sources_with_hole(chosen[:count], make_hole)
    return sources


def chosen_faces(data: Path) -> list[TrainingFace]:
    """Return all validation faces in an order that is always the same."""
    faces = load_faces(data, ["faces256"], "val")
    order = np.random.default_rng(0).permutation(len(faces))
    return [faces[index] for index in order]


def sources_with_hole(faces: Sequence[TrainingFace], make_hole: MakeHole) -> list[FrameSource]:
    """Return a source of each face with one kind of hole."""
    return [whole_frame(faces=[one], make_holes=[(1.0, make_hole)]) for one in faces]


def frozen_batch(sources: Sequence[FrameSource]) -> TensorBatch:
    """Draw one sample of every source, always the same."""
    samples = [SampleMix([one], FRAME_SIZE, seed).batch(1) for seed, one in enumerate(sources)]
    images, masks, lines = (
        np.concatenate([sample[field] for sample in samples]) for field in range(3)
    )
    return to_device(Batch(images, masks, lines), _CPU)


def frozen_landmarks(sources: Sequence[FrameSource]) -> list[Landmarks]:
    """Return where the points of the faces lie in the frames that `frozen_batch` draws."""
    mixes = (SampleMix([one], FRAME_SIZE, seed) for seed, one in enumerate(sources))
    return [mix.draw_spec().crop.landmarks for mix in mixes]


@torch.inference_mode()
def paint_batch(
    model: ExeGANInpainter, batch: TensorBatch, codes: Tensor | None, seed: int
) -> Images:
    """Paint every hole; None for random styles."""
    answers = []
    for start in range(0, len(batch.image), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        inputs = batch.image[part], batch.mask[part], batch.lines[part]
        answers.append(model.paint(*inputs, None if codes is None else codes[part], seed))
    return to_images(torch.cat(answers))


@torch.inference_mode()
def encode_styles(model: ExeGANInpainter, images: Tensor) -> Tensor:
    """Read the styles of aligned faces (N, 3, S, S) in [-1, 1]."""
    return torch.cat([model.encode(part) for part in torch.split(images, _AT_ONCE)])


def to_images(images: Tensor) -> Images:
    """Convert (N, 3, S, S) in [-1, 1]."""
    return np.concatenate([tensors.to_image(one[None])[None] for one in images])


def _with_label_map(face: TrainingFace) -> TrainingFace:
    """Add the shipped parser's label map: it decides where holes are, and judges nothing."""
    _, png = cv2.imencode(".png", confident_labels(_parser(), face.image))
    return replace(face, labels=png.tobytes())


@cache
def _parser() -> FaceParser:
    return face_parser.build(weights_path(face_parser.NAME), _CPU)
