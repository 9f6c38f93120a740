"""An image at full, half, quarter ... size, so that drawing it small costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging.arrays import Image8, Position, Window
from core.imaging.windows import intersection, whole

Colour = tuple[int, ...]
"""One value a channel."""

_SMALLEST_PX = 512
"""No level is made below this size."""
PIXELATED_ABOVE = 2.0
"""Zoom from which single pixels show as squares."""
TURNED_PIXELATED_ABOVE = 8.0
"""The same where the view is turned; small squares would have ragged sides there."""


class Pyramid:
    """Levels of one (H, W) or (H, W, 3) uint8 image; changed windows are written through all."""

    def __init__(self, levels: list[Image8]) -> None:
        """Take levels as they are; use `of` to make them."""
        self._levels = levels

    @classmethod
    def of(cls, image: Image8) -> Self:
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

    def write(self, window: Window, pixels: Image8) -> None:
        """Replace one window on every level."""
        self._levels[0][window] = pixels
        for above, level in zip(self._levels, self._levels[1:], strict=False):
            window = _write_halved(above, level, window)

    def sample(
        self,
        place: Place,
        size: tuple[int, int],
        beyond: Colour | None = None,
        *,
        mixes: bool = True,
    ) -> Image8:
        """Draw a part of the image for the screen.

        Args:
            place: where the drawing lies in the image.
            size: width and height of the drawing in screen pixels.
            beyond: what lies around the image; None repeats its edge.
            mixes: whether neighbours may be mixed; labels have no mean.

        Returns:
            (height, width) or (height, width, 3).
        """
        scale = round(1 / float(np.hypot(*place.right)), 6)
        level = int(np.clip(np.floor(-np.log2(scale)), 0, len(self._levels) - 1))
        matrix = place.matrix(2**level)
        source = _cut(self._levels[level], matrix, size)
        is_upright = 0.0 in place.right
        squares_above = PIXELATED_ABOVE if is_upright else TURNED_PIXELATED_ABOVE
        is_plain = scale >= squares_above or not mixes
        how = cv2.INTER_NEAREST if is_plain else cv2.INTER_LINEAR
        border = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
        drawn = cv2.warpAffine(
            source,
            matrix,
            size,
            flags=how | cv2.WARP_INVERSE_MAP,
            borderMode=border,
            borderValue=beyond or 0,
        )
        return np.asarray(drawn, np.uint8)


@dataclass(frozen=True)
class Place:
    """Where a drawing lies in an image, in image pixels measured from the image's corner."""

    corner: Position
    """The drawing's top left corner (the corner, not the centre of its first pixel)."""
    right: Position
    """One pixel of the drawing to the right."""
    down: Position
    """One pixel of the drawing down."""

    def matrix(self, factor: int) -> npt.NDArray[np.float64]:
        """Map pixel centres of the drawing to those of the image reduced by a factor; (2, 3)."""
        steps = np.array([self.right, self.down]).T / factor
        first = np.array(self.corner) / factor + steps.sum(axis=1) / 2 - 0.5
        return np.column_stack([steps, first])


def _cut(level: Image8, matrix: npt.NDArray[np.float64], size: tuple[int, int]) -> Image8:
    """Cut the part that a drawing needs: OpenCV's warp takes at most 32767 pixels a side.

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
    """Bring one level up to date with the one above it; returns the window on this level."""
    rows, columns = (slice(side.start // 2, (side.stop + 1) // 2) for side in window)
    source = (slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop))
    part = above[intersection(source, whole(*above.shape[:2]))]
    level[rows, columns] = _halved(part)
    return rows, columns
