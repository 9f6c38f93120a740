"""Carries fine detail and grain of the photo into what was painted at a lower resolution.

A network paints a frame of a hundred pixels or two; on a large photo that is soft. Every block
of the painted part takes the fine band of a known block of the surroundings that looks like it
at the network's resolution: skin takes pores from skin, a brow hairs from a brow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.compositing.blend import added
from core.edit.inpainting.hole_partition import Part
from core.edit.inpainting.patch_synthesis import FineBand, enlarged, patchwork, rising
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_tiles
from core.imaging.resampling import three

_Corners = npt.NDArray[np.int64]
"""(K, 2) row and column of the first pixel of blocks."""

_BLOCK = 8  # pixels of the reduced picture
_STRIDE = 4
_SOURCE_STRIDE = 2
_LEAST_GAIN = 1.5
"""Photo pixels per frame pixel below which the frame was as sharp as the photo."""
_MOST_PIXELS = 256
"""Longest side of the reduced picture."""
_FINER = 3
"""Pixels of a copy per frame pixel, of which what is coarse is made."""
_CUT = 0.8
"""Standard deviation, in frame pixels, of the blur that parts fine from coarse."""
_RESAMPLING = 1 / 12 + 1 / 6
"""Variance of reducing and of enlarging a picture, in pixels of the small one."""
_SPARSE = 4
"""Pixels per frame pixel, across and down, by which detail is measured."""
_RISE = 2.0
"""How deep in the painted part, in frame pixels, detail reaches its whole strength."""
_LIMIT = 97.0
"""Percentile of the known fine band beyond which it is cut off: no stray lashes on a cheek."""
_MEAN = 0.5
"""Weight of a block's mean colour beside its pattern."""
_FAR = 6e-3
"""Weight of one reduced pixel of distance beside colours in 0..1."""
_STRONG = 4.0
"""Cost of a source's energy: where several look alike the calmer one is safer."""
_CHOICES = 12
"""A block takes one of so many best sources: the same one everywhere would make a pattern."""
_PARTS = 256  # blocks compared at once
_DARK = 24.0
"""Added to brightnesses of 0..255 before they are divided: ratios of blacks mean nothing."""
_GAINS = (0.3, 1.8)
"""Between what detail is scaled that stays where it was."""


class _Blocks(NamedTuple):
    """What lies on the blocks that begin at each pixel, at the network's resolution."""

    painted: npt.NDArray[np.bool_]
    """(H, W) whether there are painted pixels."""
    known: npt.NDArray[np.bool_]
    """(H, W) whether there are known pixels only."""


def add_to_part(image: Image, part: Part, unknown: Mask, source: Image | None = None) -> None:
    """Add detail in place to what one frame has painted.

    Args:
        image: (H, W, 3) the filled picture.
        part: what one frame has painted.
        unknown: (H, W), above 0 in all holes.
        source: (H, W, 3) where detail is taken from; None: the filled picture.
    """
    around = part.frame.window(image.shape)
    painted = np.zeros_like(unknown)
    painted[part.window] = part.own
    image[around] = add_detail(
        image[around],
        painted[around],
        unknown[around],
        1 / part.frame.scale,
        None if source is None else source[around],
    )


def keep_detail(image: Image, part: Part, source: Image) -> None:
    """Give what one frame has painted, in place, the fine band that a picture shows there.

    Args:
        image: (H, W, 3) the filled picture.
        part: what one frame has painted.
        source: (H, W, 3) what was there before.
    """
    gain = 1 / part.frame.scale
    if gain < _LEAST_GAIN:
        return
    around = part.frame.window(image.shape)
    filled, painted, shown = image[around], np.zeros(image.shape[:2], np.uint8), source[around]
    painted[part.window] = part.own
    band = _band(shown, _smaller(shown, gain), gain)
    share = rising(painted[around], _RISE * gain, max(int(gain / _SPARSE), 1))
    light = _lighter(filled, band)

    def keep(tile: Window, _: Window) -> None:
        weight = share(tile)
        if weight.any():
            fine = band.within(tile) * three(weight * light(tile))
            filled[tile] = added(filled[tile], fine, image.dtype)

    on_tiles((slice(0, filled.shape[0]), slice(0, filled.shape[1])), keep)


def _lighter(image: Image, band: FineBand) -> Callable[[Window], Floats]:
    """Compare the light of a picture with that of another, of which the band is laid into it.

    Returns:
        What tells in a window by how much the band is to be multiplied; (h, w).
    """
    size = (band.blurred.shape[1], band.blurred.shape[0])
    theirs = cv2.cvtColor(band.blurred, cv2.COLOR_RGB2GRAY)
    grey = cv2.cvtColor(cv2.resize(image, size), cv2.COLOR_RGB2GRAY).astype(np.float32)
    ours = cv2.GaussianBlur(grey, (0, 0), _FINER * _CUT)
    dark = _DARK / 255 * np.iinfo(image.dtype).max
    gain = ((ours + dark) / (theirs + dark)).clip(*_GAINS).astype(np.float32)
    return partial(enlarged, gain, image.shape[:2])


def add_detail(
    image: Image, painted: Mask, unknown: Mask, gain: float, source: Image | None = None
) -> Image:
    """Give the painted part of a picture the photo's own fine band.

    Args:
        image: (H, W, 3) the painted part together with its surroundings.
        painted: (H, W), above 0 where detail is to be added.
        unknown: (H, W), above 0 where the source is not the photo's own: nothing is taken there.
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
    wanted, sources = _corners(blocks.painted, _STRIDE), _corners(blocks.known, _SOURCE_STRIDE)
    if not len(wanted) or not len(sources):
        return image
    small = _smaller(image, gain)
    lender, shown = (image, small) if source is None else (source, _smaller(source, gain))
    band = _band(lender, shown, gain)
    step = max(int(gain / _SPARSE), 1)
    fine = band.sparse(step)
    limit = _limit(fine, unknown, step)
    shape = blocks.known.shape
    fine = np.asarray(fine.clip(-limit, limit), np.float32) / most
    energy = _energy(fine, shape)[tuple(sources.T)]
    asked = _described(_area(small / most, shape))
    offered = asked if source is None else _described(_area(shown / most, shape))
    alike = _alike(asked[tuple(wanted.T)], offered[tuple(sources.T)], energy)
    pairs = wanted // _STRIDE, sources[alike]
    work = patchwork(band, limit, pairs, (_STRIDE, _BLOCK), gain)
    return work.lay(image, rising(painted, _RISE * gain, step))


def _smaller(image: Image, gain: float) -> Floats:
    """Reduce a picture to a few pixels per frame pixel; (h, w, 3) in its units."""
    ratio = max(gain / _FINER, 1.0)
    height, width = (max(round(side / ratio), 1) for side in image.shape[:2])
    return _area(image, (height, width))


def _band(image: Image, small: Floats, gain: float) -> FineBand:
    """Part the fine band of a picture from what is coarse, given a reduced copy of it."""
    ratio = image.shape[0] / small.shape[0]
    resampling = _RESAMPLING if ratio > 1 else 0.0  # to reduce and to enlarge it blurs as well
    sigma = np.sqrt((_CUT * gain / ratio) ** 2 - resampling)
    blurred = cv2.GaussianBlur(small, (0, 0), float(sigma))
    return FineBand(image, np.asarray(blurred, np.float32))


def _limit(fine: Floats, unknown: Mask, step: int) -> float:
    """Tell beyond what the band is cut off, of every so many-th row and column of it."""
    start = step // 2
    own = fine[unknown[start::step, start::step] == 0]
    return float(np.percentile(np.abs(own), _LIMIT)) if len(own) else 0.0


def _blocks(painted: Mask, unknown: Mask, gain: float) -> _Blocks:
    shape = tuple(max(round(side / gain), _BLOCK) for side in painted.shape)
    ours, hidden = (
        _area(np.asarray(cv2.threshold(mask, 0, 255, cv2.THRESH_BINARY)[1]), shape)
        / np.float32(255)
        for mask in (painted, unknown)
    )
    # The blur that parts the bands reaches out of the hole by two pixels.
    near = np.asarray(cv2.dilate(hidden, np.ones((5, 5), np.uint8)), np.float32)
    inside = np.zeros(shape, bool)
    inside[: shape[0] - _BLOCK + 1, : shape[1] - _BLOCK + 1] = True
    return _Blocks((_block_sums(ours) > 0.5) & inside, (_block_sums(near) < 0.01) & inside)


def _described(small: Floats) -> Floats:
    """Describe every block by 16 colours, its mean counting less, and its place; (H, W, F)."""
    averaged = cv2.blur(small, (2, 2))
    padded = np.pad(averaged, ((0, _BLOCK), (0, _BLOCK), (0, 0)), mode="edge")
    height, width = small.shape[:2]
    places = range(1, _BLOCK, 2)
    colours = np.stack(
        [
            padded[row : row + height, column : column + width]
            for row in places
            for column in places
        ],
        axis=2,
    )
    colours -= (1 - _MEAN) * colours.mean(axis=2, keepdims=True)
    colours = colours.reshape(height, width, -1)
    rows, columns = np.mgrid[:height, :width]
    place = np.stack([rows, columns], axis=2) * _FAR
    return np.concatenate([colours / np.sqrt(colours.shape[2]), place], axis=2, dtype=np.float32)


def _alike(asked: Floats, offered: Floats, energy: Floats) -> npt.NDArray[np.intp]:
    """Choose for every wanted block one of the sources that look most like it.

    Args:
        asked: (K, F) features of the wanted blocks.
        offered: (L, F) features of the sources.
        energy: (L,) of the sources.

    Returns:
        (K,) which source.
    """
    cost = (offered**2).sum(axis=1) + _STRONG * energy
    count = min(_CHOICES, len(offered))
    picks = np.random.default_rng(0).integers(count, size=len(asked))
    found = []
    for start in range(0, len(asked), _PARTS):
        distances = cost - 2 * asked[start : start + _PARTS] @ offered.T
        best = np.argpartition(distances, count - 1, axis=1)[:, :count]
        found.append(best[np.arange(len(best)), picks[start : start + _PARTS]])
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
