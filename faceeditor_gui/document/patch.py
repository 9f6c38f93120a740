"""Coverage of one window of a mask: a stroke, a shape or a hole."""

from __future__ import annotations

from dataclasses import dataclass

from core.imaging.arrays import Mask, Window
from core.imaging.windows import window_at


@dataclass(frozen=True, eq=False)
class Patch:
    """A rectangle of coverage and its position in photo pixels."""

    left: int
    top: int
    pixels: Mask
    """(h, w) uint8 coverage."""

    @property
    def window(self) -> Window:
        """Its rows and columns in the photo."""
        height, width = self.pixels.shape
        return window_at(self.left, self.top, width, height)
