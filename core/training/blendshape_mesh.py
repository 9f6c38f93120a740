"""Makes the blend shapes that ship out of ICT-FaceKit's: fewer vertices, ARKit's names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.anatomy.expressions import BLEND_SHAPES, FACE_SHAPES
from core.anatomy.landmarks import MIRRORED_INDICES
from core.face.align import canonical_frame
from core.face.blendshapes import NAME, fit_camera
from core.imaging.arrays import Floats
from core.runtime.checkpoints import save_weights, write_card
from core.training.data.faces import load_faces
from core.training.smile_statistics.displacements import neutral_smile_pairs

Indices = npt.NDArray[np.int64]

_FACE_VERTICES = 9409
"""The first vertices are the face; head, eyes, teeth and gums follow."""
_IDENTITIES = 24
_PIXELS_PER_CM = 60
_LOW, _HIGH = (-7.6, -9.6, 0.5), (7.6, 11.2, 99.0)
"""The part of the face that is kept, in centimetres: x to the person's left, y up, z forward."""
_OPENINGS = (
    ((-3.2, 3.5), (1.6, 0.9)),
    ((3.2, 3.5), (1.6, 0.9)),
    ((0.0, -3.4), (2.5, 0.8)),
)
"""Middle and half axes of an ellipse around the person's right eye, left eye and mouth."""
_HIDDEN_RINGS = (2, 2, 7)
_FINE_CM, _COARSE_CM, _GROWTH = 0.1, 0.55, 0.16
"""Distance between vertices at lids and lips, the most elsewhere, and how it grows."""
_RIDGE = 0.02
_FRAME = 256
_LEAST_AREA_PX = 3


class Openings(NamedTuple):
    """Where the face's surface ends, as a camera in front of it sees that."""

    rims: list[Indices]
    """Of the person's right eye, left eye and mouth, in order around each."""
    hidden: Indices
    """Vertices behind the rims, in which the surface goes on."""


class Mesh(NamedTuple):
    """A surface of triangles."""

    vertices: Indices
    """(V,) which of the face's vertices."""
    triangles: Indices
    """(T, 3) into `vertices`, anticlockwise as seen from outside."""


def write(folder: Path, target: Path) -> None:
    """Write the weights file and its card.

    Args:
        folder: training data; its folder `published` has `ict_expressions.npz`,
            `ict_identity_00.npz` and `ict_facekit_LICENSE`.
        target: the safetensors file.
    """
    published = folder / "published"
    source = np.load(published / "ict_expressions.npz")
    neutral = source["neutral"][:_FACE_VERTICES]
    quads = source["faces"][(source["faces"] < _FACE_VERTICES).all(axis=1)].astype(np.int64)
    marks = source["landmarks68"].astype(np.int64)
    openings = find_openings(neutral, quads)
    mesh = reduced_mesh(neutral, visible_quads(neutral, quads, openings), marks, openings)
    expressions = _deltas(source)[:, mesh.vertices]
    order = [[_arkit_name(str(name)) for name in source["names"]].index(n) for n in BLEND_SHAPES]
    identity = _deltas(np.load(published / "ict_identity_00.npz"))[:_IDENTITIES, mesh.vertices]
    place = {vertex: row for row, vertex in enumerate(mesh.vertices.tolist())}
    landmarks = np.array([place[vertex] for vertex in marks.tolist()])
    tensors = {
        "neutral": neutral[mesh.vertices],
        "expressions": expressions[order],
        "identity": identity,
        "face_shapes": face_shapes(neutral[mesh.vertices], identity, landmarks),
        "offsets": landmark_offsets(neutral[marks], folder),
    }
    indices = {
        "triangles": mesh.triangles,
        "landmarks": landmarks,
        "lids": np.array([[place[vertex] for vertex in rim] for rim in openings.rims[:2]]),
    }
    save_weights(
        target,
        {name: torch.from_numpy(values) for name, values in tensors.items()}
        | {name: torch.from_numpy(values.astype(np.int64)) for name, values in indices.items()},
        NAME,
        {"shapes": BLEND_SHAPES, "face_shapes": FACE_SHAPES},
    )
    licence = (published / "ict_facekit_LICENSE").read_text(encoding="utf-8")
    write_card(target, "Blend shapes", _card(mesh, licence, [str(n) for n in source["names"]]))


def visible_quads(neutral: Floats, quads: Indices, openings: Openings) -> Indices:
    """Return the quads that a camera in front of the face sees; lips end where they touch.

    Args:
        neutral: (N, 3) in centimetres.
        quads: (Q, 4) into it.
    """
    inside = np.asarray(((neutral > _LOW) & (neutral < _HIGH)).all(axis=1))
    inside[openings.hidden] = False
    kept = quads[inside[quads].all(axis=1)]
    pixels = np.round((neutral[:, :2] * [1, -1] + 12.0) * _PIXELS_PER_CM).astype(np.int32)
    shown = np.full((24 * _PIXELS_PER_CM,) * 2, -1, np.int32)
    for number in np.argsort(neutral[kept][:, :, 2].mean(axis=1)):
        cv2.fillConvexPoly(shown, pixels[kept[number]], int(number))
    numbers, areas = np.unique(shown[shown >= 0], return_counts=True)
    at_rims = np.isin(kept, np.concatenate(openings.rims)).any(axis=1)
    return kept[np.union1d(numbers[areas >= _LEAST_AREA_PX], np.flatnonzero(at_rims))]


def reduced_mesh(neutral: Floats, quads: Indices, landmarks: Indices, openings: Openings) -> Mesh:
    """Keep some vertices, close together at lids and lips, and join them anew.

    The triangles are the dual of the regions nearest to each vertex along the surface, so that
    lips and lids stay parted.
    """
    radius = _spacing(neutral)
    first = np.concatenate([landmarks, *openings.rims])
    rest = np.unique(quads)
    rest = rest[np.argsort(radius[rest], kind="stable")]
    chosen: list[int] = []
    for vertex in dict.fromkeys([*first.tolist(), *rest.tolist()]):
        near = neutral[chosen] - neutral[vertex] if chosen else np.full((1, 3), 9e9)
        if vertex in first or np.square(near).sum(axis=1).min() > radius[vertex] ** 2:
            chosen.append(vertex)
    vertices = np.array(sorted(chosen))
    owner = _nearest_along(neutral, quads, vertices)[quads]
    halves = np.concatenate([owner[:, [0, 1, 2]], owner[:, [0, 2, 3]]])
    others = np.concatenate([owner[:, [0, 1, 3]], owner[:, [1, 2, 3]]])
    corners = np.array([len(set(row)) for row in owner.tolist()])
    three = np.where(
        np.tile(corners == 3, 2)[:, None] & ~_distinct(halves)[:, None], others, halves
    )
    three = three[_distinct(three) & (three >= 0).all(axis=1)]
    turned = np.take_along_axis(three, (three.argmin(axis=1)[:, None] + [0, 1, 2]) % 3, axis=1)
    return Mesh(vertices, np.unique(turned, axis=0))


def face_shapes(neutral: Floats, identity: Floats, landmarks: Indices) -> Floats:
    """Mix identity shapes so that each mix changes one measure of the face and no other.

    Args:
        neutral: (V, 3); identity: (I, V, 3), each of one standard deviation.
        landmarks: (68,) rows of the landmarks.

    Returns:
        (S, V, 3) in the order of `FACE_SHAPES`; one standard deviation of the measure each.
    """
    base = np.array(_measures(neutral[landmarks]))
    slopes = np.array([_measures((neutral + shape)[landmarks]) for shape in identity]) - base
    deviations = np.linalg.norm(slopes, axis=0)
    scaled = slopes / deviations  # (I, S)
    mixes = np.linalg.solve(scaled.T @ scaled + _RIDGE * np.eye(len(base)), scaled.T)
    return np.asarray(np.einsum("si,ivc->svc", mixes, identity), np.float32)


def landmark_offsets(model: Floats, folder: Path) -> Floats:
    """Measure how landmarks of a mean neutral face lie beside the model's own.

    The predictor puts a brow's points on its upper edge, for one; the model does not.

    Args:
        model: (68, 3), the neutral model's.
        folder: training data; its pairs of a neutral and a smiling photo are used.

    Returns:
        (68, 3) in centimetres.
    """
    pairs = neutral_smile_pairs(load_faces(folder, ["hires768"], "train"))
    frames = [(canonical_frame(face.landmarks), face.landmarks) for face, _ in pairs]
    mean = np.mean([frame.to_frame(points) for frame, points in frames], axis=0)
    mirrored = np.array([_FRAME - 1, 0]) + mean[MIRRORED_INDICES] * [-1, 1]
    flip = np.array([1.0, -1.0, -1.0])
    both = (mean + mirrored) / 2
    camera, shift = fit_camera(model * flip, both, range(17, 68))
    missed = both - (model * flip @ camera.T)[:, :2] - shift
    lifted = np.column_stack([missed, np.zeros(len(missed))])
    return np.asarray(lifted @ np.linalg.inv(camera).T * flip, np.float32)


def _measures(points: Floats) -> list[float]:
    """Measure what `FACE_SHAPES` names on (68, 3) points, in its order."""

    def wide(right: int, left: int) -> float:
        return float(points[left, 0] - points[right, 0])

    def high(upper: list[int], lower: list[int]) -> float:
        return float(points[upper, 1].mean() - points[lower, 1].mean())

    brows, eyes = [18, 19, 20, 23, 24, 25], [36, 39, 42, 45]
    return [
        wide(1, 15),
        wide(5, 11),
        high([57], [8]),
        wide(0, 16) + wide(2, 14),
        high(brows, [27]),
        high(brows, eyes),
        high([37, 38, 43, 44], [40, 41, 46, 47]) + wide(36, 39) + wide(42, 45),
        wide(39, 42),
        high([36, 45], [39, 42]),
        high([27], [33]),
        wide(31, 35),
        high([30], [33]),
        high([50, 51, 52], [61, 62, 63]) + high([65, 66, 67], [56, 57, 58]),
        wide(48, 54),
    ]


def _deltas(source: np.lib.npyio.NpzFile) -> Floats:
    deltas = np.asarray(source["delta_int16"][:, :_FACE_VERTICES], np.float32)
    return np.asarray(deltas * source["scale"], np.float32)


def _arkit_name(name: str) -> str:
    return name.removesuffix("_L") + "Left" if name.endswith("_L") else _right(name)


def _right(name: str) -> str:
    return name.removesuffix("_R") + "Right" if name.endswith("_R") else name


def _spacing(neutral: Floats) -> Floats:
    across = np.stack([np.abs(neutral[:, 0]), neutral[:, 1]], axis=1)
    lids, mouth = (
        np.linalg.norm((across - middle) / reach, axis=1) - 1 for middle, reach in _OPENINGS[1:]
    )
    spacing = np.clip(_FINE_CM + _GROWTH * np.minimum(lids, mouth), _FINE_CM, _COARSE_CM)
    return np.asarray(spacing, np.float32)


def _distinct(three: Indices) -> npt.NDArray[np.bool_]:
    first, second, third = three.T
    return np.asarray((first != second) & (second != third) & (first != third))


def _nearest_along(neutral: Floats, quads: Indices, vertices: Indices) -> Indices:
    """Find which of `vertices` is nearest to every vertex along the edges; (N,) rows of it."""
    edges = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    edges = np.concatenate([edges, edges[:, ::-1]])
    lengths = np.linalg.norm(neutral[edges[:, 0]] - neutral[edges[:, 1]], axis=1)
    distance = np.full(len(neutral), np.inf)
    distance[vertices] = 0
    owner = np.full(len(neutral), -1)
    owner[vertices] = np.arange(len(vertices))
    while True:
        reached = distance[edges[:, 0]] + lengths
        better = np.flatnonzero(reached < distance[edges[:, 1]] - 1e-9)
        if not len(better):
            return owner
        better = better[np.argsort(-reached[better], kind="stable")]
        start, end = edges[better].T
        distance[end], owner[end] = reached[better], owner[start]


def find_openings(neutral: Floats, quads: Indices) -> Openings:
    """Find the rims of eyes and mouth.

    The mesh goes on behind lids and lips, by as many rings of edges as `_HIDDEN_RINGS` says.
    """
    sides = np.sort(np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    edges, counts = np.unique(sides, axis=0, return_counts=True)
    ends = np.unique(edges[counts == 1])
    rims, hidden = [], [np.zeros(0, np.int64)]
    for (middle, reach), rings in zip(_OPENINGS, _HIDDEN_RINGS, strict=True):
        near = np.linalg.norm((neutral[ends, :2] - middle) / reach, axis=1) < 1
        behind, rim = np.zeros(0, np.int64), ends[near]
        for _ in range(rings):
            behind = np.union1d(behind, rim)
            touching = np.isin(edges, rim)
            rim = np.setdiff1d(edges[touching.any(axis=1)], behind)
        hidden.append(behind)
        offsets = (neutral[rim, :2] - middle) / reach
        rims.append(rim[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))])
    return Openings(rims, np.concatenate(hidden))


def _card(mesh: Mesh, licence: str, names: list[str]) -> str:
    table = [f"| {_arkit_name(name)} | {name} |" for name in names if _is_kept(name)]
    return "\n".join(
        [
            "How a face moves: 53 of the 57 expression shapes of ICT-FaceKit under the names that",
            "ARKit and MediaPipe share, its first 24 identity shapes, and 14 face shapes mixed of",
            "these, each of which changes one measure of the face by a standard deviation, the",
            f"others little. {len(mesh.vertices):,} of the face's 9,409 vertices, dense at lids",
            f"and lips, {len(mesh.triangles):,} triangles; centimetres, x to the person's",
            "left, y up, z forward; half precision. Made by `python -m core.training blendshapes`",
            "from the published files.",
            "",
            "Left out: PupilDilate_L and _R, which move no skin; cheekRaiser_L and _R, which ARKit",
            "does not name. ARKit's browInnerUp is browInnerUpLeft and browInnerUpRight here; its",
            "tongueOut is missing. Left and Right are the person's own.",
            "",
            "| here | ICT-FaceKit |",
            "| --- | --- |",
            *sorted(table),
            "",
            "Licence of ICT-FaceKit:",
            "",
            "```",
            licence.strip(),
            "```",
        ]
    )


def _is_kept(name: str) -> bool:
    return _arkit_name(name) in BLEND_SHAPES
