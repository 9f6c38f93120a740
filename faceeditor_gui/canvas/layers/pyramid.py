"""An image at full, half, quarter ... size, so that drawing it small costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Image8, Position, Window
from core.imaging.windows import intersection, whole_window

PixelValue = tuple[int, ...]
"""One value a channel."""

_MIN_LEVEL_PX = 512
"""No level is made below this size."""
PIXELATED_MIN_SCALE = 2.0
"""Zoom from which single pixels show as squares."""
ROTATED_PIXELATED_MIN_SCALE = 8.0
"""The same where the view is rotated; small squares would have ragged sides there."""


class Pyramid:
    """Levels of one (H, W) or (H, W, 3) uint8 image; changed windows are written through all."""

    def __init__(self, levels: list[Image8]) -> None:
        """Take (H, W) or (H, W, 3) uint8 levels as they are; use `of` to make them."""
        self._levels = levels

    @classmethod
    def of(cls, image: Image8) -> Self:
        """Make all levels of an (H, W) or (H, W, 3) uint8 image, which is the first, not a copy."""
        levels = [image]
        while max(levels[-1].shape[:2]) > _MIN_LEVEL_PX:
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

    def write(self, window: Window, pixels: Image8) -> None:
        """Replace one window, (h, w) or (h, w, 3) uint8, on every level."""
        self._levels[0][window] = pixels
        for above, level in zip(self._levels, self._levels[1:], strict=False):
            window = _write_halved(above, level, window)

    def sample(
        self,
        grid: SamplingGrid,
        size: tuple[int, int],
        border_value: PixelValue | None = None,
        *,
        interpolates: bool = True,
    ) -> Image8:
        """Draw a part of the image for the screen.

        Args:
            grid: which positions of the image the drawing samples.
            size: width and height of the drawing in screen pixels.
            border_value: what lies around the image; None repeats its edge.
            interpolates: whether neighbours may be mixed; labels have no mean.

        Returns:
            (height, width) or (height, width, 3) uint8.
        """
        scale = round(1 / float(np.hypot(*grid.right)), 6)
        level = int(np.clip(np.floor(-np.log2(scale)), 0, len(self._levels) - 1))
        matrix = grid.matrix(2**level)
        source = _crop_for_warp(self._levels[level], matrix, size)
        is_axis_aligned = 0.0 in grid.right
        squares_above = PIXELATED_MIN_SCALE if is_axis_aligned else ROTATED_PIXELATED_MIN_SCALE
        is_plain = scale >= squares_above or not interpolates
        interpolation = cv2.INTER_NEAREST if is_plain else cv2.INTER_LINEAR
        border = cv2.BORDER_REPLICATE if border_value is None else cv2.BORDER_CONSTANT
        drawn = cv2.warpAffine(
            source,
            matrix,
            size,
            flags=interpolation | cv2.WARP_INVERSE_MAP,
            borderMode=border,
            borderValue=border_value or 0,
        )
        return np.asarray(drawn, np.uint8)


@dataclass(frozen=True)
class SamplingGrid:
    """Which positions a drawing samples, in image pixels measured from the image's corner."""

    corner: Position
    """The drawing's top left corner (the corner, not the centre of its first pixel)."""
    right: Position
    """One pixel of the drawing to the right."""
    down: Position
    """One pixel of the drawing down."""

    def matrix(self, factor: int) -> npt.NDArray[np.float64]:
        """Map pixel centres of the drawing to those of the reduced image; (2, 3) affine."""
        steps = np.array([self.right, self.down]).T / factor
        first = np.array(self.corner) / factor + steps.sum(axis=1) / 2 - 0.5
        return np.column_stack([steps, first])


def _crop_for_warp(level: Image8, matrix: npt.NDArray[np.float64], size: tuple[int, int]) -> Image8:
    """Crop the part that a drawing needs: OpenCV's warp takes at most 32767 pixels a side.

    The matrix is changed to fit.
    """
    corners = np.array([(x, y, 1) for x in (0, size[0]) for y in (0, size[1])]) @ matrix.T
    sides = np.array([level.shape[1], level.shape[0]])
    first = np.clip(np.floor(corners.min(axis=0)) - 1, 0, np.maximum(sides - 1, 0)).astype(int)
    last = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + 3, first + 1)
    matrix[:, 2] -= first
    return level[first[1] : last[1], first[0] : last[0]]


def _halved(image: Image8) -> Image8:
    height, width = image.shape[:2]
    size = ((width + 1) // 2, (height + 1) // 2)
    if height % 2 or width % 2:
        edges = 0, height % 2, 0, width % 2
        image = np.asarray(cv2.copyMakeBorder(image, *edges, cv2.BORDER_REPLICATE), np.uint8)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _write_halved(above: Image8, level: Image8, window: Window) -> Window:
    """Update one level from the one above it; returns the window on this level."""
    rows, columns = (slice(side.start // 2, (side.stop + 1) // 2) for side in window)
    source = (slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop))
    part = above[intersection(source, whole_window(*above.shape[:2]))]
    level[rows, columns] = _halved(part)
    return rows, columns
