"""Storage of undo's arrays: in memory while they are new, later in temporary files. No Qt."""

from __future__ import annotations

import mmap
import tempfile
import weakref
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt
import platformdirs

MEGABYTE = 1 << 20
SEGMENT_BYTES = 64 * MEGABYTE
"""Size of one file of the store."""

Pixels = TypeVar("Pixels", bound=npt.NDArray[Any])


class ArrayStore:
    """Temporary files that hold arrays, memory-mapped.

    Reading goes through the memory map: the system loads the pages that are read and drops
    them again when memory is short. The files have no names and are gone when the program ends.
    """

    def __init__(self) -> None:
        self._segment: _Segment | None = None

    def store(self, array: Pixels) -> Pixels:
        """Write an array of any shape and dtype to a file.

        Returns:
            An equal, read-only array. The file lives as long as any of its arrays.

        Raises:
            OSError: the disk is full.
        """
        if self._segment is None or self._segment.free_bytes < array.nbytes:
            self._segment = _Segment(cache_folder(), max(array.nbytes, SEGMENT_BYTES))
        return self._segment.store(array)


def cache_folder() -> Path:
    """Return the folder of the program's own temporary files."""
    return platformdirs.user_cache_path("faceeditor", appauthor=False, ensure_exists=True)


class _Segment:
    """One file of fixed size, filled from its start."""

    def __init__(self, folder: Path, size: int) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open while it is filled
        weakref.finalize(self, self._file.close)
        self._file.truncate(size)
        self._map = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ)
        self.free_bytes = size
        """Bytes left."""

    def store(self, array: Pixels) -> Pixels:
        offset = len(self._map) - self.free_bytes
        self._file.seek(offset)
        self._file.write(np.ascontiguousarray(array).data)
        self._file.flush()
        self.free_bytes -= array.nbytes
        flat = np.frombuffer(self._map, array.dtype, array.size, offset)
        return cast(Pixels, flat.reshape(array.shape))


class StoredArray(Generic[Pixels]):
    """Holds one read-only array: in memory, or in the store."""

    __slots__ = ("__weakref__", "_array", "_is_in_memory")

    def __init__(self, array: Pixels) -> None:
        self._array = array
        self._is_in_memory = True

    @property
    def array(self) -> Pixels:
        """The array, wherever it is held; read-only."""
        return self._array

    @property
    def bytes_in_memory(self) -> int:
        """Size in bytes while held in memory, else 0."""
        return self._array.nbytes if self._is_in_memory else 0

    def spill(self, store: ArrayStore) -> None:
        """Move the array to the store; other references to it stay valid.

        Raises:
            OSError: the disk is full.
        """
        if self._is_in_memory:
            self._array = store.store(self._array)
            self._is_in_memory = False
