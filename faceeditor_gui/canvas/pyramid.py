"""An image at full, half, quarter ... size, so that drawing it small costs little."""

from __future__ import annotations

from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from core.masks import Window
from faceeditor_gui.windows import intersection, whole

Pixels = npt.NDArray[np.uint8]

_SMALLEST_PX = 512
"""No level is made below this size."""
PIXELATED_ABOVE = 2.0
"""Zoom from which single pixels show as squares."""


class Pyramid:
    """Levels of one (H, W) or (H, W, 3) uint8 image; changed windows are written through all."""

    def __init__(self, levels: list[Pixels]) -> None:
        """Take levels as they are; use `of` to make them."""
        self._levels = levels

    @classmethod
    def of(cls, image: Pixels) -> Self:
        """Make all levels; `image` itself is the first, so `copy` before writing."""
        levels = [image]
        while max(levels[-1].shape[:2]) > _SMALLEST_PX:
            levels.append(_halved(levels[-1]))
        return cls(levels)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the image."""
        height, width = self._levels[0].shape[:2]
        return height, width

    def copy(self) -> Pyramid:
        """Return one that can be written without changing this one."""
        return Pyramid([level.copy() for level in self._levels])

    def write(self, window: Window, pixels: Pixels) -> None:
        """Replace one window on every level."""
        self._levels[0][window] = pixels
        for above, level in zip(self._levels, self._levels[1:], strict=False):
            window = _write_halved(above, level, window)

    def sample(self, scale: float, left: float, top: float, size: tuple[int, int]) -> Pixels:
        """Draw a part of the image for the screen.

        Args:
            scale: screen pixels per image pixel.
            left, top: image position of the drawing's top left corner (the corner, not the
                centre of its first pixel).
            size: width and height of the drawing in screen pixels.

        Returns:
            (height, width) or (height, width, 3); beyond the image its edge is repeated.
        """
        level = int(np.clip(np.floor(-np.log2(scale)), 0, len(self._levels) - 1))
        factor = 2**level
        step = 1 / (scale * factor)
        x, y = left / factor + step / 2 - 0.5, top / factor + step / 2 - 0.5
        source, x, y = _around(self._levels[level], x, y, step, size)
        how = cv2.INTER_NEAREST if scale >= PIXELATED_ABOVE else cv2.INTER_LINEAR
        matrix = np.array([[step, 0, x], [0, step, y]])
        drawn = cv2.warpAffine(
            source, matrix, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(drawn, np.uint8)


def _around(
    level: Pixels, x: float, y: float, step: float, size: tuple[int, int]
) -> tuple[Pixels, float, float]:
    """Cut the part that a drawing needs: OpenCV's warp takes at most 32767 pixels a side."""
    width, height = (int(np.ceil(step * length)) + 4 for length in size)
    left = int(np.clip(np.floor(x) - 1, 0, max(level.shape[1] - 1, 0)))
    top = int(np.clip(np.floor(y) - 1, 0, max(level.shape[0] - 1, 0)))
    return level[top : top + height, left : left + width], x - left, y - top


def _halved(image: Pixels) -> Pixels:
    height, width = image.shape[:2]
    size = ((width + 1) // 2, (height + 1) // 2)
    if height % 2 or width % 2:
        edges = 0, height % 2, 0, width % 2
        image = np.asarray(cv2.copyMakeBorder(image, *edges, cv2.BORDER_REPLICATE), np.uint8)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _write_halved(above: Pixels, level: Pixels, window: Window) -> Window:
    """Bring one level up to date with the one above it; returns the window on this level."""
    rows, columns = (slice(side.start // 2, (side.stop + 1) // 2) for side in window)
    source = (slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop))
    part = above[intersection(source, whole(*above.shape[:2]))]
    level[rows, columns] = _halved(part)
    return rows, columns
