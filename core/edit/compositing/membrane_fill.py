"""Fills holes of the photo's size: their membrane, and on it a residual from a small frame.

A membrane is smooth but for where it meets what is known. So it is made of a reduced picture, and
only near the hole's edge of all pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from core.edit.compositing.frame_resampling import CONTEXT_PX, add_saturated, frame_to_window
from core.edit.compositing.network_view import network_view, weighted_network_view
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Mask, Pixels, Window
from core.imaging.parallel import on_all_cores, on_tiles
from core.imaging.resampling import resize, to_four_channels, to_three_channels
from core.imaging.windows import relative_window
from core.runtime.membrane import fill_membrane, fill_membrane_over

_CELL = 8
"""Photo pixels across and down in one pixel of the reduced picture; a power of two."""
_BAND = 16  # rows of the reduced picture that one core reduces at a time
_REACH = 2 * _CELL
"""Pixels around a tile on which its fill depends."""
_LEAST_CELLS = 1.5
"""Pixels of the reduced picture per pixel of a frame, enough for a network's view."""
_VIEW_PX = 8
"""Around a frame, in its pixels or in those of the photo where they are larger: what a network's
view of it is made of."""
_UPSAMPLING = 3
"""A residual is upsampled cubically this many times, and from there linearly, which is quicker."""


@dataclass(frozen=True, eq=False)
class MembraneFill:
    """A picture whose hole is filled by a membrane, tile by tile."""

    image: Image
    """(H, W, 3) uint8 or uint16, both sides multiples of `_CELL`."""
    hole: Mask
    """(H, W) uint8, nonzero in the hole."""
    coarse: Floats
    """(H / 8, W / 8, 3) float32 the filled picture, reduced, in the image's units."""
    share: Floats
    """(H / 8, W / 8) float32 0..1, how much of it was known."""

    @classmethod
    def of(cls, image: Image, hole: Mask) -> Self:
        """Reduce and fill a picture of any size.

        Args:
            image: (H, W, 3) uint8 or uint16.
            hole: (H, W) uint8, nonzero in the hole.
        """
        image, hole = _whole_cells(image), _whole_cells(hole)
        values, share = _reduced(image, hole, _CELL)
        coarse = fill_membrane(values, np.where(share > 0, 0, 255).astype(np.uint8))
        return cls(image, hole, coarse, share)

    def network_view(self, frame: Frame, least_cells: float = _LEAST_CELLS) -> tuple[Pixels, Mask]:
        """Cut what a network sees of the hole, as `network_view.network_view` does.

        Args:
            frame: in pixels of the picture.
            least_cells: pixels of a reduced picture per pixel of the frame that will do.

        Returns:
            (S, S, 3) uint8, and (S, S) uint8, 255 in the hole, else 0.
        """
        cell = _CELL
        while cell > 1 and frame.scale * least_cells * cell > 1:
            cell //= 2
        if cell == 1:
            return network_view(frame, self.image, self.hole)
        values, share, corner = self._cells(cell, frame)
        centre = np.array([corner], float) + (cell - 1) / 2
        matrix = np.column_stack([frame.matrix[:, :2] * cell, frame.to_frame(centre)[0]])
        scale = np.float32(255 / np.iinfo(self.image.dtype).max)
        return weighted_network_view(Frame(matrix, frame.size), values * scale, share)

    def _cells(self, cell: int, frame: Frame) -> tuple[Floats, Floats, tuple[int, int]]:
        """Average what is known in every cell that a frame sees.

        Returns:
            (h, w, 3) the means, (h, w) how much is known, and the first cell's column and row.
        """
        if cell == _CELL:
            return self.coarse, self.share, (0, 0)
        visible = frame.window(self.hole.shape, _VIEW_PX / min(frame.scale, 1.0))
        rows, columns = self._in_cells(visible, 0)
        values, share = _reduced(self.image[rows, columns], self.hole[rows, columns], cell)
        return values, share, (columns.start, rows.start)

    def with_residual(
        self, residual: Floats, frame: Frame, window: Window, wanted: Mask | None = None
    ) -> Image:
        """Return a window of the filled picture, plus what was painted in a frame.

        Args:
            residual: (S, S, 3) float32, what the network added to the membrane of its frame, in
                8-bit units.
            frame, window: in pixels of the picture.
            wanted: (h, w) 0 where the result does not count; None: all of it does.

        Returns:
            (h, w, 3) in the image's dtype.
        """
        most = np.iinfo(self.image.dtype).max
        finer_frame = frame.resized(_UPSAMPLING * frame.size)
        scaled, flags = residual * np.float32(most / 255), cv2.INTER_CUBIC
        if finer_frame.scale < 1:
            scaled, frame, flags = (
                to_four_channels(upsample(scaled, _UPSAMPLING)),
                finer_frame,
                cv2.INTER_LINEAR,
            )
        result = self.image[window].copy()

        def add_to_tile(tile: Window, inside: Window) -> None:
            if wanted is None or wanted[inside].any():
                added = frame_to_window(scaled, frame, tile, flags)
                added = to_three_channels(added) if added.shape[2] == 4 else added
                result[inside] = add_saturated(self.filled(tile), added, result.dtype)

        on_tiles(window, add_to_tile)
        return result

    def filled(self, window: Window) -> Floats:
        """Return a window of the filled picture; (h, w, 3) float32 in the image's units."""
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
            filled = fill_membrane_over(np.asarray(values, np.float32), known, coarse, _CELL)
        else:
            filled = resize(coarse, known.shape, cv2.INTER_LINEAR)
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


def fill_with_residual(
    image: Image, hole: Mask, residual: Floats, frame: Frame, window: Window
) -> Image:
    """Fill a window of the photo by its membrane and what was painted in a frame.

    Args:
        image: (H, W, 3) uint8 or uint16, the photo or a part of it.
        hole: (H, W) uint8, nonzero where the photo is not known.
        residual, frame, window: as for `MembraneFill.with_residual`.

    Returns:
        (h, w, 3) in the image's dtype.
    """
    near = _grown(window)
    hole_fill = MembraneFill.of(image[near], hole[near])
    return hole_fill.with_residual(residual, frame.within(near), relative_window(window, near))


def visible_window(frame: Frame, window: Window, shape: tuple[int, ...]) -> Window:
    """Find the part of a photo of that shape that is read when a frame fills a window of it."""
    visible = frame.window(shape, _VIEW_PX / min(frame.scale, 1.0))
    rows, columns = (
        slice(min(first.start, second.start), max(first.stop, second.stop))
        for first, second in zip(visible, _grown(window), strict=True)
    )
    return rows, columns


def _reduced(image: Image, hole: Mask, cell: int) -> tuple[Floats, Floats]:
    """Return the (h, w, 3) mean of known pixels in every cell, and the (h, w) share of them."""
    height, width = (side // cell for side in hole.shape)
    values, share = np.empty((height, width, 3), np.float32), np.empty((height, width), np.float32)

    def reduce_band(top: int) -> None:
        band = slice(top, min(top + _BAND, height))
        rows = slice(band.start * cell, band.stop * cell)
        shape = band.stop - band.start, width
        known = (hole[rows] == 0).astype(np.uint8)
        part = np.asarray(cv2.bitwise_and(image[rows], image[rows], mask=known), np.float32)
        share[band] = resize(known.astype(np.float32), shape, cv2.INTER_AREA)
        values[band] = resize(part, shape, cv2.INTER_AREA)
        values[band] /= np.maximum(share[band], 1e-6)[..., None]

    on_all_cores(reduce_band, range(0, height, _BAND))
    return values, share


def _whole_cells(values: Pixels) -> Pixels:
    """Repeat the last row and column until all cells are whole."""
    below, right = (-side % _CELL for side in values.shape[:2])
    if not (below or right):
        return values
    return np.asarray(cv2.copyMakeBorder(values, 0, below, 0, right, cv2.BORDER_REPLICATE))


def upsample(values: Floats, times: int) -> Floats:
    """Upsample an (H, W, C) float32 map cubically, a whole number of times."""
    return resize(values, (times * values.shape[0], times * values.shape[1]), cv2.INTER_CUBIC)


def _grown(window: Window) -> Window:
    rows, columns = (
        slice(max(side.start - CONTEXT_PX, 0), side.stop + CONTEXT_PX) for side in window
    )
    return rows, columns
