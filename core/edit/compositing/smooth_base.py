"""Fills holes of the photo's size: their membrane, and on it what was painted in a small frame.

A membrane is smooth but for where it meets what is known. So it is made of a reduced picture, and
only near the hole's edge of all pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from core.edit.compositing.blend import CONTEXT_PX, added, into_window
from core.edit.compositing.network_view import view, view_shares
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_all_cores, on_tiles
from core.imaging.resampling import four, resized, three
from core.imaging.windows import within_window
from core.runtime.membrane import membrane, membrane_over

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
_FINER = 3
"""What a network painted is enlarged smoothly this many times, and from there linearly, which is
quicker."""


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
        values, share = _reduced(image, hole, _CELL)
        coarse = membrane(values, np.where(share > 0, 0, 255).astype(np.uint8))
        return cls(image, hole, coarse, share)

    def view(self, frame: Frame, least_cells: float = _LEAST_CELLS) -> tuple[Pixels, Mask]:
        """Cut what a network sees of the hole, as `core.edit.inpaint.view` does.

        Args:
            frame: in pixels of the picture.
            least_cells: per pixel of the frame, so that the reduced picture will do.
        """
        cell = _CELL
        while cell > 1 and frame.scale * least_cells * cell > 1:
            cell //= 2
        if cell == 1:
            return view(frame, self.image, self.hole)
        values, share, corner = self._cells(cell, frame)
        middle = np.array([corner], float) + (cell - 1) / 2
        matrix = np.column_stack([frame.matrix[:, :2] * cell, frame.to_frame(middle)[0]])
        scale = np.float32(255 / np.iinfo(self.image.dtype).max)
        return view_shares(Frame(matrix, frame.size), values * scale, share)

    def _cells(self, cell: int, frame: Frame) -> tuple[Floats, Floats, tuple[int, int]]:
        """Average what is known in every cell that a frame sees.

        Returns:
            (h, w, 3) the means, (h, w) how much is known, and the first cell's column and row.
        """
        if cell == _CELL:
            return self.coarse, self.share, (0, 0)
        seen = frame.window(self.hole.shape, _VIEW_PX / min(frame.scale, 1.0))
        rows, columns = self._in_cells(seen, 0)
        values, share = _reduced(self.image[rows, columns], self.hole[rows, columns], cell)
        return values, share, (columns.start, rows.start)

    def lay(
        self, residual: Floats, frame: Frame, window: Window, wanted: Mask | None = None
    ) -> Image:
        """Return a window of the filled picture, and on it what was painted in a frame.

        Args:
            residual: (S, S, 3) what the network added to the membrane of its frame, in 8-bit
                units.
            frame, window: in pixels of the picture.
            wanted: (h, w) 0 where the answer does not count; None: all of it does.

        Returns:
            (h, w, 3)
        """
        most = np.iinfo(self.image.dtype).max
        finer = frame.resized(_FINER * frame.size)
        above, flags = residual * np.float32(most / 255), cv2.INTER_CUBIC
        if finer.scale < 1:
            above, frame, flags = four(enlarged(above, _FINER)), finer, cv2.INTER_LINEAR
        laid = self.image[window].copy()

        def lay_tile(tile: Window, inside: Window) -> None:
            if wanted is None or wanted[inside].any():
                over = into_window(above, frame, tile, flags)
                over = three(over) if over.shape[2] == 4 else over
                laid[inside] = added(self.within(tile), over, laid.dtype)

        on_tiles(window, lay_tile)
        return laid

    def within(self, window: Window) -> Floats:
        """Return a window of the filled picture; (h, w, 3) in the image's units."""
        outer = self._in_cells(window, _REACH)
        top, left = (inner.start - side.start for inner, side in zip(window, outer, strict=True))
        height, width = (side.stop - side.start for side in window)
        known = (self.hole[outer] == 0).astype(np.uint8)
        if known.all():
            return self.image[window].astype(np.float32)
        rows, columns = (slice(side.start // _CELL, side.stop // _CELL) for side in outer)
        coarse = self.coarse[rows, columns]
        if known.any():
            values = cv2.bitwise_and(self.image[outer], self.image[outer], mask=known)
            filled = membrane_over(np.asarray(values, np.float32), known, coarse, _CELL)
        else:
            filled = resized(coarse, known.shape, cv2.INTER_LINEAR)
        return filled[top : top + height, left : left + width]

    def _in_cells(self, window: Window, reach: int) -> Window:
        """Grow a window to whole cells that lie within a reach of it."""
        rows, columns = (
            slice(
                max(side.start - reach, 0) // _CELL * _CELL,
                min(-(-(side.stop + reach) // _CELL) * _CELL, length),
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


def _reduced(image: Image, hole: Mask, cell: int) -> tuple[Floats, Floats]:
    """Return the (h, w, 3) mean of known pixels in every cell, and the (h, w) share of them."""
    height, width = (side // cell for side in hole.shape)
    values, share = np.empty((height, width, 3), np.float32), np.empty((height, width), np.float32)

    def one(top: int) -> None:
        band = slice(top, min(top + _BAND, height))
        seen = slice(band.start * cell, band.stop * cell)
        shape = band.stop - band.start, width
        known = (hole[seen] == 0).astype(np.uint8)
        part = np.asarray(cv2.bitwise_and(image[seen], image[seen], mask=known), np.float32)
        share[band] = resized(known.astype(np.float32), shape, cv2.INTER_AREA)
        values[band] = resized(part, shape, cv2.INTER_AREA)
        values[band] /= np.maximum(share[band], 1e-6)[..., None]

    on_all_cores(one, range(0, height, _BAND))
    return values, share


def _whole_cells(values: Pixels) -> Pixels:
    """Repeat the last row and column until all cells are whole."""
    below, right = (-side % _CELL for side in values.shape[:2])
    if not (below or right):
        return values
    return np.asarray(cv2.copyMakeBorder(values, 0, below, 0, right, cv2.BORDER_REPLICATE))


def enlarged(values: Floats, times: int) -> Floats:
    """Enlarge an (H, W, C) map smoothly."""
    return resized(values, (times * values.shape[0], times * values.shape[1]), cv2.INTER_CUBIC)


def _grown(window: Window) -> Window:
    rows, columns = (
        slice(max(side.start - CONTEXT_PX, 0), side.stop + CONTEXT_PX) for side in window
    )
    return rows, columns
