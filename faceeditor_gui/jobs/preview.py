"""What an edit looks like while it is adjusted, reduced to what the screen can show. No Qt."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.edit.requests import EditRequest, EditResult
from core.imaging.arrays import Image, Window
from core.imaging.depth import to_8_bit
from core.imaging.masks import weaken
from faceeditor_gui.document.edit_settings import Adjustable
from faceeditor_gui.document.edit_step import EditStep, Preview, Steps, compose

MAX_PREVIEW_PX = 1_000_000
MIN_PREVIEW_SIDE_PX = 256


class Previewer:
    """Makes the requests of one drag from one reduced copy of what the edit sees."""

    def __init__(
        self,
        photo: Image,
        steps: Steps,
        replaced: EditStep | None,
        window: Window,
        screen_scale: float,
    ) -> None:
        """Reduce the picture below the edit.

        Args:
            photo: (H, W, 3) the whole photo.
            steps: the document's.
            replaced: the one among them that is adjusted.
            window: what the edit sees of the photo.
            screen_scale: screen pixels per photo pixel.
        """
        self._steps = steps
        self._window = window
        self._replaced = replaced
        self.below = steps if replaced is None else steps[: steps.index(replaced)]
        """The steps over which the edit is made."""
        shown = to_8_bit(compose(photo, self.below, window))
        height, width = shown.shape[:2]
        self._image = _reduced(shown, _preview_scale(height, width, screen_scale))

    def fits(self, steps: Steps, replaced: EditStep | None, window: Window) -> bool:
        """Tell whether this still is the picture and the step that are adjusted."""
        return (steps, replaced, window) == (self._steps, self._replaced, self._window)

    def request(self, settings: Adjustable) -> EditRequest:
        """Ask for a quick look at settings of the same window."""
        return replace(settings.request(self._image), draft=True)

    def show(self, result: EditResult | None, weight: float = 1.0) -> Preview:
        """Place an answer in the photo; None is the picture without the edit.

        `weight` tells how much of it is shown, 0..1.
        """
        if result is not None and weight < 1:
            result = replace(result, coverage=weaken(result.coverage, weight))
        return Preview(self._window, self._replaced, result)


def _preview_scale(height: int, width: int, screen_scale: float) -> float:
    least = MIN_PREVIEW_SIDE_PX / max(height, width)
    most = float(np.sqrt(MAX_PREVIEW_PX / (height * width)))
    return min(1.0, max(screen_scale, least), most)


def _reduced(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
