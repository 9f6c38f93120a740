"""Predicts how a smile changes the light on one person's face: her own folds deepen or fade.

One linear layer, ours alone, that has weights of its own at every place of the face: it sees how
far the mouth moves there, and how that move meets what is dark or light there already.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from core.edit.warping.thin_plate import displacement_field
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Points
from core.runtime.checkpoints import load_weights, weights_path

SIDE = 96
"""Side in pixels of the canonical frame in which folds are seen and predicted."""
INPUTS = 15
NAME = "folds"

_CELLS = 32
_LOOKED_AT = 3
"""So many of the photo's pixels, across and down, make one pixel; a large photo has more."""
_FLOOR = 0.03  # of white: the logarithm of black noise means nothing
_BLURS = (1.0, 3.0, 7.5)
"""Standard deviations between which lies the light of folds, and that of cheeks."""
_STEPS = (3, 6)
"""How far the layer looks up, down, left and right in each of the two bands, in pixels."""
_MOST_SEEN = 0.08
"""Stronger marks in a band, as moles or the rims of glasses are, count as this strong."""
UNIT_PX = 5.0  # of the 256 frame: about the mean rise of a smiling mouth's corners
_MOST_MOVED = 2.4


class FoldMaps(NamedTuple):
    """The layer's weights."""

    smiling: Floats
    """(96, 96, 15), used where the mouth corners rise; 0 at lips, eyes and beyond the face."""
    relaxing: Floats
    """The same where they sink."""
    skin: Floats
    """(96, 96) 0..1."""
    points: Points
    """(68, 2) landmarks to which every face is brought first, in pixels of the 256 frame."""


def predict(image: Image, canonical: Frame, own: Points, target: Points) -> Floats:
    """Predict the change of light of a moved face.

    Args:
        image: (H, W, 3) the photo.
        canonical: the face's frame in it, 256 pixels.
        own, target: (68, 2) landmarks before and after the move, in that frame.

    Returns:
        (96, 96) natural logarithm of the factor, at `fold_maps().points`.
    """
    maps, move = fold_maps(), target - own
    weights = maps.smiling if move[[48, 54], 1].mean() <= 0 else maps.relaxing
    light = seen_light(image, canonical, own, maps.points)
    return np.asarray((inputs(light, move, maps) * weights).sum(axis=2), np.float32)


def seen_light(image: Image, canonical: Frame, own: Points, points: Points) -> Floats:
    """Return the (96, 96) logarithm of a face's lightness, its landmarks brought to `points`."""
    frame = canonical.resized(SIDE)
    step = max(int(1 / (_LOOKED_AT * frame.scale)), 1)
    sparse = Frame(frame.matrix * [step, step, 1], SIDE)
    cut = sparse.cut(image[::step, ::step])
    white = float(np.iinfo(image.dtype).max)
    lightness = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(white)
    across, down = places(own, points, canonical.size, SIDE)
    moved = cv2.remap(lightness, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(np.log(np.maximum(moved, 0) + np.float32(_FLOOR)), np.float32)


def inputs(light: Floats, move: Points, maps: FoldMaps) -> Floats:
    """Describe every place of a face for the layer; nothing that does not vanish with the move.

    Args:
        light: (96, 96) as `seen_light` returns it.
        move: (68, 2) of the landmarks, in pixels of the 256 frame.
        maps: whose skin and points count.

    Returns:
        (96, 96, 15)
    """
    up, out, gap = _moved(move, maps.points)
    seen = [up, out, gap, up * np.abs(up), up * np.maximum(gap, 0)]
    for band, step in zip(_bands(light, maps.skin), _STEPS, strict=True):
        met = up * band
        shifted = [up * np.roll(band, way, axis) for axis in (0, 1) for way in (-step, step)]
        seen += [met, *shifted]
    return np.stack(seen, axis=2)


def places(source: Points, target: Points, size: int, side: int) -> tuple[Floats, Floats]:
    """Tell where each pixel of a (side, side) map comes from; x and y in pixels of such a map.

    Args:
        source, target: (68, 2) in a frame of `size` pixels.
    """
    field = displacement_field(source, target, size, cells=_CELLS) * np.float32(side / size)
    across, down = cv2.split(np.asarray(cv2.resize(field, (side, side))))
    ticks = np.arange(side, dtype=np.float32)
    return np.asarray(across + ticks, np.float32), np.asarray(down + ticks[:, None], np.float32)


@cache
def fold_maps() -> FoldMaps:
    """Return what `core.training folds` has learned; its card says from what."""
    tensors, _ = load_weights(weights_path(NAME))
    smiling, relaxing, skin = (tensors[name].numpy() for name in ("smiling", "relaxing", "skin"))
    return FoldMaps(smiling, relaxing, skin, tensors["points"].double().numpy())


def _moved(move: Points, points: Points) -> tuple[Floats, Floats, Floats]:
    """Return how far the mouth moves up, outward and open, (96, 96) each, from side to side."""
    left, right = (points[[48, 54], 0] + 0.5) * (SIDE / 256) - 0.5
    across = np.clip((np.arange(SIDE) - left) / (right - left), 0, 1)
    up = -move[48, 1] * (1 - across) - move[54, 1] * across
    out = -move[48, 0] * (1 - across) + move[54, 0] * across
    gap = np.full(SIDE, move[66, 1] - move[62, 1])
    rows = [(one / UNIT_PX).clip(-_MOST_MOVED, _MOST_MOVED) for one in (up, out, gap)]
    up, out, gap = (np.tile(row.astype(np.float32), (SIDE, 1)) for row in rows)
    return up, out, gap


def _bands(light: Floats, skin: Floats) -> tuple[Floats, Floats]:
    """Part the light of skin into that of folds and that of cheeks; (96, 96) each, about -1..1."""
    fine, middle, coarse = (_skin_blurred(light, skin, sigma) for sigma in _BLURS)
    return _limited(fine - middle, skin), _limited(middle - coarse, skin)


def _limited(band: Floats, skin: Floats) -> Floats:
    limited = band.clip(-_MOST_SEEN, _MOST_SEEN) / np.float32(_MOST_SEEN)
    return np.asarray(np.where(skin > 0, limited, 0), np.float32)


def _skin_blurred(light: Floats, skin: Floats, sigma: float) -> Floats:
    known = (skin > 0).astype(np.float32)
    total = np.asarray(cv2.GaussianBlur(light * known, (0, 0), sigma))
    share = np.asarray(cv2.GaussianBlur(known, (0, 0), sigma))
    return np.asarray(total / np.maximum(share, 1e-3), np.float32)
