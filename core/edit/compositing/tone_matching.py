"""Matches the tones of an exemplar's part to the face, before a network harmonises it.

Skin takes on the tones of the face's own skin, and lips, between very different skins, come
near to those of its own lips. Eyes, teeth and hairs differ little between people whose skins
differ much: they keep their tones, in the light of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.face.align import canonical_frame, sub_frame
from core.face.feature_masks import FeatureMasks, draw_feature_masks
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
"""How far around the hole skin is sampled, of the canonical frame's side."""
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


def light_ratio(
    image: Image, landmarks: Landmarks, exemplar: Image, exemplar_landmarks: Landmarks
) -> Floats:
    """Compare the light on two faces by the whites of their eyes.

    Args:
        image, exemplar: (H, W, 3) uint8 or uint16 RGB.
        landmarks, exemplar_landmarks: (68, 2), each in pixels of its picture.

    Returns:
        (3,) float32 RGB gain of the exemplar's tones; careful, since eyes are small.
    """
    own, exemplar_white = (
        _white(image, landmarks),
        _white(exemplar, exemplar_landmarks),
    )
    if own is None or exemplar_white is None:
        return np.ones(3, np.float32)
    ratio = (own / exemplar_white) ** _LIGHT_SHARE
    light = float(ratio @ _GREY)
    return np.asarray(np.clip(light, *_MOST_LIGHT) * np.clip(ratio / light, *_MOST_HUE), np.float32)


def match_tones(
    exemplar: Pixels, image: Pixels, hole: Mask, points: Points, light: Floats
) -> Pixels:
    """Bring an exemplar near to the tones of the face that it is composited on.

    Args:
        exemplar: (S, S, 3) uint8, the part and what is around it; 0 where it shows nothing.
        image: (S, S, 3) uint8, the face, with what is replaced.
        hole: (S, S) uint8, above 0 where the part is composited.
        points: (68, 2) of both faces, in these pixels.
        light: (3,) float32 as `light_ratio` returns it.

    Returns:
        (S, S, 3) uint8, 0 outside the hole and where the exemplar shows nothing.
    """
    inside = (hole > 0) & exemplar.any(axis=2)
    matched = np.zeros_like(exemplar)
    matched[inside] = exemplar[inside]
    found = draw_feature_masks(points, len(hole))
    skins = _compare(exemplar, image, hole, found)
    if skins is None:
        return matched
    source = _to_unit_range(exemplar)
    tones = _apply_tone_curve(source, skins.exemplar, skins.own, skins.hues)
    tones = _with_lips(tones, source, _to_unit_range(image), found, skins)
    lit = _apply_tone_curve(source, _MIDDLE, skins.limited(light) * _MIDDLE, 1.0)
    tones = _with_hairs(tones, source, lit, found, skins)
    openings = np.maximum(
        _soft(found.eyes, found.canonical_side), _soft(found.inner_mouth, found.canonical_side)
    )
    tones += (lit * min(skins.gain, 1.0) ** _DIMMED - tones) * openings
    matched[inside] = np.rint(tones * 255).clip(1, 255).astype(np.uint8)[inside]
    return matched


@dataclass(frozen=True, eq=False)
class _Skins:
    """The tones of two skins, float32 0..1: in every pixel (S, S, 3), and their medians (3,)."""

    exemplar: Floats
    own: Floats
    exemplar_median: Floats
    own_median: Floats

    @property
    def gain(self) -> float:
        """Brightness of the own skin / the exemplar's."""
        return float((self.own_median @ _GREY) / (self.exemplar_median @ _GREY))

    @property
    def difference(self) -> float:
        """0 for skins alike .. 1 for very different ones; negative where the own one is darker."""
        return float(np.clip(np.log(self.gain) / _VERY_DIFFERENT, -1, 1))

    @property
    def hues(self) -> float:
        """How much of a hue's distance from the skin's stays."""
        return 1 - _OTHER_HUES[int(self.difference > 0)] * abs(self.difference)

    def limited(self, light: Floats) -> Floats:
        """Keep a light from changing tones the other way than the skin's change."""
        strength = float(light @ _GREY)
        least, most = min(self.gain**0.5, 0.95), max(self.gain**0.5, 1.05)
        return np.asarray(light * (np.clip(strength, least, most) / strength), np.float32)


def _compare(exemplar: Pixels, image: Pixels, hole: Mask, found: FeatureMasks) -> _Skins | None:
    """Compare two skins in and around a hole; None where too little of them is visible."""
    near = dilate(hole, _NEAR * found.canonical_side) > 0
    skin = (found.skin > 0) & near & exemplar.any(axis=2)
    if skin.sum() < _LEAST_PIXELS:
        return None
    source, own = _to_unit_range(exemplar), _to_unit_range(image)
    usual = skin & _is_usual(source, skin) & _is_usual(own, skin)
    if usual.sum() < _LEAST_PIXELS:
        usual = skin
    spread = _LOCAL * found.canonical_side
    weight = usual.astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), spread) + _LEAST_LOCAL

    def local_mean(tones: Floats, median: Floats) -> Floats:
        blurred = cv2.GaussianBlur(tones * weight[..., None], (0, 0), spread)
        mean = (blurred + _LEAST_LOCAL * median) / total[..., None]
        return np.asarray(mean.clip(*_TONES), np.float32)

    medians = [np.median(tones[usual], axis=0).clip(*_TONES) for tones in (source, own)]
    return _Skins(local_mean(source, medians[0]), local_mean(own, medians[1]), *medians)


def _is_usual(tones: Floats, skin: Selection) -> Selection:
    grey = tones @ _GREY
    low, high = np.median(grey[skin]) * np.array(_USUAL)
    return np.asarray((grey > low) & (grey < high))


def _apply_tone_curve(tones: Floats, source: Floats, target: Floats, hues: float) -> Floats:
    """Map `source` to `target` by a tone curve that keeps black and white where they are.

    Args:
        tones: (S, S, 3) float32 in 0..1.
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
    tones: Floats, exemplar: Floats, own: Floats, found: FeatureMasks, skins: _Skins
) -> Floats:
    """Bring lips as far from the skin as the face's own are, between very different skins."""
    lips = found.lips > 0
    if (lips & exemplar.any(axis=2)).sum() < _LEAST_PIXELS:
        return tones
    lips &= exemplar.any(axis=2)
    exemplar_ratio = np.median(exemplar[lips], axis=0) / skins.exemplar_median
    own_ratio = (np.median(own[lips], axis=0) / skins.own_median).clip(0.4, 1.2)
    share = _OWN_LIPS[int(skins.difference > 0)] * abs(skins.difference)
    ratio = (exemplar_ratio + share * (own_ratio - exemplar_ratio)).clip(0.3, 1.3)
    source, target = skins.exemplar * exemplar_ratio, skins.own * ratio
    curved = _apply_tone_curve(exemplar, source.clip(*_TONES), target.clip(*_TONES), skins.hues)
    return np.asarray(
        tones + (curved - tones) * _soft(found.lips, found.canonical_side), np.float32
    )


def _with_hairs(
    tones: Floats, exemplar: Floats, lit: Floats, found: FeatureMasks, skins: _Skins
) -> Floats:
    """Keep brows and lashes dark where the skin under them becomes lighter."""
    hairs = (found.brows_and_lashes > 0) & exemplar.any(axis=2)
    if skins.difference <= 0 or hairs.sum() < _LEAST_PIXELS:
        return tones
    grey, skin = exemplar @ _GREY, skins.exemplar @ _GREY
    beside = _BESIDE_HAIR * np.minimum(_without_hairs(exemplar, found, skin), 1.1 * skin)
    darkest = min(np.quantile(grey[hairs], 0.03), 0.7 * float(skins.exemplar_median @ _GREY))
    share = ((beside - grey) / np.maximum(beside - darkest, 0.04)).clip(0, 1)[..., None]
    share = (
        share**1.5
        * _soft(found.brows_and_lashes, found.canonical_side)
        * (_HAIR * skins.difference)
    )
    return np.asarray(tones + (np.minimum(lit, 0.8 * skins.own) - tones) * share, np.float32)


def _without_hairs(exemplar: Floats, found: FeatureMasks, skin: Floats) -> Floats:
    """Return (S, S) how bright the exemplar is beside its brows and lashes."""
    grey = exemplar @ _GREY
    opened = dilate(found.eyes | found.inner_mouth, _SOFT * found.canonical_side) > 0
    grey = np.where(opened, np.minimum(grey, skin), grey)
    grey = np.where(exemplar.any(axis=2), grey, skin).astype(np.float32)
    side = 2 * max(int(_HAIR_REACH * found.canonical_side), 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, disc)
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), _HAIR_REACH / 2 * found.canonical_side))


def _white(image: Image, landmarks: Landmarks) -> Floats | None:
    """Return the (3,) tones of the whites of a face's eyes, 0..1; None if too little is visible."""
    frame = sub_frame(canonical_frame(landmarks), (0.5, 0.476), _EYES_SIDE, _EYES_PX)
    cut: Pixels = frame.crop(image)
    found = draw_feature_masks(frame.to_frame(landmarks), _EYES_PX)
    whites = _to_unit_range(to_8_bit(cut))[found.eyes > 0]
    if len(whites) < _LEAST_PIXELS:
        return None
    grey = whites @ _GREY
    low, high = np.quantile(grey, _WHITES)
    mean = whites[(grey >= low) & (grey <= high)].mean(axis=0)
    return np.asarray(np.maximum(mean, _TONES[0]), np.float32)


def _to_unit_range(image: Pixels) -> Floats:
    return np.asarray(image, np.float32) / np.float32(255)


def _soft(mask: Mask, unit: float) -> Floats:
    """Return (S, S, 1) a mask as 0..1 with soft edges."""
    soft = cv2.GaussianBlur(mask, (0, 0), max(_SOFT * unit, 0.3))
    return np.asarray(soft, np.float32)[..., None] / np.float32(255)


def restore_tones(painted: Pixels, exemplar: Pixels, hole: Mask) -> Pixels:
    """Bring what was painted back to the exemplar's tones, the more the deeper in the hole.

    Args:
        painted: (S, S, 3) uint8, the network's result.
        exemplar: (S, S, 3) uint8 as `match_tones` returns it.
        hole: (S, S) uint8, above 0 where the part is composited.

    Returns:
        (S, S, 3) uint8, `painted` outside the hole.
    """
    inside = ((hole > 0) & exemplar.any(axis=2)).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    hues = _HUES * np.clip(np.asarray(depth) / _HUES_PX, 0, 1)
    light = _LIGHT * np.clip(np.asarray(depth) / _LIGHT_PX, 0, 1)
    share = np.dstack([light, hues, hues])
    lab, exemplar_lab = (
        cv2.cvtColor((picture / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)
        for picture in (painted, exemplar)
    )
    lab += (share * (exemplar_lab - lab)).astype(np.float32)
    values = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)) * 255
    changed = np.rint(values).clip(0, 255).astype(np.uint8)
    return np.where(inside[..., None] > 0, changed, painted)
