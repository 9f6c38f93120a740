"""Judges what EXE-GAN paints by features that no loss of it used, and whether they can judge.

Features are averaged over a hole, so that a fill is compared with the same part of other faces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from core.anatomy.landmarks import Landmarks
from core.face.descriptor import descriptor
from core.training.data.picture_types import Holes, Numbers, Pictures
from core.training.frozen.age_gender import AgeGenderFeatures

TEACHER = "faceapi_age_gender.safetensors"

_DEPTHS = (0, 4)
"""What judges: of all depths and mixes tried these two know faces best, in regions of any size."""
_WHOLE = (0.0, 0.0, 1.0, 1.0)


class Following(NamedTuple):
    """How fills lie between the faces that guided them and others."""

    near: float
    """Mean distance to the exemplar."""
    far: float
    """Mean distance to a face that did not guide."""
    nearer: float
    """Share of fills that are nearer to their exemplar."""


def in_holes(features: AgeGenderFeatures, pictures: Pictures, holes: Holes) -> Numbers:
    """Average features of length 1 over the holes; (N, D)."""
    mask, found = torch.from_numpy(holes)[:, None].float(), []
    levels = features.look(pictures, _WHOLE)
    for level in (levels[depth] for depth in _DEPTHS):
        share = F.adaptive_avg_pool2d(mask, (level.shape[2], level.shape[3]))
        mean = (F.normalize(level, dim=1) * share).sum(dim=(2, 3)) / share.sum(dim=(2, 3))
        found.append(mean)
    return np.asarray(torch.cat(found, dim=1).double().numpy())


def following(fills: Numbers, faces: Numbers, *, power: int = 2) -> Following:
    """Compare fills with the faces that guided them: fill i with face i - 1, and with i - 2.

    Args:
        fills, faces: (N, D).
        power: of the distances: 2 for features; 1, as dlib has it, for descriptors.
    """
    near, far = (np.linalg.norm(fills - np.roll(faces, by, 0), axis=1) ** power for by in (1, 2))
    return Following(float(near.mean()), float(far.mean()), float((near < far).mean()))


def telling(faces: Numbers, bent: Numbers) -> float:
    """Tell how well features know bent copies of faces from other faces' (area under the curve).

    Args:
        faces: (N, D), N at least 2.
        bent: (N, D) of the same faces, bent.

    Returns:
        The share of comparisons in which the own copy is nearer; 0.5 by chance.
    """
    apart = ((faces[:, None] - bent[None]) ** 2).sum(axis=2)  # (N, N)
    own = np.diagonal(apart)
    others = apart[~np.eye(len(apart), dtype=bool)]
    return float((own[:, None] < others).mean())


def described(pictures: Pictures, landmarks: list[Landmarks]) -> Numbers:
    """Describe by dlib's network whose faces are seen; (N, 128)."""
    return np.stack([descriptor(*one) for one in zip(pictures, landmarks, strict=True)])
