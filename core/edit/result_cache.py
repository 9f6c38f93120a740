"""A least-recently-used cache of results, keyed by the arrays that they were computed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha1
from typing import Generic, TypeVar

import numpy as np

from core.imaging.arrays import Pixels

_Result = TypeVar("_Result")


class ResultCache(Generic[_Result]):
    """The results used last, so that a slider's tick does not compute the same again."""

    def __init__(self, capacity: int) -> None:
        """Keep that many results; the least recently used one is dropped first."""
        self._capacity = capacity
        self._results: OrderedDict[bytes, _Result] = OrderedDict()

    def get_or_compute(self, name: str, compute: Callable[[], _Result], *arrays: Pixels) -> _Result:
        """Return the cached result of these arrays under a name, or compute and keep it.

        Nobody may change the result.

        Args:
            name: of what is computed.
            compute: is called where nothing is cached.
            arrays: of any shape and dtype, all that the result depends on.
        """
        key = sha1(name.encode(), usedforsecurity=False)  # the quickest
        for array in arrays:
            key.update(f"{array.shape} {array.dtype}".encode())
            key.update(np.ascontiguousarray(array).data)
        digest = key.digest()
        if digest not in self._results:
            self._results[digest] = compute()
        self._results.move_to_end(digest)
        if len(self._results) > self._capacity:
            self._results.popitem(last=False)
        return self._results[digest]
