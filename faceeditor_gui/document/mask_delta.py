"""What turns one state of the mask into another, and back again. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.imaging.arrays import Mask, Window
from core.imaging.windows import shifted, tiles
from faceeditor_gui.document.array_store import Stored

TILE_PX = 128


@dataclass(frozen=True, eq=False)
class MaskChange:
    """The bits that differ, by tiles: flipped once they make the change, twice they undo it.

    Most of a change's area is plain (nothing becomes full), which costs no memory.
    """

    plain: tuple[tuple[Window, int], ...]
    """Tiles in which every sample has the same bits flipped."""
    windows: tuple[Window, ...]
    """The other tiles ..."""
    bits: Stored[Mask]
    """(N,) ... and their samples, tile after tile, row by row."""

    @classmethod
    def between(cls, before: Mask, after: Mask, place: Window) -> MaskChange:
        """Find what differs between two (h, w) states of the window `place` of the mask."""
        top, left = place[0].start, place[1].start
        plain, windows, bits = [], [], [np.empty(0, np.uint8)]
        for tile in tiles(place, TILE_PX):
            inside = shifted(tile, down=-top, right=-left)
            flipped = before[inside] ^ after[inside]
            first = int(flipped[0, 0])
            if (flipped != first).any():
                windows.append(tile)
                bits.append(flipped.ravel())
            elif first:
                plain.append((tile, first))
        return cls(tuple(plain), tuple(windows), Stored(np.concatenate(bits)))

    def __bool__(self) -> bool:
        return bool(self.plain or self.windows)

    @property
    def pixels(self) -> tuple[Stored[Mask]]:
        """What takes memory."""
        return (self.bits,)

    def parts(self) -> Iterator[tuple[Window, Mask | int]]:
        """List every window that changes, and the bits to flip there."""
        yield from self.plain
        start, bits = 0, self.bits.array
        for window in self.windows:
            rows, columns = window
            shape = rows.stop - rows.start, columns.stop - columns.start
            stop = start + shape[0] * shape[1]
            yield window, bits[start:stop].reshape(shape)
            start = stop
