"""Moves the photo so that outlines of regions come to where a map wants them."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.regions import LabelMap, Region
from core.edit.portrait.map_difference import MapDifference, crop_labels
from core.edit.warping.thin_plate import outline_field
from core.edit.warping.warp import Warp
from core.face.align import Frame, compose_transforms
from core.imaging.arrays import Mask, Points
from core.imaging.windows import bounding_window

_COMPACT = (
    *(Region.LEFT_BROW, Region.RIGHT_BROW, Region.LEFT_EYE, Region.RIGHT_EYE, Region.NOSE),
    *(Region.UPPER_LIP, Region.INNER_MOUTH, Region.LOWER_LIP),
)
"""Regions that may move and grow as a whole."""
_FACE = (Region.SKIN, Region.GLASSES, *_COMPACT)
_LEAST_AREA_PX = 40
"""Of the working frame: a region smaller than that is not there."""
_SIZES = (0.3, 3.5)
"""Area of a region after / before, and beyond which it is another one."""
_FARTHEST_PART = 0.16
"""Of the frame: how far the middle of a part may move."""
_FARTHEST = 0.09
"""Of the frame: how far an outline of face or hair may move; what moves further is painted."""
_MOVED_STEP_PX, _STILL_STEP_PX, _CELL_PX = 3, 9, 3
"""Distances of the points that are taken from outlines, and how near two may be, in pixels of the
working frame."""
_MOST_POINTS = 350
"""For more of them cells are larger: the spline takes their number cubed."""
_STILL_PX = 0.75
_MARGIN, _LEAST_SIDE = 0.5, 0.42
"""Of the working frame: margin around what changed in its extents, least side in frames."""


class OutlineMoves(NamedTuple):
    """Where points of outlines come from, in a frame."""

    source: Points
    """(K, 2)."""
    target: Points


def outline_warp(difference: MapDifference) -> tuple[Frame, Warp] | None:
    """Make the warp that brings outlines to where a map wants them.

    Returns:
        The frame beyond which nothing moves, and the warp; None where no outline has moved.
    """
    frame = _working_frame(difference)
    before, after = (crop_labels(one, frame) for one in difference.whole)
    moves = outline_moves(before, after)
    if np.abs(moves.source - moves.target).max(initial=0.0) < _STILL_PX:
        return None
    field = outline_field(moves.source, moves.target, frame.size)
    return (frame, Warp.of_field(frame, field)) if field.any() else None


def moved_labels(warp: Warp, labels: LabelMap, frame: Frame) -> LabelMap:
    """Return what a frame's labels (S, S) are when the photo has moved."""
    best, found = np.full(labels.shape, -1, np.int16), labels.copy()
    identity = np.asarray(frame.matrix, np.float64)
    for label in np.unique(labels):
        mask = np.where(labels == label, 255, 0).astype(np.uint8)
        score = warp.cut_moved(mask, frame, identity).astype(np.int16)
        found[score > best] = label
        np.maximum(best, score, out=best)
    return found


def outline_moves(before: LabelMap, after: LabelMap) -> OutlineMoves:
    """Pair points of the outlines in two maps (S, S) of one frame."""
    pairs = [_compact_moves(before == region, after == region) for region in _COMPACT]
    faces = (np.isin(labels, _FACE).astype(np.uint8) for labels in (before, after))
    pairs.append(_wide_moves(*faces))
    pairs.append(_wide_moves(before == Region.HAIR, after == Region.HAIR))
    source = np.concatenate([pair.source for pair in pairs])
    target = np.concatenate([pair.target for pair in pairs])
    return _thinned(source, target)


def _working_frame(difference: MapDifference) -> Frame:
    """Zoom in on what changed."""
    size = difference.frame.size
    rows, columns = bounding_window(difference.changed)
    extent = max(rows.stop - rows.start, columns.stop - columns.start)
    side = float(np.clip(extent * (1 + 2 * _MARGIN), _LEAST_SIDE * size, 1.2 * size))
    centre = np.array([columns.start + columns.stop, rows.start + rows.stop]) / 2 - 0.5
    scale = size / side
    shift = (size - 1) / 2 - scale * centre
    zoom = np.column_stack([scale * np.eye(2), shift])
    return Frame(compose_transforms(difference.frame.matrix, zoom), size)


def _compact_moves(before: Mask, after: Mask) -> OutlineMoves:
    """Pair outlines of a region that moved and grew as a whole, then point by point."""
    if min(before.sum(), after.sum()) < _LEAST_AREA_PX:
        return _nothing()
    if _is_still(before, after):
        return _still(after)
    target, source = _outline(after, _MOVED_STEP_PX), _outline(before, 1)
    (mean0, spread0), (mean1, spread1) = _moments(before), _moments(after)
    moved = np.linalg.norm(mean1 - mean0) / before.shape[0]
    grown = float(after.sum() / before.sum())
    if moved > _FARTHEST_PART or not _SIZES[0] <= grown <= _SIZES[1] or not len(source):
        return _nothing()
    guess = (target - mean1) / spread1 * spread0 + mean0
    return OutlineMoves(_nearest(guess, source), target)


def _wide_moves(before: Mask, after: Mask) -> OutlineMoves:
    """Pair outlines of what is larger than the frame: each point with the nearest."""
    if min(before.sum(), after.sum()) < _LEAST_AREA_PX:
        return _nothing()
    if _is_still(before, after):
        return _still(after)
    target, source = _outline(after, _MOVED_STEP_PX), _outline(before, 1)
    if not len(source) or not len(target):
        return _nothing()
    nearest = _nearest(target, source)
    near = np.linalg.norm(nearest - target, axis=1) <= _FARTHEST * before.shape[0]
    return OutlineMoves(nearest[near], target[near])


def _is_still(before: Mask, after: Mask) -> bool:
    return bool((before != after).mean() < 1e-4)


def _still(mask: Mask) -> OutlineMoves:
    points = _outline(mask, _STILL_STEP_PX)
    return OutlineMoves(points, points)


def _nothing() -> OutlineMoves:
    return OutlineMoves(np.empty((0, 2)), np.empty((0, 2)))


def _moments(mask: Mask) -> tuple[Points, Points]:
    rows, columns = np.nonzero(mask)
    points = np.column_stack([columns, rows]).astype(np.float64)
    return points.mean(axis=0), points.std(axis=0) + 1e-6


def _outline(mask: Mask, step: int) -> Points:
    """List every `step`-th point of a region's outlines that does not lie on the frame's edge."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = [one[::step, 0].astype(np.float64) for one in contours if len(one) >= step]
    if not points:
        return np.empty((0, 2))
    found = np.concatenate(points)
    inner = ((found > 1) & (found < mask.shape[0] - 2)).all(axis=1)
    return np.asarray(found[inner], np.float64)


def _nearest(points: Points, candidates: Points) -> Points:
    distances = np.square(points[:, None] - candidates[None]).sum(axis=2)
    return np.asarray(candidates[distances.argmin(axis=1)], np.float64)


def _thinned(source: Points, target: Points) -> OutlineMoves:
    """Average points whose targets share a cell, so that none contradict each other."""
    if not len(target):
        return OutlineMoves(source, target)
    size = _CELL_PX
    while True:
        cells = (target // size).astype(np.int64)
        kept, index = np.unique(cells, axis=0, return_inverse=True)
        if len(kept) <= _MOST_POINTS:
            break
        size += 1
    count = np.bincount(index.ravel())[:, None]

    def mean(points: Points) -> Points:
        sums = [np.bincount(index.ravel(), points[:, axis]) for axis in (0, 1)]
        return np.column_stack(sums) / count

    return OutlineMoves(mean(source), mean(target))
