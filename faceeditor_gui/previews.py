"""The face under the smile slider, reduced to what the screen can show. No Qt."""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.request import EditResult, SmileRequest
from core.masks import Image
from core.regions import Landmarks
from faceeditor_gui.steps import EditStep, Preview, SmileSettings, Steps, compose, to_8_bits

MAX_PREVIEW_PX = 1_000_000
MIN_PREVIEW_SIDE_PX = 256


class SmilePreviewer:
    """Makes the requests of one drag from one reduced copy of the face."""

    def __init__(
        self,
        photo: Image,
        base: Steps,
        replaced: EditStep | None,
        settings: SmileSettings,
        screen_scale: float,
    ) -> None:
        """Reduce the picture below the smile.

        Args:
            photo: (H, W, 3) the whole photo.
            base: the document's steps.
            replaced: the smile among them that is adjusted.
            settings: the smile; its strength does not matter.
            screen_scale: screen pixels per photo pixel.
        """
        self._base = base
        self._settings = settings
        self._replaced = replaced
        below = base if replaced is None else base[: base.index(replaced)]
        window = to_8_bits(compose(photo, below, settings.window))
        height, width = window.shape[:2]
        self._image = _reduced(window, _preview_scale(height, width, screen_scale))
        # A reduced side is a whole number of pixels, so the two scales differ a little.
        self._scale = np.divide(self._image.shape[1::-1], window.shape[1::-1])

    def fits(self, base: Steps, settings: SmileSettings) -> bool:
        """Tell whether this still is the picture and the smile that are adjusted."""
        mine = self._settings
        same_face = np.array_equal(mine.landmarks, settings.landmarks)
        return base == self._base and same_face and mine.kind is settings.kind

    def request(self, strength: float) -> SmileRequest:
        """Ask for one position of the slider."""
        return SmileRequest(
            self._image, self._landmarks(), strength, self._settings.kind, draft=True
        )

    def show(self, result: EditResult | None) -> Preview:
        """Place an answer in the photo; None is the face without the smile."""
        return Preview(self._settings.window, self._replaced, result)

    def _landmarks(self) -> Landmarks:
        rows, columns = self._settings.window
        corner = np.array([columns.start, rows.start])
        # Centres are at whole numbers, so a reduced picture's first centre is not at the corner.
        moved: Landmarks = (self._settings.landmarks - corner + 0.5) * self._scale - 0.5
        return moved


def _preview_scale(height: int, width: int, screen_scale: float) -> float:
    least = MIN_PREVIEW_SIDE_PX / max(height, width)
    most = float(np.sqrt(MAX_PREVIEW_PX / (height * width)))
    return min(1.0, max(screen_scale, least), most)


def _reduced(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
