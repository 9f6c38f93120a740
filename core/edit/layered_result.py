"""Results laid over a photo one after another, and returned as one."""

from __future__ import annotations

from functools import reduce

import cv2
import numpy as np

from core.edit.requests import EditResult, ExemplarRequest, StyleRequest
from core.imaging.alpha import composite
from core.imaging.arrays import Mask, Window
from core.imaging.masks import weaken
from core.imaging.windows import union

_SAME = (0, 0, 0)


class Stack:
    """A photo and what has been laid over it so far."""

    def __init__(self, request: ExemplarRequest | StyleRequest) -> None:
        """Start with the photo of a request, and nothing over it."""
        self.request = request
        self.image = request.image.copy()
        """(H, W, 3) what is seen."""
        self.landmarks = request.landmarks
        """(68, 2) where the face's points are now."""
        self._results: list[EditResult] = []

    def lay(self, result: EditResult) -> None:
        """Lay a result that was made of what is seen."""
        composite(self.image[result.window], result.patch, result.coverage)
        if result.landmarks is not None:
            self.landmarks = result.landmarks
        self._results.append(result)

    def result(self, strength: float = 1.0) -> EditResult:
        """Return all that changed; its coverage is the same everywhere.

        Args:
            strength: 0..1, how much of it is shown.
        """
        notices = tuple(dict.fromkeys(one for each in self._results for one in each.notices))
        window = reduce(union, (one.window for one in self._results))
        moved = self.landmarks is not self.request.landmarks
        return EditResult.trimmed(
            self.image[window],
            weaken(self._changed(window), strength),
            window,
            self.request,
            notices,
            is_painted=any(one.is_painted for one in self._results),
            landmarks=self.landmarks if moved else None,
        )

    def _changed(self, window: Window) -> Mask:
        """Cover what differs from the photo, 255 there, else 0."""
        apart = cv2.absdiff(self.image[window], self.request.image[window])
        return np.asarray(cv2.bitwise_not(cv2.inRange(apart, _SAME, _SAME)), np.uint8)
