"""Warps a photo so that a face's landmarks come to their targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.warping.face_fade import face_outline, faded
from core.edit.warping.thin_plate import Offsets, displacement_field, foldless_field
from core.face.align import Frame, compose_transforms
from core.imaging.arrays import Floats, Image, Mask, Matrix, Pixels, Points, Window
from core.imaging.parallel import on_tiles
from core.imaging.resampling import Interpolation, resample
from core.imaging.windows import bounding_window, window_around

UNMOVED_PX = 0.35
"""Where the field is shorter, the photo's samples are kept untouched."""


_FINE_CELLS = 384
"""The grid is upsampled cubically to so many cells, and from there linearly, which is quicker."""
_CUBIC_REACH = 2
"""How far cubic upsampling carries an offset, in cells of the grid."""
_DAMPING = 1e-3
"""Added to the Jacobian, so that it can be inverted."""
_NEWTON_STEPS = 4
"""Steps in which a point is traced from the nearest cell of the grid to where it has moved."""


@dataclass(frozen=True, eq=False)
class WarpedWindow:
    """A window of the photo in which pixels moved."""

    window: Window
    image: Image
    """(h, w, 3) uint8 or uint16, the window with its pixels moved."""
    coverage: Mask
    """(h, w) uint8, 255 where pixels moved, else 0."""


class Warp:
    """A smooth move of a photo's pixels; nothing outside the face's frame moves."""

    def __init__(
        self,
        canonical: Frame,
        source: Points,
        target: Points,
        *,
        any_move: bool = False,
        ends_at_face: bool = False,
    ) -> None:
        """Solve for the field that moves `source` to `target`.

        Args:
            canonical: the face's frame of 256 pixels, or a larger square at the same scale.
            source, target: (68, 2) in pixels of that frame.
            any_move: the points may go anywhere, and all 68 count: those that would fold the
                photo over stop before they do.
            ends_at_face: what lies beside the face does not move; else only the frame ends it.
        """
        solve = foldless_field if any_move else displacement_field
        field = solve(source, target, canonical.size)
        if ends_at_face:
            field = faded(field, face_outline(source, target), canonical.size)
        self._use(canonical, field)

    @classmethod
    def of_field(cls, frame: Frame, field: Offsets) -> Warp:
        """Make a warp of a field.

        Args:
            frame: a square of the photo.
            field: (C, C, 2) float32 offsets in pixels of that frame, from where a pixel is shown
                to where it comes from; zero at the frame's border.
        """
        warp = cls.__new__(cls)
        warp._use(frame, field)
        return warp

    def _use(self, frame: Frame, field: Offsets) -> None:
        to_photo = np.linalg.inv(frame.matrix[:, :2]).T
        self._offsets = (field @ to_photo).astype(np.float32)  # (C, C, 2) photo pixels
        self._grid = frame.resized(len(field))

    def window(self, shape: tuple[int, ...], also: Points | None = None) -> Window:
        """Find the part of a photo of that shape in which pixels move; may be empty.

        Args:
            shape: of the photo.
            also: (K, 2) further positions in the photo that the window includes.
        """
        moving = np.linalg.norm(self._offsets, axis=2) >= UNMOVED_PX / 2
        rows, columns = np.nonzero(moving)
        points = np.empty((0, 2)) if also is None else also
        if rows.size:
            left, right = columns.min() - _CUBIC_REACH, columns.max() + _CUBIC_REACH
            top, bottom = rows.min() - _CUBIC_REACH, rows.max() + _CUBIC_REACH
            ends = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
            inside = ends.clip(-0.5, self._grid.size - 0.5)
            points = np.concatenate([points, self._grid.to_photo(inside)])
        if not len(points):
            return slice(0, 0), slice(0, 0)
        return window_around(points, shape)

    def move_points(self, points: Points) -> Points:
        """Find where (K, 2) float positions in the photo go, in its pixels."""
        ticks = np.arange(self._grid.size, dtype=float)
        cells = self._grid.to_photo(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2))
        sources = cells + self._offsets.reshape(-1, 2)
        nearest = [int(np.square(sources - point).sum(axis=1).argmin()) for point in points]
        moved: Points = cells[nearest]
        inverse = self._inverse_jacobians(np.array(nearest))
        for _ in range(_NEWTON_STEPS):
            x, y = self._grid.to_frame(moved).T[..., None].astype(np.float32)
            missed = points - moved - cv2.remap(self._offsets, x, y, cv2.INTER_LINEAR)[:, 0]
            moved = moved + np.einsum("kij,kj->ki", inverse, missed)
        return moved

    def _inverse_jacobians(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return how far each of K cells moves as its source does; (K, 2, 2)."""
        to_cells = self._grid.matrix[:, :2]
        down, across = (np.gradient(self._offsets, axis=axis) for axis in (0, 1))
        by_cell = np.stack([across, down], axis=-1).reshape(-1, 2, 2)[cells]
        return np.asarray(
            np.linalg.inv(by_cell @ to_cells + np.eye(2) * (1 + _DAMPING)), np.float64
        )

    def warp_photo(
        self, image: Image, window: Window, *, draft: bool = False, unseen: Mask | None = None
    ) -> WarpedWindow:
        """Resample a window of the photo.

        Args:
            image: (H, W, 3) uint8 or uint16, the whole photo.
            window: the part to return.
            draft: interpolate cubically, in a fifth of the time.
            unseen: (h, w) 255 in the window where something will hide what is returned, so that
                linear interpolation will do.
        """
        moved = image[window].copy()
        coverage = np.zeros(moved.shape[:2], np.uint8)
        interpolation = Interpolation.CUBIC if draft else Interpolation.LANCZOS

        def warp_tile(tile: Window, inside: Window, right: Floats, down: Floats) -> None:
            moves = np.asarray(cv2.magnitude(right, down)) >= UNMOVED_PX
            if not moves.any():
                return
            np.multiply(moves, np.uint8(255), out=coverage[inside])
            x, y = _sources(tile, right, down)
            visible = coverage[inside]
            if unseen is not None and unseen[inside].any():
                moved[inside] = resample(image, x, y, Interpolation.LINEAR)
                visible = np.where(unseen[inside] == 255, 0, visible).astype(np.uint8)
            if visible.any():
                part = bounding_window(visible)
                moved[inside][part] = resample(image, x[part], y[part], interpolation)

        self._each_tile(window, warp_tile)
        return WarpedWindow(window, moved, coverage)

    def warp_exemplar(
        self, image: Image, matrix: Matrix, window: Window, *, draft: bool = False
    ) -> tuple[Image, Mask]:
        """Resample an exemplar into a window of the photo.

        Args:
            image: (H, W, 3) uint8 or uint16, the exemplar's picture, or (H, W) a mask of it.
            matrix: (2, 3) from pixels of the photo, before they move, to pixels of that picture.
            window: the part to return, in pixels of the photo.
            draft: interpolate cubically, in a fifth of the time.

        Returns:
            (h, w, 3) or (h, w) in the dtype of `image`, and (h, w) uint8, 255 where the picture
            shows something, else 0.
        """
        shape = tuple(side.stop - side.start for side in window)
        resampled = np.zeros((*shape, *image.shape[2:]), image.dtype)
        shown = np.zeros(shape, np.uint8)
        height, width = image.shape[:2]
        interpolation = Interpolation.CUBIC if draft else Interpolation.LANCZOS

        def warp_tile(tile: Window, inside: Window, right: Floats, down: Floats) -> None:
            x, y = _sources(tile, right, down)
            x, y = _transformed(matrix, x, y)
            within = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
            np.multiply(within, np.uint8(255), out=shown[inside])
            resampled[inside] = resample(image, x, y, interpolation)

        self._each_tile(window, warp_tile)
        return resampled, shown

    def cut_moved(self, mask: Mask, frame: Frame, matrix: Matrix | None = None) -> Mask:
        """Cut a frame out of a mask as if its pixels had moved.

        Args:
            mask: (H, W) uint8 of the photo, or of the exemplar's picture.
            frame: in pixels of the photo.
            matrix: (2, 3) from pixels of the photo, before they move, to pixels of the mask.

        Returns:
            (S, S) uint8, 0 beyond the mask's edges.
        """
        size = (frame.size, frame.size)
        back = np.asarray(cv2.invertAffineTransform(frame.matrix), np.float64)
        ticks = np.arange(frame.size, dtype=np.float32)
        to_cells = compose_transforms(back, self._grid.matrix)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        right, down = cv2.split(cv2.warpAffine(self._offsets, to_cells, size, flags=flags))
        x, y = _transformed(back, ticks, ticks[:, None])
        x, y = x + right, y + down
        if matrix is not None:
            x, y = _transformed(matrix, x, y)
        return np.asarray(cv2.remap(mask, x, y, cv2.INTER_LINEAR), np.uint8)

    def _each_tile(
        self, window: Window, work: Callable[[Window, Window, Floats, Floats], None]
    ) -> None:
        """Call `work` for every tile of a window of the photo, on all cores.

        It is given the tile in pixels of the photo and of the window, and how far right and down
        of each pixel its content comes from.
        """
        finer_grid = self._grid.resized(max(_FINE_CELLS, self._grid.size))
        size = (finer_grid.size, finer_grid.size)
        upsampled = cv2.resize(self._offsets, size, interpolation=cv2.INTER_CUBIC)
        right, down = cv2.split(upsampled)
        zero = np.zeros(upsampled.shape[:2], np.float32)
        offsets = cv2.merge([right, down, zero, zero])  # as `resampling.to_four_channels` does

        def work_on(tile: Window, inside: Window) -> None:
            right, down, *_ = cv2.split(_cut_offsets(offsets, finer_grid.within(tile), inside))
            work(tile, inside, np.asarray(right), np.asarray(down))

        on_tiles(window, work_on)


def _transformed(matrix: Matrix, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Transform positions; `x` and `y` broadcast to each other."""
    (a, b, c), (d, e, f) = matrix.astype(np.float32)
    return a * x + b * y + c, d * x + e * y + f


def _sources(tile: Window, right: Floats, down: Floats) -> tuple[Floats, Floats]:
    """Turn the offsets of a tile into positions in the photo, in place."""
    right += np.arange(tile[1].start, tile[1].stop, dtype=np.float32)
    down += np.arange(tile[0].start, tile[0].stop, dtype=np.float32)[:, None]
    return right, down


def _cut_offsets(offsets: Pixels, grid: Frame, tile: Window) -> Pixels:
    """Upsample offsets to a tile; zero outside the frame.

    Args:
        offsets: (S, S, C).
        grid: frame of the offsets, in pixels of the tile.
        tile: rows and columns, (h, w) of them.

    Returns:
        (h, w, C)
    """
    size = (tile[1].stop - tile[1].start, tile[0].stop - tile[0].start)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(offsets, grid.matrix, size, flags=flags), np.float32)
