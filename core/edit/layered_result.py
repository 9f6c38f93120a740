"""Results composited over a photo one after another, and flattened to one."""

from __future__ import annotations

from functools import reduce

import cv2
import numpy as np

from core.edit.requests import EditResult, ExemplarRequest, StyleRequest, TransferRequest
from core.imaging.alpha import composite
from core.imaging.arrays import Mask, Window
from core.imaging.masks import scale_coverage
from core.imaging.windows import union

_NO_CHANGE = (0, 0, 0)


class LayeredResult:
    """A photo and the results that have been composited over it so far."""

    def __init__(self, request: ExemplarRequest | StyleRequest | TransferRequest) -> None:
        """Start with the photo of a request, and nothing over it."""
        self.request = request
        self.image = request.image.copy()
        """(H, W, 3) the composited photo, in its depth."""
        self.landmarks = request.landmarks
        """(68, 2) where the face's landmarks are now."""
        self._results: list[EditResult] = []

    def add(self, result: EditResult) -> None:
        """Composite a result that was made of `image`."""
        composite(self.image[result.window], result.patch, result.coverage)
        if result.landmarks is not None:
            self.landmarks = result.landmarks
        self._results.append(result)

    def flatten(self, strength: float = 1.0) -> EditResult:
        """Return all that changed; its coverage is the same everywhere.

        Args:
            strength: 0..1, how much of it is shown.
        """
        notices = tuple(
            dict.fromkeys(notice for result in self._results for notice in result.notices)
        )
        window = reduce(union, (result.window for result in self._results))
        moved = self.landmarks is not self.request.landmarks
        return EditResult.trimmed(
            self.image[window],
            scale_coverage(self._changed(window), strength),
            window,
            self.request,
            notices,
            is_painted=any(result.is_painted for result in self._results),
            landmarks=self.landmarks if moved else None,
        )

    def _changed(self, window: Window) -> Mask:
        """Cover what of a window differs from the photo; (h, w) uint8, 255 there, else 0."""
        difference = cv2.absdiff(self.image[window], self.request.image[window])
        return np.asarray(
            cv2.bitwise_not(cv2.inRange(difference, _NO_CHANGE, _NO_CHANGE)), np.uint8
        )
