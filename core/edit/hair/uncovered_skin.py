"""The exemplar's skin that shows around its transferred hair: forehead, temples and ears.

It takes on the tones of the face's own skin, and goes on a little below the hair.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import OUTER_LIPS
from core.anatomy.regions import Region
from core.edit.hair.guided_matting import weighted_blur
from core.edit.hair.hair_matte import (
    FACE_REGIONS,
    HAIR_FRAME_SIZE,
    OCCLUDING_COVERAGE,
    TRACE_COVERAGE,
    HairMatte,
)
from core.edit.hair.head_alignment import EDGE_SIGMA_PX, FACE_SIDES, HeadAlignment, blur
from core.imaging.arrays import Floats, Selection
from core.imaging.masks import dilate
from core.runtime.membrane import fill_membrane

_UNIT = HAIR_FRAME_SIZE / 1.25  # side of the canonical frame
_FOREHEAD = (0.01 * _UNIT, 0.05 * _UNIT)
"""Above the brows: from where on to where the exemplar's skin is transferred with its hair."""
_BESIDE_OLD_PX = 32
"""Around the face's own hair: beyond, its own forehead stays."""
_ALONG_PX, _NEW_HAIR_COVERAGE = 20, 0.3
"""Beside the new hair skin is transferred, too: how far, and from what coverage of it on."""
_BELOW_PX = 10  # how far skin goes on below the hair
_LEAST_EAR_PX, _EAR_EDGE_PX = 100, 3
_BESIDE_GLASSES_PX = 5  # around the exemplar's glasses, which stay with it
_COLOUR_SIGMA_PX = 12.0  # of the neighbourhood of which skin below hair has its colour
_LOCAL_PX, _TONE_PX = 8.0, 20.0
"""Blur under which skins are compared, and how far such a comparison holds."""
_LEAST_WEIGHT = 0.02
_TYPICAL = 1.4
"""Times the median ratio of two skins; beyond lies a highlight, a shadow or a hair."""
_DARK = 0.03  # added to colours before they are divided
_MOST_TONE_CHANGE = 0.15
"""How far the exemplar's skin may be from the face's own, as that is extrapolated to there: beyond
lies a light that does not fall on the face."""


class UncoveredSkin(NamedTuple):
    """The exemplar's skin in the face's frame."""

    mean: Floats
    """(S, S, 3) 0..1, its colours, smooth, as they are below its hair."""
    gain: Floats
    """(S, S, 3) factor of its pixels."""
    coverage: Floats
    """(S, S) 0..1."""


def uncover_skin(alignment: HeadAlignment, freed: Floats, own_skin: Floats) -> UncoveredSkin:
    """Lay out the exemplar's skin.

    Args:
        alignment: both faces.
        freed: (S, S) 0..1 where the face's own hair was.
        own_skin: (S, S, 3) 0..1 the face's own skin, smooth where it is not visible.
    """
    own, exemplar = alignment.own, alignment.exemplar
    skin, ears = (
        _soft_mask(_without_edge(exemplar, one), exemplar) for one in (Region.SKIN, Region.EARS)
    )
    bare = dilate(exemplar.labelled(Region.GLASSES) * np.uint8(255), _BESIDE_GLASSES_PX) == 0
    weight = np.maximum(skin, ears) * (1 - exemplar.coverage)
    brows = _soft_mask(
        exemplar.labelled(*(side.label for side in alignment.hidden_sides)), exemplar
    )
    shared = _soft_mask(own.clear_skin, own) * alignment.resample(
        _soft_mask(exemplar.clear_skin, exemplar)
    )
    transferred = _skin_area(alignment, freed) * alignment.resample(
        _extend_below_hair(np.maximum(skin, brows), exemplar) * bare
    )
    beside = alignment.resample(ears * bare) * (_sides_without_ear(alignment) & ~own.face)
    mean = alignment.resample(weighted_blur(exemplar.image, weight, _COLOUR_SIGMA_PX))
    gain = _tone_gain(own.image, alignment.resample(exemplar.image), shared)
    return UncoveredSkin(
        mean,
        _limit_gain(gain, mean, own_skin),
        blur(np.maximum(transferred, beside), EDGE_SIGMA_PX),
    )


def _skin_area(alignment: HeadAlignment, freed: Floats) -> Floats:
    """Return (S, S) 0..1 where skin may be transferred: on the forehead, and at old or new hair."""
    forehead = _above_brows(alignment)
    near_old = np.maximum(
        freed, blur(dilate(alignment.possible_hair, _BESIDE_OLD_PX), _FOREHEAD[1])
    )
    new = np.where(alignment.new_hair > _NEW_HAIR_COVERAGE, 255, 0).astype(np.uint8)
    along_new = (dilate(new, _ALONG_PX) > 0) & ~alignment.own.face
    beside = np.maximum(freed, along_new) * np.maximum(forehead, _above_mouth(alignment))
    return np.asarray(np.maximum(forehead * near_old, beside), np.float32)


def _above_brows(alignment: HeadAlignment) -> Floats:
    """Return (S, S) 0 at the brows, or the eyes where brows are hidden .. 1 on the forehead."""
    rows = []
    for side in FACE_SIDES:
        edge = alignment.landmarks[
            list(side.eye if side in alignment.hidden_sides else side.brow), 1
        ].min()
        rows.append(_ramp(*(edge - np.array(_FOREHEAD))))
    return np.where(alignment.is_left, rows[0][:, None], rows[1][:, None])


def _above_mouth(alignment: HeadAlignment) -> Floats:
    """Return (S, 1) 1 above the mouth, falling to 0 at the lower lip."""
    lips = alignment.landmarks[list(OUTER_LIPS), 1]
    return _ramp(lips.max(), lips.min())[:, None]


def _ramp(low: float, high: float) -> Floats:
    """Return (S,) a factor of rows, 0 below one, rising to 1 at a higher one."""
    return ((low - np.arange(HAIR_FRAME_SIZE)) / max(low - high, 1.0)).clip(0, 1).astype(np.float32)


def _sides_without_ear(alignment: HeadAlignment) -> Selection:
    """Select the columns on whose side of the face no ear of its own will be visible; (S,) bool."""
    clear = np.maximum(alignment.own.coverage, alignment.new_hair) < OCCLUDING_COVERAGE
    ears = alignment.own.labelled(Region.EARS) & clear
    visible = [
        ears[:, side].sum() >= _LEAST_EAR_PX for side in (alignment.is_left, ~alignment.is_left)
    ]
    return np.where(alignment.is_left, not visible[0], not visible[1])


def _without_edge(exemplar: HairMatte, region: Region) -> Selection:
    """Select what the parser labels so; an ear without its edge, where what is behind it shows."""
    selected = exemplar.labelled(region)
    if region != Region.EARS:
        return selected
    beyond = ~(selected | exemplar.labelled(*FACE_REGIONS)) * np.uint8(255)
    return np.asarray(selected & (dilate(beyond, _EAR_EDGE_PX) == 0))


def _soft_mask(selected: Selection, matte: HairMatte) -> Floats:
    return np.asarray(cv2.blur(selected.astype(np.float32), (3, 3)) * matte.visible, np.float32)


def _extend_below_hair(skin: Floats, exemplar: HairMatte) -> Floats:
    """Let skin go on a little where hair covers it: no background shines through a hairline."""
    wide = dilate(np.where(skin > 0.5, 255, 0).astype(np.uint8), _BELOW_PX) > 0
    return np.maximum(skin, wide & (exemplar.coverage > TRACE_COVERAGE))


def _tone_gain(own: Floats, exemplar: Floats, shared: Floats) -> Floats:
    """Divide two skins where both are visible, and extrapolate the ratio by its membrane."""
    weight = np.where(shared > 0.99, 1, 0).astype(np.float32)
    if not weight.any():
        return np.ones_like(own)
    source, target = (weighted_blur(skin, weight, _LOCAL_PX) + _DARK for skin in (exemplar, own))
    ratio = np.log(target / source)
    median = np.median(ratio[weight > 0], axis=0)
    ratio = median + (ratio - median).clip(-np.log(_TYPICAL), np.log(_TYPICAL))
    mean = weighted_blur(ratio.astype(np.float32), weight, _TONE_PX)
    is_far = cv2.GaussianBlur(weight, (0, 0), _TONE_PX) < _LEAST_WEIGHT
    return np.exp(fill_membrane(mean, np.where(is_far, 255, 0).astype(np.uint8)))


def _limit_gain(gain: Floats, mean: Floats, own: Floats) -> Floats:
    """Limit a gain where it makes of a mean skin something that is far from the face's own."""
    result, smooth = mean * gain, weighted_blur(own, np.ones_like(own[..., 0]), _COLOUR_SIGMA_PX)
    limited = result.clip(smooth * (1 - _MOST_TONE_CHANGE), smooth * (1 + _MOST_TONE_CHANGE))
    return np.asarray(gain * (limited + _DARK) / (result + _DARK), np.float32)
