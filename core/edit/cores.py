"""Shares work among the processor's cores; NumPy and OpenCV let Python's lock go meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2


def on_all_cores(work: Callable[..., object], *parts: Iterable[Any]) -> None:
    """Call `work` for every part, as `map` does, in as many threads as OpenCV may use.

    What `work` raises is raised.
    """
    with ThreadPoolExecutor(max(cv2.getNumThreads(), 1)) as pool:
        list(pool.map(work, *parts))
