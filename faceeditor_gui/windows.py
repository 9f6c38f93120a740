"""Windows of a photo (rows, columns as slices) and the part of it that an edit has to see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

from core.face.align import canonical_frame
from core.imaging.arrays import Mask, Window
from core.masks import bounding_window
from core.masks import is_empty as is_empty
from core.regions import Landmarks

FACE_MARGIN = 0.15
"""What an edit of a face sees beyond the face's frame, in sides of the frame."""
HEAD_MARGIN = 0.2
"""What a parser sees beyond that frame, at whatever angle, in its sides."""
_COARSE_PX = 1024


def whole(height: int, width: int) -> Window:
    """Cover everything."""
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


def overlap(first: Window, second: Window) -> bool:
    """Tell whether two windows share a pixel."""
    return not is_empty(intersection(first, second))


def shifted(window: Window, *, down: int, right: int) -> Window:
    """Move a window."""
    rows, columns = window
    return (
        slice(rows.start + down, rows.stop + down),
        slice(columns.start + right, columns.stop + right),
    )


def tiles(window: Window, side: int) -> Iterator[Window]:
    """Cut a window into tiles of at most `side` pixels a side."""
    rows, columns = window
    for top in range(rows.start, rows.stop, side):
        for left in range(columns.start, columns.stop, side):
            yield intersection(window_at(left, top, side, side), window)


def around_face(landmarks: Landmarks, shape: tuple[int, int]) -> Window:
    """Find the upright window that holds a face's frame at whatever angle; may be empty."""
    frame = canonical_frame(landmarks)
    return frame.window(shape, margin=FACE_MARGIN * frame.size / frame.scale)


def around_head(landmarks: Landmarks, shape: tuple[int, int]) -> Window:
    """Find the upright window that holds a face with its hair and neck; may be empty."""
    frame = canonical_frame(landmarks)
    return frame.window(shape, margin=HEAD_MARGIN * frame.size / frame.scale)


def holes(mask: Mask) -> list[Window]:
    """Split a mask into holes that lie far enough apart to be filled each by itself.

    Two parts belong together when the context that one needs reaches the other.
    """
    found = [_of_part(mask, part) for part in _parts(mask)]
    merged = True
    while merged:
        merged = False
        for i, j in product(range(len(found)), repeat=2):
            if i < j and _belong_together(found[i], found[j]):
                found[i] = union(found[i], found.pop(j))
                merged = True
                break
    return found


def _belong_together(first: Window, second: Window) -> bool:
    return overlap(_with_half_context(first), _with_half_context(second))


def _with_half_context(hole: Window) -> Window:
    rows, columns = hole
    margin = max(rows.stop - rows.start, columns.stop - columns.start) // 2
    return (
        slice(rows.start - margin, rows.stop + margin),
        slice(columns.start - margin, columns.stop + margin),
    )


def _parts(mask: Mask) -> list[Window]:
    """List the connected parts as windows, found on a coarse copy, so somewhat too large."""
    factor = max(1, int(np.ceil(max(mask.shape) / _COARSE_PX)))
    coarse = _any_in_blocks(mask, factor)
    _, _, statistics, _ = cv2.connectedComponentsWithStats(coarse)
    return [
        intersection(
            window_at(*(int(value) * factor for value in part[:4])),
            whole(*mask.shape),
        )
        for part in statistics[1:]
    ]


def _any_in_blocks(mask: Mask, factor: int) -> Mask:
    height, width = mask.shape
    rows = np.maximum.reduceat(mask, range(0, height, factor), axis=0)
    blocks: Mask = np.maximum.reduceat(rows, range(0, width, factor), axis=1)
    return blocks


def _of_part(mask: Mask, part: Window) -> Window:
    tight = bounding_window(mask[part])
    return shifted(tight, down=part[0].start, right=part[1].start)
