"""Synthesises film grain like the photo's on what was painted; no texture, as teeth have none."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Floats, Image, Mask
from core.imaging.windows import bounding_window

_SIGMA = 1.5  # photo pixels, of the blur that separates grain from content
_BLOCK = 16
_MOST_BANDS = 24
_CALM_PERCENTILE = 20.0
"""Percentile of the energy of known blocks at which a block counts as plain grain."""


def add_grain(image: Image, painted: Mask, unknown: Mask) -> None:
    """Add grain in place; the same picture always gets the same.

    White noise, filtered by a calm block of the surroundings, has that block's spectrum and how
    its colours belong together.

    Args:
        image: (H, W, 3) uint8 or uint16, the painted part with its surroundings.
        painted: (H, W) uint8, how much of the grain each pixel gets, out of 255.
        unknown: (H, W) uint8, above 0 where the image is not the photo's own.
    """
    values = image.astype(np.float32)
    block = _calm_block(values - cv2.GaussianBlur(values, (0, 0), _SIGMA), unknown)
    if block is None or not painted.any():
        return
    part = bounding_window(painted)
    share = painted[part].astype(np.float32) / np.float32(255)
    white = np.random.default_rng(0).standard_normal(share.shape, np.float32) * share
    grain = cv2.merge([cv2.filter2D(white, -1, channel / _BLOCK) for channel in cv2.split(block)])
    most = np.iinfo(image.dtype).max
    image[part] = np.rint((values[part] + np.asarray(grain)).clip(0, most))


def grain_texture(image: Image, unknown: Mask, side: int) -> Floats | None:
    """Make a tileable texture of grain like an image's.

    Args:
        image: (H, W, 3) uint8 or uint16.
        unknown: (H, W) uint8, above 0 where the image is not the photo's own.
        side: of the texture, in pixels.

    Returns:
        (side, side, 3) float32 in the image's units, mean 0; None where too little is known.
    """
    if len(image) < _BLOCK:
        return None
    bands = _bands(image.shape[0])
    values = image[bands].astype(np.float32)
    block = _calm_block(values - cv2.GaussianBlur(values, (0, 0), _SIGMA), unknown[bands])
    if block is None:
        return None
    white = np.random.default_rng(0).standard_normal((side, side), np.float32)
    around = np.pad(white, _BLOCK, mode="wrap")
    grain = cv2.merge([cv2.filter2D(around, -1, channel / _BLOCK) for channel in cv2.split(block)])
    return np.asarray(grain, np.float32)[_BLOCK:-_BLOCK, _BLOCK:-_BLOCK]


def _bands(height: int) -> npt.NDArray[np.intp]:
    """List some rows of a picture, block by block: enough to find a calm one."""
    starts = np.linspace(0, max(height - _BLOCK, 0), min(height // _BLOCK, _MOST_BANDS))
    return (np.rint(starts).astype(int)[:, None] + np.arange(_BLOCK)).ravel()


def _calm_block(fine: Floats, unknown: Mask) -> Floats | None:
    """Return (16, 16, 3) of the fine band where little but grain is in it."""
    down, across = (side // _BLOCK for side in unknown.shape)
    rows, columns = down * _BLOCK, across * _BLOCK
    blocks = fine[:rows, :columns].reshape(down, _BLOCK, across, _BLOCK, 3).swapaxes(1, 2)
    hidden = unknown[:rows, :columns].reshape(down, _BLOCK, across, _BLOCK).max(axis=(1, 3))
    known = blocks[hidden == 0]
    if not len(known):
        return None
    energy = np.square(known).mean(axis=(1, 2, 3))
    calm = np.argsort(energy)[int(len(energy) * _CALM_PERCENTILE / 100)]
    return np.ascontiguousarray(known[calm], np.float32)
