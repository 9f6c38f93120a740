"""Thin-plate splines: a smooth displacement field that moves landmarks to their targets."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Points

Offsets = npt.NDArray[np.float32]
"""(h, w, 2) float32, x then y, in pixels of the frame."""
GRID = 96
"""Cells per side of the grid on which a field is solved."""
_BLOCK = 768  # cells, so that the intermediate values stay in the processor's cache
_BORDER_POINTS = 7  # per side of the frame, corners shared: 24 in all
_ANCHOR_LANDMARKS = [*range(1, 16), *range(17, 68)]
_LEAST_AREA = 0.01
"""A pixel shows at least this share of the area that it covers; below 0 the photo folds over."""
_SLACKS = (300.0, 1e3, 1e4, 1e5, 1e6)
"""Regularisation of points that may give way, step by step, until nothing folds over."""
_OUTLINE_SLACKS = (30.0, *_SLACKS)
_FAINT_SHARE = 0.03
"""Share of the longest offset below which a field fades out."""
_STAYS_PX = 0.01  # of the frame
_UPPER_INNER, _LOWER_INNER = [61, 62, 63], [65, 66, 67]
_PARTED_PX = 0.8  # of the 256 frame; in a closed mouth these points coincide and the spline tears


def displacement_field(
    source: Points, target: Points, size: int, *, cells: int = GRID
) -> npt.NDArray[np.float32]:
    """Solve a thin-plate spline that says where each pixel comes from.

    Args:
        source, target: (68, 2) in pixels of a square frame of side `size`.
        cells: C, per side of the grid.

    Returns:
        (C, C, 2) float32 offsets in frame pixels, x then y; zero on the frame's border.
    """
    start, end = (
        _with_parted_lips(source)[_ANCHOR_LANDMARKS],
        _with_parted_lips(target)[_ANCHOR_LANDMARKS],
    )
    return _solve_field(start, end, size, np.zeros(len(start)), cells)


def foldless_field(source: Points, target: Points, size: int) -> npt.NDArray[np.float32]:
    """Solve as `displacement_field` does for all 68 points, as far as nothing folds over.

    Points that stay give way first, so that those that move reach their targets.

    Args:
        source, target: (68, 2) in pixels of a square frame of side `size`.

    Returns:
        (96, 96, 2) float32 offsets in frame pixels, x then y; zero where nothing can move.
    """
    start, end = _with_parted_lips(source), _with_parted_lips(target)
    stays = np.abs(source - target).max(axis=1) < _STAYS_PX
    for may_give_way in (stays, np.ones_like(stays)):
        for slack in _SLACKS:
            field = _solve_field(start, end, size, np.where(may_give_way, slack, 0.0))
            faded = _without_faint_offsets(field)
            if _is_foldless(faded, size / GRID):
                return faded
    return np.zeros_like(field)


def outline_field(source: Points, target: Points, size: int) -> Offsets:
    """Solve for the field that moves outlines, as far as nothing folds over; all may give way.

    Args:
        source, target: (K, 2) in pixels of a square frame of side `size`, at least three.

    Returns:
        (96, 96, 2) offsets in frame pixels, x then y; zero where nothing can move.
    """
    for slack in _OUTLINE_SLACKS:
        field = _solve_field(source, target, size, np.full(len(source), slack))
        faded = _without_faint_offsets(field)
        if _is_foldless(faded, size / GRID):
            return faded
    return np.zeros_like(field)


def _without_faint_offsets(field: Offsets) -> Offsets:
    """Let a (96, 96, 2) field fade out where it is faint beside what it is elsewhere.

    A spline has global support: a dragged brow would move the chin by a fraction of a pixel.
    """
    lengths = np.linalg.norm(field, axis=2, keepdims=True)
    faint = max(_FAINT_SHARE * float(lengths.max()), 1e-9)
    kept: Offsets = field * np.clip((lengths - faint) / (2 * faint), 0, 1)
    return kept.astype(np.float32)


def _is_foldless(field: Offsets, cell: float) -> bool:
    down, across = (np.gradient(field, cell, axis=axis) for axis in (0, 1))
    area = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
    return bool(area.min() >= _LEAST_AREA)


def _solve_field(
    start: Points, end: Points, size: int, slack: npt.NDArray[np.float64], cells: int = GRID
) -> npt.NDArray[np.float32]:
    border = _border_points(size)
    anchors = np.concatenate([end, border])
    offsets = np.concatenate([start - end, np.zeros_like(border)])
    weights = _solve_spline(anchors, offsets, np.concatenate([slack, np.zeros(len(border))]))
    ticks = (np.arange(cells) + 0.5) * size / cells - 0.5
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    blocks = np.array_split(grid, -(-len(grid) // _BLOCK))
    bending = np.concatenate([_basis(block, anchors) @ weights[:-3] for block in blocks])
    field = (bending + weights[-3] + grid @ weights[-2:]).reshape(cells, cells, 2)
    field[[0, -1]] = 0
    field[:, [0, -1]] = 0
    return np.ascontiguousarray(field, np.float32)


def _solve_spline(
    anchors: Points, offsets: Points, slack: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    count = len(anchors)
    linear = np.column_stack([np.ones(count), anchors])
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _basis(anchors, anchors) + np.diag(slack)
    system[:count, count:], system[count:, :count] = linear, linear.T
    moves = np.concatenate([offsets, np.zeros((3, 2))])
    try:
        return np.linalg.solve(system, moves)
    except np.linalg.LinAlgError:  # two points coincide
        return np.asarray(np.linalg.lstsq(system, moves, rcond=None)[0])


def _basis(points: Points, anchors: Points) -> npt.NDArray[np.float64]:
    squared = np.square(points[:, :1] - anchors[:, 0])
    squared += np.square(points[:, 1:] - anchors[:, 1])
    np.maximum(squared, 1e-12, out=squared)
    squared *= np.asarray(cv2.log(squared))  # takes a quarter of the time of NumPy's logarithm
    return squared


def _with_parted_lips(points: Points) -> Points:
    moved = points.copy()
    moved[_UPPER_INNER, 1] -= _PARTED_PX
    moved[_LOWER_INNER, 1] += _PARTED_PX
    return moved


def _border_points(size: int) -> Points:
    ticks = np.linspace(-0.5, size - 0.5, _BORDER_POINTS)
    points = {(x, y) for x in ticks for y in ticks if {x, y} & {ticks[0], ticks[-1]}}
    return np.array(sorted(points))
