"""The arrays that a state names: each is kept once, however often it is named. No Qt."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Pixels
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import TILE_PX, SparseMask

State = dict[str, Any]
"""A part of a project's state, as JSON holds it."""


class ArrayWriter:
    """Gives arrays names, and collects them."""

    def __init__(self) -> None:
        self._named: dict[int, tuple[weakref.ref[Any], str]] = {}
        """By identity, which another array may get once one is gone."""
        self._names = count(1)
        self.arrays: dict[str, Pixels] = {}
        """Those named since this was last cleared."""

    def add(self, array: StoredArray[Any] | Pixels) -> str:
        """Name an array: the same name for the same array."""
        known, name = self._named.get(id(array), (None, ""))
        if known is None or known() is not array:
            name = str(next(self._names))
            self._named[id(array)] = weakref.ref(array), name
            self.arrays[name] = array.array if isinstance(array, StoredArray) else array
        return name

    def add_patch(self, patch: Patch | None) -> State | None:
        """Turn coverage and its place into a state."""
        if patch is None:
            return None
        return {"left": patch.left, "top": patch.top, "pixels": self.add(patch.pixels)}

    def add_mask(self, mask: SparseMask) -> State:
        """Turn tiled coverage into a state."""
        tiles = [[row, column, self.add(tile)] for (row, column), tile in mask.tiles.items()]
        return {"tiles": tiles, "fingerprint": mask.fingerprint}


class ArrayReader:
    """Finds arrays by their names.

    What is not there, or of another kind than asked for, raises `KeyError` or `ValueError`.
    """

    def __init__(self, arrays: Mapping[str, Pixels]) -> None:
        self._arrays = arrays
        self._stored: dict[str, StoredArray[Any]] = {}

    def stored(self, name: str, channels: int = 1) -> StoredArray[Any]:
        """Find (H, W), or (H, W, C) where there is more than one channel."""
        if name not in self._stored:
            array = self._arrays[name]
            if array.ndim != (2 if channels == 1 else 3) or (
                array.ndim == 3 and array.shape[2] != channels
            ):
                raise ValueError(f"array {name} has another shape")
            array.flags.writeable = False
            self._stored[name] = StoredArray(array)
        return self._stored[name]

    def mask(self, name: str) -> npt.NDArray[np.uint8]:
        """Find (H, W) uint8 coverage."""
        array = self.stored(name).array
        if array.dtype != np.uint8:
            raise ValueError(f"array {name} has another depth")
        return np.asarray(array, np.uint8)

    def patch(self, state: State | None) -> Patch | None:
        """Make coverage and its place of a state."""
        if state is None:
            return None
        return Patch(int(state["left"]), int(state["top"]), self.mask(state["pixels"]))

    def sparse_mask(self, state: State) -> SparseMask:
        """Make tiled coverage of a state."""
        tiles = {}
        for row, column, name in state["tiles"]:
            if self.mask(name).shape != (TILE_PX, TILE_PX) or min(row, column) < 0:
                raise ValueError(f"array {name} is no tile")
            tiles[int(row), int(column)] = self.stored(name)
        return SparseMask(tiles, int(state["fingerprint"]))
