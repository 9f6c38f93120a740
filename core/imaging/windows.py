"""Windows: rectangles of a picture, as slices of its rows and columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.imaging.arrays import Mask, Points, Window


def whole_window(height: int, width: int) -> Window:
    """Make the window of a whole picture."""
    return slice(0, height), slice(0, width)


def window_at(left: int, top: int, width: int, height: int) -> Window:
    """Place a window by its top left corner and its size."""
    return slice(top, top + height), slice(left, left + width)


def intersection(first: Window, second: Window) -> Window:
    """Keep what both share; may be empty."""
    rows, columns = (
        slice(max(a.start, b.start), min(a.stop, b.stop))
        for a, b in zip(first, second, strict=True)
    )
    return rows, columns


def union(first: Window, second: Window) -> Window:
    """Find the smallest window that holds both."""
    rows, columns = (
        slice(min(a.start, b.start), max(a.stop, b.stop))
        for a, b in zip(first, second, strict=True)
    )
    return rows, columns


def windows_overlap(first: Window, second: Window) -> bool:
    """Return whether two windows share a pixel."""
    return not is_empty(intersection(first, second))


def shift_window(window: Window, *, down: int, right: int) -> Window:
    """Move a window."""
    rows, columns = window
    return (
        slice(rows.start + down, rows.stop + down),
        slice(columns.start + right, columns.stop + right),
    )


def cut_tiles(window: Window, side: int) -> Iterator[Window]:
    """Cut a window into tiles of at most `side` pixels a side."""
    rows, columns = window
    for top in range(rows.start, rows.stop, side):
        for left in range(columns.start, columns.stop, side):
            yield intersection(window_at(left, top, side, side), window)


def bounding_window(mask: Mask, margin: int = 0) -> Window:
    """Find the smallest window that holds all coverage, enlarged by `margin` within the mask.

    Args:
        mask: (H, W), nonzero where covered.
        margin: in pixels.

    Raises:
        ValueError: the mask is empty.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise ValueError("an empty mask has no bounding window")
    height, width = mask.shape
    return (
        slice(max(int(rows[0]) - margin, 0), min(int(rows[-1]) + margin + 1, height)),
        slice(max(int(columns[0]) - margin, 0), min(int(columns[-1]) + margin + 1, width)),
    )


def window_around(points: Points, shape: tuple[int, ...], margin: float = 0.0) -> Window:
    """Find the smallest window of a picture that holds some points; may be empty.

    Args:
        points: (K, 2) in pixels, K at least 1.
        shape: height and width of the picture; more axes do not count.
        margin: how far around the points it reaches, in pixels.
    """
    size = [shape[1], shape[0]]
    left, top = np.clip(np.floor(points.min(axis=0) - margin), 0, size).astype(int)
    right, bottom = np.clip(np.ceil(points.max(axis=0) + margin) + 1, 0, size).astype(int)
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def is_empty(window: Window) -> bool:
    """Return whether no pixel lies inside."""
    return any(side.start >= side.stop for side in window)


def relative_window(window: Window, outer: Window) -> Window:
    """Express a window in pixels of one that holds it."""
    rows, columns = (
        slice(inner.start - side.start, inner.stop - side.start)
        for inner, side in zip(window, outer, strict=True)
    )
    return rows, columns
