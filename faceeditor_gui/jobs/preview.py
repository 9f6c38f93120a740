"""Previews of an edit while it is adjusted, at screen resolution. No Qt."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.edit.requests import (
    EditRequest,
    EditResult,
    HairColourRequest,
    MakeUpRequest,
    RestoreRequest,
    TransferRequest,
)
from core.imaging.arrays import Image, Window
from core.imaging.depth import to_8_bit
from core.imaging.masks import scale_coverage
from faceeditor_gui.document.edit_settings import AdjustableSettings
from faceeditor_gui.document.edit_step import EditStep, Preview, Steps, composite_steps

_UNDRAFTED = HairColourRequest | MakeUpRequest | RestoreRequest | TransferRequest
MAX_PREVIEW_PX = 1_000_000
MIN_PREVIEW_SIDE_PX = 256


class Previewer:
    """Makes the requests of one drag from one downscaled copy of the edit's window."""

    def __init__(
        self,
        photo: Image,
        steps: Steps,
        replaced: EditStep | None,
        window: Window,
        screen_scale: float,
    ) -> None:
        """Downscale the image below the edit.

        Args:
            photo: (H, W, 3) uint8 or uint16, the whole photo.
            steps: the document's.
            replaced: the one of them that is adjusted.
            window: the part of the photo that the edit reads.
            screen_scale: screen pixels per photo pixel.
        """
        self._steps = steps
        self._window = window
        self._replaced = replaced
        self.below = steps if replaced is None else steps[: steps.index(replaced)]
        """The steps below the edit."""
        shown = to_8_bit(composite_steps(photo, self.below, window))
        height, width = shown.shape[:2]
        self._image = _reduced(shown, _preview_scale(height, width, screen_scale))

    def fits(self, steps: Steps, replaced: EditStep | None, window: Window) -> bool:
        """Tell whether steps, adjusted step and window are still those of this preview."""
        return (steps, replaced, window) == (self._steps, self._replaced, self._window)

    def request(self, settings: AdjustableSettings) -> EditRequest:
        """Make a draft request of settings for the same window, but of what has none."""
        request = settings.request(self._image)
        if isinstance(request, _UNDRAFTED):
            return request
        return replace(request, draft=True)

    def preview_of(self, result: EditResult | None, weight: float = 1.0) -> Preview:
        """Place a result in the photo; None previews the image without the edit.

        `weight` scales its coverage, 0..1.
        """
        if result is not None and weight < 1:
            result = replace(result, coverage=scale_coverage(result.coverage, weight))
        return Preview(self._window, self._replaced, result)


def _preview_scale(height: int, width: int, screen_scale: float) -> float:
    least = MIN_PREVIEW_SIDE_PX / max(height, width)
    most = float(np.sqrt(MAX_PREVIEW_PX / (height * width)))
    return min(1.0, max(screen_scale, least), most)


def _reduced(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
