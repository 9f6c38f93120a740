"""Shares work among the processor's cores; NumPy and OpenCV let Python's lock go meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import cv2

from core.imaging.arrays import Window

_TILE_PX = 256
"""Side of the tile that one core works on at a time."""


def on_all_cores(work: Callable[..., object], *parts: Iterable[Any]) -> None:
    """Call `work` for every part, as `map` does, in as many threads as OpenCV may use.

    What `work` raises is raised.
    """
    with ThreadPoolExecutor(max(cv2.getNumThreads(), 1)) as pool:
        list(pool.map(work, *parts))


def on_tiles(window: Window, work: Callable[[Window, Window], None]) -> None:
    """Call `work` for every tile of a window, in pixels of the photo and of the window.

    All cores share the tiles.
    """
    on_all_cores(work, *zip(*_tiles(window), strict=True))


def _tiles(window: Window) -> Iterator[tuple[Window, Window]]:
    """Cut a window into tiles, each in pixels of the photo and of the window."""
    rows, columns = window
    for top, left in product(
        range(rows.start, rows.stop, _TILE_PX), range(columns.start, columns.stop, _TILE_PX)
    ):
        bottom, right = min(top + _TILE_PX, rows.stop), min(left + _TILE_PX, columns.stop)
        inside = (
            slice(top - rows.start, bottom - rows.start),
            slice(left - columns.start, right - columns.start),
        )
        yield (slice(top, bottom), slice(left, right)), inside
