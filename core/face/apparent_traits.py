"""How a face appears, as far as its landmarks tell: a child's or not, a man's or a woman's.

It serves only to choose whose parts suit a face; it says nothing of who somebody is.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from core.anatomy.landmarks import Landmarks
from core.face.align import canonical_frame
from core.imaging.arrays import Reals
from core.runtime.checkpoints import load_arrays
from core.runtime.weights_folder import DONORS_DIR

PATH = DONORS_DIR / "traits.safetensors"
_FRAME = 256
SHAPES = {"weights": (2, 2 * 68 + 1)}
CHILD_FROM = -2.0
"""Logit from which a face counts as a child's: careful, so that few children are missed."""


class ApparentTraits(NamedTuple):
    """What the shape of a face suggests."""

    is_child: bool
    male: float
    """0..1"""


def shape_numbers(landmarks: Landmarks) -> Reals:
    """Return (136,) numbers of a face's shape, whatever its size, place and roll."""
    points = canonical_frame(landmarks, _FRAME).to_frame(landmarks)
    return np.asarray((points - _FRAME / 2).ravel() / (_FRAME / 4))


def apparent_traits(landmarks: Landmarks) -> ApparentTraits:
    """Judge (68, 2) landmarks.

    Raises:
        CheckpointError: the file with the weights is missing or damaged.
    """
    weights = _weights()
    child, male = weights[:, :-1] @ shape_numbers(landmarks) + weights[:, -1]
    return ApparentTraits(
        bool(child > CHILD_FROM), float(1 / (1 + np.exp(-np.clip(male, -30, 30))))
    )


@cache
def _weights() -> Reals:
    return np.asarray(load_arrays(PATH, SHAPES)["weights"].double().numpy())
