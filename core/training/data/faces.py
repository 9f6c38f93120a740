"""Training faces: read once from tar shards, kept in memory as uint8."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks
from core.face.align import Frame, canonical_frame

LANDMARKS_FILE = "landmarks_dlib.npz"
Folders = Path | Sequence[Path]
"""Where shards are: one folder, or several that are read as one."""
MAX_DISAGREEMENT = 100
"""Per mille of the eye distance: faces on which two predictors differ by more are left out."""


@dataclass(frozen=True, eq=False)
class TrainingFace:
    """One labelled image."""

    name: str
    image: npt.NDArray[np.uint8]
    """(S, S, 3) RGB."""
    landmarks: Landmarks
    """(68, 2) of the predictor that the program runs."""
    canonical: Frame
    """The face's canonical frame at 256 pixels."""
    record: dict[str, Any]
    """What the shard says: split, source, yaw, mouth_open, smile, pair, ..."""
    labels: bytes | None = None
    """Its map of `Region`s as PNG, perhaps smaller than the image; 255 unknown."""

    @property
    def resolution(self) -> float:
        """Pixels of the image along the side of the canonical frame."""
        return self.canonical.size / self.canonical.scale

    @property
    def yaw(self) -> float:
        """Turn of the head in degrees, without sign."""
        return abs(float(self.record["yaw"]))

    @property
    def mouth_open(self) -> float:
        """Gap between the inner lips / width of the mouth."""
        return float(self.record["mouth_open"])


def load_faces(folders: Folders, sets: Iterable[str], split: str) -> list[TrainingFace]:
    """Read the faces of some sets whose landmarks can be trusted.

    Args:
        folders: each holds SET-NNN.tar and the landmarks file.
        sets: names of the sets, such as "faces256".
        split: "train" or "val".

    Raises:
        FileNotFoundError: there is no such face.
    """
    names = list(sets)
    folder_list = [folders] if isinstance(folders, Path) else list(folders)
    faces = [
        face for folder in folder_list for name in names for face in _faces_in(folder, name, split)
    ]
    if not faces:
        where = ", ".join(str(folder) for folder in folder_list)
        raise FileNotFoundError(f"There are no {split} faces of {', '.join(names)} in {where}.")
    return faces


@cache
def _faces_in(folder: Path, name: str, split: str) -> tuple[TrainingFace, ...]:
    """Read one set; the sources of a mix share its images."""
    known = _landmarks(folder / LANDMARKS_FILE) if (folder / LANDMARKS_FILE).is_file() else {}
    return tuple(
        TrainingFace(key, _decode(jpeg), points, canonical_frame(points), record)
        for path in sorted(folder.glob(f"{name}-*.tar"))
        for key, jpeg, record in read_shard(path)
        if record["split"] == split
        and jpeg is not None
        and (points := known.get((name, key))) is not None
    )


def _decode(jpeg: bytes) -> npt.NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return np.asarray(image, np.uint8)


def read_shard(path: Path) -> Iterator[tuple[str, bytes | None, dict[str, Any]]]:
    """Yield name, JPEG bytes and record of every labelled image in a shard."""
    with tarfile.open(path) as shard:
        files = {m.name: _content(shard, m) for m in shard if m.isfile()}
    records: dict[str, dict[str, Any]] = {
        name.removesuffix(".json"): json.loads(content)
        for name, content in files.items()
        if name.endswith(".json")
    }
    if "labels.jsonl.gz" in files:
        with gzip.open(io.BytesIO(files["labels.jsonl.gz"]), "rt") as lines:
            records |= {record["name"]: record for record in map(json.loads, lines)}
    for name, record in records.items():
        yield name, files.get(f"{name}.jpg"), record


def _content(shard: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = shard.extractfile(member)
    assert stream is not None
    return stream.read()


def _landmarks(path: Path) -> dict[tuple[str, str], Landmarks]:
    with np.load(path) as table:
        points = table["points"].astype(np.float64) / 32.0
        rows = zip(table["set"], table["name"], points, table["disagreement"], strict=True)
        return {(str(s), str(n)): p for s, n, p, d in rows if d <= MAX_DISAGREEMENT}
