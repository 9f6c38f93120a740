"""A face as a mesh that blend shapes move: fitted to its 68 points, and moved.

The shapes are those of ICT-FaceKit (Li et al., Learning Formation of Physically-Based Face
Attributes, CVPR 2020); the card beside the weights says which. The camera is weakly perspective.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.anatomy.expressions import BLEND_SHAPES, FACE_SHAPES
from core.anatomy.landmarks import JAW
from core.imaging.arrays import Points, Reals
from core.runtime.checkpoints import load_weights, weights_path

NAME = "blendshapes"

_ROUNDS = 4
_RIGID = [27, 28, 29, 30, 31, 33, 35, 36, 39, 42, 45]
"""Points that expressions hardly move: the pose is fitted to them first."""
_NOISE_CM = 0.12
"""Standard deviation with which a landmark lies where the model puts it; the jaw's slide."""
_JAW_NOISE = 2.5
_WEIGHT_DEVIATION, _BROW_DEVIATION = 0.35, 0.22
"""How much of a shape a face wears, as a prior; brows differ from person to person, and the
identity shapes do not have them."""
_UNCERTAIN = 0.15
"""Half of it is taken for none, one and a half times as much for what it is."""
_JAW_SHARE = 0.65
"""Of ICT-FaceKit's jawOpen, whose whole is a yawn: more than what paints mouths has seen."""
_PARTING = 0.9
"""Share of jawOpen with which lips are parted where bending is solved."""
_GAZE_CM = {"In": (-0.42, 0.0), "Out": (0.42, 0.0), "Up": (0.0, 0.3), "Down": (0.0, -0.3)}
"""How far an iris travels at weight 1, away from the nose and up."""
_CLOSING = ("eyeBlink", "eyeSquint", "cheekSquint", "eyeLookDown", "eyeWide")
_UPPER_LIDS, _LOWER_LIDS = ([37, 38], [43, 44]), ([41, 40], [47, 46])
"""Landmarks of the person's right eye, which is on the picture's left, and of the left eye."""
_SIDES = ("Right", "Left")
_BLINK_RANGE = (0.2, 2.5)
_WIDENING = 0.6
"""Of eyeWide: a wider eye would show more of the iris than the photo has."""
_IN_FRONT = 4.0
"""How much nearer lids are drawn than they move, so that the moving one lies over the other."""
_CORNER, _COLUMNS = 0.12, 16
"""Share of an eye's width left out at its corners, where lids meet anyway; columns between."""
_OVERLAP_PX = 2.6
"""By how much a closed lid covers the other, of the 256 frame."""
_UNSEEN = (
    *(name for name in BLEND_SHAPES if "Look" in name or "Puff" in name),
    "jawForward",
    "mouthRollLower",
    "mouthRollUpper",
)
"""Shapes that 68 points do not show."""


class ShapeModel(NamedTuple):
    """The mesh and its shapes; centimetres, x to the picture's right, y down, z away."""

    neutral: Reals
    """(V, 3)."""
    shapes: dict[str, Reals]
    """(V, 3) each, by the names of `BLEND_SHAPES` and `FACE_SHAPES`."""
    identity: Reals
    """(I, V, 3), one standard deviation each."""
    triangles: npt.NDArray[np.int64]
    """(T, 3)."""
    landmarks: npt.NDArray[np.int64]
    """(68,) vertices."""
    lids: npt.NDArray[np.int64]
    """(2, 42) vertices around the eyes on the picture's left and right."""
    resting: Reals
    """(68, 3) of the mean neutral face, as its landmarks are found."""
    bending: Reals
    """(V, 68): how each vertex follows the landmarks."""


@dataclass(frozen=True, eq=False)
class FittedFace:
    """The mesh laid over a face."""

    points: Points
    """(68, 2) in pixels."""
    positions: Points
    """(V, 2) of the vertices in pixels; those of the landmarks lie on `points`."""
    depths: Reals
    """(V,) the larger the farther, in pixels."""
    camera: Reals
    """(3, 3): centimetres of the model to pixels across, down and away."""
    weights: dict[str, float]
    """What the face expresses, 0..1 by blend shape; those that 68 points show."""

    def displacements(self, weights: Mapping[str, float]) -> Reals:
        """Return how far each vertex moves.

        Args:
            weights: by names of `BLEND_SHAPES` and `FACE_SHAPES`; 1 is the whole shape, below 0
                takes it away.

        Returns:
            (V, 3) in pixels: across, down and away; lids meet, but do not cross.
        """
        model = load_shapes()
        move = np.zeros_like(model.neutral)
        closing = [np.zeros_like(move), np.zeros_like(move)]
        for name, weight in weights.items():
            side = _closing_side(name)
            if side is None:
                move += weight * model.shapes[name]
            else:
                closing[side] += weight * self._lid_factors(name, side) * model.shapes[name]
        total = move @ self.camera.T
        for side, one in enumerate(closing):
            lids = one @ self.camera.T
            lids = lids * self._feasible_share(total + lids, lids, side)
            lids[:, 2] -= _IN_FRONT * np.abs(lids[:, 1])  # the upper lid lies over the lower one
            total = total + lids
        return np.asarray(total, np.float64)

    def gaze(self, weights: Mapping[str, float]) -> Points:
        """Return how far the irises on the picture's left and right travel; (2, 2) in pixels."""
        travel = np.zeros((2, 3))
        for side, (name, outward) in enumerate(zip(_SIDES, (-1.0, 1.0), strict=True)):
            for way, (out, up) in _GAZE_CM.items():
                weight = weights.get(f"eyeLook{way}{name}", 0.0)
                travel[side] += weight * np.array([out * outward, -up, 0.0])
        return np.asarray((travel @ self.camera.T)[:, :2], np.float64)

    def lip_gap(self, weights: Mapping[str, float]) -> float:
        """Return how far apart the inner lips are in the middle when weights move them; pixels."""
        vertices = load_shapes().landmarks[[61, 62, 63, 67, 66, 65]]
        moves = self.displacements(weights)[vertices, :2]
        upper, lower = (self.points[[61, 62, 63, 67, 66, 65]] + moves).reshape(2, 3, 2)
        down = self.camera[:2, 1] / max(float(np.linalg.norm(self.camera[:2, 1])), 1e-9)
        return float((lower - upper).mean(axis=0) @ down)

    def _gaps(self, moves: Reals, side: int) -> tuple[float, float]:
        """Return how far the lids of an eye are apart, and by how much moves part them."""
        upper, lower = _UPPER_LIDS[side], _LOWER_LIDS[side]
        moved = moves[load_shapes().landmarks][:, :2]
        down = self.camera[:2, 1] / max(float(np.linalg.norm(self.camera[:2, 1])), 1e-9)
        before = (self.points[lower] - self.points[upper]).mean(axis=0) @ down
        return float(before), float((moved[lower] - moved[upper]).mean(axis=0) @ down)

    def _lid_factors(self, name: str, side: int) -> Reals:
        """Say how much of a shape each vertex needs: a blink closes this person's eye; (V, 1)."""
        if name.startswith("eyeWide"):
            return np.full((1, 1), _WIDENING)
        if not name.startswith("eyeBlink"):
            return np.ones((1, 1))
        model = load_shapes()
        rim = model.lids[side]
        upper, lower = _lid_lines(rim, model.neutral)
        move = model.shapes[name] @ self.camera.T
        x, y = self.positions.T
        ends = np.sort(x[[upper[0], upper[-1]]])
        inset = _CORNER * np.ptp(ends)
        columns = np.linspace(ends[0] + inset, ends[1] - inset, _COLUMNS)
        heights = [
            np.interp(columns, *_by_column(x[line], values[line]))
            for line in (upper, lower)
            for values in (y, move[:, 1])
        ]
        top, top_move, bottom, bottom_move = heights
        closing = np.maximum(top_move - bottom_move, 1e-3 * np.ptp(ends))
        factors = ((bottom - top + _OVERLAP_PX) / closing).clip(*_BLINK_RANGE)
        return np.asarray(np.interp(x, columns, factors)[:, None], np.float64)

    def _feasible_share(self, total: Reals, lids: Reals, side: int) -> float:
        """Return the share of a move of lids at which they meet."""
        gap, parting = self._gaps(total, side)
        _, by_lids = self._gaps(lids, side)
        if gap + parting >= -_OVERLAP_PX or by_lids >= 0:
            return 1.0
        return float(np.clip((gap + parting - by_lids + _OVERLAP_PX) / -by_lids, 0.0, 1.0))


def fit_face(points: Points) -> FittedFace:
    """Fit pose, identity and expression to a face's points, and bend the mesh onto them.

    Args:
        points: (68, 2) in pixels of a picture in which the face is upright.
    """
    model = load_shapes()
    names = [name for name in BLEND_SHAPES if name not in _UNSEEN]
    bases = np.stack([*model.identity, *(model.shapes[name] for name in names)])
    seen = bases[:, model.landmarks].astype(np.float64)  # (B, 68, 3)
    count = len(model.identity)
    worn_deviations = [_BROW_DEVIATION if "brow" in name else _WEIGHT_DEVIATION for name in names]
    deviations = np.r_[np.ones(count), worn_deviations]
    weights: Reals = np.zeros(len(bases))
    camera, shift = fit_camera(model.resting, points, _RIGID)
    for turn in range(_ROUNDS):
        weights = _fitted_weights(model.resting, seen, camera, shift, points, deviations, count)
        body = model.resting + np.tensordot(weights, seen, axes=1)
        camera, shift = fit_camera(body, points, _RIGID if turn == 0 else range(17, 68))
    vertices = (model.neutral + np.tensordot(weights, bases, axes=1)) @ camera.T
    flat = vertices[:, :2] + shift
    bent = flat + model.bending @ (points - flat[model.landmarks])
    found = weights[count:]
    sure = found * (found / _UNCERTAIN - 0.5).clip(0, 1)
    worn = dict(zip(names, sure.tolist(), strict=True))
    return FittedFace(points, bent, vertices[:, 2], camera, worn)


def _fitted_weights(
    resting: Reals,
    seen: Reals,
    camera: Reals,
    shift: Points,
    points: Points,
    deviations: Reals,
    identities: int,
) -> Reals:
    """Solve for the weights of (B, 68, 3) bases by ridge regression, expressions in 0..1."""
    noise = np.full(68, _NOISE_CM)
    noise[list(JAW)] *= _JAW_NOISE
    scale = float(np.linalg.norm(camera[0]))
    certainty = np.repeat(1 / (noise * scale), 2)
    wanted = (points - shift - (resting @ camera.T)[:, :2]).ravel() * certainty
    columns = (seen @ camera.T)[..., :2].reshape(len(seen), -1).T * certainty[:, None]
    free = np.ones(len(seen), bool)
    weights = np.zeros(len(seen))
    for _ in range(4):
        part = columns[:, free]
        weights[:] = 0
        weights[free] = np.linalg.solve(
            part.T @ part + np.diag(deviations[free] ** -2.0), part.T @ wanted
        )
        below = (weights < 0) & (np.arange(len(seen)) >= identities)
        if not below.any():
            break
        free &= ~below
    weights[identities:] = weights[identities:].clip(0, 1)
    return weights


def fit_camera(body: Reals, points: Points, which: list[int] | range) -> tuple[Reals, Points]:
    """Fit a weakly perspective camera by least squares; the nearest rotation by SVD.

    Args:
        body: (K, 3), as `ShapeModel` counts; points: (K, 2) in pixels.
        which: the rows that count.

    Returns:
        (3, 3) scaled rotation and (2,) shift.
    """
    rows = list(which)
    source, target = body[rows], points[rows]
    middle, mean = source.mean(axis=0), target.mean(axis=0)
    affine = np.linalg.lstsq(source - middle, target - mean, rcond=None)[0].T  # (2, 3)
    left, lengths, right = np.linalg.svd(affine, full_matrices=False)
    turn = left @ right
    rotation = np.stack([turn[0], turn[1], np.cross(turn[0], turn[1])])
    camera = rotation * max(float(lengths.mean()), 1e-6)
    return camera, mean - (camera @ middle)[:2]


def _lid_lines(
    rim: npt.NDArray[np.int64], neutral: Reals
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Split the vertices around an eye into those of the upper and the lower lid."""
    x = neutral[rim, 0]
    first, last = sorted((int(x.argmin()), int(x.argmax())))
    one, other = rim[first : last + 1], np.concatenate([rim[last:], rim[: first + 1]])
    is_upper = neutral[one, 1].mean() < neutral[other, 1].mean()
    return (one, other) if is_upper else (other, one)


def _by_column(x: Reals, values: Reals) -> tuple[Reals, Reals]:
    order = x.argsort()
    return x[order], values[order]


def _closing_side(name: str) -> int | None:
    for side, ending in enumerate(_SIDES):
        if name.endswith(ending) and name.removesuffix(ending) in _CLOSING:
            return side
    return None


@cache
def load_shapes() -> ShapeModel:
    """Return the mesh and its shapes.

    Raises:
        CheckpointError: the weights are missing or damaged.
    """
    tensors, _ = load_weights(weights_path(NAME))
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    flip = np.array([1.0, -1.0, -1.0], np.float32)  # as pictures count: y down, z away
    names = (*BLEND_SHAPES, *FACE_SHAPES)
    moves = np.concatenate([arrays["expressions"], arrays["face_shapes"]]) * flip
    shapes = dict(zip(names, moves, strict=True))
    shapes["jawOpen"] *= _JAW_SHARE
    neutral, landmarks = arrays["neutral"] * flip, arrays["landmarks"]
    return ShapeModel(
        neutral,
        shapes,
        arrays["identity"] * flip,
        arrays["triangles"],
        landmarks,
        arrays["lids"],
        neutral[landmarks] + arrays["offsets"] * flip,
        _bending(neutral + _PARTING * shapes["jawOpen"], landmarks),
    )


def _bending(parted: Reals, landmarks: npt.NDArray[np.int64]) -> Reals:
    """Solve a thin-plate spline over the frontal face with parted lips; (V, 68).

    Where two landmarks of a face coincide, their places in the model still do not.
    """
    flat = parted[:, :2].astype(np.float64)
    anchors = flat[landmarks]
    count = len(anchors)
    linear = np.column_stack([np.ones(count), anchors])
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _basis(anchors, anchors) + 0.02 * np.eye(count)
    system[:count, count:], system[count:, :count] = linear, linear.T
    inverse = np.linalg.inv(system)[:, :count]
    return np.asarray(
        np.column_stack([_basis(flat, anchors), np.ones(len(flat)), flat]) @ inverse, np.float64
    )


def _basis(points: Points, anchors: Points) -> Reals:
    squared = np.square(points[:, None] - anchors).sum(axis=-1).clip(1e-12)
    return np.asarray(squared * np.log(squared), np.float64)
