"""Fills holes of the photo's size: their membrane, and on it what was painted in a small frame.

A membrane is smooth but for where it meets what is known. So it is made of a reduced picture, and
only near the hole's edge of all pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from core.edit.blend import CONTEXT_PX, into_window, membrane
from core.edit.cores import on_all_cores
from core.edit.inpaint import view, view_shares
from core.edit.warp import Floats, on_tiles
from core.face.align import Frame, Pixels
from core.masks import Image, Mask, Window

_CELL = 8
"""Pixels across and down that one pixel of the reduced picture stands for; a power of two."""
_BAND = 16  # rows of the reduced picture that one core makes at a time
_REACH = 2 * _CELL
"""Around a tile: how far pixels carry that are looked at."""
_LEAST_CELLS = 1.5
"""Per pixel of a frame, from which on they show a network all that it sees of the photo."""
_VIEW_PX = 8
"""Around a frame, in its pixels or in those of the photo where they are larger: what a view of it
is made of."""
_SWEEPS = 4
_NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


@dataclass(frozen=True, eq=False)
class Surface:
    """A picture whose hole is filled by a membrane, tile by tile."""

    image: Image
    """(H, W, 3), both sides multiples of `_CELL`."""
    hole: Mask
    """(H, W) nonzero in the hole."""
    coarse: Floats
    """(H / 8, W / 8, 3) the filled picture, reduced."""
    share: Floats
    """(H / 8, W / 8) 0..1, how much of it was known."""

    @classmethod
    def of(cls, image: Image, hole: Mask) -> Self:
        """Look at a picture of any size."""
        image, hole = _whole_cells(image), _whole_cells(hole)
        values, share = _reduced(image, hole)
        values /= np.maximum(share, 1e-6)[..., None]
        coarse = membrane(values, np.where(share > 0, 0, 255).astype(np.uint8))
        return cls(image, hole, coarse, share)

    def view(self, frame: Frame, least_cells: float = _LEAST_CELLS) -> tuple[Pixels, Mask]:
        """Cut what a network sees of the hole, as `core.edit.inpaint.view` does.

        Args:
            frame: in pixels of the picture.
            least_cells: per pixel of the frame, so that the reduced picture will do.
        """
        if frame.scale * least_cells * _CELL > 1:
            return view(frame, self.image, self.hole)
        middle = np.full((1, 2), (_CELL - 1) / 2)
        matrix = np.column_stack([frame.matrix[:, :2] * _CELL, frame.to_frame(middle)[0]])
        scale = np.float32(255 / np.iinfo(self.image.dtype).max)
        return view_shares(Frame(matrix, frame.size), self.coarse * scale, self.share)

    def lay(self, residual: Floats, frame: Frame, window: Window) -> Image:
        """Return a window of the filled picture, and on it what was painted in a frame.

        Args:
            residual: (S, S, 3) what the network added to the membrane of its frame, in 8-bit
                units.
            frame, window: in pixels of the picture.

        Returns:
            (h, w, 3)
        """
        most = np.iinfo(self.image.dtype).max
        added, laid = residual * np.float32(most / 255), np.empty_like(self.image[window])

        def lay_tile(tile: Window, inside: Window) -> None:
            values = self.within(tile)
            values += into_window(added, frame, tile, cv2.INTER_CUBIC)
            laid[inside] = np.rint(values, out=values).clip(0, most, out=values)

        on_tiles(window, lay_tile)
        return laid

    def within(self, window: Window) -> Floats:
        """Return a window of the filled picture; (h, w, 3) in the image's units."""
        outer = self._around(window)
        top, left = (inner.start - side.start for inner, side in zip(window, outer, strict=True))
        height, width = (side.stop - side.start for side in window)
        known = (self.hole[outer] == 0).astype(np.uint8)
        if known.all():
            return self.image[window].astype(np.float32)
        rows, columns = (slice(side.start // _CELL, side.stop // _CELL) for side in outer)
        coarse = self.coarse[rows, columns]
        if known.any():
            values = cv2.bitwise_and(self.image[outer], self.image[outer], mask=known)
            filled = _raised(np.asarray(values, np.float32), known, coarse, _CELL)
        else:
            filled = _resized(coarse, known.shape, cv2.INTER_LINEAR)
        return filled[top : top + height, left : left + width]

    def _around(self, window: Window) -> Window:
        """Grow a window to whole cells, as far as what is known in it carries."""
        rows, columns = (
            slice(
                max(side.start - _REACH, 0) // _CELL * _CELL,
                min(-(-(side.stop + _REACH) // _CELL) * _CELL, length),
            )
            for side, length in zip(window, self.hole.shape, strict=True)
        )
        return rows, columns


def lay_residual(image: Image, hole: Mask, residual: Floats, frame: Frame, window: Window) -> Image:
    """Fill a window of the photo: its own membrane, and what was painted on the frame's one.

    Args:
        image: (H, W, 3) the photo, or a part of it.
        hole: (H, W) nonzero where the photo is not known.
        residual, frame, window: as for `Surface.lay`.
    """
    near = _grown(window)
    surface = Surface.of(image[near], hole[near])
    return surface.lay(residual, frame.within(near), within_window(window, near))


def looked_at(frame: Frame, window: Window, shape: tuple[int, ...]) -> Window:
    """Find the part of a photo of that shape that counts when a frame fills a window of it."""
    seen = frame.window(shape, _VIEW_PX / min(frame.scale, 1.0))
    rows, columns = (
        slice(min(one.start, other.start), max(one.stop, other.stop))
        for one, other in zip(seen, _grown(window), strict=True)
    )
    return rows, columns


def within_window(window: Window, outer: Window) -> Window:
    """Tell where a window lies in one that holds it."""
    rows, columns = (
        slice(inner.start - side.start, inner.stop - side.start)
        for inner, side in zip(window, outer, strict=True)
    )
    return rows, columns


def _reduced(image: Image, hole: Mask) -> tuple[Floats, Floats]:
    """Return the sums of known pixels over a cell's area, and the (h, w) share of them."""
    height, width = (side // _CELL for side in hole.shape)
    values, share = np.empty((height, width, 3), np.float32), np.empty((height, width), np.float32)

    def one(top: int) -> None:
        band = slice(top, min(top + _BAND, height))
        seen = slice(band.start * _CELL, band.stop * _CELL)
        shape = band.stop - band.start, width
        known = (hole[seen] == 0).astype(np.uint8)
        part = np.asarray(cv2.bitwise_and(image[seen], image[seen], mask=known), np.float32)
        values[band] = _resized(part, shape, cv2.INTER_AREA)
        share[band] = _resized(known.astype(np.float32), shape, cv2.INTER_AREA)

    on_all_cores(one, range(0, height, _BAND))
    return values, share


def _whole_cells(values: Pixels) -> Pixels:
    """Repeat the last row and column until all cells are whole."""
    below, right = (-side % _CELL for side in values.shape[:2])
    if not (below or right):
        return values
    return np.asarray(cv2.copyMakeBorder(values, 0, below, 0, right, cv2.BORDER_REPLICATE))


def _raised(values: Floats, known: Mask, coarse: Floats, cell: int) -> Floats:
    """Fill a picture as `core.layers.smooth_fill` does, from a coarser one that is filled.

    Args:
        values: (h, w, 3), 0 where it is not known.
        known: (h, w) 1 where it is, else 0.
        coarse: (h / cell, w / cell, 3).
        cell: pixels that one of the coarse ones stands for, a power of two.
    """
    if cell == 1:
        return coarse
    half = (known.shape[0] // 2, known.shape[1] // 2)
    share = _resized(known.astype(np.float32), half, cv2.INTER_AREA)
    below = _resized(values, half, cv2.INTER_AREA)
    below /= np.maximum(share, 1e-6)[..., None]
    below = _raised(below, (share > 0).astype(np.uint8), coarse, cell // 2)
    filled = _resized(below, known.shape, cv2.INTER_LINEAR)
    cv2.copyTo(values, known, filled)
    for _ in range(_SWEEPS):
        filled = np.asarray(
            cv2.filter2D(filled, -1, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE), np.float32
        )
        cv2.copyTo(values, known, filled)
    return filled


def _resized(values: Floats, shape: tuple[int, ...], method: int) -> Floats:
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=method), np.float32)


def _grown(window: Window) -> Window:
    rows, columns = (
        slice(max(side.start - CONTEXT_PX, 0), side.stop + CONTEXT_PX) for side in window
    )
    return rows, columns
