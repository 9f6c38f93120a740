"""Plans in a small frame what is laid where when a face gets another's hair; colours in 0..1."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.regions import Region
from core.edit.hair.guided_matting import Layers, Matte, part_layers
from core.edit.hair.hair_labels import FEATURES
from core.edit.hair.hair_matte import COVERED, FACE, FINE, Haircut
from core.edit.hair.head_alignment import SOFT_PX, Fit, blurred
from core.edit.hair.uncovered_skin import Skin, plan_skin
from core.imaging.arrays import Floats, Mask, Selection
from core.imaging.masks import dilate
from core.runtime.membrane import membrane

_GROWN_PX = 6  # around old hair: strands that nobody sees
_HEAD_GROWN_PX = 14  # around the head, beyond which the background is the photo's own
_LASH_PX = 4  # around features
_GAP_PX = 31  # between a cheek and an ear
_USUAL = (0.6, 1.6)
"""Times the median brightness of skin."""
_FADED_PX = 16.0  # at the frame's edge
_TIPS_PX, _STRAND_PX, _LOCKS_PX, _UNEVEN = 90, 31, (15, 61), 0.25
"""Where the lower edge of its picture cuts hair off: how far above it strands end, of what length
and widths they are, and by how much of that they are of different lengths."""
_SPREAD_PX = 12.0
"""Of the neighbourhood in which the colours of hair, and of what is behind it, are estimated."""


class Plan(NamedTuple):
    """What is laid where, bottom up."""

    background: Floats
    """(S, S, 3) what is seen where the photo's hair hides it no more."""
    freed: Floats
    """(S, S) where that is."""
    skin: Skin
    """The exemplar's, below its hair."""
    matte: Matte
    """Of the exemplar's hair."""
    allowed: Floats
    """(S, S) by what the matte's coverage is multiplied."""
    layers: Layers
    """Of the exemplar: its hair, and what is behind."""
    head: Mask
    """(S, S) above 0 where the photo shows no background."""


def plan_hair(fit: Fit) -> Plan:
    """Plan how an exemplar's hair is laid on a face."""
    ours, theirs, inside = fit.ours, fit.theirs, _inside()
    freed, head = _freed(fit) * inside, _head(fit)
    around = _drawn_in(ours.image, (head > 0) | (ours.seen <= 0), ours.image)
    within = _drawn_in(ours.image, ~_usual_skin(ours), around)
    skin = plan_skin(fit, freed, within)
    front, behind = part_layers(theirs.image, theirs.coverage, _SPREAD_PX)
    return Plan(
        _behind_hair(ours, around, within),
        freed,
        skin._replace(share=skin.share * inside),
        Matte(fit.bring(theirs.matte.slope), fit.bring(theirs.matte.offset)),
        fit.bring(theirs.allowed * _tips(theirs)) * inside,
        Layers(fit.bring(front), fit.bring(behind)),
        head,
    )


def _freed(fit: Fit) -> Floats:
    """Cover what the face's own hair hides; brows below it are not worth keeping."""
    ours, hidden = fit.ours, [side.label for side in fit.hidden]
    kept = [region for region in FEATURES if region not in hidden]
    own = ours.labelled(Region.SKIN, Region.EARS, *kept) & (ours.coverage < COVERED)
    seen = ours.labelled(*kept) & ~fit.stray
    features = dilate(seen * np.uint8(255), _LASH_PX) > 0
    return blurred((dilate(fit.hairy, _GROWN_PX) > 0) & ~own & ~features, SOFT_PX)


def _head(fit: Fit) -> Mask:
    """Cover the face and its hair, generously."""
    return dilate(fit.hairy | fit.ours.labelled(*FACE) * np.uint8(255), _HEAD_GROWN_PX)


def _behind_hair(ours: Haircut, around: Floats, within: Floats) -> Floats:
    """Show the face's skin within its outline, else the background."""
    share = blurred(_closed(_with_ears(ours)), SOFT_PX)[..., None]
    return np.asarray(around + (within - around) * share, np.float32)


def _usual_skin(ours: Haircut) -> Selection:
    """Leave out highlights, and shadows and strands of hair."""
    skin = ours.clear_skin
    if not skin.any():
        return skin
    grey = cv2.cvtColor(ours.image, cv2.COLOR_RGB2GRAY)
    low, high = np.median(grey[skin]) * np.array(_USUAL)
    return np.asarray(skin & (grey > low) & (grey < high))


def _drawn_in(image: Floats, hole: Selection, unknown: Floats) -> Floats:
    """Fill a hole by its membrane, which half the size shows as well; `unknown` if all is hole."""
    if hole.all():
        return unknown
    half = (FINE // 2, FINE // 2)
    small = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.float32)
    hidden = cv2.resize(hole.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    filled = membrane(small, np.where(hidden > 0, 255, 0).astype(np.uint8))
    return np.asarray(cv2.resize(filled, (FINE, FINE)), np.float32)


def _with_ears(ours: Haircut) -> Selection:
    """Select the face, its ears, and what lies between them: a cheek below hair, no background."""
    face, beside = ours.face, ours.labelled(Region.EARS).any(axis=1, keepdims=True)
    after = np.logical_or.accumulate(face, axis=1)
    before = np.logical_or.accumulate(face[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(face | (after & before & beside))


def _closed(mask: Selection) -> Selection:
    """Close small gaps in a mask."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP_PX, _GAP_PX))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc)) > 0


def _tips(theirs: Haircut) -> Floats:
    """Let strands end one by one above the lower edge of what is seen; (S, S) 0..1."""
    grey = cv2.cvtColor(theirs.image, cv2.COLOR_RGB2GRAY)
    along = np.asarray(cv2.blur(grey, (1, _STRAND_PX)), np.float32)
    fair = np.zeros_like(along)
    for width in _LOCKS_PX:
        fairer = along - cv2.blur(along, (width, 1))
        fair += fairer / (fairer[theirs.coverage > COVERED].std() + np.float32(1e-6))
    short = _UNEVEN * (0.5 + fair / 4).clip(0, 1)
    edge = FINE - 1 - (theirs.seen[::-1] > 0).argmax(axis=0)
    share = ((edge - np.arange(FINE)[:, None]) / _TIPS_PX - short) / (1 - _UNEVEN)
    share = share.clip(0, 1)
    return np.asarray(share**2 * (3 - 2 * share), np.float32)


def _inside() -> Floats:
    """Return (S, S) 1, fading to 0 at the frame's edge."""
    away = (np.minimum(np.arange(FINE), np.arange(FINE)[::-1]) / _FADED_PX).clip(0, 1)
    return np.asarray(np.minimum.outer(away, away), np.float32)
