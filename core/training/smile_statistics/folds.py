"""Learns how a smile changes the light on a face from photos of people before and after.

The expression ratio image (Liu, Shan and Zhang, SIGGRAPH 2001): the lightness of smiling over
neutral faces, both warped to the same landmarks. What all faces share is a median over many;
what is
one person's own is predicted from her face before by `core.edit.expression.fold_light`, which
is fitted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, MIRRORED_INDICES, OUTER_LIPS, RIGHT_EYE
from core.edit.expression import fold_light
from core.edit.expression.fold_light import INPUTS, SIDE, FoldWeights
from core.imaging.arrays import Floats, Points
from core.imaging.masks import dilate, feather, fill_hull
from core.training.data.faces import TrainingFace
from core.training.smile_statistics.displacements import align_pair

Pair = tuple[TrainingFace, TrainingFace]

_FRAME = 256
_MASK_SIDE = 384
_TARGET_BLUR_PX = 0.6
_SHARING_PX = 0.6
"""Standard deviation in pixels over which neighbouring pixels share statistics."""
_DECAY = 0.1


class FoldSamples(NamedTuple):
    """Pairs of photos, and their mirror images, as the layer sees them."""

    inputs: Floats
    """(P, 2, 96, 96, 15), photo and mirror image."""
    change: Floats
    """(P, 2, 96, 96) measured change of light, fading out beyond the skin."""


def measure(pairs: Sequence[Pair], fold_weights: FoldWeights, sign: int = 1) -> FoldSamples:
    """Show pairs to the layer, from neutral to smiling (sign 1) or back (sign -1)."""
    inputs, changes = [], []
    for pair in pairs:
        before, after = (
            fold_light.aligned_lightness(
                face.image,
                face.canonical,
                face.canonical.to_frame(face.landmarks),
                fold_weights.points,
            )
            for face in pair[::sign]
        )
        start, target = align_pair(*pair)
        move, change = (target - start) * sign, _change(before, after, fold_weights)
        both = zip((before, before[:, ::-1]), (move, _mirror_points(move)), strict=True)
        inputs.append(
            [fold_light.layer_inputs(light, motion, fold_weights) for light, motion in both]
        )
        changes.append([change, change[:, ::-1]])
    return FoldSamples(np.array(inputs, np.float32), np.array(changes, np.float32))


def fit(samples: FoldSamples, fold_weights: FoldWeights) -> Floats:
    """Fit the layer by least squares with a penalty; returns (96, 96, 15) weights."""
    inputs = samples.inputs.reshape(-1, SIDE, SIDE, INPUTS).transpose(1, 2, 3, 0)
    change = samples.change.reshape(-1, SIDE, SIDE).transpose(1, 2, 0)[..., None]
    products = _smooth_spatially(inputs @ inputs.swapaxes(2, 3))
    moments = _smooth_spatially(inputs @ change)
    decay = _DECAY * inputs.shape[-1] * np.eye(INPUTS, dtype=np.float32)
    weights = np.linalg.solve(products + decay, moments)
    return np.asarray(weights[..., 0] * fold_weights.skin[..., None], np.float32)


def predict(samples: FoldSamples, weights: Floats) -> Floats:
    """Return the (P, 96, 96) changes of light that weights predict for the unmirrored photos."""
    return np.asarray((samples.inputs[:, 0] * weights).sum(axis=-1), np.float32)


def _change(before: Floats, after: Floats, fold_weights: FoldWeights) -> Floats:
    change = np.asarray(cv2.GaussianBlur(after - before, (0, 0), _TARGET_BLUR_PX), np.float32)
    change -= np.median(change[fold_weights.skin > 0.9])  # exposures differ
    return change * fold_weights.skin


def _smooth_spatially(values: Floats) -> Floats:
    flat = values.reshape(SIDE, SIDE, -1)
    for index in range(flat.shape[2]):
        one = np.ascontiguousarray(flat[..., index])
        flat[..., index] = cv2.GaussianBlur(one, (0, 0), _SHARING_PX)
    return flat.reshape(values.shape)


def _mirror_points(move: Points) -> Points:
    return np.asarray(move[MIRRORED_INDICES] * [-1.0, 1.0])


def blank_weights(pairs: Sequence[Pair]) -> FoldWeights:
    """Return maps without weights, at the mean landmarks of smiles."""
    smiles = [face.canonical.to_frame(face.landmarks) for _, face in pairs]
    mean = np.mean(smiles, axis=0)
    points = (mean + _mirror_points(mean) + [_FRAME - 1, 0.0]) / 2
    points = points.astype(np.float16).astype(np.float64)  # as they are stored
    empty = np.zeros((SIDE, SIDE, INPUTS), np.float32)
    return FoldWeights(empty, empty, _skin_weights(points), points)


def _skin_weights(points: Points) -> Floats:
    """Weigh skin 1, fading to 0 at lips, eyes and the face's border; (96, 96)."""
    scaled = (points + 0.5) * (_MASK_SIDE / _FRAME) - 0.5
    shape = (_MASK_SIDE, _MASK_SIDE)
    inside = 255 - dilate(255 - fill_hull(shape, scaled), 0.035 * _MASK_SIDE)
    weight = np.asarray(inside, np.uint8)
    for part in (OUTER_LIPS, LEFT_EYE, RIGHT_EYE):
        weight[dilate(fill_hull(shape, scaled[list(part)]), 0.015 * _MASK_SIDE) > 0] = 0
    soft = feather(weight, 0.015 * _MASK_SIDE) / np.float32(255)
    return np.asarray(cv2.resize(soft, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
