"""Where the photo lies on the screen: zoom and pan, in one place and without Qt.

Screen positions are in device pixels of the canvas, image positions in pixels of the photo
measured from its top left corner (so the first pixel's centre is at 0.5).
"""

from __future__ import annotations

import math

Position = tuple[float, float]
Size = tuple[int, int]
"""Width, height."""

MAX_SCALE = 32.0
MIN_SCALE = 0.02
FIT_MARGIN = 0.02
"""Free border around a fitted photo, as a share of the canvas."""
KEEP_IN_VIEW = 0.25
"""Share of the canvas that panning always leaves covered, or of the photo if that is less."""


class Viewport:
    """Zoom and position of one image on one canvas."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.left = 0
        self.top = 0
        self.is_fitted = True
        self._image: Size = (1, 1)
        self._canvas: Size = (1, 1)

    def show(self, image: Size) -> None:
        """Begin with a new image, fitted."""
        self._image = image
        self.fit()

    def resize(self, canvas: Size) -> None:
        """Take a new canvas size: stay fitted, or keep what is in the middle there."""
        middle = self.to_image(self._middle())
        self._canvas = (max(canvas[0], 1), max(canvas[1], 1))
        if self.is_fitted:
            self.fit()
        else:
            self._place(middle, self._middle())

    def fit(self) -> None:
        """Show the whole image; a small one is not enlarged beyond 100 %."""
        free = 1 - 2 * FIT_MARGIN
        sides = zip(self._canvas, self._image, strict=True)
        self.scale = min(1.0, *(free * canvas / image for canvas, image in sides))
        self._place((self._image[0] / 2, self._image[1] / 2), self._middle())
        self.is_fitted = True

    def zoom(self, factor: float, at: Position | None = None) -> None:
        """Zoom by a factor; the image stays put under the position. 100 % is never skipped."""
        wanted = self.scale * factor
        if (self.scale - 1.0) * (wanted - 1.0) < 0:
            wanted = 1.0
        self.zoom_to(wanted, at)

    def zoom_to(self, scale: float, at: Position | None = None) -> None:
        """Set the zoom; the image stays put under the position, or in the middle."""
        screen = at or self._middle()
        anchor = self.to_image(screen)
        smallest = min(MIN_SCALE, self.scale)
        self.scale = min(max(scale, smallest, 1 / max(self._image)), MAX_SCALE)
        self._place(anchor, screen)

    def pan(self, right: float, down: float) -> None:
        """Move the image on the screen."""
        x, y = self.to_screen((0.0, 0.0))
        self._place((0.0, 0.0), (x + right, y + down))

    def to_image(self, screen: Position) -> Position:
        """Map a screen position to the image."""
        return (screen[0] - self.left) / self.scale, (screen[1] - self.top) / self.scale

    def to_screen(self, image: Position) -> Position:
        """Map an image position to the screen."""
        return image[0] * self.scale + self.left, image[1] * self.scale + self.top

    def _middle(self) -> Position:
        return self._canvas[0] / 2, self._canvas[1] / 2

    def _place(self, image: Position, screen: Position) -> None:
        """Bring an image position to a screen position, on whole pixels so nothing blurs."""
        self.left = self._kept(0, screen[0] - image[0] * self.scale)
        self.top = self._kept(1, screen[1] - image[1] * self.scale)
        self.is_fitted = False

    def _kept(self, axis: int, start: float) -> int:
        length = self._image[axis] * self.scale
        keep = min(KEEP_IN_VIEW * self._canvas[axis], length)
        lowest, highest = keep - length, self._canvas[axis] - keep
        return math.floor(min(max(start, lowest), highest) + 0.5)
