"""Partitions a mask into parts that one frame each can fill without losing much resolution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import JAW, LEFT_EYE, RIGHT_EYE, Landmarks
from core.face.align import Frame, canonical_frame
from core.imaging.arrays import Mask, Points, Window
from core.imaging.masks import row_extremes
from core.imaging.windows import (
    bounding_window,
    intersection,
    shift_window,
    union,
    whole_window,
    window_at,
    windows_overlap,
)

_SEARCH_PX = 1024
"""Side of the copy on which a mask's connected parts are found."""
_MARGIN = 1.7  # side of the frame / longer side of the hole
_LEAST_MARGIN = 1.15
"""Margin of holes so large that more would leave the face, or the photo: networks have seen no
frame larger than a whole face."""
_MIN_SIDE_PX = 32.0
_FEATURE_SHARE, _SKIN_SHARE = 0.5, 0.9
"""Least side of a frame, of the whole face, where a hole lies on brows, eyes, nose or mouth, and
where it lies on skin or hair: there the network must see the features to know that it is skin."""
_CLOSEST_SHARE = 0.25
"""Least side of a frame around the smallest hole, of the whole face: networks have seen no
closer view."""
_MOST_MARGIN = 6.0
"""Side of a frame / longer side of the hole beyond which nothing is gained by seeing more."""
_NEAR_SHARE = 0.03
"""How far, of the whole face, a feature's landmark may lie from a hole that covers its line."""
_KEPT_MARGIN = 0.08  # of the side: what stays around a hole when its frame moves into the photo
_MOST_SLENDER = 2.5  # length / thickness of a hole that is filled in one frame
_MOST_SLENDER_IN_TWO = 1.5  # the same for two holes: closer ones have frames that overlap much
_MOST_PIECES = 16  # along a hole
_SLIGHT_LOSS = 1.5  # photo pixels per frame pixel that are not worth another frame
_COARSE_PX = 512
_CONTEXT = 1.5  # sizes of the hole: as far as a frame can reach, turned and moved
_MIN_CONTEXT_PX = 64

_FEATURES = list(range(len(JAW), 68))  # all landmarks but the jaw's

_Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class HolePart:
    """The pixels of a hole that one frame fills."""

    frame: Frame
    """In pixels of the photo."""
    window: Window
    """Of the photo, in which the pixels lie."""
    mask: Mask
    """(h, w) uint8, 255 where a pixel of that window belongs to this part, else 0."""


def split_hole(mask: Mask, faces: tuple[Landmarks, ...], size: int) -> list[HolePart]:
    """Share out the covered pixels: separate holes apart, long ones in pieces.

    Args:
        mask: (H, W) uint8 coverage, not empty.
        faces: (68, 2) each, in pixels of the mask; a hole's frame is turned as the face it lies on.
        size: side of the frames in pixels.
    """
    cells = _Cells.of(mask)
    face_of = _nearest_faces(cells, faces)
    parts = []
    for index in np.unique(face_of):
        rotation = _rotation(faces[index]) if index >= 0 else np.eye(2)
        face = faces[index] if index >= 0 else None
        along = cells.centres @ rotation.T
        chosen = face_of == index
        length = float(np.ptp(along[chosen], axis=0).max())
        # Pieces of a smaller share of a face would get the same frame.
        alike = 0.0 if face is None else _FEATURE_SHARE * _whole_side(face) / _MARGIN
        least = max(_SLIGHT_LOSS * size / _MARGIN, length / _MOST_PIECES, alike)
        parts += [
            _make_part(cells, mask, piece, rotation, size, face)
            for piece in _pieces(cells, along, chosen, least)
        ]
    return parts


def context_window(hole: Window, shape: tuple[int, int], faces: Iterable[Landmarks] = ()) -> Window:
    """Find the part of a photo that networks may see while a hole is filled.

    Args:
        hole: the window of all that is covered.
        shape: height and width of the photo.
        faces: (68, 2) each, in pixels of the photo; a hole on one of them may be seen together
            with the whole face.
    """
    size = max(side.stop - side.start for side in hole)
    sides = [_least_side(_SKIN_SHARE, face, size) for face in faces if _touches(face, hole)]
    margin = int(np.ceil(max(_CONTEXT * size, _MIN_CONTEXT_PX, *sides)))
    rows, columns = (
        slice(max(side.start - margin, 0), min(side.stop + margin, most))
        for side, most in zip(hole, shape, strict=True)
    )
    return rows, columns


@dataclass(frozen=True, eq=False)
class _Cells:
    """The covered pixels, on a grid that is coarse where the mask is large."""

    factor: int
    left: int
    top: int
    columns: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]
    """(K,) each: the covered cells."""
    hole_numbers: npt.NDArray[np.intp]
    """(K,) number of the connected hole."""

    @classmethod
    def of(cls, mask: Mask) -> _Cells:
        window = bounding_window(mask)
        inside = mask[window]
        factor = -(-max(inside.shape) // _COARSE_PX)
        covered = inside
        for axis in (0, 1):
            edges = range(0, inside.shape[axis], factor)
            covered = np.maximum.reduceat(covered, edges, axis=axis)
        _, numbers = cv2.connectedComponents(covered)
        rows, columns = np.nonzero(covered)
        left, top = window[1].start, window[0].start
        return cls(factor, left, top, columns, rows, np.asarray(numbers, np.intp)[rows, columns])

    @property
    def centres(self) -> Points:
        """(K, 2) float64, their centres in photo pixels."""
        corner = np.array([self.left, self.top]) + (self.factor - 1) / 2
        return np.column_stack([self.columns, self.rows]) * self.factor + corner

    def grid(self, chosen: _Chosen) -> tuple[Mask, int, int]:
        """Draw some cells; returns them, 1 each, with the column and row they begin at."""
        columns, rows = self.columns[chosen], self.rows[chosen]
        left, top = int(columns.min()), int(rows.min())
        grid_mask = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1), np.uint8)
        grid_mask[rows - top, columns - left] = 1
        return grid_mask, left, top

    def thickness(self, chosen: _Chosen) -> float:
        """Diameter in photo pixels of the largest disc that fits into some cells."""
        grid_mask = np.pad(self.grid(chosen)[0], 1)
        reach = float(cv2.distanceTransform(grid_mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())
        return (2 * reach - 1) * self.factor


def _nearest_faces(cells: _Cells, faces: tuple[Landmarks, ...]) -> npt.NDArray[np.intp]:
    """Find for each cell's hole the face whose frame it touches nearest the middle; -1: none."""
    nearest = np.full(int(cells.hole_numbers.max()) + 1, -1)
    least = np.full(nearest.shape, np.inf)
    for index, landmarks in enumerate(faces):
        frame = canonical_frame(landmarks)
        away = np.abs(frame.to_frame(cells.centres) - (frame.size - 1) / 2).max(axis=1)
        touching = np.bincount(cells.hole_numbers, away <= frame.size / 2, len(nearest)) > 0
        count = np.maximum(np.bincount(cells.hole_numbers, minlength=len(nearest)), 1)
        mean = np.bincount(cells.hole_numbers, away, len(nearest)) / count
        closer = touching & (mean < least)
        nearest[closer], least[closer] = index, mean[closer]
    return nearest[cells.hole_numbers]


def _pieces(cells: _Cells, along: Points, chosen: _Chosen, least: float) -> list[_Chosen]:
    """Cut some cells in two until each piece is short, or compact.

    Args:
        along: (K, 2) the cells' centres along the frame's axes.
        least: a piece this long in photo pixels is not cut.
    """
    extent = np.ptp(along[chosen], axis=0) + cells.factor
    axis = int(extent.argmax())
    if extent[axis] <= least:
        return [chosen]
    cut, is_gap = _best_cut(along[chosen, axis], cells.factor)
    most = _MOST_SLENDER_IN_TWO if is_gap else _MOST_SLENDER
    if extent[axis] <= most * cells.thickness(chosen):
        return [chosen]
    before = along[:, axis] < cut
    first, second = chosen & before, chosen & ~before
    return _pieces(cells, along, first, least) + _pieces(cells, along, second, least)


def _best_cut(positions: npt.NDArray[np.float64], step: float) -> tuple[float, bool]:
    """Find where least is covered, not too near the ends, and whether nothing is covered there."""
    low = positions.min() - step / 2
    counts = np.bincount(((positions - low) / step).astype(int))
    fifth = len(counts) // 5
    middle = np.arange(fifth, len(counts) - fifth)
    order = np.lexsort([np.abs(middle + 0.5 - len(counts) / 2), counts[middle]])
    best = int(middle[order[0]])
    return float(low + (best + 0.5) * step), bool(counts[best] == 0)


def _make_part(
    cells: _Cells,
    mask: Mask,
    chosen: _Chosen,
    rotation: Points,
    size: int,
    face: Landmarks | None,
) -> HolePart:
    grid_mask, column, row = cells.grid(chosen)
    factor = cells.factor
    left, top = cells.left + column * factor, cells.top + row * factor
    height, width = (
        min(count * factor, end - start)
        for count, start, end in zip(grid_mask.shape, (top, left), mask.shape, strict=True)
    )
    window = slice(top, top + height), slice(left, left + width)
    full = grid_mask.repeat(factor, axis=0).repeat(factor, axis=1)[:height, :width]
    part_mask = np.where((full > 0) & (mask[window] > 0), 255, 0).astype(np.uint8)
    outline = row_extremes(part_mask) + np.array([left, top])
    sides = (0.0, float(min(mask.shape)))
    if face is not None:
        sides = _sides(
            face, part_mask, window, float(np.ptp(outline @ rotation.T, axis=0).max()) + 1
        )
    return HolePart(_frame_around(outline, rotation, size, sides, mask.shape), window, part_mask)


def _frame_around(
    outline: Points, rotation: Points, size: int, sides: tuple[float, float], shape: tuple[int, ...]
) -> Frame:
    """Place a square that holds some points with a margin, inside the photo where it fits.

    Args:
        sides: the frame is no smaller in photo pixels than the first, and has no more margin
            than need be beyond the second.
    """
    along = outline @ rotation.T
    low, high = along.min(axis=0), along.max(axis=0)
    extent = high - low + 1
    longer = float(extent.max())
    least, whole = sides
    side = max(longer * _LEAST_MARGIN, min(longer * _MARGIN, whole), least, _MIN_SIDE_PX)
    frame = _square((low + high) / 2, rotation, size, side)
    room = np.maximum((side - extent) / 2 - _KEPT_MARGIN * side, 0)
    inwards = rotation @ _shift_into(frame.corners(), shape)
    return _square((low + high) / 2 + np.clip(inwards, -room, room), rotation, size, side)


def _square(centre: Points, rotation: Points, size: int, side: float) -> Frame:
    linear = rotation * size / side
    offset = (size - 1) / 2 - centre * size / side
    return Frame(np.column_stack([linear, offset]), size)


def _shift_into(corners: Points, shape: tuple[int, ...]) -> Points:
    """Find the (2,) shortest move that brings corners into the photo; none where it is smaller."""
    low, high = corners.min(axis=0) + 0.5, corners.max(axis=0) + 0.5
    room = np.array([shape[1], shape[0]], np.float64)
    move = np.maximum(-low, 0) - np.maximum(high - room, 0)
    return np.where(high - low <= room, move, 0.0)


def _touches(face: Landmarks, hole: Window) -> bool:
    rows, columns = hole
    corners = canonical_frame(face).corners()
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return bool(
        left < columns.stop and columns.start < right and top < rows.stop and rows.start < bottom
    )


def _least_side(share: float, face: Landmarks, longer: float) -> float:
    """Measure how large a frame around a hole must be, in photo pixels.

    Args:
        share: of the whole face, wanted for a hole that is not small.
        longer: the hole's longer side in photo pixels.
    """
    whole = _whole_side(face)
    return min(share * whole, max(_MOST_MARGIN * longer, _CLOSEST_SHARE * whole))


def _whole_side(face: Landmarks) -> float:
    """Measure the side of a face's canonical frame in photo pixels."""
    frame = canonical_frame(face)
    return frame.size / frame.scale


def _sides(face: Landmarks, hole: Mask, window: Window, longer: float) -> tuple[float, float]:
    """Return the least side of a frame around a hole in a face, and the side of the whole face."""
    whole = _whole_side(face)
    reach = round(_NEAR_SHARE * whole)
    corner = np.array([window[1].start, window[0].start])
    columns, rows = np.rint(face[_FEATURES] - corner).astype(int).T
    covered = any(
        hole[
            max(row - reach, 0) : max(row + reach + 1, 0),
            max(column - reach, 0) : max(column + reach + 1, 0),
        ].any()
        for row, column in zip(rows, columns, strict=True)
    )
    return _least_side(_FEATURE_SHARE if covered else _SKIN_SHARE, face, longer), whole


def _rotation(landmarks: Landmarks) -> Points:
    """Return the (2, 2) rotation that levels a face's eyes."""
    across = landmarks[list(RIGHT_EYE)].mean(axis=0) - landmarks[list(LEFT_EYE)].mean(axis=0)
    x, y = across / max(float(np.linalg.norm(across)), 1e-9)
    return np.array([[x, y], [-y, x]])


def separate_holes(mask: Mask) -> list[Window]:
    """Separate the holes of a mask that lie far enough apart to be filled each by itself.

    Two parts belong together when the context that one needs reaches the other.

    Args:
        mask: (H, W) uint8 coverage.

    Returns:
        The holes' windows.
    """
    found = [_tight_window(mask, part) for part in _connected_parts(mask)]
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
    return windows_overlap(_with_half_context(first), _with_half_context(second))


def _with_half_context(hole: Window) -> Window:
    rows, columns = hole
    margin = max(rows.stop - rows.start, columns.stop - columns.start) // 2
    return (
        slice(rows.start - margin, rows.stop + margin),
        slice(columns.start - margin, columns.stop + margin),
    )


def _connected_parts(mask: Mask) -> list[Window]:
    """List the connected parts as windows, found on a coarse copy, so somewhat too large."""
    factor = max(1, int(np.ceil(max(mask.shape) / _SEARCH_PX)))
    coarse = _any_in_blocks(mask, factor)
    _, _, statistics, _ = cv2.connectedComponentsWithStats(coarse)
    return [
        intersection(
            window_at(*(int(value) * factor for value in part[:4])),
            whole_window(*mask.shape),
        )
        for part in statistics[1:]
    ]


def _any_in_blocks(mask: Mask, factor: int) -> Mask:
    height, width = mask.shape
    rows = np.maximum.reduceat(mask, range(0, height, factor), axis=0)
    blocks: Mask = np.maximum.reduceat(rows, range(0, width, factor), axis=1)
    return blocks


def _tight_window(mask: Mask, part: Window) -> Window:
    inner = bounding_window(mask[part])
    return shift_window(inner, down=part[0].start, right=part[1].start)
