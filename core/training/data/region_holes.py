"""Holes over hair and whole heads, as a face's own map of regions shows them."""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Mask
from core.imaging.masks import dilate
from core.training.data.faces import TrainingFace
from core.training.data.frames import FrameCrop
from core.training.data.label_maps import crop_face_labels, decode_labels

_BELOW_HEAD = (Region.NECK, Region.NECKLACE, Region.CLOTH)
_HEAD = [region for region in Region if region not in (Region.BACKGROUND, *_BELOW_HEAD)]
_HAIR_ONLY, _WITH_FACE = 0.55, 0.25
"""Share of holes over all hair; over hair and face. The others cover a piece of the hair."""
_RADIUS = (0.01, 0.06)
"""How far beyond the hair a hole goes, in sides of the frame."""
_MIN_HAIR_SHARE = 0.05
"""Of an image: less hair is no hair to learn from."""


def hair_hole(
    rng: np.random.Generator, face: TrainingFace, crop: FrameCrop, *, tight: float = 0.0
) -> Mask:
    """Cover hair, or hair and face, or a piece of the hair, mostly with a margin.

    Args:
        rng: random numbers.
        face: `has_hair`.
        crop: the frame.
        tight: share of holes without a margin, as those over composited hair are.
    """
    labels = crop_face_labels(face, crop)
    assert labels is not None
    kind = rng.random()
    covered = labels == Region.HAIR
    if _HAIR_ONLY <= kind < _HAIR_ONLY + _WITH_FACE:
        covered = np.isin(labels, _HEAD)
    elif kind >= _HAIR_ONLY:
        covered &= _one_side(rng, covered)
    mask = cv2.morphologyEx(covered.astype(np.uint8) * 255, cv2.MORPH_CLOSE, np.ones((3, 3)))
    if tight and rng.random() < tight:
        return np.asarray(mask, np.uint8)
    return dilate(np.asarray(mask, np.uint8), rng.uniform(*_RADIUS) * crop.frame.size)


def has_hair(face: TrainingFace) -> bool:
    """Tell whether a face's map is known and shows hair enough."""
    return face.labels is not None and bool(
        (decode_labels(face.labels) == Region.HAIR).mean() > _MIN_HAIR_SHARE
    )


def _one_side(rng: np.random.Generator, covered: LabelMap) -> LabelMap:
    """Return the pixels on one side of a line through a random pixel of `covered`."""
    rows, columns = np.nonzero(covered)
    if not len(rows):
        return covered
    index, turn = int(rng.integers(len(rows))), rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[: covered.shape[0], : covered.shape[1]]
    return np.asarray((x - columns[index]) * np.cos(turn) + (y - rows[index]) * np.sin(turn) >= 0)
