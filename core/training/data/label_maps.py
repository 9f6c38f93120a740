"""Label maps for training a generator: as well as they are known, and corrupted in holes.

At run time nobody knows what the hole hides: the map there is parsed from a coarse fill, drawn
from landmarks, painted by the user, or missing. The generator learns from all of these.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from core.anatomy.region_outlines import UNKNOWN, labels_from_landmarks
from core.anatomy.regions import MIRRORED_REGIONS, LabelMap
from core.imaging.arrays import Mask
from core.training.data.faces import Folders, TrainingFace, load_faces
from core.training.data.frames import FrameCrop

PARSED = "parsed"
"""The set of our own parser's maps."""
LABEL_SETS = ("parsing_pseudo", PARSED)
"""Sets of maps, later ones preferred."""

_NO_MAP = 0.08
"""Share of samples without a map; and so the next ones."""
_LANDMARKS_ONLY = 0.2
_HOLE_TRUE, _HOLE_FROM_LANDMARKS, _HOLE_GROWN, _HOLE_MOVED = 0.4, 0.2, 0.15, 0.17
_MOVES = (0.01, 0.04)
"""Standard deviation of how far a coarse map's regions are moved, in sides of the frame."""
_MOVE_GRID = 5


def load_labelled_faces(folders: Folders, sets: Iterable[str], split: str) -> list[TrainingFace]:
    """Read faces as `load_faces` does, with the maps that there are of them."""
    folder_list = (folders,) if isinstance(folders, Path) else tuple(folders)
    return [face for name in sets for face in _load_set(folder_list, name, split)]


def draw_labels(
    rng: np.random.Generator, face: TrainingFace, crop: FrameCrop, mask: Mask
) -> LabelMap:
    """Draw the label map that a generator gets for a frame.

    Args:
        rng: random numbers.
        face: whose map may be known.
        crop: the frame.
        mask: (S, S) nonzero in the hole.

    Returns:
        (S, S), a `Region` or `UNKNOWN` in each pixel.
    """
    if rng.random() < _NO_MAP:
        return np.full(mask.shape, UNKNOWN, np.uint8)
    drawn = labels_from_landmarks((mask.shape[0], mask.shape[1]), crop.landmarks)
    known = drawn
    if rng.random() >= _LANDMARKS_ONLY:
        known = known_labels(rng, face, crop, mask)
    return np.where(mask > 0, _labels_in_hole(rng, known, drawn, mask), known).astype(np.uint8)


def known_labels(
    _: np.random.Generator, face: TrainingFace, crop: FrameCrop, mask: Mask
) -> LabelMap:
    """Return a frame's regions as well as they are known, also in the hole; (S, S)."""
    drawn = labels_from_landmarks((mask.shape[0], mask.shape[1]), crop.landmarks)
    known = crop_face_labels(face, crop)
    return drawn if known is None else np.where(known == UNKNOWN, drawn, known)


def _labels_in_hole(
    rng: np.random.Generator, known: LabelMap, drawn: LabelMap, mask: Mask
) -> LabelMap:
    thresholds = np.cumsum([_HOLE_TRUE, _HOLE_FROM_LANDMARKS, _HOLE_GROWN, _HOLE_MOVED])
    match int(np.searchsorted(thresholds, rng.random(), side="right")):
        case 0:
            return known
        case 1:
            return drawn
        case 2:
            return grow_into_hole(known, mask)
        case 3:
            return warp_labels(known, rng.uniform(*_MOVES) * mask.shape[0], rng)
        case _:
            return np.full_like(known, UNKNOWN)


def grow_into_hole(labels: LabelMap, mask: Mask) -> LabelMap:
    """Grow the labels around a hole into it, as the parser sees a smooth fill.

    Args:
        labels: (H, W).
        mask: (H, W) nonzero in the hole.
    """
    hole = (mask > 0).astype(np.uint8)
    if hole.all():
        return np.full_like(labels, UNKNOWN)
    _, nearest = cv2.distanceTransformWithLabels(
        hole, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest_labels = np.zeros(int(nearest.max()) + 1, np.uint8)
    nearest_labels[nearest[hole == 0]] = labels[hole == 0]
    return np.asarray(nearest_labels[nearest])


def warp_labels(labels: LabelMap, spread: float, rng: np.random.Generator) -> LabelMap:
    """Warp regions smoothly, as a parser errs on a coarse fill.

    Args:
        labels: (S, S).
        spread: standard deviation of the move in pixels.
        rng: random numbers.
    """
    size = labels.shape[0]
    coarse = rng.normal(0.0, spread, (_MOVE_GRID, _MOVE_GRID, 2)).astype(np.float32)
    field = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    return np.asarray(
        cv2.remap(
            labels,
            x + field[..., 0],
            y + field[..., 1],
            cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def crop_face_labels(face: TrainingFace, crop: FrameCrop) -> LabelMap | None:
    """Crop a frame from a face's label map, if it has one; (S, S), mirrored beyond the edge."""
    if face.labels is None:
        return None
    whole = decode_labels(face.labels)
    matrix = crop.frame.matrix.copy()
    ratio = face.record["size"][0] / whole.shape[1]
    matrix[:, 2] += matrix[:, :2] @ np.full(2, 0.5 * ratio - 0.5)
    matrix[:, :2] *= ratio
    size = (crop.frame.size, crop.frame.size)
    labels = np.asarray(
        cv2.warpAffine(whole, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT),
        np.uint8,
    )
    return _mirror_labels(labels) if crop.is_mirrored else labels


def _mirror_labels(labels: LabelMap) -> LabelMap:
    swapped = np.full(256, UNKNOWN, np.uint8)
    swapped[: len(MIRRORED_REGIONS)] = MIRRORED_REGIONS
    return swapped[labels[:, ::-1]]


def decode_labels(png: bytes) -> LabelMap:
    """Decode a stored label map from PNG; (H, W)."""
    labels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert labels is not None
    return np.asarray(labels, np.uint8)


@cache
def _load_set(folders: tuple[Path, ...], name: str, split: str) -> tuple[TrainingFace, ...]:
    """Read one set; the sources of a mix share its images."""
    maps = {
        key: png
        for shard in LABEL_SETS
        for folder in folders
        for key, png in _read_maps(folder, shard)
    }
    faces = load_faces(folders, [name], split)
    return tuple(replace(face, labels=maps.get(f"{name}/{face.name}")) for face in faces)


def _read_maps(folder: Path, shard: str) -> Iterable[tuple[str, bytes]]:
    """Yield SET/NAME of an image and its map as PNG."""
    for path in sorted(folder.glob(f"{shard}-*.tar")):
        with tarfile.open(path) as members:
            files = {one.name: members.extractfile(one) for one in members if one.isfile()}
            content = {name: file.read() for name, file in files.items() if file is not None}
        for name, png in content.items():
            if name.endswith(".png"):
                record = json.loads(content[name.removesuffix(".png") + ".json"])
                yield str(record["image"]).removesuffix(".jpg"), png
