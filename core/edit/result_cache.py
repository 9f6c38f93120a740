"""What was found lately, found again by what it was found in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha1
from typing import Generic, TypeVar

import numpy as np

from core.imaging.arrays import Pixels

_Answer = TypeVar("_Answer")


class Recent(Generic[_Answer]):
    """The latest answers, so that a slider's tick does not ask the same again."""

    def __init__(self, most: int) -> None:
        """Keep that many answers; the one that was not wanted for longest goes first."""
        self._most = most
        self._answers: OrderedDict[bytes, _Answer] = OrderedDict()

    def answer(self, asked: str, find: Callable[[], _Answer], *shown: Pixels) -> _Answer:
        """Return what was answered to these arrays when that was asked, or find it.

        Nobody may change the answer.
        """
        key = sha1(asked.encode(), usedforsecurity=False)  # the quickest
        for one in shown:
            key.update(f"{one.shape} {one.dtype}".encode())
            key.update(np.ascontiguousarray(one).data)
        digest = key.digest()
        if digest not in self._answers:
            self._answers[digest] = find()
        self._answers.move_to_end(digest)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return self._answers[digest]
