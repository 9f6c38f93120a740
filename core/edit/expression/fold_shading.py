"""Shades a moved face as a smile does: folds darken, raised cheeks lighten."""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.expression.fold_light import SIDE, load_fold_weights, predict_light, sampling_maps
from core.edit.warping.warp import WarpedWindow
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Pixels, Points, Window
from core.imaging.parallel import on_tiles

_GAIN = 1.1
"""A prediction is a mean over what may be, and so weaker than the folds that a face will have."""
_DARKEST, _LIGHTEST = 0.15, 0.08
"""Asymptotes of the change of light, in natural logarithms."""
_TINT = np.array([0.85, 1.07, 1.13], np.float32)
"""Share of the change in red, green and blue, as photos of smiles show it: folds are warm."""
_LEAST = 0.004
"""Smaller changes of light than this are left out, and the photo's samples kept."""
_UPSAMPLING = 2
"""The map is upsampled cubically this many times, and from there linearly, which is quicker."""
_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def shade_folds(
    moved: WarpedWindow, image: Image, canonical: Frame, own: Points, target: Points
) -> None:
    """Change the light on a moved face in place, and its coverage.

    Args:
        moved: a window of the photo in which the face has moved.
        image: (H, W, 3) uint8 or uint16, the photo before the move.
        canonical: the face's frame in the photo, 256 pixels.
        own, target: (68, 2) landmarks before and after the move, in that frame.
    """
    gain = np.exp(
        _warped_to_target(predict_light(image, canonical, own, target), target, canonical.size)
    )
    frame = canonical.resized(len(gain))

    def shade_tile(tile: Window, inside: Window) -> None:
        part = moved.image[inside]
        size = part.shape[1::-1]
        matrix = frame.within(tile).matrix
        light = cv2.warpAffine(gain, matrix, size, flags=_FLAGS, borderValue=(1.0,))
        changed = np.abs(light - 1) >= _LEAST
        if changed.any():
            light[~changed] = 1.0
            moved.image[inside] = _multiplied(part, light)
            moved.coverage[inside][changed] = 255

    on_tiles(moved.window, shade_tile)


def _multiplied(part: Image, light: Pixels) -> Pixels:
    """Multiply (h, w, 3) samples by (h, w) factors, which count less or more by colour."""
    times = cv2.merge([light * share + (1 - share) for share in _TINT])
    depth = cv2.CV_8U if part.itemsize == 1 else cv2.CV_16U
    return np.asarray(cv2.multiply(part, times, dtype=depth))


def _warped_to_target(change: Floats, target: Points, size: int) -> Floats:
    """Warp a predicted change of light to the moved face; (192, 192) logarithms."""
    across, down = sampling_maps(load_fold_weights().points, target, size, _UPSAMPLING * SIDE)
    x, y = (
        (positions + np.float32(0.5)) / _UPSAMPLING - np.float32(0.5)
        for positions in (across, down)
    )
    light = np.asarray(cv2.remap(change * np.float32(_GAIN), x, y, cv2.INTER_CUBIC))
    most = np.where(light < 0, _DARKEST, _LIGHTEST)
    return np.asarray(most * np.tanh(light / most), np.float32)
