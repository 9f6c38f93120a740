"""What a network answered lately, found again by what it was shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, TypeVar

from core.face.align import Pixels

_Answer = TypeVar("_Answer")


class Recent(Generic[_Answer]):
    """The latest answers, so that a slider's tick does not ask the same again."""

    def __init__(self, most: int) -> None:
        """Keep that many answers; the one that was not wanted for longest goes first."""
        self._most = most
        self._answers: OrderedDict[bytes, _Answer] = OrderedDict()

    def answer(self, asked: str, shown: Pixels, find: Callable[[], _Answer]) -> _Answer:
        """Return what a network of that name answered to these pixels, or find it.

        Nobody may change the answer.
        """
        key = blake2b(shown.tobytes() + f"{asked} {shown.shape}".encode()).digest()
        if key not in self._answers:
            self._answers[key] = find()
        self._answers.move_to_end(key)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return self._answers[key]
