"""The difference between two states of a mask, to apply and to revert. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.imaging.arrays import Mask, Window
from core.imaging.windows import cut_tiles, shift_window
from faceeditor_gui.document.array_store import StoredArray

TILE_PX = 128


@dataclass(frozen=True, eq=False)
class MaskDelta:
    """The bits that differ, by tiles : flipped once they apply the change, twice they revert it.

    Most of a change's area is uniform (nothing becomes full), which costs no memory.
    """

    plain: tuple[tuple[Window, int], ...]
    """Tiles in which every sample has the same bits flipped."""
    windows: tuple[Window, ...]
    """The other tiles ..."""
    bits: StoredArray[Mask]
    """(N,) uint8 ... and their bits, tile after tile, row by row."""

    @classmethod
    def between(cls, before: Mask, after: Mask, window: Window) -> MaskDelta:
        """Compare two (h, w) uint8 states of one window of the mask."""
        top, left = window[0].start, window[1].start
        plain, windows, bits = [], [], [np.empty(0, np.uint8)]
        for tile in cut_tiles(window, TILE_PX):
            inside = shift_window(tile, down=-top, right=-left)
            flipped = before[inside] ^ after[inside]
            first = int(flipped[0, 0])
            if (flipped != first).any():
                windows.append(tile)
                bits.append(flipped.ravel())
            elif first:
                plain.append((tile, first))
        return cls(tuple(plain), tuple(windows), StoredArray(np.concatenate(bits)))

    def __bool__(self) -> bool:
        return bool(self.plain or self.windows)

    @property
    def pixels(self) -> tuple[StoredArray[Mask]]:
        """The arrays that take memory."""
        return (self.bits,)

    def flips(self) -> Iterator[tuple[Window, Mask | int]]:
        """Yield each changed window with the bits to flip: (h, w) uint8, or one value."""
        yield from self.plain
        start, bits = 0, self.bits.array
        for window in self.windows:
            rows, columns = window
            shape = rows.stop - rows.start, columns.stop - columns.start
            stop = start + shape[0] * shape[1]
            yield window, bits[start:stop].reshape(shape)
            start = stop
