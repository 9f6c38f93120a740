"""Draws batches ahead of a run: the only module of the training that knows threads exist."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TypeVar

import cv2

T = TypeVar("T")

_AHEAD = 3


def prefetch(draw: Callable[[int], T], first: int) -> Generator[T]:
    """Yield what is drawn for the numbers from `first` on, for ever.

    One thread draws the next ones meanwhile. An error in it is raised here, where what it failed to
    draw is due; closing the generator ends it.
    """
    drawer = ThreadPoolExecutor(1, "batches", lambda: cv2.setNumThreads(1))
    try:
        ahead = deque(drawer.submit(draw, first + index) for index in range(_AHEAD))
        for number in count(first + _AHEAD):
            drawn = ahead.popleft().result()
            ahead.append(drawer.submit(draw, number))
            yield drawn
    finally:
        drawer.shutdown(cancel_futures=True)
