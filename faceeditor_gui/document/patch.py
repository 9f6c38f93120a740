"""What a stroke or an operation brings into one window of a mask."""

from __future__ import annotations

from dataclasses import dataclass

from core.imaging.arrays import Mask, Window
from core.imaging.windows import window_at


@dataclass(frozen=True, eq=False)
class Patch:
    """One window of the mask."""

    left: int
    top: int
    pixels: Mask
    """(h, w) coverage."""

    @property
    def window(self) -> Window:
        """Where it lies."""
        height, width = self.pixels.shape
        return window_at(self.left, self.top, width, height)
