"""What a smile does to the light on a face: folds darken, raised cheeks lighten.

The expression ratio image (Liu, Shan and Zhang, SIGGRAPH 2001): the lightness of smiling over
neutral faces, both brought to the same landmarks, here as a median over many people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.warp import displacement_field
from core.face.align import canonical_frame
from core.masks import Points, dilate, feather, fill_hull
from core.regions import LEFT_EYE, MIRROR, OUTER_LIPS, RIGHT_EYE
from core.training.data import TrainingFace

Floats = npt.NDArray[np.float32]

_FRAME = 256
_SIZE = 384
STORED = 128
"""Side of the stored map in pixels."""
_BLUR_PX = 2.5
_FLOOR = 0.03  # of white: the logarithm of black noise means nothing


class Shading(NamedTuple):
    """Change of light by a whole smile."""

    log_ratio: Floats
    """(128, 128) of the canonical frame, natural logarithm; 0 at lips, eyes and beyond the face."""
    points: Points
    """(68, 2) landmarks at which it was measured, in pixels of the 256 frame."""


def measure_shading(pairs: Sequence[tuple[TrainingFace, TrainingFace]]) -> Shading:
    """Measure pairs of a neutral and a smiling photo of the same person."""
    smiles = np.stack([canonical_frame(two.landmarks).to_frame(two.landmarks) for _, two in pairs])
    mean = smiles.mean(axis=0)
    mirrored = mean[MIRROR] * [-1.0, 1.0] + [_FRAME - 1, 0.0]
    points = (mean + mirrored) / 2
    face = _face_weight(points)
    ratios = []
    for neutral, smile in pairs:
        ratio = _log_lightness(smile, points) - _log_lightness(neutral, points)
        ratio -= np.median(ratio[face > 0.9])  # exposures differ
        ratios += [ratio, ratio[:, ::-1]]
    median = np.median(np.stack(ratios), axis=0) * face
    small = cv2.resize(median, (STORED, STORED), interpolation=cv2.INTER_AREA)
    return Shading(np.asarray(small, np.float32), points)


def _log_lightness(face: TrainingFace, points: Points) -> Floats:
    frame = canonical_frame(face.landmarks)
    own = frame.to_frame(face.landmarks)
    field = displacement_field(own, points, _FRAME) * (_SIZE / _FRAME)
    offsets = np.asarray(cv2.resize(field, (_SIZE, _SIZE), interpolation=cv2.INTER_CUBIC))
    ticks = np.arange(_SIZE, dtype=np.float32)
    across = (offsets[..., 0] + ticks).astype(np.float32)
    down = (offsets[..., 1] + ticks[:, None]).astype(np.float32)
    cut = frame.resized(_SIZE).cut(face.image)
    moved = cv2.remap(cut, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    lightness = cv2.cvtColor(moved, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(np.log(lightness + _FLOOR), (0, 0), _BLUR_PX), np.float32)


def _face_weight(points: Points) -> Floats:
    """Weigh skin 1, fading to 0 at lips, eyes and the face's border."""
    scaled = (points + 0.5) * (_SIZE / _FRAME) - 0.5
    shape = (_SIZE, _SIZE)
    weight = np.asarray(255 - dilate(255 - fill_hull(shape, scaled), 0.035 * _SIZE), np.uint8)
    for part in (OUTER_LIPS, LEFT_EYE, RIGHT_EYE):
        weight[dilate(fill_hull(shape, scaled[list(part)]), 0.015 * _SIZE) > 0] = 0
    return np.asarray(feather(weight, 0.015 * _SIZE) / np.float32(255), np.float32)
