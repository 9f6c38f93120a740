"""Plans in a small frame how an exemplar's hair is laid on a face.

All is made in the fine parsing frame of the face, whose 512 pixels are the unit of all constants;
colours lie in 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from core.edit import blend
from core.edit.hair import FEATURES, own_hair
from core.edit.haircut import FINE, Haircut, Selection
from core.edit.matting import Layers, Matte, part_layers, weighed_mean
from core.edit.warp import Floats
from core.face.align import Matrix
from core.labels import Region
from core.masks import Mask, Points, dilate, fill_hull
from core.regions import JAW, LEFT_BROW, LEFT_EYE, NOSE_BRIDGE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE

_UNIT = FINE / 1.25  # side of the canonical frame
_OUTLINE = (*JAW, *LEFT_BROW, *RIGHT_BROW)
"""The landmarks that hair lies around."""
_MOST_STRETCHED = 1.2
"""Along one axis over the other, where heads differ."""

_HAIRY = 0.03  # coverage from which on a pixel shows hair
_OWN_SKIN = 0.2  # coverage below which what the parser calls face stays
_GROWN_PX, _HEAD_GROWN_PX, _LASH_PX, _BELOW_HAIR_PX, _SOFT_PX = 6, 14, 4, 10, 1.5
_FOREHEAD = (0.01 * _UNIT, 0.05 * _UNIT)
"""Above the brows: from where on to where the exemplar's skin comes along with its hair."""
_BESIDE_BROW_PX, _OVER, _HIDDEN = 14, 0.3, 0.15
"""Around a brow, the coverage of hair that hides, and the share that is enough to hide the brow."""
_LEAST_EAR_PX, _GAP_PX, _ALONG_HAIR_PX = 100, 31, 20
_BESIDE_HAIR_PX = 32  # and it does so no further from the face's old hair than this
_FADED_PX = 16.0  # at the frame's edge

_LOCAL_PX, _TONE_PX = 8.0, 20.0
"""Blur under which skins are compared, and how far such a comparison holds."""
_LEAST_WEIGHT = 0.02
_USUAL = 1.4
"""Times the median ratio of two skins; beyond lies a highlight, a shadow or a hair."""
_DARK = 0.03  # added to tones before they are divided

_SPREAD_PX = 12.0
"""Of the neighbourhood in which the colours of hair, and of what is behind it, are estimated."""
_BARE = (Region.SKIN, Region.EARS)
_FACE = (Region.SKIN, Region.EARS, *FEATURES)


class _Side(NamedTuple):
    """A brow and the eye below it."""

    label: Region
    brow: tuple[int, ...]
    eye: tuple[int, ...]


_SIDES = (
    _Side(Region.LEFT_BROW, LEFT_BROW, LEFT_EYE),
    _Side(Region.RIGHT_BROW, RIGHT_BROW, RIGHT_EYE),
)


class Plan(NamedTuple):
    """What is laid where, bottom up."""

    background: Floats
    """(S, S, 3) what is seen where the photo's hair hides it no more."""
    freed: Floats
    """(S, S) where that is."""
    skin: Floats
    """(S, S, 3) the exemplar's skin, smooth, as it is below its hair."""
    tones: Floats
    """(S, S, 3) by what that skin is multiplied."""
    bare: Floats
    """(S, S) where it is laid."""
    matte: Matte
    """Of the exemplar's hair."""
    allowed: Floats
    """(S, S) by what the matte's coverage is multiplied."""
    layers: Layers
    """Of the exemplar: its hair, and what is behind."""
    head: Mask
    """(S, S) above 0 where the photo shows no background."""


def plan_hair(ours: Haircut, theirs: Haircut, points: Points, onto: Matrix) -> Plan:
    """Plan how hair is laid.

    Args:
        ours: the face that gets it.
        theirs: the exemplar.
        points: (68, 2) of the face in its frame.
        onto: (2, 3) from the exemplar's frame to the face's.
    """

    def bring(values: Floats) -> Floats:
        size = (FINE, FINE)
        return np.asarray(cv2.warpAffine(values, onto, size, flags=cv2.INTER_LINEAR), np.float32)

    layers = Layers(*(bring(one) for one in part_layers(theirs.image, theirs.coverage, _SPREAD_PX)))
    inside = _inside()
    hidden = [side for side in _SIDES if _is_hidden(side, ours, points)]
    brows = [side.label for side in hidden]
    skin = _enlarged(np.isin(theirs.labels, (Region.SKIN, *brows))) * theirs.seen
    ears = _enlarged(theirs.labels == Region.EARS) * theirs.seen
    hairy = np.where((ours.coverage > _HAIRY) | _nearest(own_hair(ours.labels) > 0), 255, 0)
    hairy = hairy.astype(np.uint8)
    freed, head = _freed(ours, hairy, brows), _head(ours, hairy)
    above = _above_brows(points, hidden)
    near = np.maximum(freed, _blurred(dilate(hairy, _BESIDE_HAIR_PX), _FOREHEAD[1]))
    new_hair, face = bring(theirs.coverage), _own_face(ours)
    along = dilate(np.where(new_hair > _OVER, 255, 0).astype(np.uint8), _ALONG_HAIR_PX) > 0
    beside = np.maximum(freed, along & ~face) * np.maximum(above, _above_mouth(points))
    laid = np.maximum(above * near, beside) * bring(_reaching_below_hair(skin, theirs))
    earless = ~face & _earless(ours, points, new_hair)
    bare = _blurred(np.maximum(laid, bring(ears) * earless), _SOFT_PX)
    shared = _shown_skin(ours) * bring(_shown_skin(theirs))
    return Plan(
        background=_behind_hair(ours, head),
        freed=freed * inside,
        skin=bring(_mean_skin(theirs, np.maximum(skin, ears))),
        tones=_tones(ours.image, bring(theirs.image), shared),
        bare=bare * inside,
        matte=Matte(bring(theirs.matte.slope), bring(theirs.matte.offset)),
        allowed=bring(theirs.allowed) * inside,
        layers=layers,
        head=head,
    )


def fitted(source: Points, target: Points) -> Matrix:
    """Fit the outline of one face on that of another; (2, 3), stretched along one axis at most a
    little.

    Args:
        source, target: (68, 2).
    """
    corners = np.column_stack([source[list(_OUTLINE)], np.ones(len(_OUTLINE))])
    matrix = np.linalg.lstsq(corners, target[list(_OUTLINE)], rcond=None)[0].T
    turned, sizes, axes = np.linalg.svd(matrix[:, :2])
    middle = np.sqrt(sizes.prod())
    most = np.sqrt(_MOST_STRETCHED)
    linear = (turned * sizes.clip(middle / most, middle * most)) @ axes
    offset = target[list(_OUTLINE)].mean(axis=0) - linear @ source[list(_OUTLINE)].mean(axis=0)
    return np.column_stack([linear, offset])


def _is_hidden(side: _Side, ours: Haircut, points: Points) -> bool:
    """Tell whether hair lies over a brow, whatever the parser sees there."""
    around = dilate(fill_hull((FINE, FINE), points[list(side.brow)]), _BESIDE_BROW_PX) > 0
    return bool((ours.coverage[around] > _OVER).mean() > _HIDDEN)


def _freed(ours: Haircut, hairy: Mask, hidden: Sequence[Region]) -> Floats:
    """Cover what the face's own hair hides; some brows are not worth keeping."""
    kept = [region for region in FEATURES if region not in hidden]
    own_skin = _nearest(np.isin(ours.labels, (*_BARE, *kept))) & (ours.coverage < _OWN_SKIN)
    features = dilate(_nearest(np.isin(ours.labels, kept)) * np.uint8(255), _LASH_PX) > 0
    freed = (dilate(hairy, _GROWN_PX) > 0) & ~own_skin & ~features
    return _blurred(freed.astype(np.float32), _SOFT_PX)


def _head(ours: Haircut, hairy: Mask) -> Mask:
    """Cover the face and its hair, generously."""
    face = _nearest(np.isin(ours.labels, _FACE)) * np.uint8(255)
    return dilate(hairy | face, _HEAD_GROWN_PX)


def _behind_hair(ours: Haircut, head: Mask) -> Floats:
    """Draw in what is around hair: the face's skin within its outline, else the background."""
    skin = _shown_skin(ours) > 0.99
    face = _closed(_own_face(ours))
    around, within = _drawn_in(ours.image, head > 0), _drawn_in(ours.image, ~skin)
    share = _blurred(face.astype(np.float32), _SOFT_PX)[..., None]
    return np.asarray(around + (within - around) * share, np.float32)


def _drawn_in(image: Floats, hole: Selection) -> Floats:
    """Fill a hole by its membrane, which half the size shows as well."""
    half = (FINE // 2, FINE // 2)
    small = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.float32)
    hidden = cv2.resize(hole.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    filled = blend.membrane(small, np.where(hidden > 0, 255, 0).astype(np.uint8))
    return np.asarray(cv2.resize(filled, (FINE, FINE)), np.float32)


def _own_face(ours: Haircut) -> Selection:
    return _nearest(np.isin(ours.labels, _FACE)) & (ours.coverage < _OWN_SKIN)


def _closed(mask: Selection) -> Selection:
    """Close small gaps in a mask, such as those between cheeks and ears."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP_PX, _GAP_PX))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc)) > 0


def _earless(ours: Haircut, points: Points, new_hair: Floats) -> Selection:
    """Select the sides of a face on which no ear of its own will be seen."""
    middle = round(points[NOSE_BRIDGE[0], 0])
    clear = np.maximum(ours.coverage, new_hair) < _OWN_SKIN
    ears = _nearest(ours.labels == Region.EARS) & clear
    is_left = np.arange(FINE) < middle
    seen = [ears[:, side].sum() >= _LEAST_EAR_PX for side in (is_left, ~is_left)]
    return np.broadcast_to(np.where(is_left, not seen[0], not seen[1]), ears.shape)


def _mean_skin(theirs: Haircut, skin: Floats) -> Floats:
    return weighed_mean(theirs.image, skin * (1 - theirs.coverage), _SPREAD_PX)


def _reaching_below_hair(skin: Floats, theirs: Haircut) -> Floats:
    """Let skin go on a little where hair covers it: no background shines through a hairline."""
    wide = dilate(np.where(skin > 0.5, 255, 0).astype(np.uint8), _BELOW_HAIR_PX) > 0
    return np.maximum(skin, wide & (theirs.coverage > _HAIRY))


def _above_brows(points: Points, hidden: Sequence[_Side]) -> Floats:
    """Return (S, S) 0 at the brows, or the eyes where brows are hidden .. 1 on the forehead."""
    middle = round(points[NOSE_BRIDGE[0], 0])
    shares = []
    for side in _SIDES:
        edge = points[list(side.eye if side in hidden else side.brow), 1].min()
        start, stop = edge - np.array(_FOREHEAD)
        shares.append(((start - np.arange(FINE)) / (start - stop)).clip(0, 1))
    is_left = np.arange(FINE) < middle
    ramp = np.where(is_left, shares[0][:, None], shares[1][:, None])
    return np.asarray(ramp, np.float32)


def _above_mouth(points: Points) -> Floats:
    """Return (S, S) 1 above the mouth, falling to 0 at the lower lip."""
    start, stop = points[list(OUTER_LIPS), 1].min(), points[list(OUTER_LIPS), 1].max()
    rows = ((stop - np.arange(FINE)) / max(stop - start, 1.0)).clip(0, 1)
    return np.repeat(rows[:, None], FINE, axis=1).astype(np.float32)


def _shown_skin(one: Haircut) -> Floats:
    skin = cv2.erode((one.labels == Region.SKIN).astype(np.uint8), np.ones((3, 3), np.uint8))
    return _enlarged(skin > 0) * (one.coverage < _HAIRY) * (one.seen >= 1)


def _tones(ours: Floats, theirs: Floats, shared: Floats) -> Floats:
    """Compare two skins where both are seen, and draw the ratio out to where they are not."""
    weight = np.where(shared > 0.99, 1, 0).astype(np.float32)
    their_tones, our_tones = (
        weighed_mean(one, weight, _LOCAL_PX) + _DARK for one in (theirs, ours)
    )
    ratio = np.log(our_tones / their_tones)
    if not weight.any():
        return np.ones_like(ours)
    middle = np.median(ratio[weight > 0], axis=0)
    ratio = middle + (ratio - middle).clip(-np.log(_USUAL), np.log(_USUAL))
    total = cv2.GaussianBlur(weight, (0, 0), _TONE_PX)
    mean = weighed_mean(ratio.astype(np.float32), weight, _TONE_PX)
    far = np.where(total < _LEAST_WEIGHT, 255, 0).astype(np.uint8)
    return np.asarray(np.exp(blend.membrane(mean, far)), np.float32)


def _inside() -> Floats:
    """Return (S, S) 1, fading to 0 at the frame's edge."""
    away = (np.minimum(np.arange(FINE), np.arange(FINE)[::-1]) / _FADED_PX).clip(0, 1)
    return np.asarray(np.minimum.outer(away, away), np.float32)


def _nearest(chosen: Selection) -> Selection:
    large = cv2.resize(chosen.astype(np.uint8), (FINE, FINE), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large) > 0


def _enlarged(chosen: Selection) -> Floats:
    return np.asarray(cv2.resize(chosen.astype(np.float32), (FINE, FINE)), np.float32)


def _blurred(values: Floats | Mask, sigma: float) -> Floats:
    scale = np.float32(255 if values.dtype == np.uint8 else 1)
    blurred = cv2.GaussianBlur(values.astype(np.float32), (0, 0), sigma)
    return np.asarray(blurred / scale, np.float32)
