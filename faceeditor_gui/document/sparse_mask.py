"""Coverage of a whole photo that is full except where somebody has painted. No Qt."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from core.imaging.arrays import Mask, Window
from core.imaging.windows import intersection, shifted, union, window_at
from faceeditor_gui.document.array_store import Stored

TILE_PX = 128
FULL = 255

Place = tuple[int, int]
"""Row and column of a tile."""


@dataclass(frozen=True, eq=False)
class SparseMask:
    """Never changes: painting makes a new one that shares all tiles but those painted on."""

    tiles: Mapping[Place, Stored[Mask]] = field(default_factory=dict)
    """(TILE_PX, TILE_PX) each; where there is none, coverage is full."""
    fingerprint: int = 0
    """Tells masks of different coverage apart."""

    def read(self, window: Window) -> Mask:
        """Return a copy of one window."""
        rows, columns = window
        coverage = np.full((rows.stop - rows.start, columns.stop - columns.start), FULL, np.uint8)
        for place in _places(window):
            if place in self.tiles:
                outside, inside = _shared(place, window)
                coverage[outside] = self.tiles[place].array[inside]
        return coverage

    def written(self, window: Window, coverage: Mask) -> SparseMask:
        """Return a mask with other coverage in one window; this very one if nothing differs."""
        tiles = dict(self.tiles)
        for place in _places(window):
            outside, inside = _shared(place, window)
            before = tiles[place].array if place in tiles else _FULL_TILE
            if not np.array_equal(before[inside], coverage[outside]):
                after = before.copy()
                after[inside] = coverage[outside]
                tiles[place] = Stored(after)
                if (after == FULL).all():
                    del tiles[place]
        if tiles == self.tiles:
            return self
        return SparseMask(tiles, _fingerprint(tiles))

    def difference(self, other: SparseMask) -> Window | None:
        """Find a window outside of which both are equal; None if they are equal."""
        places = [
            place
            for place in {**self.tiles, **other.tiles}
            if self.tiles.get(place) is not other.tiles.get(place)
        ]
        if not places:
            return None
        windows = (window_at(c * TILE_PX, r * TILE_PX, TILE_PX, TILE_PX) for r, c in places)
        return reduce(union, windows)


_FULL_TILE: Mask = np.full((TILE_PX, TILE_PX), FULL, np.uint8)


def _places(window: Window) -> Iterator[Place]:
    """List the tiles that a window touches."""
    rows, columns = window
    for row in range(rows.start // TILE_PX, -(-rows.stop // TILE_PX)):
        for column in range(columns.start // TILE_PX, -(-columns.stop // TILE_PX)):
            yield row, column


def _shared(place: Place, window: Window) -> tuple[Window, Window]:
    """Find what a tile and a window share: seen from the window, and seen from the tile."""
    top, left = place[0] * TILE_PX, place[1] * TILE_PX
    both = intersection(window_at(left, top, TILE_PX, TILE_PX), window)
    return (
        shifted(both, down=-window[0].start, right=-window[1].start),
        shifted(both, down=-top, right=-left),
    )


def _fingerprint(tiles: Mapping[Place, Stored[Mask]]) -> int:
    number = 0
    for place in sorted(tiles):
        number = zlib.crc32(tiles[place].array.tobytes(), zlib.crc32(repr(place).encode(), number))
    return number
