"""Arrays that undo may need again: in memory while recent, later in a file. No Qt."""

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
"""The attic grows by this much at a time."""

Pixels = TypeVar("Pixels", bound=npt.NDArray[Any])


class Attic:
    """Temporary files that take arrays and give them back as if they were in memory.

    Reading goes through a memory map: the system brings back what is looked at and drops it
    again when memory is short. The files have no names and are gone when the program ends.
    """

    def __init__(self) -> None:
        self._segment: _Segment | None = None

    def store(self, array: Pixels) -> Pixels:
        """Write an array to a file.

        Returns:
            An array that equals it and is not to be written to. The file lives as long as
            any of its arrays.

        Raises:
            OSError: the disk takes no more.
        """
        if self._segment is None or self._segment.room < array.nbytes:
            self._segment = _Segment(cache_folder(), max(array.nbytes, SEGMENT_BYTES))
        return self._segment.store(array)


def cache_folder() -> Path:
    """Find where files go that the program makes for itself."""
    return platformdirs.user_cache_path("faceeditor", appauthor=False, ensure_exists=True)


class _Segment:
    """One file of fixed size, filled from its start."""

    def __init__(self, folder: Path, size: int) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open while it is filled
        weakref.finalize(self, self._file.close)
        self._file.truncate(size)
        self._map = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ)
        self.room = size
        """Bytes left."""

    def store(self, array: Pixels) -> Pixels:
        place = len(self._map) - self.room
        self._file.seek(place)
        self._file.write(np.ascontiguousarray(array).data)
        self._file.flush()
        self.room -= array.nbytes
        flat = np.frombuffer(self._map, array.dtype, array.size, place)
        return cast(Pixels, flat.reshape(array.shape))


class Stored(Generic[Pixels]):
    """A place for one array that is never written to: in memory, or in the attic."""

    __slots__ = ("_array", "_is_in_memory")

    def __init__(self, array: Pixels) -> None:
        self._array = array
        self._is_in_memory = True

    @property
    def array(self) -> Pixels:
        """The array, wherever it is; not to be written to."""
        return self._array

    @property
    def bytes_in_memory(self) -> int:
        """How much memory it takes."""
        return self._array.nbytes if self._is_in_memory else 0

    def put_away(self, attic: Attic) -> None:
        """Move the array to the attic; who holds it already keeps it.

        Raises:
            OSError: the disk takes no more.
        """
        if self._is_in_memory:
            self._array = attic.store(self._array)
            self._is_in_memory = False
