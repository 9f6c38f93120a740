"""Which of a face's points and pixels a part that is taken from another face replaces."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from core.face.parts import FacePart
from core.masks import Mask, dilate, fill_hull
from core.regions import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)

Group = tuple[int, ...]
"""Landmarks whose hull is exchanged as one."""

_EYES, _BROWS = (LEFT_EYE, RIGHT_EYE), (LEFT_BROW, RIGHT_BROW)
_INNER_FACE = JAW[1:16] + LEFT_BROW + RIGHT_BROW


def groups(parts: Collection[FacePart]) -> list[Group]:
    """List the hulls of some parts; a brow and its eye make one, the inner face holds all."""
    if FacePart.FACE in parts:
        return [_INNER_FACE]
    found: list[Group] = []
    if FacePart.EYES in parts and FacePart.BROWS in parts:
        found += [eye + brow for eye, brow in zip(_EYES, _BROWS, strict=True)]
    elif FacePart.EYES in parts:
        found += _EYES
    elif FacePart.BROWS in parts:
        found += _BROWS
    if FacePart.NOSE in parts:
        found.append((*NOSE_BRIDGE[:1], *NOSE_BASE))
    if FacePart.MOUTH in parts:
        found.append(OUTER_LIPS)
    return found


def cover(
    shape: tuple[int, int], landmarks: Landmarks, parts: Collection[FacePart], radius: float
) -> Mask:
    """Cover the hulls of some parts, grown by `radius` pixels."""
    mask = np.zeros(shape, np.uint8)
    for group in groups(parts):
        np.maximum(mask, fill_hull(shape, landmarks[list(group)]), out=mask)
    return dilate(mask, radius)
