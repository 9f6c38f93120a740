"""Where the photo lies on the screen: zoom, pan and rotation, without Qt.

Screen positions are in device pixels of the canvas, image positions in pixels of the photo
measured from its top left corner (so the first pixel's centre is at 0.5).
"""

from __future__ import annotations

import math

from core.imaging.arrays import Position

Size = tuple[int, int]
"""Width, height."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

MAX_SCALE = 32.0
MIN_SCALE = 0.02
FIT_MARGIN = 0.02
"""Free border around a fitted photo, as a share of the canvas."""
MIN_SHARE_IN_VIEW = 0.25
"""Share of the canvas that panning always leaves covered, or of the photo if that is less."""
_QUARTER_TURNS = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


class Viewport:
    """Zoom, rotation and position of one image on one canvas."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.angle = 0.0
        """Degrees by which the image is rotated clockwise, -180..180."""
        self.is_mirrored = False
        self.left = 0
        self.top = 0
        """Where the image's first corner lies on the screen."""
        self.is_fitted = True
        self._is_enlarged = False
        """Whether a fitted image may be enlarged beyond 100 %."""
        self._image: Size = (1, 1)
        self._canvas: Size = (1, 1)

    @property
    def is_axis_aligned(self) -> bool:
        """Tell whether the image's sides are parallel to the screen's."""
        return self.angle % 90 == 0

    @property
    def linear(self) -> tuple[Position, Position]:
        """The linear part of the map: one image pixel to the right, and one down, on the screen."""
        cosine, sine = self._cosine_sine()
        side = -self.scale if self.is_mirrored else self.scale
        return (side * cosine, side * sine), (-self.scale * sine, self.scale * cosine)

    def show(self, image: Size) -> None:
        """Begin with a new image: upright and fitted, a small one at 100 %."""
        self._image = image
        self.angle, self.is_mirrored = 0.0, False
        self.fit(enlarge=False)

    def resize(self, canvas: Size) -> None:
        """Take a new canvas size: stay fitted, or keep what is in the middle there."""
        centre = self.to_image(self._centre())
        self._canvas = (max(canvas[0], 1), max(canvas[1], 1))
        if self.is_fitted:
            self.fit(enlarge=self._is_enlarged)
        else:
            self._move_to(centre, self._centre())

    def fit(self, *, enlarge: bool = True) -> None:
        """Show the whole image as large as it goes, a small one beyond 100 % if `enlarge`."""
        self.show_box((0.0, 0.0, float(self._image[0]), float(self._image[1])), FIT_MARGIN)
        if self.scale > 1 and not enlarge:
            self.zoom_to(1.0)
        self.is_fitted, self._is_enlarged = True, enlarge

    def show_box(self, box: Box, margin: float) -> None:
        """Show a box of the image as large as it goes.

        Args:
            box: in image pixels.
            margin: free border around it, as a share of the canvas.
        """
        left, top, right, bottom = box
        self.scale = 1.0
        across = self.screen_box((left, top), (right, bottom))
        sizes = across[2] - across[0], across[3] - across[1]
        sides = zip(self._canvas, sizes, strict=True)
        free = 1 - 2 * margin
        self.scale = min(MAX_SCALE, *(free * canvas / size for canvas, size in sides))
        self._move_to(((left + right) / 2, (top + bottom) / 2), self._centre())

    def zoom(self, factor: float, at: Position | None = None) -> None:
        """Zoom by a factor; the image stays put under the position. 100 % is never skipped."""
        wanted = self.scale * factor
        if (self.scale - 1.0) * (wanted - 1.0) < 0:
            wanted = 1.0
        self.zoom_to(wanted, at)

    def zoom_to(self, scale: float, at: Position | None = None) -> None:
        """Set the zoom; the image stays put under the position, or in the middle."""
        screen = at or self._centre()
        anchor = self.to_image(screen)
        smallest = min(MIN_SCALE, self.scale)
        self.scale = min(max(scale, smallest, 1 / max(self._image)), MAX_SCALE)
        self._move_to(anchor, screen)

    def rotate_to(self, angle: float) -> None:
        """Rotate the image to degrees clockwise from upright about the middle of the screen."""
        anchor, was_fitted = self.to_image(self._centre()), self.is_fitted
        self.angle = (round(angle, 2) + 180) % 360 - 180
        self._move_to(anchor, self._centre())
        if was_fitted:
            self.fit(enlarge=self._is_enlarged)

    def mirror(self) -> None:
        """Swap left and right on the screen."""
        anchor, was_fitted = self.to_image(self._centre()), self.is_fitted
        self.is_mirrored = not self.is_mirrored
        self._move_to(anchor, self._centre())
        self.is_fitted = was_fitted

    def pan(self, right: float, down: float) -> None:
        """Move the image on the screen."""
        x, y = self.to_screen((0.0, 0.0))
        self._move_to((0.0, 0.0), (x + right, y + down))

    def to_image(self, screen: Position) -> Position:
        """Map a screen position to the image."""
        (a, b), (c, d) = self.linear
        x, y, area = screen[0] - self.left, screen[1] - self.top, a * d - b * c
        return (d * x - c * y) / area, (a * y - b * x) / area

    def to_screen(self, image: Position) -> Position:
        """Map an image position to the screen."""
        (a, b), (c, d) = self.linear
        x, y = image
        return a * x + c * y + self.left, b * x + d * y + self.top

    def screen_box(self, first: Position, last: Position) -> Box:
        """Find the box on the screen around a box of the image, given by two corners."""
        (x0, y0), (x1, y1) = first, last
        corners = [self.to_screen(corner) for corner in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))]
        across, down = zip(*corners, strict=True)
        return min(across), min(down), max(across), max(down)

    def _cosine_sine(self) -> Position:
        if self.is_axis_aligned:
            return _QUARTER_TURNS[int(self.angle // 90) % 4]
        return math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))

    def _centre(self) -> Position:
        return self._canvas[0] / 2, self._canvas[1] / 2

    def _bounds(self, image: Size) -> Box:
        """Find the box around the rotated image, from its first corner."""
        left, top, right, bottom = self.screen_box((0.0, 0.0), (float(image[0]), float(image[1])))
        return left - self.left, top - self.top, right - self.left, bottom - self.top

    def _move_to(self, image: Position, screen: Position) -> None:
        """Move an image position to a screen position, on whole pixels so nothing blurs."""
        x, y = self.to_screen(image)
        left, top, right, bottom = self._bounds(self._image)
        across = self.left + screen[0] - x
        down = self.top + screen[1] - y
        self.left = _clamped_start(across, left, right, self._canvas[0])
        self.top = _clamped_start(down, top, bottom, self._canvas[1])
        self.is_fitted = False


def _clamped_start(start: float, low: float, high: float, canvas: int) -> int:
    """Keep enough of an image that reaches from start + low to start + high on the canvas."""
    keep = min(MIN_SHARE_IN_VIEW * canvas, high - low)
    lowest, highest = keep - high, canvas - keep - low
    return math.floor(min(max(start, lowest), highest) + 0.5)
