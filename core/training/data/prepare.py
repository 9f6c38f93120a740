"""Makes training shards from a folder of photos, so that anybody can train on her own faces."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.anatomy.landmarks import MIRRORED_INDICES, Landmarks, interocular_distance, mouth_width
from core.errors import ImageFileError, InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.face.pose import estimate_yaw
from core.image_io.formats import READABLE_SUFFIXES
from core.imaging.arrays import Image
from core.imaging.depth import to_8_bit
from core.training.data.faces import MAX_DISAGREEMENT
from core.training.data.shards import ShardEntry, encode_jpeg, write_shards

log = logging.getLogger(__name__)

SETS = {"faces256": 256, "hires768": 768}
"""Names of the sets that recipes read, and sides of their images."""

_MAX_ENLARGEMENT = 1.25
_MAX_YAW = 60.0
_MAX_OUTSIDE = 0.25  # share of the frame that lies beside the photo
_MIN_SHARPNESS = 60.0
"""Variance of the Laplacian of the grey inner face at 256 pixels; 99 of 100 good portraits have
more than 85."""
_VALIDATION_SHARE = 0.05
_MIRROR_SIDE = 512
_DETECTOR_BOX = np.array([0.19, 0.3, 0.78, 0.89])
"""Where the frontal detector sees the face in the canonical frame."""


@dataclass(frozen=True, eq=False)
class AcceptedFace:
    """One face that is good enough to learn from."""

    name: str
    group: str
    """The person's folder, or the photo: what training and validation do not share."""
    source: str
    image: Image
    landmarks: Landmarks
    disagreement: int
    """Per mille of the eye distance between the points found and those in the mirrored face."""


def prepare_shards(photos: Path, out: Path) -> str:
    """Find, filter, align and split the faces of a folder; returns a summary.

    Raises:
        InvalidRequestError: the folder holds no face that is good enough.
        CheckpointError: dlib's weights are missing or damaged.
    """
    counts: Counter[str] = Counter()
    entries = dict[str, list[ShardEntry]]()
    for face in _faces(photos, counts):
        for name, entry in _shard_entries(face):
            entries.setdefault(name, []).append(entry)
    if not entries:
        raise InvalidRequestError(
            f"No face in {photos} is large and sharp enough to learn from; add other photos."
        )
    _split(entries, counts)
    write_shards(out, entries)
    return _summary(counts, {name: len(rows) for name, rows in entries.items()})


def _split(entries: dict[str, list[ShardEntry]], counts: Counter[str]) -> None:
    records = {entry.name: entry.record for rows in entries.values() for entry in rows}
    held_out = validation_groups([record["person"] for record in records.values()])
    counts.update("val" if one["person"] in held_out else "train" for one in records.values())
    for rows in entries.values():
        for entry in rows:
            entry.record["split"] = "val" if entry.record["person"] in held_out else "train"


def validation_groups(groups: Sequence[str]) -> set[str]:
    """Choose one group in twenty, at least one of two or more; a group keeps its rank for ever."""
    ranked = sorted(set(groups), key=lambda group: hashlib.sha256(group.encode()).digest())
    count = max(round(len(ranked) * _VALIDATION_SHARE), 1 if len(ranked) > 1 else 0)
    return set(ranked[:count])


def _photos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in READABLE_SUFFIXES)


def _group(folder: Path, path: Path) -> str:
    inside = path.relative_to(folder)
    return inside.parts[0] if len(inside.parts) > 1 else inside.name


def _faces(folder: Path, counts: Counter[str]) -> Iterator[AcceptedFace]:
    from core.face.detect import find_faces
    from core.image_io.photo import read_photo

    for path in _photos(folder):
        counts["photos"] += 1
        try:
            image = read_photo(path).image
        except ImageFileError as error:
            counts["unreadable photos"] += 1
            log.warning("%s", error)
            continue
        source = path.relative_to(folder).as_posix()
        key = hashlib.sha256(source.encode()).hexdigest()[:12]
        for index, found in enumerate(find_faces(image, thorough=False)):
            disagreement = _mirror_test(image, found.landmarks)
            reason = _rejection_reason(image, found.landmarks, disagreement)
            if reason:
                counts[reason] += 1
                continue
            name, group = f"own_{key}_{index}", _group(folder, path)
            yield AcceptedFace(name, group, source, image, found.landmarks, disagreement)


def _rejection_reason(image: Image, landmarks: Landmarks, disagreement: int) -> str:
    """Say why a face is no good to learn from; empty if it is."""
    frame = canonical_frame(landmarks)
    if frame.scale > _MAX_ENLARGEMENT:
        return "too small"
    if abs(estimate_yaw(landmarks)) > _MAX_YAW:
        return "turned away"
    if disagreement > MAX_DISAGREEMENT:
        return "unsure landmarks"
    if _share_outside(frame, image) > _MAX_OUTSIDE:
        return "cut off"
    grey = cv2.cvtColor(to_8_bit(frame.crop(image)), cv2.COLOR_RGB2GRAY)[64:220, 64:192]
    if cv2.Laplacian(grey.astype(np.float32), cv2.CV_32F).var() < _MIN_SHARPNESS:
        return "blurred"
    return ""


def _mirror_test(image: Image, landmarks: Landmarks) -> int:
    """Measure the points again in the mirrored face: good ones come out the same."""
    from core.face.detect import face_in_box

    frame = canonical_frame(landmarks, _MIRROR_SIDE)
    mirrored = np.ascontiguousarray(frame.crop(image)[:, ::-1])
    left, top, right, bottom = _DETECTOR_BOX * _MIRROR_SIDE
    mirrored_landmarks = face_in_box(mirrored, (left, top, right, bottom)).landmarks[
        MIRRORED_INDICES
    ]
    mirrored_landmarks[:, 0] = _MIRROR_SIDE - 1 - mirrored_landmarks[:, 0]
    own = frame.to_frame(landmarks)
    inner = np.linalg.norm(mirrored_landmarks - own, axis=1)[27:].mean()
    return int(min(round(1000 * inner / interocular_distance(own)), 999))


def _share_outside(frame: Frame, image: Image) -> float:
    steps = (np.arange(16) + 0.5) / 16 * frame.size - 0.5
    positions = frame.to_photo(np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2))
    limits = np.array([image.shape[1] - 0.5, image.shape[0] - 0.5])
    return float(((positions < -0.5) | (positions > limits)).any(axis=1).mean())


def _shard_entries(face: AcceptedFace) -> Iterator[tuple[str, ShardEntry]]:
    """Crop the face for every set that it is large enough for."""
    for name, side in SETS.items():
        frame = canonical_frame(face.landmarks, side)
        if frame.scale > _MAX_ENLARGEMENT:
            continue
        points = frame.to_frame(face.landmarks)
        jpeg = encode_jpeg(to_8_bit(frame.crop(face.image)))
        record = _record(face, points, side)
        yield name, ShardEntry(face.name, jpeg, points, record, face.disagreement)


def _record(face: AcceptedFace, points: Landmarks, side: int) -> dict[str, Any]:
    opening = float(np.linalg.norm(points[66] - points[62])) / max(mouth_width(points), 1e-6)
    return {
        "source": "own",
        "source_id": face.source,
        "licence": "not stated",
        "size": [side, side],
        "landmarks68": points.round(2).tolist(),
        "mouth_open": round(opening, 3),
        "yaw": round(abs(estimate_yaw(points)), 1),
        "nme": face.disagreement / 1000,
        "person": face.group,
    }


def _summary(counts: Counter[str], sizes: dict[str, int]) -> str:
    kept = ", ".join(f"{count} in {name}" for name, count in sizes.items())
    known = {"photos", "train", "val"}
    left_out = ", ".join(f"{count} {why}" for why, count in counts.items() if why not in known)
    return (
        f"{counts['photos']} photos: {counts['train']} faces to train on and {counts['val']} to"
        f" validate ({kept}); left out: {left_out or 'none'}."
    )
