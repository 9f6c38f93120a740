"""Transfers fine detail and grain of the photo to what was painted at a lower resolution.

A network paints a frame of a hundred pixels or two; on a large photo that is soft. Every block
of the painted part gets the fine band of a known block of the surroundings that is similar
at the network's resolution: skin gets pores from skin, a brow hairs from a brow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.compositing.frame_resampling import add_saturated
from core.edit.inpainting.hole_partition import HolePart
from core.edit.inpainting.patch_synthesis import (
    FineBand,
    arrange_patches,
    edge_ramp,
    upsample_window,
)
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_tiles
from core.imaging.resampling import to_three_channels

_Corners = npt.NDArray[np.int64]
"""(K, 2) row and column of the first pixel of blocks."""

_BLOCK = 8  # pixels of the reduced picture
_STRIDE = 4
_SOURCE_STRIDE = 2
_LEAST_GAIN = 1.5
"""Photo pixels per frame pixel below which the frame was as sharp as the photo."""
_MOST_PIXELS = 256
"""Longest side of the reduced picture."""
_PIXELS_PER_FRAME_PIXEL = 3
"""Pixels per frame pixel of the reduced copy of which the coarse band is made."""
_SPLIT_SIGMA = 0.8
"""Standard deviation, in frame pixels, of the blur that separates fine from coarse."""
_RESAMPLING = 1 / 12 + 1 / 6
"""Variance of reducing and of enlarging a picture, in pixels of the small one."""
_SAMPLES_PER_FRAME_PIXEL = 4
"""Samples per frame pixel, across and down, by which detail is measured."""
_RAMP = 2.0
"""How deep in the painted part, in frame pixels, detail reaches its full strength."""
_CLIP_PERCENTILE = 97.0
"""Percentile of the known fine band beyond which it is clipped: no stray lashes on a cheek."""
_MEAN_WEIGHT = 0.5
"""Weight of a block's mean colour beside its pattern."""
_DISTANCE_WEIGHT = 6e-3
"""Weight of one reduced pixel of distance beside colours in 0..1."""
_ENERGY_WEIGHT = 4.0
"""Cost of a source's energy: of several similar ones the calmer is safer."""
_CANDIDATES = 12
"""A block gets one of so many best sources: the same one everywhere would make a pattern."""
_BATCH = 256  # blocks compared at once
_DARK = 24.0
"""Added to brightnesses of 0..255 before they are divided: ratios of blacks mean nothing."""
_GAINS = (0.3, 1.8)
"""Limits of the gain of detail that stays where it was."""


class _Blocks(NamedTuple):
    """What the blocks that begin at each pixel hold, at the network's resolution."""

    painted: npt.NDArray[np.bool_]
    """(H, W) whether there are painted pixels."""
    known: npt.NDArray[np.bool_]
    """(H, W) whether there are known pixels only."""


def add_detail_to_part(
    image: Image, part: HolePart, unknown: Mask, source: Image | None = None
) -> None:
    """Add detail in place to what one frame has painted.

    Args:
        image: (H, W, 3) uint8 or uint16, the filled picture.
        part: what one frame has painted.
        unknown: (H, W) uint8, above 0 in all holes.
        source: (H, W, 3) where detail is taken from; None: the filled picture.
    """
    around = part.frame.window(image.shape)
    painted = np.zeros_like(unknown)
    painted[part.window] = part.mask
    image[around] = add_detail(
        image[around],
        painted[around],
        unknown[around],
        1 / part.frame.scale,
        None if source is None else source[around],
    )


def restore_detail(image: Image, part: HolePart, source: Image) -> None:
    """Restore in place, in what one frame has painted, the fine band of a picture.

    Args:
        image: (H, W, 3) uint8 or uint16, the filled picture.
        part: what one frame has painted.
        source: (H, W, 3) of the same dtype, what was there before.
    """
    gain = 1 / part.frame.scale
    if gain < _LEAST_GAIN:
        return
    around = part.frame.window(image.shape)
    filled, painted, before = image[around], np.zeros(image.shape[:2], np.uint8), source[around]
    painted[part.window] = part.mask
    band = _fine_band(before, _reduced(before, gain), gain)
    ramp = edge_ramp(painted[around], _RAMP * gain, max(int(gain / _SAMPLES_PER_FRAME_PIXEL), 1))
    light = _light_gain(filled, band)

    def restore_tile(tile: Window, _: Window) -> None:
        weight = ramp(tile)
        if weight.any():
            fine = band.within(tile) * to_three_channels(weight * light(tile))
            filled[tile] = add_saturated(filled[tile], fine, image.dtype)

    on_tiles((slice(0, filled.shape[0]), slice(0, filled.shape[1])), restore_tile)


def _light_gain(image: Image, band: FineBand) -> Callable[[Window], Floats]:
    """Compare the light of a picture with that of another, whose fine band is added to it.

    Returns:
        A function of a window: the gain of the band there, (h, w) float32.
    """
    size = (band.blurred.shape[1], band.blurred.shape[0])
    band_grey = cv2.cvtColor(band.blurred, cv2.COLOR_RGB2GRAY)
    grey = cv2.cvtColor(cv2.resize(image, size), cv2.COLOR_RGB2GRAY).astype(np.float32)
    blurred = cv2.GaussianBlur(grey, (0, 0), _PIXELS_PER_FRAME_PIXEL * _SPLIT_SIGMA)
    dark = _DARK / 255 * np.iinfo(image.dtype).max
    gain = ((blurred + dark) / (band_grey + dark)).clip(*_GAINS).astype(np.float32)
    return partial(upsample_window, gain, image.shape[:2])


def add_detail(
    image: Image, painted: Mask, unknown: Mask, gain: float, source: Image | None = None
) -> Image:
    """Add the photo's own fine band to the painted part of a picture.

    Args:
        image: (H, W, 3) uint8 or uint16, the painted part together with its surroundings.
        painted: (H, W) uint8, above 0 where detail is to be added.
        unknown: (H, W) uint8, above 0 where the source is not the photo's own: no
            detail is taken there.
        gain: photo pixels per pixel of the frame in which it was painted.
        source: (H, W, 3) where detail is taken from; None: the image.

    Returns:
        The image, changed only where `painted`; the same image where there is nothing to add,
        or nothing known to take it from.
    """
    gain = max(gain, max(image.shape[:2]) / _MOST_PIXELS)
    if gain < _LEAST_GAIN or min(image.shape[:2]) < _BLOCK * gain:
        return image
    most = np.float32(np.iinfo(image.dtype).max)
    blocks = _blocks(painted, unknown, gain)
    painted_corners = _corners(blocks.painted, _STRIDE)
    known_corners = _corners(blocks.known, _SOURCE_STRIDE)
    if not len(painted_corners) or not len(known_corners):
        return image
    reduced = _reduced(image, gain)
    detailed, reduced_detailed = (
        (image, reduced) if source is None else (source, _reduced(source, gain))
    )
    band = _fine_band(detailed, reduced_detailed, gain)
    step = max(int(gain / _SAMPLES_PER_FRAME_PIXEL), 1)
    fine = band.subsampled(step)
    limit = _clip_limit(fine, unknown, step)
    shape = blocks.known.shape
    fine = np.asarray(fine.clip(-limit, limit), np.float32) / most
    energy = _energy(fine, shape)[tuple(known_corners.T)]
    queries = _block_features(_area(reduced / most, shape))
    keys = queries if source is None else _block_features(_area(reduced_detailed / most, shape))
    matches = _match(queries[tuple(painted_corners.T)], keys[tuple(known_corners.T)], energy)
    pairs = painted_corners // _STRIDE, known_corners[matches]
    patches = arrange_patches(band, limit, pairs, (_STRIDE, _BLOCK), gain)
    return patches.add_to(image, edge_ramp(painted, _RAMP * gain, step))


def _reduced(image: Image, gain: float) -> Floats:
    """Reduce a picture to a few pixels per frame pixel; (h, w, 3) in its units."""
    ratio = max(gain / _PIXELS_PER_FRAME_PIXEL, 1.0)
    height, width = (max(round(side / ratio), 1) for side in image.shape[:2])
    return _area(image, (height, width))


def _fine_band(image: Image, small: Floats, gain: float) -> FineBand:
    """Separate the fine band of a picture, given a reduced copy of it."""
    ratio = image.shape[0] / small.shape[0]
    resampling = _RESAMPLING if ratio > 1 else 0.0  # to reduce and to enlarge it blurs as well
    sigma = np.sqrt((_SPLIT_SIGMA * gain / ratio) ** 2 - resampling)
    blurred = cv2.GaussianBlur(small, (0, 0), float(sigma))
    return FineBand(image, np.asarray(blurred, np.float32))


def _clip_limit(fine: Floats, unknown: Mask, step: int) -> float:
    """Find where the band is clipped, from every `step`-th row and column of it."""
    start = step // 2
    own = fine[unknown[start::step, start::step] == 0]
    return float(np.percentile(np.abs(own), _CLIP_PERCENTILE)) if len(own) else 0.0


def _blocks(painted: Mask, unknown: Mask, gain: float) -> _Blocks:
    shape = tuple(max(round(side / gain), _BLOCK) for side in painted.shape)
    painted_share, unknown_share = (
        _area(np.asarray(cv2.threshold(mask, 0, 255, cv2.THRESH_BINARY)[1]), shape)
        / np.float32(255)
        for mask in (painted, unknown)
    )
    # The blur that separates the bands reaches out of the hole by two pixels.
    near = np.asarray(cv2.dilate(unknown_share, np.ones((5, 5), np.uint8)), np.float32)
    inside = np.zeros(shape, bool)
    inside[: shape[0] - _BLOCK + 1, : shape[1] - _BLOCK + 1] = True
    return _Blocks((_block_sums(painted_share) > 0.5) & inside, (_block_sums(near) < 0.01) & inside)


def _block_features(small: Floats) -> Floats:
    """Describe every block by 16 colours, its mean counting less, and its position; (H, W, F)."""
    averaged = cv2.blur(small, (2, 2))
    padded = np.pad(averaged, ((0, _BLOCK), (0, _BLOCK), (0, 0)), mode="edge")
    height, width = small.shape[:2]
    offsets = range(1, _BLOCK, 2)
    colours = np.stack(
        [
            padded[row : row + height, column : column + width]
            for row in offsets
            for column in offsets
        ],
        axis=2,
    )
    colours -= (1 - _MEAN_WEIGHT) * colours.mean(axis=2, keepdims=True)
    colours = colours.reshape(height, width, -1)
    rows, columns = np.mgrid[:height, :width]
    position = np.stack([rows, columns], axis=2) * _DISTANCE_WEIGHT
    return np.concatenate([colours / np.sqrt(colours.shape[2]), position], axis=2, dtype=np.float32)


def _match(queries: Floats, keys: Floats, energy: Floats) -> npt.NDArray[np.intp]:
    """Choose for every block one of its nearest sources.

    Args:
        queries: (K, F) features of the blocks.
        keys: (L, F) features of the sources.
        energy: (L,) of the sources.

    Returns:
        (K,) which source.
    """
    cost = (keys**2).sum(axis=1) + _ENERGY_WEIGHT * energy
    count = min(_CANDIDATES, len(keys))
    picks = np.random.default_rng(0).integers(count, size=len(queries))
    found = []
    for start in range(0, len(queries), _BATCH):
        distances = cost - 2 * queries[start : start + _BATCH] @ keys.T
        best = np.argpartition(distances, count - 1, axis=1)[:, :count]
        found.append(best[np.arange(len(best)), picks[start : start + _BATCH]])
    return np.concatenate(found)


def _energy(fine: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the (H, W) mean square of the fine band in every block of the reduced picture."""
    squares: Floats = (fine**2).mean(axis=2)
    return _block_sums(_area(squares, shape)) / np.float32(_BLOCK**2)


def _block_sums(values: Floats) -> Floats:
    """Sum over the block that begins at every pixel."""
    size = (_BLOCK, _BLOCK)
    sums = cv2.boxFilter(values.astype(np.float64), -1, size, anchor=(0, 0), normalize=False)
    return np.asarray(sums, np.float32)


def _area(values: Pixels, shape: tuple[int, ...]) -> Floats:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _corners(blocks: npt.NDArray[np.bool_], stride: int) -> _Corners:
    rows, columns = np.nonzero(blocks[::stride, ::stride])
    return np.stack([rows, columns], axis=1) * stride
