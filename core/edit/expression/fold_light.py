"""Predicts how a smile changes the light on one person's face: her own folds deepen or fade.

One linear layer, ours alone, with weights of its own at every pixel of the aligned face: its inputs
are how far the mouth moves there, and that move times what is dark or light there already.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from core.edit.warping.thin_plate import displacement_field
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Points
from core.runtime.checkpoints import load_arrays, weights_path

SIDE = 96
"""Side in pixels of the canonical frame in which folds are seen and predicted."""
INPUTS = 15
NAME = "folds"

_CELLS = 32
_SAMPLES = 3
"""Photo pixels read, across and down, per pixel of the frame; a large photo has more."""
_FLOOR = 0.03  # of white: the logarithm of black noise means nothing
_BLURS = (1.0, 3.0, 7.5)
"""Standard deviations of the blurs that separate the light of folds from that of cheeks."""
_STEPS = (3, 6)
"""Offset of the layer's inputs up, down, left and right in each of the two bands, in pixels."""
_BAND_LIMIT = 0.08
"""Stronger marks in a band, as moles or the rims of glasses are, count as this strong."""
UNIT_PX = 5.0  # of the 256 frame: about the mean rise of a smiling mouth's corners
_MOVE_LIMIT = 2.4


class FoldWeights(NamedTuple):
    """The layer's weights."""

    smiling: Floats
    """(96, 96, 15) float32, used where the mouth corners rise; 0 at lips, eyes and beyond the
    face."""
    relaxing: Floats
    """The same where they sink."""
    skin: Floats
    """(96, 96) float32 0..1, how much of a pixel is skin."""
    points: Points
    """(68, 2) landmarks to which every face is aligned first, in pixels of the 256 frame."""


def predict_light(image: Image, canonical: Frame, own: Points, target: Points) -> Floats:
    """Predict the change of light of a moved face.

    Args:
        image: (H, W, 3) uint8 or uint16, the photo.
        canonical: the face's frame in it, 256 pixels.
        own, target: (68, 2) landmarks before and after the move, in that frame.

    Returns:
        (96, 96) float32 natural logarithm of the factor, aligned to `load_fold_weights().points`.
    """
    fold_weights, move = load_fold_weights(), target - own
    is_smiling = move[[48, 54], 1].mean() <= 0
    weights = fold_weights.smiling if is_smiling else fold_weights.relaxing
    light = aligned_lightness(image, canonical, own, fold_weights.points)
    return np.asarray((layer_inputs(light, move, fold_weights) * weights).sum(axis=2), np.float32)


def aligned_lightness(image: Image, canonical: Frame, own: Points, points: Points) -> Floats:
    """Return the logarithm of a face's lightness, its landmarks aligned to `points`.

    Args:
        image: (H, W, 3) uint8 or uint16 RGB.
        canonical: the face's frame in it, 256 pixels.
        own, points: (68, 2) in that frame.

    Returns:
        (96, 96) float32.
    """
    frame = canonical.resized(SIDE)
    step = max(int(1 / (_SAMPLES * frame.scale)), 1)
    subsampled = Frame(frame.matrix * [step, step, 1], SIDE)
    cut = subsampled.crop(image[::step, ::step])
    white = float(np.iinfo(image.dtype).max)
    lightness = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(white)
    across, down = sampling_maps(own, points, canonical.size, SIDE)
    aligned = cv2.remap(lightness, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(np.log(np.maximum(aligned, 0) + np.float32(_FLOOR)), np.float32)


def layer_inputs(light: Floats, move: Points, weights: FoldWeights) -> Floats:
    """Make the layer's inputs at every pixel of a face; all of them vanish with the move.

    Args:
        light: (96, 96) float32 as `aligned_lightness` returns it.
        move: (68, 2) of the landmarks, in pixels of the 256 frame.
        weights: whose skin and points count.

    Returns:
        (96, 96, 15) float32.
    """
    up, out, gap = _mouth_motion(move, weights.points)
    channels = [up, out, gap, up * np.abs(up), up * np.maximum(gap, 0)]
    for band, step in zip(_bands(light, weights.skin), _STEPS, strict=True):
        product = up * band
        shifted = [up * np.roll(band, way, axis) for axis in (0, 1) for way in (-step, step)]
        channels += [product, *shifted]
    return np.stack(channels, axis=2)


def sampling_maps(source: Points, target: Points, size: int, side: int) -> tuple[Floats, Floats]:
    """Find where each pixel of a (side, side) map comes from when `source` moves to `target`.

    Args:
        source, target: (68, 2) in a frame of `size` pixels.

    Returns:
        x and y, (side, side) float32 each, in pixels of such a map; as `cv2.remap` takes them.
    """
    field = displacement_field(source, target, size, cells=_CELLS) * np.float32(side / size)
    across, down = cv2.split(np.asarray(cv2.resize(field, (side, side))))
    ticks = np.arange(side, dtype=np.float32)
    return np.asarray(across + ticks, np.float32), np.asarray(down + ticks[:, None], np.float32)


@cache
def load_fold_weights() -> FoldWeights:
    """Return what `core.training folds` has learned; its card says from what."""
    layer = (SIDE, SIDE, INPUTS)
    shapes = {"smiling": layer, "relaxing": layer, "skin": (SIDE, SIDE), "points": (68, 2)}
    tensors = load_arrays(weights_path(NAME), shapes)
    smiling, relaxing, skin = (tensors[name].numpy() for name in ("smiling", "relaxing", "skin"))
    return FoldWeights(smiling, relaxing, skin, tensors["points"].double().numpy())


def _mouth_motion(move: Points, points: Points) -> tuple[Floats, Floats, Floats]:
    """Return how far the mouth moves up, outward and open, (96, 96) each, from side to side."""
    left, right = (points[[48, 54], 0] + 0.5) * (SIDE / 256) - 0.5
    across = np.clip((np.arange(SIDE) - left) / (right - left), 0, 1)
    up = -move[48, 1] * (1 - across) - move[54, 1] * across
    out = -move[48, 0] * (1 - across) + move[54, 0] * across
    gap = np.full(SIDE, move[66, 1] - move[62, 1])
    rows = [(motion / UNIT_PX).clip(-_MOVE_LIMIT, _MOVE_LIMIT) for motion in (up, out, gap)]
    up, out, gap = (np.tile(row.astype(np.float32), (SIDE, 1)) for row in rows)
    return up, out, gap


def _bands(light: Floats, skin: Floats) -> tuple[Floats, Floats]:
    """Split the light of skin into that of folds and that of cheeks; (96, 96) each, about -1..1."""
    fine, middle, coarse = (_skin_blurred(light, skin, sigma) for sigma in _BLURS)
    return _limited(fine - middle, skin), _limited(middle - coarse, skin)


def _limited(band: Floats, skin: Floats) -> Floats:
    limited = band.clip(-_BAND_LIMIT, _BAND_LIMIT) / np.float32(_BAND_LIMIT)
    return np.asarray(np.where(skin > 0, limited, 0), np.float32)


def _skin_blurred(light: Floats, skin: Floats, sigma: float) -> Floats:
    known = (skin > 0).astype(np.float32)
    total = np.asarray(cv2.GaussianBlur(light * known, (0, 0), sigma))
    share = np.asarray(cv2.GaussianBlur(known, (0, 0), sigma))
    return np.asarray(total / np.maximum(share, 1e-3), np.float32)
