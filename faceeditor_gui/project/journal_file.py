"""An append-only file of records, each on the disk before the next; no torn end is read. No Qt."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.imaging.arrays import Pixels
from faceeditor_gui.project.array_table import State

MAGIC = b"Face Editor journal 1\n"
"""The version last; a file of another one is left alone."""
_HEADER = struct.Struct("<QI")
"""Bytes of the record, and their CRC-32."""
_FAST = 1
"""zlib's level; higher ones take longer than the disk."""


class JournalFile:
    """Appends records to a new file."""

    def __init__(self, path: Path) -> None:
        """Create the file.

        Raises:
            OSError: it cannot be written.
        """
        self.path = path
        self._file = path.open("xb", buffering=0)
        self._file.write(MAGIC)
        self.size = len(MAGIC)
        """In bytes."""

    def append(self, state: State, arrays: Mapping[str, Pixels]) -> None:
        """Append a record and wait until it is on the disk.

        Raises:
            OSError: the disk is full, or has gone; what was there before can still be read.
        """
        payload = _packed(state, arrays)
        record = memoryview(_HEADER.pack(len(payload), zlib.crc32(payload)) + payload)
        written = 0
        try:
            while written < len(record):
                written += self._file.write(record[written:])
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):  # what is half written would hide what comes after it
                self._file.truncate(self.size)
                self._file.seek(self.size)
            raise
        self.size += len(record)

    def move_to(self, path: Path) -> None:
        """Give the file its final name; it can be appended to as before.

        Raises:
            OSError: it cannot be moved.
        """
        self._file.close()  # Windows moves no file that is open
        self.path = self.path.replace(path)
        self._file = path.open("r+b", buffering=0)
        self._file.seek(self.size)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()


def read_journal(path: Path) -> Iterator[tuple[State, dict[str, Pixels]]]:
    """Yield the records of a journal up to the first that is not whole.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return
        while len(header := file.read(_HEADER.size)) == _HEADER.size:
            length, checksum = _HEADER.unpack(header)
            if length > path.stat().st_size:
                return
            payload = file.read(length)
            if len(payload) != length or zlib.crc32(payload) != checksum:
                return
            yield _unpacked(payload)


def _packed(state: State, arrays: Mapping[str, Pixels]) -> bytes:
    """Pack a state and its arrays: the length of a table, the table, the arrays' bytes."""
    packed = {name: _compressed(array) for name, array in arrays.items()}
    table = {
        "state": state,
        "arrays": [
            [name, array.dtype.str, list(array.shape), len(packed[name])]
            for name, array in arrays.items()
        ],
    }
    text = zlib.compress(json.dumps(table).encode("utf-8"), _FAST)
    return b"".join([struct.pack("<Q", len(text)), text, *packed.values()])


def _compressed(array: Pixels) -> bytes:
    return zlib.compress(np.ascontiguousarray(array).data, _FAST)


def _unpacked(payload: bytes) -> tuple[State, dict[str, Pixels]]:
    (length,) = struct.unpack_from("<Q", payload)
    start = 8 + length
    table: dict[str, Any] = json.loads(zlib.decompress(payload[8:start]))
    arrays = {}
    for name, depth, shape, size in table["arrays"]:
        flat = np.frombuffer(zlib.decompress(payload[start : start + size]), np.dtype(depth))
        arrays[name] = flat.reshape(shape)
        start += size
    return table["state"], arrays
