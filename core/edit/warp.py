"""Moves a photo's own pixels so that a face's landmarks come to other places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.face.align import Frame
from core.masks import Image, Mask, Points, Window

UNMOVED_PX = 0.35
"""Where the field is shorter, the photo's samples are kept untouched."""

_GRID = 96
_BORDER_POINTS = 7  # per side of the frame, corners shared: 24 in all
_USED = [*range(1, 16), *range(17, 68)]
_UPPER_INNER, _LOWER_INNER = [61, 62, 63], [65, 66, 67]
_PARTED_PX = 0.8  # of the 256 frame; in a closed mouth these points coincide and the spline tears


@dataclass(frozen=True, eq=False)
class Warped:
    """The window of the photo that moved."""

    window: Window
    image: Image
    """(h, w, 3) the window with its pixels moved."""
    coverage: Mask
    """(h, w) 255 where pixels moved, else 0."""


def warp(image: Image, canonical: Frame, source: Points, target: Points) -> Warped:
    """Move pixels smoothly so that `source` comes to `target`.

    Args:
        image: (H, W, 3) the photo.
        canonical: the face's frame of 256 pixels; nothing outside it moves.
        source, target: (68, 2) in pixels of that frame.
    """
    window = canonical.window(image.shape)
    field = displacement_field(source, target, canonical.size)
    rows, columns = window
    to_window = _grid_to_window(canonical, columns.start, rows.start)
    size = (columns.stop - columns.start, rows.stop - rows.start)
    spread = np.asarray(cv2.warpAffine(field, to_window, size, flags=cv2.INTER_CUBIC), np.float32)
    to_photo = np.linalg.inv(canonical.matrix[:, :2]).T.astype(np.float32)
    moved: npt.NDArray[np.float32] = spread @ to_photo
    coverage = np.where(np.hypot(moved[..., 0], moved[..., 1]) >= UNMOVED_PX, 255, 0)
    moved[..., 0] += np.arange(columns.start, columns.stop, dtype=np.float32)[None, :]
    moved[..., 1] += np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    sampled: npt.NDArray[Any] = np.asarray(
        cv2.remap(
            image, moved[..., 0], moved[..., 1], cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
        )
    )
    return Warped(window, sampled, coverage.astype(np.uint8))


def displacement_field(source: Points, target: Points, size: int) -> npt.NDArray[np.float32]:
    """Solve a thin-plate spline that says where each pixel comes from.

    Args:
        source, target: (68, 2) in pixels of a square frame of side `size`.

    Returns:
        (96, 96, 2) offsets in frame pixels; zero on the frame's border.
    """
    start, goal = _parted(source)[_USED], _parted(target)[_USED]
    border = _border(size)
    anchors = np.concatenate([goal, border])
    offsets = np.concatenate([start - goal, np.zeros_like(border)])
    weights = _solve(anchors, offsets)
    ticks = (np.arange(_GRID) + 0.5) * size / _GRID - 0.5
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    field = (
        _basis(grid, anchors) @ weights[:-3]
        + np.column_stack([np.ones(len(grid)), grid]) @ (weights[-3:])
    )
    field = field.reshape(_GRID, _GRID, 2)
    field[[0, -1]] = 0
    field[:, [0, -1]] = 0
    return np.ascontiguousarray(field, np.float32)


def _solve(anchors: Points, offsets: Points) -> npt.NDArray[np.float64]:
    count = len(anchors)
    linear = np.column_stack([np.ones(count), anchors])
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _basis(anchors, anchors)
    system[:count, count:], system[count:, :count] = linear, linear.T
    return np.linalg.solve(system, np.concatenate([offsets, np.zeros((3, 2))]))


def _basis(points: Points, anchors: Points) -> npt.NDArray[np.float64]:
    squared = ((points[:, None] - anchors[None]) ** 2).sum(axis=-1)
    return np.asarray(0.5 * squared * np.log(np.maximum(squared, 1e-12)))


def _parted(points: Points) -> Points:
    moved = points.copy()
    moved[_UPPER_INNER, 1] -= _PARTED_PX
    moved[_LOWER_INNER, 1] += _PARTED_PX
    return moved


def _border(size: int) -> Points:
    ticks = np.linspace(-0.5, size - 0.5, _BORDER_POINTS)
    points = {(x, y) for x in ticks for y in ticks if {x, y} & {ticks[0], ticks[-1]}}
    return np.array(sorted(points))


def _grid_to_window(canonical: Frame, left: int, top: int) -> npt.NDArray[np.float64]:
    ratio = canonical.size / _GRID
    inverse = np.linalg.inv(canonical.matrix[:, :2])
    linear = inverse * ratio
    origin = inverse @ (np.full(2, 0.5 * ratio - 0.5) - canonical.matrix[:, 2])
    return np.column_stack([linear, origin - [left, top]])
