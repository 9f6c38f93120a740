"""Tiled coverage of a whole photo that is full except where it was painted. No Qt."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from core.imaging.arrays import Mask, Window
from core.imaging.windows import intersection, shift_window, union, window_at
from faceeditor_gui.document.array_store import StoredArray

TILE_PX = 128
FULL = 255

TileIndex = tuple[int, int]
"""Row and column of a tile."""


@dataclass(frozen=True, eq=False)
class SparseMask:
    """Immutable coverage in tiles; a changed copy shares all tiles but those that differ."""

    tiles: Mapping[TileIndex, StoredArray[Mask]] = field(default_factory=dict)
    """(TILE_PX, TILE_PX) uint8 each; where there is none, coverage is full."""
    fingerprint: int = 0
    """CRC-32 of the tiles: differs where coverage differs."""

    def read(self, window: Window) -> Mask:
        """Return a copy of one window, (h, w) uint8."""
        rows, columns = window
        coverage = np.full((rows.stop - rows.start, columns.stop - columns.start), FULL, np.uint8)
        for index in _tiles_touching(window):
            if index in self.tiles:
                outside, inside = _overlap_of(index, window)
                coverage[outside] = self.tiles[index].array[inside]
        return coverage

    def with_coverage(self, window: Window, coverage: Mask) -> SparseMask:
        """Return a mask with (h, w) uint8 `coverage` in one window; itself if nothing differs."""
        tiles = dict(self.tiles)
        for index in _tiles_touching(window):
            outside, inside = _overlap_of(index, window)
            before = tiles[index].array if index in tiles else _FULL_TILE
            if not np.array_equal(before[inside], coverage[outside]):
                after = before.copy()
                after[inside] = coverage[outside]
                tiles[index] = StoredArray(after)
                if (after == FULL).all():
                    del tiles[index]
        if tiles == self.tiles:
            return self
        return SparseMask(tiles, _fingerprint(tiles))

    def changed_window(self, other: SparseMask) -> Window | None:
        """Find a window that holds all differences, in whole tiles; None if there are none."""
        indices = [
            index
            for index in {**self.tiles, **other.tiles}
            if self.tiles.get(index) is not other.tiles.get(index)
        ]
        if not indices:
            return None
        windows = (window_at(c * TILE_PX, r * TILE_PX, TILE_PX, TILE_PX) for r, c in indices)
        return reduce(union, windows)


_FULL_TILE: Mask = np.full((TILE_PX, TILE_PX), FULL, np.uint8)


def _tiles_touching(window: Window) -> Iterator[TileIndex]:
    """Yield the tiles that a window touches."""
    rows, columns = window
    for row in range(rows.start // TILE_PX, -(-rows.stop // TILE_PX)):
        for column in range(columns.start // TILE_PX, -(-columns.stop // TILE_PX)):
            yield row, column


def _overlap_of(index: TileIndex, window: Window) -> tuple[Window, Window]:
    """Intersect a tile and a window: in the window's coordinates, and in the tile's."""
    top, left = index[0] * TILE_PX, index[1] * TILE_PX
    both = intersection(window_at(left, top, TILE_PX, TILE_PX), window)
    return (
        shift_window(both, down=-window[0].start, right=-window[1].start),
        shift_window(both, down=-top, right=-left),
    )


def _fingerprint(tiles: Mapping[TileIndex, StoredArray[Mask]]) -> int:
    number = 0
    for index in sorted(tiles):
        number = zlib.crc32(tiles[index].array.tobytes(), zlib.crc32(repr(index).encode(), number))
    return number
