"""Parts the fine band of a picture from the coarse one, and lays blocks of it elsewhere.

What is coarse is made of a reduced picture. The fine band is made where it is taken, and laid
piece by piece, so that every step finds its numbers in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.compositing.blend import added
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_all_cores
from core.imaging.resampling import four, three

_Place = tuple[int, int]
"""Row and column."""
_TILE_PX = 256


@dataclass(frozen=True, eq=False)
class FineBand:
    """What a picture shows and its blurred copy does not."""

    image: Image
    """(H, W, 3)"""
    blurred: Floats
    """(h, w, 3) the copy in the image's units, as small as its blur allows."""

    def sparse(self, step: int) -> Floats:
        """Return every so many-th row and column of the band."""
        start = step // 2
        picked = self.image[start::step, start::step]
        return np.asarray(picked - self._blurred((start, start), step, picked.shape), np.float32)

    def within(self, window: Window) -> Floats:
        """Make the band in a window; (h, w, 3)."""
        part, start = self.image[window], (window[0].start, window[1].start)
        return np.asarray(part - self._blurred(start, 1, part.shape), np.float32)

    def at(self, starts: Iterable[_Place], side: int, limit: float) -> Floats:
        """Make the band in square blocks.

        Args:
            starts: where they begin.
            side: how many pixels they are wide.
            limit: beyond which the band is cut off.

        Returns:
            (H, 3 W), of which all but the blocks is undefined.
        """
        height, width = self.image.shape[:2]
        asked = np.zeros((-(-height // _TILE_PX), -(-width // _TILE_PX)), bool)
        for row, column in starts:
            last_row, last_column = (start + side - 1 for start in (row, column))
            asked[
                row // _TILE_PX : last_row // _TILE_PX + 1,
                column // _TILE_PX : last_column // _TILE_PX + 1,
            ] = True
        band = np.empty((height, width, 3), np.float32)

        def one(tile: _Place) -> None:
            top, left = (index * _TILE_PX for index in tile)
            window = slice(top, top + _TILE_PX), slice(left, left + _TILE_PX)
            np.clip(self.within(window), -limit, limit, out=band[window])

        on_all_cores(one, zip(*np.nonzero(asked), strict=True))
        return band.reshape(height, -1)

    def _blurred(self, start: _Place, step: int, shape: tuple[int, ...]) -> Floats:
        """Enlarge the copy; (h, w, 3) of every so many-th row and column from a start."""
        larger = _every(self._four, self.image.shape, start, step, shape)
        return np.asarray(three(larger), np.float32)

    @cached_property
    def _four(self) -> Pixels:
        return four(self.blurred)


@dataclass(frozen=True, eq=False)
class Patchwork:
    """Blocks of a fine band on a grid, every one half over the next."""

    fine: Floats
    """(H, 3 W)"""
    sources: Mapping[_Place, _Place]
    """Where in it the block begins that lies on this cell of the grid and on the next ones."""
    rows: npt.NDArray[np.int64]
    """Where the grid's rows begin, and the last one ends."""
    columns: npt.NDArray[np.int64]
    ramp: Floats
    """(L,) weight along a block, 0 at its ends; 0 also for what lies beyond."""

    def lay(self, image: Image, share: Callable[[Window], Floats]) -> Image:
        """Add the blocks to a picture of the band's size.

        Args:
            image: (H, W, 3)
            share: tells how much is added in a window, (h, w) 0..1.
        """
        laid = image.copy()
        flat = laid.reshape(len(laid), -1)

        def one(row: int) -> None:
            rows = slice(self.rows[row], self.rows[row + 1])
            for column, (left, right) in enumerate(pairwise(self.columns)):
                weight = share((rows, slice(left, right)))
                if weight.any():
                    part = flat[rows, 3 * left : 3 * right]
                    part[:] = added(part, self._sum((row, column), weight), part.dtype)

        on_all_cores(one, range(len(self.rows) - 1))
        return laid

    def _sum(self, cell: _Place, share: Floats) -> Floats:
        """Lay over one another what falls on a cell, (h, 3 w); grain keeps its strength.

        `share`: (h, w) of it that is wanted.
        """
        down, across = self._weights(self.rows, cell[0]), self._weights(self.columns, cell[1])
        total = np.zeros((share.shape[0], 3 * share.shape[1]), np.float32)
        present = np.zeros((2, 2), np.float32)
        for above, (first, rising) in enumerate(down):
            for before, (start, weight) in enumerate(across):
                source = self.sources.get((cell[0] - above, cell[1] - before))
                if source is not None:
                    present[above, before] = 1
                    top, left = source[0] + first, 3 * (source[1] + start)
                    block = self.fine[top : top + len(rising), left : left + 3 * len(weight)]
                    total += (block * np.repeat(weight, 3)) * rising[:, None]
        squares = [np.square([weight for _, weight in side]) for side in (down, across)]
        power = squares[0].T @ present @ squares[1] + np.float32(1e-6)
        weight = three(share / np.sqrt(power, out=power))
        return np.multiply(total, weight.reshape(total.shape), out=total)

    def _weights(self, ends: npt.NDArray[np.int64], index: int) -> list[tuple[int, Floats]]:
        """Tell of the blocks that begin at a cell and before it what part of each lies on it.

        Returns:
            Its first pixel and its (h,) weights.
        """
        length = ends[index + 1] - ends[index]
        starts = 0, ends[index] - ends[index - 1] if index else 0
        return [(int(start), self.ramp[start : start + length]) for start in starts]


def patchwork(
    band: FineBand,
    limit: float,
    corners: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    grid: tuple[int, int],
    gain: float,
) -> Patchwork:
    """Choose blocks of a band for the cells of a grid.

    Args:
        band: what is laid.
        limit: beyond which it is cut off.
        corners: (K, 2) cells where a block is laid, and (K, 2) first pixels of the blocks, in
            those of a picture that is reduced `gain` times.
        grid: stride and side of a block in such pixels, the side twice the stride.
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
    return Patchwork(band.at(sources.values(), len(ramp), limit), sources, rows, columns, ramp)


def rising(painted: Mask, width: float, step: int) -> Callable[[Window], Floats]:
    """Let detail rise from the edge of what is painted.

    Args:
        painted: (H, W) above 0 where it is added.
        width: in pixels, over which it comes to its whole strength.
        step: how many pixels, across and down, are looked at as one.

    Returns:
        What tells the (h, w) share in a window: 0..1, 0 where nothing is painted.
    """
    start = step // 2
    inside = (painted[start::step, start::step] > 0).astype(np.uint8)
    depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)
    depth *= np.float32(step / width)

    def share(window: Window) -> Floats:
        here = painted[window]
        if not here.any():
            return np.zeros(here.shape, np.float32)
        rows, columns = window
        matrix = np.array(
            [
                [1 / step, 0, (columns.start - start) / step],
                [0, 1 / step, (rows.start - start) / step],
            ]
        )
        found = _enlarged(depth, matrix, here.shape)
        found[here == 0] = 0
        return np.minimum(found, 1, out=found)

    return share


def enlarged(values: Floats, whole: tuple[int, ...], window: Window) -> Floats:
    """Enlarge a map to a window of a picture of that size, of all of which it is a copy."""
    rows, columns = window
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    return _every(values, whole, (rows.start, columns.start), 1, shape)


def _every(
    values: Pixels, whole: tuple[int, ...], start: _Place, step: int, shape: tuple[int, ...]
) -> Floats:
    """Enlarge the copy of a picture; every so many-th row and column from a start."""
    down, across = (small / large for small, large in zip(values.shape[:2], whole[:2], strict=True))
    matrix = np.array(
        [
            [step * across, 0, (start[1] + 0.5) * across - 0.5],
            [0, step * down, (start[0] + 0.5) * down - 0.5],
        ]
    )
    return _enlarged(values, matrix, shape)


def _enlarged(values: Pixels, matrix: Floats, shape: tuple[int, ...]) -> Floats:
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    size = (shape[1], shape[0])
    return np.asarray(
        cv2.warpAffine(values, matrix, size, flags=flags, borderMode=border), np.float32
    )
