"""Writes training shards: tar files of images and records, and the table of landmarks."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks
from core.training.data.faces import LANDMARKS_FILE

MAX_BYTES = 20 * 2**20
"""Of one tar file."""

_TAR_OVERHEAD = 1024  # bytes that a file takes besides its content
_QUALITY = 92
_POINT_SCALE = 32  # points are kept in steps of 1 / 32 pixel


class ShardEntry(NamedTuple):
    """One face of a set."""

    name: str
    jpeg: bytes
    landmarks: Landmarks
    """(68, 2) in its pixels."""
    record: dict[str, Any]
    disagreement: int
    """Per mille of the eye distance."""


def write_shards(folder: Path, sets: Mapping[str, Sequence[ShardEntry]]) -> None:
    """Write SET-NNN.tar for every set, and the landmarks; files of these names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in sets.items():
        for old in folder.glob(f"{name}-[0-9][0-9][0-9].tar"):
            old.unlink()
        _write_set(folder, name, entries)
    rows = [(name, entry) for name, entries in sets.items() for entry in entries]
    points = np.stack([entry.landmarks for _, entry in rows]) * _POINT_SCALE
    np.savez_compressed(
        folder / LANDMARKS_FILE,
        set=np.array([name for name, _ in rows]),
        name=np.array([entry.name for _, entry in rows]),
        points=points.round().clip(-(2**15), 2**15 - 1).astype(np.int16),
        detected=np.ones(len(rows), bool),
        disagreement=np.array([entry.disagreement for _, entry in rows], np.uint16),
    )


def encode_jpeg(image: npt.NDArray[np.uint8]) -> bytes:
    """Compress (S, S, 3) uint8 RGB as JPEG."""
    swapped = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", swapped, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()


def _write_set(folder: Path, name: str, entries: Sequence[ShardEntry]) -> None:
    for number, files in enumerate(_split_by_size(entries)):
        with tarfile.open(folder / f"{name}-{number:03d}.tar", "w") as shard:
            for file_name, content in files.items():
                tar_entry = tarfile.TarInfo(file_name)
                tar_entry.size = len(content)
                shard.addfile(tar_entry, io.BytesIO(content))


def _split_by_size(entries: Sequence[ShardEntry]) -> Iterator[dict[str, bytes]]:
    """Divide a set into what fits into one shard each."""
    portion, size = dict[str, bytes](), 0
    for entry in entries:
        files = _files(entry)
        added = sum(len(content) + _TAR_OVERHEAD for content in files.values())
        if portion and size + added > MAX_BYTES:
            yield portion
            portion, size = {}, 0
        portion |= files
        size += added
    yield portion


def _files(entry: ShardEntry) -> dict[str, bytes]:
    return {
        f"{entry.name}.jpg": entry.jpeg,
        f"{entry.name}.json": json.dumps(entry.record).encode(),
    }
