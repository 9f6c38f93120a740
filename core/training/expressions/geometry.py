"""Where the points of a face go from one class to another, on average, and how far a move is off.

Ours: the paper's losses alone take days to find out that a smile raises the mouth's corners.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.anatomy.landmarks import MIRRORED_INDICES, MOUTH
from core.face.align import fit_similarity
from core.face.expression_frame import expression_frame
from core.imaging.arrays import Points
from core.models.sa_stargan.model import CLASSES, SIDE
from core.training.data.array_types import Figures
from core.training.expressions.data import LabelledFace

_STABLE = [*range(27, 34), 36, 39, 42, 45]
"""Nose and corners of the eyes, which no expression moves much."""
_LEFT_CORNER, _RIGHT_CORNER = 48, 54
_MOUTH = list(MOUTH)
_ONE_SIDED = CLASSES.index("contemptuous")
_BORDER_POINTS = 6  # along each edge of the frame; nothing moves there


def class_displacements(faces: Sequence[LabelledFace]) -> Figures:
    """Average where the points lie in each class, beside where they lie in neutral faces.

    Faces are aligned by nose and eyes, and counted mirrored as well. Smiles on one side are
    mirrored to the picture's right, and only how far the mouth rises beside its other corner
    counts: the rest of them tells how those heads are turned.

    Returns:
        (K, 68, 2) in half sides of the network's frame; zeros for a class that has no face.
    """
    points = [_frame_points(one) for one in faces]
    middle = np.mean(points, axis=0)
    aligned = [_align(one, middle) for one in points]
    by_class: list[list[Points]] = [[] for _ in CLASSES]
    for one, own in zip(faces, aligned, strict=True):
        mirrored = _align(_mirror(own), middle)
        if one.label == _ONE_SIDED:
            by_class[one.label].append(own if _rises_right(own) else mirrored)
        else:
            by_class[one.label] += [own, mirrored]
    neutral = by_class[CLASSES.index("neutral")] or aligned
    origin = np.mean(neutral, axis=0)
    means = [np.mean(own, axis=0) if own else origin for own in by_class]
    moves = (np.stack(means) - origin) * (2 / SIDE)
    rise = np.zeros_like(moves[_ONE_SIDED])
    rise[_MOUTH, 1] = moves[_ONE_SIDED, _MOUTH, 1] - moves[_ONE_SIDED, _LEFT_CORNER, 1]
    moves[_ONE_SIDED] = rise
    return np.asarray(moves, np.float64)


def geometry_error(move: Tensor, points: Tensor, displacement: Tensor) -> Tensor:
    """Measure how far a move misses where points are to go, and that the frame's edge stays.

    Args:
        move: (N, 2, S, S) where each pixel comes from, in half sides.
        points: (N, 68, 2) in half sides, -1..1 across the frame.
        displacement: (N, 68, 2) in half sides, where they are to go.

    Returns:
        Scalar, the mean distance in half sides along x and y.
    """
    border = _border(points)
    targets = torch.cat([points + displacement, border], dim=1)
    wanted = torch.cat([-displacement, torch.zeros_like(border)], dim=1)
    found = F.grid_sample(move, targets[:, :, None], padding_mode="border", align_corners=False)
    is_inside = (targets.abs() < 1).all(dim=2)
    missed = (found[..., 0].transpose(1, 2) - wanted).abs().mean(dim=2)
    return (missed * is_inside).sum() / is_inside.sum().clamp(min=1)


def unevenness(move: Tensor) -> Tensor:
    """Measure how unlike its neighbours each pixel moves: the mean step of (N, 2, S, S)."""
    return move.diff(dim=2).abs().mean() + move.diff(dim=3).abs().mean()


def _border(like: Tensor) -> Tensor:
    ticks = torch.linspace(-0.97, 0.97, _BORDER_POINTS, device=like.device)
    ends = torch.full_like(ticks, 0.97)
    edges = [(ticks, ends), (ticks, -ends), (ends, ticks), (-ends, ticks)]
    points = torch.cat([torch.stack(pair, dim=1) for pair in edges])
    return points.expand(len(like), -1, -1)


def _frame_points(one: LabelledFace) -> Points:
    return expression_frame(one.face.canonical, SIDE).to_frame(one.face.landmarks)


def _align(points: Points, middle: Points) -> Points:
    matrix = fit_similarity(points[_STABLE], middle[_STABLE])
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def _mirror(points: Points) -> Points:
    mirrored: Points = points[MIRRORED_INDICES].copy()
    mirrored[:, 0] = SIDE - 1 - mirrored[:, 0]
    return mirrored


def _rises_right(points: Points) -> bool:
    return bool(points[_RIGHT_CORNER, 1] < points[_LEFT_CORNER, 1])
