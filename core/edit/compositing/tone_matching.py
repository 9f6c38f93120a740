"""Brings a borrowed part to the tones of the face it is laid into, before a network relights it.

Skin takes on the tones of the face's own skin, and lips, between very different skins, come
near to those of its own lips. Eyes, teeth and hairs differ little between people whose skins
differ much: they keep their tones, in the light of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.face.align import canonical_frame, region_frame
from core.face.feature_masks import Features, features
from core.imaging.arrays import Floats, Image, Mask, Pixels, Points, Selection
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate

_HUES, _HUES_PX = 0.6, 6.0
"""How much of the hues deep inside a part are the exemplar's: a network that knows the light only
from the skin around cannot know the colour of an iris. From so many pixels within the hole on."""
_LIGHT, _LIGHT_PX = 0.3, 24.0
"""The same of brightness: far from the border the network guesses it."""


_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_MIDDLE = np.full(3, 0.5, np.float32)
_LEAST_PIXELS = 30
_TONES = (0.03, 0.97)
_NEAR = 0.05
"""How far around the hole skin is looked at, of the canonical frame's side."""
_USUAL = (0.55, 1.7)
"""Skin is no further from the median, as a ratio: what is, is a beard, a shadow or a highlight."""
_LOCAL, _LEAST_LOCAL = 0.14, 0.05
"""Blur under which two skins are compared, of the canonical frame's side, and how much the
medians count where there is no skin around."""
_VERY_DIFFERENT = float(np.log(2.5))
"""Two skins whose brightnesses are so many times apart share no tones."""
_OTHER_HUES = (0.3, 0.6)
"""How much of a hue's distance from the skin's is lost on skin much darker, and much lighter."""
_OWN_LIPS = (0.5, 0.8)
"""How much lips take on the tones of the face's own, on skin much darker, and much lighter."""
_STEEPEST, _BRIGHT = 1.3, 1.1
"""Slopes of the curve of tones below and above the skin's own, where that becomes lighter."""
_FLATTER, _DEEPER = 0.3, 0.3
"""Where skin becomes darker by some gain: powers of it by which reflections lose less, and shadows
deepen."""
_HAIR, _BESIDE_HAIR, _HAIR_REACH = 0.8, 0.9, 0.05
"""How much dark hairs keep their tones; the brightness below which a pixel can be hair, of the
skin's within so much of the canonical frame's side."""
_DIMMED = 0.12
"""The power of the gain by which eyes and teeth become darker with the skin."""
_SOFT = 0.006  # of the canonical frame's side
_EYES_SIDE, _EYES_PX = 0.5, 192
_WHITES = (0.72, 0.95)
"""The share of an open eye's pixels, by brightness, that is white and no reflection."""
_LIGHT_SHARE, _MOST_LIGHT, _MOST_HUE = 0.8, (0.7, 1.35), (0.9, 1.1)


def light_between(
    image: Image, landmarks: Landmarks, exemplar: Image, exemplar_landmarks: Landmarks
) -> Floats:
    """Compare the light on two faces by the whites of their eyes.

    Args:
        image, exemplar: (H, W, 3) uint8 or uint16.
        landmarks, exemplar_landmarks: (68, 2), each in pixels of its picture.

    Returns:
        (3,) by what to multiply the exemplar's tones; careful, since eyes are small.
    """
    ours, theirs = _white(image, landmarks), _white(exemplar, exemplar_landmarks)
    if ours is None or theirs is None:
        return np.ones(3, np.float32)
    ratio = (ours / theirs) ** _LIGHT_SHARE
    light = float(ratio @ _GREY)
    return np.asarray(np.clip(light, *_MOST_LIGHT) * np.clip(ratio / light, *_MOST_HUE), np.float32)


def match_tones(
    exemplar: Pixels, image: Pixels, hole: Mask, points: Points, light: Floats
) -> Pixels:
    """Bring an exemplar near to the tones of the face it is laid into.

    Args:
        exemplar: (S, S, 3) uint8, the part and what is around it; 0 where it shows nothing.
        image: (S, S, 3) uint8 what the part is laid into, with what it replaces.
        hole: (S, S) above 0 where it is laid.
        points: (68, 2) of both faces, in these pixels.
        light: (3,) as `light_between` returns it.

    Returns:
        (S, S, 3) uint8, 0 outside the hole and where the exemplar shows nothing.
    """
    inside = (hole > 0) & exemplar.any(axis=2)
    matched = np.zeros_like(exemplar)
    matched[inside] = exemplar[inside]
    found = features(points, len(hole))
    skins = _compare(exemplar, image, hole, found)
    if skins is None:
        return matched
    theirs = _fractions(exemplar)
    tones = _bend(theirs, skins.theirs, skins.ours, skins.hues)
    tones = _with_lips(tones, theirs, _fractions(image), found, skins)
    own = _bend(theirs, _MIDDLE, skins.limited(light) * _MIDDLE, 1.0)
    tones = _with_hairs(tones, theirs, own, found, skins)
    open_ = np.maximum(_soft(found.eyes, found.unit), _soft(found.gap, found.unit))
    tones += (own * min(skins.gain, 1.0) ** _DIMMED - tones) * open_
    matched[inside] = np.rint(tones * 255).clip(1, 255).astype(np.uint8)[inside]
    return matched


@dataclass(frozen=True, eq=False)
class _Skins:
    """The tones of two skins, 0..1: in every pixel (S, S, 3), and their medians (3,)."""

    theirs: Floats
    ours: Floats
    their_median: Floats
    our_median: Floats

    @property
    def gain(self) -> float:
        """Brightness of ours / theirs."""
        return float((self.our_median @ _GREY) / (self.their_median @ _GREY))

    @property
    def apart(self) -> float:
        """0 for skins alike .. 1 for very different ones; negative where ours is darker."""
        return float(np.clip(np.log(self.gain) / _VERY_DIFFERENT, -1, 1))

    @property
    def hues(self) -> float:
        """How much of a hue's distance from the skin's stays."""
        return 1 - _OTHER_HUES[int(self.apart > 0)] * abs(self.apart)

    def limited(self, light: Floats) -> Floats:
        """Keep a light from changing tones the other way than the skin's change."""
        strength = float(light @ _GREY)
        least, most = min(self.gain**0.5, 0.95), max(self.gain**0.5, 1.05)
        return np.asarray(light * (np.clip(strength, least, most) / strength), np.float32)


def _compare(exemplar: Pixels, image: Pixels, hole: Mask, found: Features) -> _Skins | None:
    """Compare two skins in and around a hole; None where too little is seen of them."""
    near = dilate(hole, _NEAR * found.unit) > 0
    skin = (found.skin > 0) & near & exemplar.any(axis=2)
    if skin.sum() < _LEAST_PIXELS:
        return None
    theirs, ours = _fractions(exemplar), _fractions(image)
    usual = skin & _is_usual(theirs, skin) & _is_usual(ours, skin)
    if usual.sum() < _LEAST_PIXELS:
        usual = skin
    spread = _LOCAL * found.unit
    weight = usual.astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), spread) + _LEAST_LOCAL

    def local(tones: Floats, median: Floats) -> Floats:
        blurred = cv2.GaussianBlur(tones * weight[..., None], (0, 0), spread)
        mean = (blurred + _LEAST_LOCAL * median) / total[..., None]
        return np.asarray(mean.clip(*_TONES), np.float32)

    medians = [np.median(one[usual], axis=0).clip(*_TONES) for one in (theirs, ours)]
    return _Skins(local(theirs, medians[0]), local(ours, medians[1]), *medians)


def _is_usual(tones: Floats, skin: Selection) -> Selection:
    grey = tones @ _GREY
    low, high = np.median(grey[skin]) * np.array(_USUAL)
    return np.asarray((grey > low) & (grey < high))


def _bend(tones: Floats, source: Floats, target: Floats, hues: float) -> Floats:
    """Bring `source` to `target`, and keep black and white where they are.

    Args:
        tones: (S, S, 3) in 0..1.
        source, target: (S, S, 3) or (3,).
        hues: how much of a hue's distance from the source's stays.
    """
    ratio = np.maximum(tones, 1e-3) / source
    grey = (ratio @ _GREY)[..., None]
    ratio = grey * (ratio / grey) ** hues
    gain = target / source
    below, above = np.minimum(ratio, 1), np.maximum(ratio - 1, 0) * source
    lift = np.maximum(1 - _STEEPEST / gain, 0) * (1 - below) * (1 + below) / 2
    dark = below ** np.maximum(gain**-_DEEPER, 1) * (1 + lift)
    slope = np.minimum(np.where(gain > 1, gain, gain**_FLATTER), _BRIGHT)
    bright, most = above * slope, (1 - source) * slope
    room = 1 - target
    bright /= 1 + bright * np.maximum(most - room, 0) / (most * room)
    return np.asarray(target * dark + bright, np.float32)


def _with_lips(
    tones: Floats, theirs: Floats, ours: Floats, found: Features, skins: _Skins
) -> Floats:
    """Bring lips as far from the skin as the face's own are, between very different skins."""
    lips = found.lips > 0
    if (lips & theirs.any(axis=2)).sum() < _LEAST_PIXELS:
        return tones
    lips &= theirs.any(axis=2)
    their_ratio = np.median(theirs[lips], axis=0) / skins.their_median
    our_ratio = (np.median(ours[lips], axis=0) / skins.our_median).clip(0.4, 1.2)
    share = _OWN_LIPS[int(skins.apart > 0)] * abs(skins.apart)
    ratio = (their_ratio + share * (our_ratio - their_ratio)).clip(0.3, 1.3)
    source, target = skins.theirs * their_ratio, skins.ours * ratio
    bent = _bend(theirs, source.clip(*_TONES), target.clip(*_TONES), skins.hues)
    return np.asarray(tones + (bent - tones) * _soft(found.lips, found.unit), np.float32)


def _with_hairs(
    tones: Floats, theirs: Floats, own: Floats, found: Features, skins: _Skins
) -> Floats:
    """Keep brows and lashes dark where the skin under them becomes lighter."""
    hairs = (found.hairs > 0) & theirs.any(axis=2)
    if skins.apart <= 0 or hairs.sum() < _LEAST_PIXELS:
        return tones
    grey, skin = theirs @ _GREY, skins.theirs @ _GREY
    beside = _BESIDE_HAIR * np.minimum(_without_hairs(theirs, found, skin), 1.1 * skin)
    darkest = min(np.quantile(grey[hairs], 0.03), 0.7 * float(skins.their_median @ _GREY))
    share = ((beside - grey) / np.maximum(beside - darkest, 0.04)).clip(0, 1)[..., None]
    share = share**1.5 * _soft(found.hairs, found.unit) * (_HAIR * skins.apart)
    return np.asarray(tones + (np.minimum(own, 0.8 * skins.ours) - tones) * share, np.float32)


def _without_hairs(theirs: Floats, found: Features, skin: Floats) -> Floats:
    """Return (S, S) how bright the exemplar is beside its brows and lashes."""
    grey = theirs @ _GREY
    opened = dilate(found.eyes | found.gap, _SOFT * found.unit) > 0
    grey = np.where(opened, np.minimum(grey, skin), grey)
    grey = np.where(theirs.any(axis=2), grey, skin).astype(np.float32)
    side = 2 * max(int(_HAIR_REACH * found.unit), 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, disc)
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), _HAIR_REACH / 2 * found.unit))


def _white(image: Image, landmarks: Landmarks) -> Floats | None:
    """Return the (3,) tones of the whites of a face's eyes, 0..1; None if nothing is seen."""
    frame = region_frame(canonical_frame(landmarks), (0.5, 0.476), _EYES_SIDE, _EYES_PX)
    cut: Pixels = frame.cut(image)
    found = features(frame.to_frame(landmarks), _EYES_PX)
    seen = _fractions(to_8_bit(cut))[found.eyes > 0]
    if len(seen) < _LEAST_PIXELS:
        return None
    grey = seen @ _GREY
    low, high = np.quantile(grey, _WHITES)
    mean = seen[(grey >= low) & (grey <= high)].mean(axis=0)
    return np.asarray(np.maximum(mean, _TONES[0]), np.float32)


def _fractions(image: Pixels) -> Floats:
    return np.asarray(image, np.float32) / np.float32(255)


def _soft(mask: Mask, unit: float) -> Floats:
    """Return (S, S, 1) a mask as 0..1 with soft edges."""
    soft = cv2.GaussianBlur(mask, (0, 0), max(_SOFT * unit, 0.3))
    return np.asarray(soft, np.float32)[..., None] / np.float32(255)


def keep_tones(painted: Pixels, exemplar: Pixels, hole: Mask) -> Pixels:
    """Bring what was painted back to the exemplar's tones, the more the deeper in the hole.

    Args:
        painted: (S, S, 3) uint8 the network's answer.
        exemplar: (S, S, 3) uint8 as `match_tones` returns it.
        hole: (S, S) above 0 where the part is laid.

    Returns:
        (S, S, 3) uint8, `painted` outside the hole.
    """
    inside = ((hole > 0) & exemplar.any(axis=2)).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    hues = _HUES * np.clip(np.asarray(depth) / _HUES_PX, 0, 1)
    light = _LIGHT * np.clip(np.asarray(depth) / _LIGHT_PX, 0, 1)
    share = np.dstack([light, hues, hues])
    ours, theirs = (
        cv2.cvtColor((one / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)
        for one in (painted, exemplar)
    )
    ours += (share * (theirs - ours)).astype(np.float32)
    values = np.asarray(cv2.cvtColor(ours, cv2.COLOR_LAB2RGB)) * 255
    changed = np.rint(values).clip(0, 255).astype(np.uint8)
    return np.where(inside[..., None] > 0, changed, painted)
