"""The displacement field of a face that blend shapes move: skin, lids, and the eyes behind them."""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.warping.face_fade import face_outline, faded
from core.edit.warping.mesh_field import fill_unknown, mesh_field
from core.edit.warping.thin_plate import Offsets
from core.face.blendshapes import FittedFace, load_shapes
from core.imaging.arrays import Mask, Points, Reals
from core.imaging.masks import fill_polygon

_IRIS_CM = 0.59
"""Radius of an iris; it hardly differs from person to person."""
_CARRIED = 2.6
"""Where the white beside a moving iris stands still, in travels beyond the iris."""
_LEAST_AREA = 0.08
"""A cell shows at least this share of the area that it covers; below 0 the photo folds over."""
_SMOOTHINGS = 6
_HELD_PX, _LEAST_REACH_PX = 1.0, 6.0
"""How far from a rim pixels stay as they are, and over how much more they begin to move; of the 256
frame."""
_REACH = 3.0
"""The same in lengths of the field on rims."""
_LIDS_PX = 3.0
_EDGE_PX = 0.6
"""How far from the lids the eye's own pixels are taken, in pixels of the 256 frame."""


def iris_radius(face: FittedFace) -> float:
    """Return the radius of an iris in pixels of the face's frame."""
    return _IRIS_CM * float(np.linalg.norm(face.camera[0]))


def shape_field(
    face: FittedFace, moves: Reals, gaze: Points, irises: Points, size: int, cells: int
) -> Offsets:
    """Draw where each cell of a frame comes from when the vertices of a face move.

    Args:
        face: in pixels of the frame, which are those of the 256 frame.
        moves: (V, 3) of the vertices, in its pixels.
        gaze: (2, 2) of the irises, on the picture's left first.
        irises: (2, 2) their centres before.
        size: side of the frame in pixels.
        cells: C, per side of the grid.

    Returns:
        (C, C, 2) float32 offsets in pixels of the frame, as `Warp.of_field` takes them.
    """
    model, scale = load_shapes(), cells / size
    source = (face.positions + 0.5) * scale - 0.5
    target = source + moves[:, :2] * scale
    moved = face.points + moves[model.landmarks, :2]
    outline = face_outline(face.points, moved)
    field, known = mesh_field(source, target, face.depths + moves[:, 2], model.triangles, cells)
    inside = fill_polygon((cells, cells), (_hull(face_outline(moved)) + 0.5) * scale - 0.5)
    known = np.minimum(known, inside)
    for side, lids in enumerate(model.lids):
        centre, travel = (irises[side] + 0.5) * scale - 0.5, gaze[side] * scale
        eye = _Eye(source[lids], target[lids], centre, iris_radius(face) * scale, travel)
        eye.draw(field, known, _EDGE_PX * scale)
    field = faded(_unfolded(fill_unknown(field, known)), outline, size)
    field[[0, -1]] = 0
    field[:, [0, -1]] = 0
    return np.asarray(field / np.float32(scale), np.float32)


def hold_rims(field: Offsets, rims: Mask, eyes: Mask) -> Offsets:
    """Keep glasses as they are in a field: rims do not bend.

    Args:
        field: (C, C, 2) offsets.
        rims: (S, S) uint8 of its frame, 255 on rims.
        eyes: (S, S) uint8, 255 where lids move all the same.
    """
    if not rims.any():
        return field
    beyond = np.asarray(cv2.distanceTransform(255 - rims, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))
    moves = cv2.resize(np.linalg.norm(field, axis=2), rims.shape[::-1])
    reach = max(_LEAST_REACH_PX, _REACH * float(moves[rims > 0].max()))  # or rims would show twice
    left = ((beyond - _HELD_PX) / reach).clip(0, 1)
    lids = np.asarray(cv2.GaussianBlur(eyes, (0, 0), _LIDS_PX), np.float32) / 255
    lids *= ((beyond - _HELD_PX) / _LEAST_REACH_PX).clip(0, 1)
    left = np.maximum(left * left * (3 - 2 * left), lids)
    soft = cv2.resize(left, field.shape[1::-1])
    return np.asarray(field * soft[..., None], np.float32)


def shut_lids(face: FittedFace, moves: Reals) -> list[tuple[Points, Points]]:
    """Find eyes whose lids have met.

    Args:
        moves: (V, 3) of the vertices, in pixels of the frame.

    Returns:
        For each (42, 2) around it before and after.
    """
    shut = []
    for rim in load_shapes().lids:
        own = face.positions[rim]
        moved = own + moves[rim, :2]
        eye = _Eye(own, moved, own.mean(axis=0), 0.0, np.zeros(2))
        columns = np.percentile(moved[:, 0], np.linspace(20, 80, 9))
        upper, lower = eye.lids(moved, columns)
        if (upper - lower).mean() > 0:
            shut.append((own, moved))
    return shut


class _Eye:
    """What lies between two lids; all in cells."""

    def __init__(
        self, own: Points, moved: Points, iris: Points, radius: float, travel: Points
    ) -> None:
        self._corners = np.array([own[:, 0].argmin(), own[:, 0].argmax()])
        self._shift = (moved - own)[self._corners].mean(axis=0)
        self._own, self._moved = own, moved
        first, last = sorted(self._corners)
        lines = np.arange(first, last + 1), np.r_[last : len(own), : first + 1]
        self._upper, self._lower = sorted(lines, key=lambda line: float(own[line, 1].mean()))
        self._iris, self._radius, self._travel = iris, radius, travel

    def draw(self, field: Offsets, known: Mask, edge: float) -> None:
        """Write the offsets inside the moved lids, in place."""
        opening = fill_polygon(known.shape, self._moved)
        rows, columns = np.nonzero(opening)
        upper, lower = self.lids(self._moved, columns.astype(np.float64))
        is_open = (rows >= upper) & (rows <= lower)  # no longer where one lid covers the other
        rows, columns = rows[is_open], columns[is_open]
        if not len(rows):
            return
        cells = np.stack([columns, rows], axis=1).astype(np.float64)
        field[rows, columns] = self._sources(cells, edge) - cells
        known[rows, columns] = 255

    def _sources(self, cells: Points, edge: float) -> Points:
        """Find where (K, 2) cells between the moved lids come from."""
        still = cells - self._shift
        upper, lower = self.lids(self._own, still[:, 0])
        new_upper, new_lower = (lid - self._shift[1] for lid in self.lids(self._moved, cells[:, 0]))
        middle = self._iris[1].clip(upper + 1e-3, lower - 1e-3)
        still[:, 1] = _narrowed(still[:, 1], middle, upper, new_upper)
        still[:, 1] = -_narrowed(-still[:, 1], -middle, -lower, -new_lower)
        looked = self._looked(still)
        upper, lower = self.lids(self._own, looked[:, 0])
        upper, lower = np.minimum(upper + edge, middle), np.maximum(lower - edge, middle)
        hidden = (looked[:, 1] < upper) | (looked[:, 1] > lower)
        on_iris = np.linalg.norm(looked - self._iris, axis=1) < 1.1 * self._radius
        turned = np.where((hidden & on_iris)[:, None], 2 * self._iris - looked, looked)
        is_seen = (turned[:, 1] >= upper) & (turned[:, 1] <= lower)
        sources = np.where(is_seen[:, None], turned, looked)
        unmoved = np.abs(looked - cells).max(axis=1) < 1e-6
        sources[:, 1] = np.where(unmoved, looked[:, 1], sources[:, 1].clip(upper, lower))
        return sources

    def _looked(self, points: Points) -> Points:
        """Carry the iris along: find where points come from when the eye looks elsewhere."""
        length = float(np.linalg.norm(self._travel))
        if length < 1e-6:
            return points
        distance = np.linalg.norm(points - self._iris - self._travel, axis=1)
        left = 1 - ((distance - self._radius) / (_CARRIED * length)).clip(0, 1)
        carried = (left * left * (3 - 2 * left))[:, None]
        return np.asarray(points - carried * self._travel, np.float64)

    def lids(self, rim: Points, x: Reals) -> tuple[Reals, Reals]:
        """Return the heights of the upper and the lower lid at some columns."""
        return _height(rim[self._upper], x), _height(rim[self._lower], x)


def _height(line: Points, x: Reals) -> Reals:
    order = line[:, 0].argsort()
    return np.asarray(np.interp(x, line[order, 0], line[order, 1]), np.float64)


def _narrowed(y: Reals, middle: Reals, upper: Reals, raised: Reals) -> Reals:
    """Stretch what lies above the middle where a lid has gone up: what it hid is not known."""
    ratio = (middle - upper) / np.maximum(middle - raised, 1e-6)
    return np.where((y < middle) & (raised < upper), middle - (middle - y) * ratio, y)


def _unfolded(field: Offsets) -> Offsets:
    """Smooth a (C, C, 2) field in cells where it would fold the photo over."""
    for _ in range(_SMOOTHINGS):
        down, across = np.zeros_like(field), np.zeros_like(field)
        down[:-1], across[:, :-1] = field[1:] - field[:-1], field[:, 1:] - field[:, :-1]
        area = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
        folded = (area < _LEAST_AREA).astype(np.float32)
        if not folded.any():
            break
        share = cv2.GaussianBlur(cv2.dilate(folded, np.ones((3, 3))), (0, 0), 1.0)[..., None]
        smooth = cv2.GaussianBlur(field, (0, 0), 1.5)
        field = field + share * (smooth - field)
    return np.asarray(field, np.float32)


def _hull(points: Points) -> Points:
    return cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
