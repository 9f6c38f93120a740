"""What a batch has written into a folder: it goes on where it ended, and replaces only its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

Stamp = tuple[int, int]
"""Size in bytes, time of the last change in nanoseconds: a file with the same is taken for
unchanged."""


def stamp_of(path: Path) -> Stamp | None:
    """Read a file's stamp; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def digest_of(settings: Mapping[str, object], files: Iterable[Path]) -> str:
    """Name an edit by all that decides its result: settings and the files that it reads."""
    stamps = [(str(path), stamp_of(path)) for path in files]
    described = json.dumps([dict(settings), stamps], sort_keys=True, default=str)
    return hashlib.sha256(described.encode()).hexdigest()


class Record:
    """A file with a line of JSON for each photo that is done; the last about a photo counts."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Read the record at `path` of the files in `folder`; lines that are damaged count not."""
        self._path, self._folder = path, folder
        self._digests: dict[str, str] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._stamps: dict[str, Stamp | None] = {}
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                entry = json.loads(line)
                stamps = {name: (size, time) for name, (size, time) in entry["outputs"].items()}
                self._keep(entry["photo"], entry["digest"], stamps)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def is_done(self, photo: str, digest: str) -> bool:
        """Tell whether a photo was edited in that way, and its results lie where they were put."""
        return self._digests.get(photo) == digest and all(map(self.is_own, self._names[photo]))

    def outputs_of(self, photo: str) -> tuple[str, ...]:
        """Name what was written of a photo that is done."""
        return self._names[photo]

    def is_own(self, name: str) -> bool:
        """Tell whether a file of the folder is there as the batch wrote it."""
        stamp = stamp_of(self._folder / name)
        return stamp is not None and stamp == self._stamps.get(name)

    def add(self, photo: str, digest: str, names: Iterable[str]) -> None:
        """Note that a photo is done, and what was written."""
        stamps = {name: stamp_of(self._folder / name) for name in names}
        self._keep(photo, digest, stamps)
        line = json.dumps({"photo": photo, "digest": digest, "outputs": stamps})
        with self._path.open("a", encoding="ascii") as file:
            file.write(f"\n{line}")  # the line before may have been cut off

    def _keep(self, photo: str, digest: str, stamps: Mapping[str, Stamp | None]) -> None:
        self._digests[photo], self._names[photo] = digest, tuple(stamps)
        self._stamps.update(stamps)
