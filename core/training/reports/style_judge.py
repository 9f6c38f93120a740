"""Judges what EXE-GAN paints by features that no loss of it used, and whether they can judge.

Features are averaged over a hole, so that a fill is compared with the same part of other faces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from core.anatomy.landmarks import Landmarks
from core.face.descriptor import compute_descriptor
from core.training.data.array_types import Figures, HoleMasks, Images
from core.training.frozen.age_gender import AgeGenderFeatures

TEACHER = "faceapi_age_gender.safetensors"

_DEPTHS = (0, 4)
"""What judges: of all depths and mixes tried these two know faces best, in regions of any size."""
_WHOLE = (0.0, 0.0, 1.0, 1.0)


class ExemplarDistances(NamedTuple):
    """How fills lie between the faces that guided them and others."""

    near: float
    """Mean distance to the exemplar."""
    far: float
    """Mean distance to a face that did not guide."""
    nearer: float
    """Share of fills that are nearer to their exemplar."""


def hole_features(features: AgeGenderFeatures, images: Images, holes: HoleMasks) -> Figures:
    """Average features of length 1 over the holes; (N, D)."""
    mask, means = torch.from_numpy(holes)[:, None].float(), []
    feature_maps = features.extract(images, _WHOLE)
    for level in (feature_maps[depth] for depth in _DEPTHS):
        share = F.adaptive_avg_pool2d(mask, (level.shape[2], level.shape[3]))
        mean = (F.normalize(level, dim=1) * share).sum(dim=(2, 3)) / share.sum(dim=(2, 3))
        means.append(mean)
    return np.asarray(torch.cat(means, dim=1).double().numpy())


def exemplar_distances(fills: Figures, faces: Figures, *, power: int = 2) -> ExemplarDistances:
    """Compare fills with the faces that guided them: fill i with face i - 1, and with i - 2.

    Args:
        fills, faces: (N, D).
        power: of the distances: 2 for features; 1, as dlib has it, for descriptors.
    """
    near, far = (np.linalg.norm(fills - np.roll(faces, by, 0), axis=1) ** power for by in (1, 2))
    return ExemplarDistances(float(near.mean()), float(far.mean()), float((near < far).mean()))


def recognition_auc(faces: Figures, warped: Figures) -> float:
    """Measure how well features recognise warped copies of faces (area under the ROC curve).

    Args:
        faces: (N, D), N at least 2.
        warped: (N, D) of warped copies of the same faces.

    Returns:
        The share of comparisons in which the own copy is nearer; 0.5 by chance.
    """
    distances = ((faces[:, None] - warped[None]) ** 2).sum(axis=2)  # (N, N)
    own = np.diagonal(distances)
    others = distances[~np.eye(len(distances), dtype=bool)]
    return float((own[:, None] < others).mean())


def describe_faces(images: Images, landmarks: list[Landmarks]) -> Figures:
    """Compute dlib's descriptors of faces (N, H, W, 3) uint8 with landmarks; (N, 128)."""
    return np.stack([compute_descriptor(*one) for one in zip(images, landmarks, strict=True)])
