"""The exemplar's skin that shows around borrowed hair: forehead, temples and ears.

It takes on the tones of the face's own skin, and goes on a little below the hair.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import OUTER_LIPS
from core.anatomy.regions import Region
from core.edit.hair.guided_matting import weighed_mean
from core.edit.hair.hair_matte import COVERED, FINE, HAIRY, Haircut
from core.edit.hair.head_alignment import SIDES, SOFT_PX, Fit, blurred
from core.imaging.arrays import Floats, Selection
from core.imaging.masks import dilate
from core.runtime.membrane import membrane

_UNIT = FINE / 1.25  # side of the canonical frame
_FOREHEAD = (0.01 * _UNIT, 0.05 * _UNIT)
"""Above the brows: from where on to where the exemplar's skin comes along with its hair."""
_BESIDE_OLD_PX = 32
"""Around the face's own hair: beyond, its own forehead stays."""
_ALONG_PX, _HAIR = 20, 0.3
"""Beside the new hair skin comes along, too: from what coverage on, and how far."""
_BELOW_PX = 10  # how far skin goes on below the hair
_LEAST_EAR_PX = 100
_SPREAD_PX = 12.0  # of the neighbourhood of which skin below hair has its colour
_LOCAL_PX, _TONE_PX = 8.0, 20.0
"""Blur under which skins are compared, and how far such a comparison holds."""
_LEAST_WEIGHT = 0.02
_USUAL = 1.4
"""Times the median ratio of two skins; beyond lies a highlight, a shadow or a hair."""
_DARK = 0.03  # added to tones before they are divided
_OWN_LIGHT = 0.15
"""How far the exemplar's skin may be from the face's own, as that is drawn in to where it is laid:
beyond lies a light that does not fall on the face."""


class Skin(NamedTuple):
    """The exemplar's skin in the face's frame."""

    mean: Floats
    """(S, S, 3) its colours, smooth, as they are below its hair."""
    tones: Floats
    """(S, S, 3) by what its pixels are multiplied."""
    share: Floats
    """(S, S) where it is laid."""


def plan_skin(fit: Fit, freed: Floats, own: Floats) -> Skin:
    """Plan where the exemplar's skin is laid.

    Args:
        fit: both faces.
        freed: (S, S) where the face's own hair was.
        own: (S, S, 3) the face's own skin, smooth where it is not seen.
    """
    theirs = fit.theirs
    skin, ears = (_soft(theirs.labelled(one), theirs) for one in (Region.SKIN, Region.EARS))
    weight = np.maximum(skin, ears) * (1 - theirs.coverage)
    brows = _soft(theirs.labelled(*(side.label for side in fit.hidden)), theirs)
    shared = _soft(fit.ours.clear_skin, fit.ours) * fit.bring(_soft(theirs.clear_skin, theirs))
    laid = _where(fit, freed) * fit.bring(_reaching_below_hair(np.maximum(skin, brows), theirs))
    beside = fit.bring(ears) * (_earless(fit) & ~fit.ours.face)
    mean = fit.bring(weighed_mean(theirs.image, weight, _SPREAD_PX))
    tones = _tones(fit.ours.image, fit.bring(theirs.image), shared)
    return Skin(
        mean,
        _in_own_light(tones, mean, own),
        blurred(np.maximum(laid, beside), SOFT_PX),
    )


def _where(fit: Fit, freed: Floats) -> Floats:
    """Return (S, S) where skin may be laid: on the forehead, and where hair was or comes."""
    forehead = _above_brows(fit)
    near_old = np.maximum(freed, blurred(dilate(fit.hairy, _BESIDE_OLD_PX), _FOREHEAD[1]))
    new = np.where(fit.new_hair > _HAIR, 255, 0).astype(np.uint8)
    along_new = (dilate(new, _ALONG_PX) > 0) & ~fit.ours.face
    beside = np.maximum(freed, along_new) * np.maximum(forehead, _above_mouth(fit))
    return np.asarray(np.maximum(forehead * near_old, beside), np.float32)


def _above_brows(fit: Fit) -> Floats:
    """Return (S, S) 0 at the brows, or the eyes where brows are hidden .. 1 on the forehead."""
    rows = []
    for side in SIDES:
        edge = fit.points[list(side.eye if side in fit.hidden else side.brow), 1].min()
        rows.append(_ramp(*(edge - np.array(_FOREHEAD))))
    return np.where(fit.is_left, rows[0][:, None], rows[1][:, None])


def _above_mouth(fit: Fit) -> Floats:
    """Return (S, 1) 1 above the mouth, falling to 0 at the lower lip."""
    lips = fit.points[list(OUTER_LIPS), 1]
    return _ramp(lips.max(), lips.min())[:, None]


def _ramp(low: float, high: float) -> Floats:
    """Return (S,) rows, 0 below one, rising to 1 at a higher one."""
    return ((low - np.arange(FINE)) / max(low - high, 1.0)).clip(0, 1).astype(np.float32)


def _earless(fit: Fit) -> Selection:
    """Select the sides of a face on which no ear of its own will be seen; (S,)."""
    clear = np.maximum(fit.ours.coverage, fit.new_hair) < COVERED
    ears = fit.ours.labelled(Region.EARS) & clear
    seen = [ears[:, side].sum() >= _LEAST_EAR_PX for side in (fit.is_left, ~fit.is_left)]
    return np.where(fit.is_left, not seen[0], not seen[1])


def _soft(selected: Selection, of: Haircut) -> Floats:
    return np.asarray(cv2.blur(selected.astype(np.float32), (3, 3)) * of.seen, np.float32)


def _reaching_below_hair(skin: Floats, theirs: Haircut) -> Floats:
    """Let skin go on a little where hair covers it: no background shines through a hairline."""
    wide = dilate(np.where(skin > 0.5, 255, 0).astype(np.uint8), _BELOW_PX) > 0
    return np.maximum(skin, wide & (theirs.coverage > HAIRY))


def _tones(ours: Floats, theirs: Floats, shared: Floats) -> Floats:
    """Compare two skins where both are seen, and draw the ratio out to where they are not."""
    weight = np.where(shared > 0.99, 1, 0).astype(np.float32)
    if not weight.any():
        return np.ones_like(ours)
    source, goal = (weighed_mean(one, weight, _LOCAL_PX) + _DARK for one in (theirs, ours))
    ratio = np.log(goal / source)
    middle = np.median(ratio[weight > 0], axis=0)
    ratio = middle + (ratio - middle).clip(-np.log(_USUAL), np.log(_USUAL))
    mean = weighed_mean(ratio.astype(np.float32), weight, _TONE_PX)
    far = cv2.GaussianBlur(weight, (0, 0), _TONE_PX) < _LEAST_WEIGHT
    return np.exp(membrane(mean, np.where(far, 255, 0).astype(np.uint8)))


def _in_own_light(tones: Floats, mean: Floats, own: Floats) -> Floats:
    """Limit tones where they make of a mean skin something that is far from the face's own."""
    made, smooth = mean * tones, weighed_mean(own, np.ones_like(own[..., 0]), _SPREAD_PX)
    limited = made.clip(smooth * (1 - _OWN_LIGHT), smooth * (1 + _OWN_LIGHT))
    return np.asarray(tones * (limited + _DARK) / (made + _DARK), np.float32)
