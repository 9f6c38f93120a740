"""Lays out a hair transfer in a small frame, as layers; colours in 0..1.

Arrays are float32 in the fine parsing frame, S = 512, if nothing else is said.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.regions import Region
from core.edit.hair.guided_matting import LinearMatte, MatteLayers, estimate_layers
from core.edit.hair.hair_labels import FEATURE_REGIONS
from core.edit.hair.hair_matte import FACE_REGIONS, HAIR_FRAME_SIZE, OCCLUDING_COVERAGE, HairMatte
from core.edit.hair.head_alignment import EDGE_SIGMA_PX, HeadAlignment, blur
from core.edit.hair.uncovered_skin import UncoveredSkin, uncover_skin
from core.imaging.arrays import Floats, Mask, Selection
from core.imaging.masks import dilate
from core.runtime.membrane import fill_membrane

_GROWN_PX = 6  # around the own hair: strands that the parser misses
_HEAD_GROWN_PX = 14  # around the head, beyond which the background is the photo's own
_LASH_PX = 4  # around features
_GAP_PX = 31  # between a cheek and an ear
_TYPICAL = (0.6, 1.6)
"""Times the median brightness of skin."""
_FADED_PX = 16.0  # at the frame's edge
_TIPS_PX, _STRAND_PX, _LOCKS_PX, _UNEVEN = 90, 31, (15, 61), 0.25
"""Where the lower edge of its picture cuts hair off: how far above it strands end, of what length
and widths they are, and by how much of that they are of different lengths."""
_LAYER_SIGMA_PX = 12.0
"""Of the neighbourhood in which the colours of hair, and of what is behind it, are estimated."""


class HairLayout(NamedTuple):
    """The layers of a hair transfer, bottom up."""

    background: Floats
    """(S, S, 3) what is seen where the face's own hair hides it no more."""
    freed: Floats
    """(S, S) 0..1, the coverage of that."""
    skin: UncoveredSkin
    """The exemplar's, below its hair."""
    matte: LinearMatte
    """Of the exemplar's hair."""
    allowed: Floats
    """(S, S) 0..1, factor of the matte's coverage."""
    layers: MatteLayers
    """Of the exemplar: its hair, and what is behind it."""
    head: Mask
    """(S, S) uint8, above 0 where the photo shows no background."""


def lay_out_hair(alignment: HeadAlignment) -> HairLayout:
    """Lay out an exemplar's hair on a face."""
    own, exemplar, fade = alignment.own, alignment.exemplar, _frame_fade()
    freed, head = _freed_coverage(alignment) * fade, _head_mask(alignment)
    backdrop = _fill_by_membrane(own.image, (head > 0) | (own.visible <= 0), own.image)
    inner_skin = _fill_by_membrane(own.image, ~_typical_skin(own), backdrop)
    skin = uncover_skin(alignment, freed, inner_skin)
    foreground, background = estimate_layers(exemplar.image, exemplar.coverage, _LAYER_SIGMA_PX)
    return HairLayout(
        _background_of(own, backdrop, inner_skin),
        freed,
        skin._replace(coverage=skin.coverage * fade),
        LinearMatte(
            alignment.resample(exemplar.matte.slope), alignment.resample(exemplar.matte.offset)
        ),
        alignment.resample(exemplar.allowed * _strand_tips(exemplar)) * fade,
        MatteLayers(alignment.resample(foreground), alignment.resample(background)),
        head,
    )


def _freed_coverage(alignment: HeadAlignment) -> Floats:
    """Cover what the face's own hair hides; brows below it are not worth keeping."""
    own, hidden = alignment.own, [side.label for side in alignment.hidden_sides]
    kept = [region for region in FEATURE_REGIONS if region not in hidden]
    clear = own.labelled(Region.SKIN, Region.EARS, *kept) & (own.coverage < OCCLUDING_COVERAGE)
    visible = own.labelled(*kept) & ~alignment.stray_locks
    features = dilate(visible * np.uint8(255), _LASH_PX) > 0
    return blur(
        (dilate(alignment.possible_hair, _GROWN_PX) > 0) & ~clear & ~features, EDGE_SIGMA_PX
    )


def _head_mask(alignment: HeadAlignment) -> Mask:
    """Cover the face and its hair, generously."""
    return dilate(
        alignment.possible_hair | alignment.own.labelled(*FACE_REGIONS) * np.uint8(255),
        _HEAD_GROWN_PX,
    )


def _background_of(own: HairMatte, backdrop: Floats, inner_skin: Floats) -> Floats:
    """Show the face's skin within its outline, else the background."""
    share = blur(_closed(_with_cheeks(own)), EDGE_SIGMA_PX)[..., None]
    return np.asarray(backdrop + (inner_skin - backdrop) * share, np.float32)


def _typical_skin(own: HairMatte) -> Selection:
    """Select clear skin without highlights, shadows and strands of hair; (S, S)."""
    skin = own.clear_skin
    if not skin.any():
        return skin
    grey = cv2.cvtColor(own.image, cv2.COLOR_RGB2GRAY)
    low, high = np.median(grey[skin]) * np.array(_TYPICAL)
    return np.asarray(skin & (grey > low) & (grey < high))


def _fill_by_membrane(image: Floats, hole: Selection, fallback: Floats) -> Floats:
    """Fill a hole by its membrane, made at half the size; `fallback` if all is hole."""
    if hole.all():
        return fallback
    half = (HAIR_FRAME_SIZE // 2, HAIR_FRAME_SIZE // 2)
    small = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.float32)
    hidden = cv2.resize(hole.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    filled = fill_membrane(small, np.where(hidden > 0, 255, 0).astype(np.uint8))
    return np.asarray(cv2.resize(filled, (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)), np.float32)


def _with_cheeks(own: HairMatte) -> Selection:
    """Select the face, its ears, and what lies between them: a cheek below hair, no background."""
    face, ear_rows = own.face, own.labelled(Region.EARS).any(axis=1, keepdims=True)
    from_left = np.logical_or.accumulate(face, axis=1)
    from_right = np.logical_or.accumulate(face[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(face | (from_left & from_right & ear_rows))


def _closed(mask: Selection) -> Selection:
    """Close small gaps in a mask."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP_PX, _GAP_PX))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc)) > 0


def _strand_tips(exemplar: HairMatte) -> Floats:
    """Let strands end one by one above the lower edge of what is visible; (S, S) 0..1."""
    grey = cv2.cvtColor(exemplar.image, cv2.COLOR_RGB2GRAY)
    along = np.asarray(cv2.blur(grey, (1, _STRAND_PX)), np.float32)
    fairness = np.zeros_like(along)
    for width in _LOCKS_PX:
        fairer = along - cv2.blur(along, (width, 1))
        fairness += fairer / (
            fairer[exemplar.coverage > OCCLUDING_COVERAGE].std() + np.float32(1e-6)
        )
    short = _UNEVEN * (0.5 + fairness / 4).clip(0, 1)
    edge = HAIR_FRAME_SIZE - 1 - (exemplar.visible[::-1] > 0).argmax(axis=0)
    share = ((edge - np.arange(HAIR_FRAME_SIZE)[:, None]) / _TIPS_PX - short) / (1 - _UNEVEN)
    share = share.clip(0, 1)
    return np.asarray(share**2 * (3 - 2 * share), np.float32)


def _frame_fade() -> Floats:
    """Return (S, S) 1, fading to 0 at the frame's edge."""
    edge_distance = (
        np.minimum(np.arange(HAIR_FRAME_SIZE), np.arange(HAIR_FRAME_SIZE)[::-1]) / _FADED_PX
    ).clip(0, 1)
    return np.asarray(np.minimum.outer(edge_distance, edge_distance), np.float32)
