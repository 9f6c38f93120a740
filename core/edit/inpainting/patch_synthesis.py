"""Separates the fine band of a picture from the coarse one, and adds patches of it elsewhere.

The coarse band is made of a reduced picture. The fine band is made where it is taken, and added
tile by tile, so that every step finds its numbers in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.compositing.frame_resampling import add_saturated
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_all_cores
from core.imaging.resampling import to_four_channels, to_three_channels

_Cell = tuple[int, int]
"""Row and column."""
_TILE_PX = 256


@dataclass(frozen=True, eq=False)
class FineBand:
    """The high frequencies of a picture: what a blurred copy does not show."""

    image: Image
    """(H, W, 3) uint8 or uint16."""
    blurred: Floats
    """(h, w, 3) float32, the copy in the image's units, as small as its blur allows."""

    def subsampled(self, step: int) -> Floats:
        """Return every `step`-th row and column of the band; (h, w, 3) float32, as `within`."""
        start = step // 2
        picked = self.image[start::step, start::step]
        return np.asarray(picked - self._blurred((start, start), step, picked.shape), np.float32)

    def within(self, window: Window) -> Floats:
        """Make the band in a window; (h, w, 3) float32 in the image's units."""
        part, start = self.image[window], (window[0].start, window[1].start)
        return np.asarray(part - self._blurred(start, 1, part.shape), np.float32)

    def at(self, starts: Iterable[_Cell], side: int, limit: float) -> Floats:
        """Make the band in square blocks.

        Args:
            starts: row and column of their first pixels.
            side: of a block in pixels.
            limit: at which the band is clipped.

        Returns:
            (H, 3 W) float32, undefined outside the blocks.
        """
        height, width = self.image.shape[:2]
        needed = np.zeros((-(-height // _TILE_PX), -(-width // _TILE_PX)), bool)
        for row, column in starts:
            last_row, last_column = (start + side - 1 for start in (row, column))
            needed[
                row // _TILE_PX : last_row // _TILE_PX + 1,
                column // _TILE_PX : last_column // _TILE_PX + 1,
            ] = True
        band = np.empty((height, width, 3), np.float32)

        def fill_tile(tile: _Cell) -> None:
            top, left = (index * _TILE_PX for index in tile)
            window = slice(top, top + _TILE_PX), slice(left, left + _TILE_PX)
            np.clip(self.within(window), -limit, limit, out=band[window])

        on_all_cores(fill_tile, zip(*np.nonzero(needed), strict=True))
        return band.reshape(height, -1)

    def _blurred(self, start: _Cell, step: int, shape: tuple[int, ...]) -> Floats:
        """Upsample the copy; (h, w, 3), every `step`-th row and column from a start."""
        upsampled = _upsample_every(self._four_channels, self.image.shape, start, step, shape)
        return np.asarray(to_three_channels(upsampled), np.float32)

    @cached_property
    def _four_channels(self) -> Pixels:
        return to_four_channels(self.blurred)


@dataclass(frozen=True, eq=False)
class PatchSynthesis:
    """Patches of a fine band on a grid, every one overlapping the next by half."""

    fine: Floats
    """(H, 3 W) float32."""
    sources: Mapping[_Cell, _Cell]
    """Where in it the patch begins that covers this cell of the grid and the next ones."""
    rows: npt.NDArray[np.int64]
    """Where the grid's rows begin, and the last one ends."""
    columns: npt.NDArray[np.int64]
    ramp: Floats
    """(L,) float32 weight along a patch, 0 at its ends and beyond."""

    def add_to(self, image: Image, ramp: Callable[[Window], Floats]) -> Image:
        """Add the patches to a picture of the band's size.

        Args:
            image: (H, W, 3) uint8 or uint16.
            ramp: gives the share that is added in a window, (h, w) float32 0..1.

        Returns:
            (H, W, 3) in the dtype of `image`.
        """
        result = image.copy()
        flat = result.reshape(len(result), -1)

        def add_row(row: int) -> None:
            rows = slice(self.rows[row], self.rows[row + 1])
            for column, (left, right) in enumerate(pairwise(self.columns)):
                weight = ramp((rows, slice(left, right)))
                if weight.any():
                    part = flat[rows, 3 * left : 3 * right]
                    part[:] = add_saturated(part, self._sum((row, column), weight), part.dtype)

        on_all_cores(add_row, range(len(self.rows) - 1))
        return result

    def _sum(self, cell: _Cell, share: Floats) -> Floats:
        """Sum the patches that cover a cell, (h, 3 w); grain keeps its strength.

        Args:
            cell: row and column of the grid.
            share: (h, w) of the sum that is added.
        """
        down, across = self._weights(self.rows, cell[0]), self._weights(self.columns, cell[1])
        total = np.zeros((share.shape[0], 3 * share.shape[1]), np.float32)
        present = np.zeros((2, 2), np.float32)
        for above, (first, row_weight) in enumerate(down):
            for before, (start, weight) in enumerate(across):
                source = self.sources.get((cell[0] - above, cell[1] - before))
                if source is not None:
                    present[above, before] = 1
                    top, left = source[0] + first, 3 * (source[1] + start)
                    block = self.fine[top : top + len(row_weight), left : left + 3 * len(weight)]
                    total += (block * np.repeat(weight, 3)) * row_weight[:, None]
        squares = [np.square([weight for _, weight in side]) for side in (down, across)]
        power = squares[0].T @ present @ squares[1] + np.float32(1e-6)
        weight = to_three_channels(share / np.sqrt(power, out=power))
        return np.multiply(total, weight.reshape(total.shape), out=total)

    def _weights(self, ends: npt.NDArray[np.int64], index: int) -> list[tuple[int, Floats]]:
        """List the patches that begin at a cell and before it, by the part of each that covers it.

        Returns:
            The first pixel of that part and its (h,) weights.
        """
        length = ends[index + 1] - ends[index]
        starts = 0, ends[index] - ends[index - 1] if index else 0
        return [(int(start), self.ramp[start : start + length]) for start in starts]


def arrange_patches(
    band: FineBand,
    limit: float,
    corners: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    grid: tuple[int, int],
    gain: float,
) -> PatchSynthesis:
    """Arrange patches of a band on the cells of a grid.

    Args:
        band: of which patches are taken.
        limit: at which it is clipped.
        corners: (K, 2) cells where patches begin, and (K, 2) first pixels of the patches in the
            band, in those of a picture that is reduced `gain` times.
        grid: stride and side of a patch in such pixels, the side twice the stride.
        gain: pixels of the band per pixel of that picture.
    """
    stride, block = grid
    height, width = band.image.shape[:2]
    side = round(block * gain)
    ramp = np.sin(np.pi * (np.arange(side + 2, dtype=np.float32) + 0.5) / side).clip(0, None)
    first = np.rint(corners[1] * gain).astype(int)
    first = first.clip(0, np.maximum(np.array([height, width]) - len(ramp), 0))
    sources = {
        (int(row), int(column)): (int(top), int(left))
        for (row, column), (top, left) in zip(corners[0], first, strict=True)
    }
    rows, columns = (
        np.rint(np.arange(length / (stride * gain) + 1) * stride * gain).astype(int).clip(0, length)
        for length in (height, width)
    )
    return PatchSynthesis(band.at(sources.values(), len(ramp), limit), sources, rows, columns, ramp)


def edge_ramp(painted: Mask, width: float, step: int) -> Callable[[Window], Floats]:
    """Make a ramp of weights from the edge of what is painted.

    Args:
        painted: (H, W) uint8, above 0 where detail is added.
        width: in pixels, over which the weight rises to 1.
        step: of the subsampling with which distances are measured, in pixels.

    Returns:
        A function of a window: the weight there, (h, w) float32 0..1, 0 where nothing is painted.
    """
    start = step // 2
    inside = (painted[start::step, start::step] > 0).astype(np.uint8)
    depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)
    depth *= np.float32(step / width)

    def weight_in(window: Window) -> Floats:
        covered = painted[window]
        if not covered.any():
            return np.zeros(covered.shape, np.float32)
        rows, columns = window
        matrix = np.array(
            [
                [1 / step, 0, (columns.start - start) / step],
                [0, 1 / step, (rows.start - start) / step],
            ]
        )
        weight = _upsample(depth, matrix, covered.shape)
        weight[covered == 0] = 0
        return np.minimum(weight, 1, out=weight)

    return weight_in


def upsample_window(values: Floats, whole: tuple[int, ...], window: Window) -> Floats:
    """Upsample a reduced map to a window of the whole picture.

    Args:
        values: (h, w) or (h, w, C) float32.
        whole: height and width of the picture.
        window: of the picture.
    """
    rows, columns = window
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    return _upsample_every(values, whole, (rows.start, columns.start), 1, shape)


def _upsample_every(
    values: Pixels, whole: tuple[int, ...], start: _Cell, step: int, shape: tuple[int, ...]
) -> Floats:
    """Upsample a reduced copy of a picture; every `step`-th row and column from a start."""
    down, across = (small / large for small, large in zip(values.shape[:2], whole[:2], strict=True))
    matrix = np.array(
        [
            [step * across, 0, (start[1] + 0.5) * across - 0.5],
            [0, step * down, (start[0] + 0.5) * down - 0.5],
        ]
    )
    return _upsample(values, matrix, shape)


def _upsample(values: Pixels, matrix: Floats, shape: tuple[int, ...]) -> Floats:
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    size = (shape[1], shape[0])
    return np.asarray(
        cv2.warpAffine(values, matrix, size, flags=flags, borderMode=border), np.float32
    )
