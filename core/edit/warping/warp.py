"""Moves a photo's own pixels so that a face's landmarks come to other places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.face.align import Frame, chained
from core.imaging.arrays import Floats, Image, Mask, Matrix, Pixels, Points, Window
from core.imaging.parallel import on_tiles
from core.imaging.resampling import Care, resampled
from core.imaging.windows import bounding_window, window_around

UNMOVED_PX = 0.35
"""Where the field is shorter, the photo's samples are kept untouched."""

Offsets = npt.NDArray[np.float32]
"""(h, w, 2), x then y, in photo pixels."""

_GRID = 96
_FINER = 4
"""The grid is enlarged smoothly this many times, and from there linearly, which is quicker."""
_BLOCK = 768  # cells, so that the intermediate values stay in the processor's cache
_SPREAD = 2
"""How far smooth enlarging carries an offset, in cells of the grid."""
_BORDER_POINTS = 7  # per side of the frame, corners shared: 24 in all
_USED = [*range(1, 16), *range(17, 68)]
_LEAST_AREA = 0.01
"""A pixel shows at least this share of the area that it covers; below 0 the photo folds over."""
_GIVING_WAY = (300.0, 1e3, 1e4, 1e5, 1e6)
"""How easily points give way, step by step, until nothing folds over."""
_TRACE = 0.03
_STAYS_PX = 0.01  # of the frame
_ROOM = 1e-3
_FOLLOWED = 4
"""Steps in which a point is followed from the nearest cell of the grid to where it has moved."""
_UPPER_INNER, _LOWER_INNER = [61, 62, 63], [65, 66, 67]
_PARTED_PX = 0.8  # of the 256 frame; in a closed mouth these points coincide and the spline tears


@dataclass(frozen=True, eq=False)
class Warped:
    """A window of the photo in which pixels moved."""

    window: Window
    image: Image
    """(h, w, 3) the window with its pixels moved."""
    coverage: Mask
    """(h, w) 255 where pixels moved, else 0."""


class Warp:
    """A smooth move of a photo's pixels; nothing outside the face's frame moves."""

    def __init__(
        self, canonical: Frame, source: Points, target: Points, *, any_move: bool = False
    ) -> None:
        """Solve for the field by which `source` comes to `target`.

        Args:
            canonical: the face's frame of 256 pixels.
            source, target: (68, 2) in pixels of that frame.
            any_move: the points may go anywhere, and all 68 count: those that would fold the
                photo over stop before they do.
        """
        solve = foldless_field if any_move else displacement_field
        field = solve(source, target, canonical.size)
        to_photo = np.linalg.inv(canonical.matrix[:, :2]).T
        self._offsets = (field @ to_photo).astype(np.float32)  # (96, 96, 2) photo pixels
        self._grid = canonical.resized(_GRID)

    def window(self, shape: tuple[int, ...], others: Points | None = None) -> Window:
        """Find the part of a photo of that shape in which pixels move; may be empty.

        Args:
            shape: of the photo.
            others: (K, 2) further positions in the photo that the window shall hold.
        """
        moving = np.linalg.norm(self._offsets, axis=2) >= UNMOVED_PX / 2
        rows, columns = np.nonzero(moving)
        points = np.empty((0, 2)) if others is None else others
        if rows.size:
            left, right = columns.min() - _SPREAD, columns.max() + _SPREAD
            top, bottom = rows.min() - _SPREAD, rows.max() + _SPREAD
            ends = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
            points = np.concatenate([points, self._grid.to_photo(ends.clip(-0.5, _GRID - 0.5))])
        if not len(points):
            return slice(0, 0), slice(0, 0)
        return window_around(points, shape)

    def moved(self, points: Points) -> Points:
        """Find where (K, 2) positions in the photo go."""
        ticks = np.arange(_GRID, dtype=float)
        places = self._grid.to_photo(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2))
        sources = places + self._offsets.reshape(-1, 2)
        nearest = [int(np.square(sources - point).sum(axis=1).argmin()) for point in points]
        goal: Points = places[nearest]
        steps = self._slopes(np.array(nearest))
        for _ in range(_FOLLOWED):
            x, y = self._grid.to_frame(goal).T[..., None].astype(np.float32)
            missed = points - goal - cv2.remap(self._offsets, x, y, cv2.INTER_LINEAR)[:, 0]
            goal = goal + np.einsum("kij,kj->ki", steps, missed)
        return goal

    def _slopes(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return how far a cell's place moves as its source does; (K, 2, 2) for K cells."""
        to_cells = self._grid.matrix[:, :2]
        down, across = (np.gradient(self._offsets, axis=axis) for axis in (0, 1))
        by_cell = np.stack([across, down], axis=-1).reshape(-1, 2, 2)[cells]
        return np.asarray(np.linalg.inv(by_cell @ to_cells + np.eye(2) * (1 + _ROOM)), np.float64)

    def move(
        self, image: Image, window: Window, *, draft: bool = False, unseen: Mask | None = None
    ) -> Warped:
        """Resample a window of the photo.

        Args:
            image: (H, W, 3) the whole photo.
            window: the part to return.
            draft: take less care, and a fifth of the time.
            unseen: (h, w) 255 in the window where something will hide what is returned, so that
                less care will do.
        """
        moved = image[window].copy()
        coverage = np.zeros(moved.shape[:2], np.uint8)
        care = Care.QUICK if draft else Care.FINE

        def resample(tile: Window, inside: Window, right: Floats, down: Floats) -> None:
            moves = np.asarray(cv2.magnitude(right, down)) >= UNMOVED_PX
            if not moves.any():
                return
            np.multiply(moves, np.uint8(255), out=coverage[inside])
            x, y = _places(tile, right, down)
            seen = coverage[inside]
            if unseen is not None and unseen[inside].any():
                moved[inside] = resampled(image, x, y, Care.ROUGH)
                seen = np.where(unseen[inside] == 255, 0, seen).astype(np.uint8)
            if seen.any():
                part = bounding_window(seen)
                moved[inside][part] = resampled(image, x[part], y[part], care)

        self._each_tile(window, resample)
        return Warped(window, moved, coverage)

    def bring(
        self, image: Image, matrix: Matrix, window: Window, *, draft: bool = False
    ) -> tuple[Image, Mask]:
        """Resample another picture into a window of the photo.

        Args:
            image: (H, W, 3) the other picture, or (H, W) a mask of it.
            matrix: (2, 3) from pixels of the photo, before they move, to pixels of that picture.
            window: the part to return, in pixels of the photo.
            draft: take less care, and a fifth of the time.

        Returns:
            (h, w, 3) or (h, w), and (h, w) 255 where the other picture shows something, else 0.
        """
        shape = tuple(side.stop - side.start for side in window)
        brought = np.zeros((*shape, *image.shape[2:]), image.dtype)
        shown = np.zeros(shape, np.uint8)
        height, width = image.shape[:2]
        care = Care.QUICK if draft else Care.FINE

        def resample(tile: Window, inside: Window, right: Floats, down: Floats) -> None:
            x, y = _places(tile, right, down)
            x, y = _mapped(matrix, x, y)
            within = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
            np.multiply(within, np.uint8(255), out=shown[inside])
            brought[inside] = resampled(image, x, y, care)

        self._each_tile(window, resample)
        return brought, shown

    def look(self, mask: Mask, frame: Frame, matrix: Matrix | None = None) -> Mask:
        """Cut a frame out of a mask as if its pixels had moved.

        Args:
            mask: (H, W) of the photo, or of another picture.
            frame: in pixels of the photo.
            matrix: (2, 3) from pixels of the photo, before they move, to pixels of the mask.

        Returns:
            (S, S), 0 beyond the mask's edges.
        """
        size = (frame.size, frame.size)
        back = np.asarray(cv2.invertAffineTransform(frame.matrix), np.float64)
        ticks = np.arange(frame.size, dtype=np.float32)
        to_cells = chained(back, self._grid.matrix)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        right, down = cv2.split(cv2.warpAffine(self._offsets, to_cells, size, flags=flags))
        x, y = _mapped(back, ticks, ticks[:, None])
        x, y = x + right, y + down
        if matrix is not None:
            x, y = _mapped(matrix, x, y)
        return np.asarray(cv2.remap(mask, x, y, cv2.INTER_LINEAR), np.uint8)

    def _each_tile(
        self, window: Window, work: Callable[[Window, Window, Floats, Floats], None]
    ) -> None:
        """Call `work` for every tile of a window of the photo, on all cores.

        It is told the tile in pixels of the photo and of the window, and how far right and down
        of each pixel its content comes from.
        """
        finer = self._grid.resized(_GRID * _FINER)
        size = (finer.size, finer.size)
        larger = cv2.resize(self._offsets, size, interpolation=cv2.INTER_CUBIC)
        right, down = cv2.split(larger)
        nothing = np.zeros(larger.shape[:2], np.float32)
        offsets = cv2.merge([right, down, nothing, nothing])  # as `resampling.four` does

        def one(tile: Window, inside: Window) -> None:
            right, down, *_ = cv2.split(_cut(offsets, finer.within(tile), inside))
            work(tile, inside, np.asarray(right), np.asarray(down))

        on_tiles(window, one)


def displacement_field(
    source: Points, target: Points, size: int, *, cells: int = _GRID
) -> npt.NDArray[np.float32]:
    """Solve a thin-plate spline that says where each pixel comes from.

    Args:
        source, target: (68, 2) in pixels of a square frame of side `size`.
        cells: C, per side of the grid.

    Returns:
        (C, C, 2) offsets in frame pixels; zero on the frame's border.
    """
    start, goal = _parted(source)[_USED], _parted(target)[_USED]
    return _field(start, goal, size, np.zeros(len(start)), cells)


def foldless_field(source: Points, target: Points, size: int) -> npt.NDArray[np.float32]:
    """Solve as `displacement_field` does for all 68 points, as far as nothing folds over.

    Points that stay give way first, so that those that move get where they shall.
    """
    start, goal = _parted(source), _parted(target)
    stays = np.abs(source - target).max(axis=1) < _STAYS_PX
    for yielding in (stays, np.ones_like(stays)):
        for slack in _GIVING_WAY:
            field = _field(start, goal, size, np.where(yielding, slack, 0.0))
            local = _without_traces(field)
            if _folds_nowhere(local, size / _GRID):
                return local
    return np.zeros_like(field)


def _without_traces(field: Offsets) -> Offsets:
    """Let a field fade out where it is but a trace of what it is elsewhere; (96, 96, 2).

    A spline has no end: a dragged brow would move the chin by a fraction of a pixel.
    """
    lengths = np.linalg.norm(field, axis=2, keepdims=True)
    trace = max(_TRACE * float(lengths.max()), 1e-9)
    kept: Offsets = field * np.clip((lengths - trace) / (2 * trace), 0, 1)
    return kept.astype(np.float32)


def _folds_nowhere(field: Offsets, cell: float) -> bool:
    down, across = (np.gradient(field, cell, axis=axis) for axis in (0, 1))
    area = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
    return bool(area.min() >= _LEAST_AREA)


def _field(
    start: Points, goal: Points, size: int, slack: npt.NDArray[np.float64], cells: int = _GRID
) -> npt.NDArray[np.float32]:
    border = _border(size)
    anchors = np.concatenate([goal, border])
    offsets = np.concatenate([start - goal, np.zeros_like(border)])
    weights = _solve(anchors, offsets, np.concatenate([slack, np.zeros(len(border))]))
    ticks = (np.arange(cells) + 0.5) * size / cells - 0.5
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    parts = np.array_split(grid, -(-len(grid) // _BLOCK))
    bent = np.concatenate([_basis(part, anchors) @ weights[:-3] for part in parts])
    field = (bent + weights[-3] + grid @ weights[-2:]).reshape(cells, cells, 2)
    field[[0, -1]] = 0
    field[:, [0, -1]] = 0
    return np.ascontiguousarray(field, np.float32)


def _mapped(matrix: Matrix, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Transform places; `x` and `y` broadcast to each other."""
    (a, b, c), (d, e, f) = matrix.astype(np.float32)
    return a * x + b * y + c, d * x + e * y + f


def _places(tile: Window, right: Floats, down: Floats) -> tuple[Floats, Floats]:
    """Turn the offsets of a tile into positions in the photo, in place."""
    right += np.arange(tile[1].start, tile[1].stop, dtype=np.float32)
    down += np.arange(tile[0].start, tile[0].stop, dtype=np.float32)[:, None]
    return right, down


def _solve(
    anchors: Points, offsets: Points, slack: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    count = len(anchors)
    linear = np.column_stack([np.ones(count), anchors])
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _basis(anchors, anchors) + np.diag(slack)
    system[:count, count:], system[count:, :count] = linear, linear.T
    return np.linalg.solve(system, np.concatenate([offsets, np.zeros((3, 2))]))


def _basis(points: Points, anchors: Points) -> npt.NDArray[np.float64]:
    squared = np.square(points[:, :1] - anchors[:, 0])
    squared += np.square(points[:, 1:] - anchors[:, 1])
    np.maximum(squared, 1e-12, out=squared)
    squared *= np.asarray(cv2.log(squared))  # takes a quarter of the time of NumPy's logarithm
    return squared


def _parted(points: Points) -> Points:
    moved = points.copy()
    moved[_UPPER_INNER, 1] -= _PARTED_PX
    moved[_LOWER_INNER, 1] += _PARTED_PX
    return moved


def _border(size: int) -> Points:
    ticks = np.linspace(-0.5, size - 0.5, _BORDER_POINTS)
    points = {(x, y) for x in ticks for y in ticks if {x, y} & {ticks[0], ticks[-1]}}
    return np.array(sorted(points))


def _cut(offsets: Pixels, grid: Frame, tile: Window) -> Pixels:
    """Enlarge offsets to a tile; zero outside the frame.

    Args:
        offsets: (S, S, C).
        grid: where they lie, in pixels of the tile.
        tile: (h, w) rows and columns, wherever they are.

    Returns:
        (h, w, C)
    """
    size = (tile[1].stop - tile[1].start, tile[0].stop - tile[0].start)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(offsets, grid.matrix, size, flags=flags), np.float32)
