"""Trains the harmonizer from single faces: a relit part must be restored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart
from core.edit.transfer.part_geometry import cover_pieces, pieces_of
from core.face.align import canonical_frame
from core.imaging.arrays import Mask
from core.training.data.batches import TensorBatch
from core.training.data.faces import Folders, load_faces
from core.training.data.frames import FrameSource, MakeHole
from core.training.data.relight import relit_exemplars
from core.training.harness.config import TrainConfig
from core.training.recipes.residual_unet import TrainableResidualUNet

NAME = "harmonizer"
DEFAULTS = TrainConfig(critics_see_lines=False)

_MAX_YAW = 25.0
_RADIUS = (0.01, 0.035)  # of the canonical frame's side
_EXEMPLAR_SHAPE = 0.5
"""Share of holes that also hold the part as it is shaped on another face."""
_EXEMPLAR_SCALE, _EXEMPLAR_MOVE, _EXEMPLAR_RADIUS = 0.08, 0.006, 0.6

_EYE, _BROW, _NOSE, _MOUTH = FacePart.EYES, FacePart.BROWS, FacePart.NOSE, FacePart.MOUTH
_ONE, _SEVERAL, _WHOLE = (0.38, 0.48), (0.65, 0.83), (0.74, 1.0)  # sides in canonical frames
_Row = tuple[str, float, tuple[FacePart, ...], tuple[float, float], tuple[float, float] | None]
_MIX: tuple[_Row, ...] = (
    ("eye and brow", 10, (_EYE, _BROW), _ONE, (0.377, 0.45)),
    ("eye", 4, (_EYE,), _ONE, (0.377, 0.47)),
    ("eyes and brows", 9, (_EYE, _BROW), _SEVERAL, (0.5, 0.46)),
    ("brow", 2, (_BROW,), _ONE, (0.377, 0.41)),
    ("mouth", 20, (_MOUTH,), _ONE, None),
    ("nose", 8, (_NOSE,), _ONE, (0.5, 0.58)),
    ("eyes, nose, mouth", 10, (_EYE, _BROW, _NOSE, _MOUTH), _SEVERAL, (0.5, 0.58)),
    ("nose and mouth", 7, (_NOSE, _MOUTH), (0.46, 0.66), (0.5, 0.66)),
    ("inner face", 30, (FacePart.FACE,), _WHOLE, (0.5, 0.65)),
)
"""Name, weight, parts, and side and centre of the frame; None follows the mouth."""


class TrainableHarmonizer(TrainableResidualUNet):
    """Lets the trainer train a `ResidualUNet` that gets an exemplar in place of lines."""

    def __init__(self) -> None:
        super().__init__()
        self._rng = np.random.default_rng(0)

    def begin_step(self, step: int, seed: int) -> None:
        """Draw the exemplars of a step by that seed."""
        del step
        self._rng = np.random.default_rng(seed)

    def prepare(self, batch: TensorBatch, *, is_training: bool) -> TensorBatch:
        """Make exemplars of what the holes hide; always the same outside training."""
        seed = int(batch.mask.sum())
        rng = self._rng if is_training else np.random.default_rng(seed)
        return batch._replace(lines=relit_exemplars(batch.image, batch.mask, rng))


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes to learn from."""
    faces = load_faces(folders, ["faces256", "hires768"], split)
    frontal = [face for face in faces if face.yaw < _MAX_YAW]
    return [
        FrameSource(
            name, weight, frontal, side, [(1.0, holes_over_parts(parts))], centre, keep_lines=0.0
        )
        for name, weight, parts, side, centre in _MIX
    ]


def holes_over_parts(parts: Sequence[FacePart]) -> MakeHole:
    """Return a maker of holes over some parts of a face, as a part transfer covers them."""
    return partial(_hole, tuple(parts))  # worker processes can be sent it; no lambda


def _hole(
    parts: tuple[FacePart, ...], rng: np.random.Generator, size: int, landmarks: Landmarks
) -> Mask:
    canonical_side = (
        size / canonical_frame(landmarks, size).scale
    )  # the face's frame in these pixels
    radius = rng.uniform(*_RADIUS) * canonical_side
    pieces = pieces_of(parts)
    mask = cover_pieces((size, size), landmarks, pieces, radius)
    if FacePart.FACE not in parts and rng.random() < _EXEMPLAR_SHAPE:
        middle = landmarks.mean(axis=0)
        scale = 1 + rng.normal(0, _EXEMPLAR_SCALE, 2)
        moved = (
            middle
            + (landmarks - middle) * scale
            + rng.normal(0, _EXEMPLAR_MOVE * canonical_side, (68, 2))
        )
        np.maximum(
            mask, cover_pieces((size, size), moved, pieces, _EXEMPLAR_RADIUS * radius), out=mask
        )
    return mask
