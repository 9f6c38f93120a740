"""A displacement field through a mesh whose vertices move: what is in front hides what is not."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.warping.thin_plate import Offsets
from core.imaging.arrays import Mask, Points, Reals

_BOX_SIDES = (4, 8, 16, 32, 64)
"""Triangles are drawn in groups by the size of the box around them, in cells."""
_INSIDE = -0.02
"""Barycentric coordinates from which on a cell belongs to a triangle; neighbours overlap a little,
so that no cell falls between them."""


def mesh_field(
    source: Points, target: Points, depths: Reals, triangles: npt.NDArray[np.int64], cells: int
) -> tuple[Offsets, Mask]:
    """Draw where each cell of a grid comes from when a mesh moves.

    Args:
        source, target: (V, 2) of the vertices before and after, in cells.
        depths: (V,) after the move, the larger the farther.
        triangles: (T, 3); those that turn their back, clockwise on the screen, are not drawn.
        cells: C, per side of the grid.

    Returns:
        (C, C, 2) float32 offsets in cells, x then y, and (C, C) uint8, 255 where the mesh lies.
    """
    corners = target[triangles]  # (T, 3, 2)
    area = _cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    far_first = np.argsort(-depths[triangles].mean(axis=1), kind="stable")
    drawn = far_first[area[far_first] < -1e-6]
    corners, moves = corners[drawn], (source - target)[triangles[drawn]]
    low = np.floor(corners.min(axis=1))
    extent = (np.ceil(corners.max(axis=1)) - low).max(axis=1) + 1
    found = [
        _drawn_cells(np.flatnonzero((extent > before) & (extent <= side)), corners, low, side)
        for before, side in zip((0, *_BOX_SIDES), _BOX_SIDES, strict=False)
    ]
    ranks, places, shares = (np.concatenate(parts) for parts in zip(*found, strict=True))
    x, y = places.T
    within = (x >= 0) & (y >= 0) & (x < cells) & (y < cells)
    ranks, places, shares = ranks[within], places[within], shares[within]
    order = np.argsort(ranks, kind="stable")
    front = np.full(cells * cells, -1)
    front[places[order, 1] * cells + places[order, 0]] = order
    seen = front >= 0
    chosen = front[seen]
    offsets = np.zeros((cells * cells, 2), np.float32)
    offsets[seen] = np.einsum("nk,nkc->nc", shares[chosen], moves[ranks[chosen]])
    return offsets.reshape(cells, cells, 2), (255 * seen.reshape(cells, cells)).astype(np.uint8)


def fill_unknown(offsets: Offsets, known: Mask) -> Offsets:
    """Continue offsets smoothly where they are not known: averages over ever larger squares.

    Args:
        offsets: (C, C, 2) float32.
        known: (C, C) uint8, 0 where they are not.
    """
    weight = (known > 0).astype(np.float32)
    levels = [(offsets * weight[..., None], weight)]
    while min(levels[-1][1].shape) > 1:
        total, share = (np.asarray(cv2.pyrDown(one), np.float32) for one in levels[-1])
        levels.append((total, share))
    total, share = levels.pop()
    filled = total / np.maximum(share, 1e-6)[..., None]
    while levels:
        total, share = levels.pop()
        size = (share.shape[1], share.shape[0])
        coarse = np.asarray(cv2.resize(filled, size, interpolation=cv2.INTER_LINEAR))
        trust = np.minimum(share * 4, 1)[..., None]
        filled = trust * total / np.maximum(share, 1e-6)[..., None] + (1 - trust) * coarse
    return np.where(known[..., None] > 0, offsets, filled).astype(np.float32)


def _drawn_cells(
    which: npt.NDArray[np.int64], corners: Reals, low: Reals, side: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Reals]:
    """Find the cells in some triangles: whose, where, and the (N, 3) shares of the corners."""
    start = low[which]
    first, second, third = (
        (corners[which, index] - start).astype(np.float32) for index in range(3)
    )
    one, other = second - first, third - first
    area = _cross(one, other)
    ticks = np.arange(side, dtype=np.float32)
    across, down = ticks[None, None, :], ticks[None, :, None]

    def plane(edge: Reals, sign: float) -> Reals:
        """Evaluate a share of a corner over the box; (t, side, side)."""
        step_x, step_y = sign * edge[:, 1] / area, -sign * edge[:, 0] / area
        base = -first[:, 0] * step_x - first[:, 1] * step_y
        return np.asarray(
            (base[:, None, None] + step_y[:, None, None] * down) + step_x[:, None, None] * across
        )

    to_second, to_third = plane(other, 1.0), plane(one, -1.0)
    to_first = 1 - to_second - to_third
    inside = (to_second >= _INSIDE) & (to_third >= _INSIDE) & (to_first >= _INSIDE)
    owner, row, column = np.nonzero(inside)
    shares = np.stack([to_first[inside], to_second[inside], to_third[inside]], axis=1)
    places = np.stack([column, row], axis=1) + start[owner].astype(np.int64)
    return which[owner], places, shares


def _cross(one: Reals, other: Reals) -> Reals:
    product: Reals = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return product
