"""Square frames around a face or a part of it: cropped from the photo, and mapped back to it.

The canonical frame holds the face as the FFHQ data set frames it; a sub-frame zooms into
it. Both are similarity transforms, so faces tilted by any angle stand upright in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, Landmarks
from core.imaging.arrays import Matrix, Pixels, Points, Window
from core.imaging.windows import window_around

LEFT_EYE_AT = (0.377, 0.476)
RIGHT_EYE_AT = (0.624, 0.476)
MOUTH_AT = (0.5005, 0.7305)
"""Eye centres and middle of the mouth corners, as fractions of the canonical frame's side."""

_BORDER = cv2.BORDER_REFLECT  # not REFLECT_101, which never ends on a part one pixel wide


@dataclass(frozen=True, eq=False)
class Frame:
    """A square of the photo, rotated and scaled, as a network sees it."""

    matrix: Matrix
    """(2, 3) similarity: photo pixels to frame pixels."""
    size: int
    """Side in frame pixels."""

    @property
    def scale(self) -> float:
        """Frame pixels per photo pixel."""
        return float(np.hypot(*self.matrix[:, 0]))

    def to_frame(self, points: Points) -> Points:
        """Map (K, 2) photo pixels to frame pixels."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    def to_photo(self, points: Points) -> Points:
        """Map (K, 2) frame pixels to photo pixels."""
        return (points - self.matrix[:, 2]) @ np.linalg.inv(self.matrix[:, :2]).T

    def corners(self) -> Points:
        """Return the frame's (4, 2) outer corners in photo pixels."""
        low, high = -0.5, self.size - 0.5
        return self.to_photo(np.array([[low, low], [high, low], [high, high], [low, high]]))

    def window(self, shape: tuple[int, ...], margin: float = 0.0) -> Window:
        """Return the window of a photo of that shape that the frame touches; may be empty."""
        return window_around(self.corners(), shape, margin)

    def resized(self, size: int) -> Frame:
        """Return the same square at another resolution."""
        ratio = size / self.size
        matrix = self.matrix * ratio
        matrix[:, 2] += 0.5 * ratio - 0.5
        return Frame(matrix, size)

    def within(self, window: Window) -> Frame:
        """Return the same square in pixels of a window of the photo."""
        rows, columns = window
        matrix = self.matrix.copy()
        matrix[:, 2] = self.to_frame(np.array([[columns.start, rows.start]], float))[0]
        return Frame(matrix, self.size)

    def crop(self, image: Pixels, interpolation: int = cv2.INTER_CUBIC) -> Pixels:
        """Resample the frame out of a photo; beyond the photo's edge it is mirrored.

        Args:
            image: (H, W) or (H, W, C).
            interpolation: OpenCV's flag.

        Returns:
            (size, size) or (size, size, C) of the same dtype.
        """
        window = self.window(image.shape, margin=4.0 / min(self.scale, 1.0))
        part, matrix = image[window], self.within(window).matrix
        if 0 in part.shape:
            return np.zeros((self.size, self.size, *image.shape[2:]), image.dtype)
        if self.scale < 1.0 and interpolation != cv2.INTER_NEAREST:  # labels have no mean
            part, matrix = _downsample(part, matrix, self.scale)
        size = (self.size, self.size)
        return np.asarray(
            cv2.warpAffine(part, matrix, size, flags=interpolation, borderMode=_BORDER)
        )


def canonical_frame(landmarks: Landmarks, size: int = 256) -> Frame:
    """Fit the similarity that maps eyes and mouth to their canonical positions.

    Args:
        landmarks: (68, 2) in photo pixels.
        size: side of the frame in pixels.
    """
    source = np.stack(
        [
            landmarks[list(LEFT_EYE)].mean(axis=0),
            landmarks[list(RIGHT_EYE)].mean(axis=0),
            landmarks[[48, 54]].mean(axis=0),
        ]
    )
    target = np.array([LEFT_EYE_AT, RIGHT_EYE_AT, MOUTH_AT]) * size - 0.5
    return Frame(fit_similarity(source, target), size)


def sub_frame(
    canonical: Frame, centre: tuple[float, float], side: float, size: int, angle: float = 0.0
) -> Frame:
    """Zoom into a canonical frame.

    Args:
        canonical: the whole face's frame.
        centre: x and y as fractions of the canonical frame's side.
        side: fraction of the canonical frame's side.
        size: side of the new frame in pixels.
        angle: additional turn in degrees, anticlockwise.
    """
    scale = size / (side * canonical.size)
    middle = np.array(centre) * canonical.size - 0.5
    pivot = (float(middle[0]), float(middle[1]))
    turn: Matrix = np.asarray(cv2.getRotationMatrix2D(pivot, angle, scale), np.float64)
    turn[:, 2] += (size - 1) / 2 - middle
    matrix = turn[:, :2] @ canonical.matrix
    matrix[:, 2] += turn[:, 2]
    return Frame(matrix, size)


def fit_similarity(source: Points, target: Points) -> Matrix:
    """Find the least-squares similarity transform (no mirroring) between point sets.

    Args:
        source, target: (K, 2), K at least 2, not all source points the same.

    Returns:
        (2, 3) matrix that maps source onto target.
    """
    middle, target_mean = source.mean(axis=0), target.mean(axis=0)
    a = (source - middle) @ np.array([1, 1j])
    b = (target - target_mean) @ np.array([1, 1j])
    factor = np.vdot(a, b) / max(np.vdot(a, a).real, 1e-12)
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([linear, target_mean - linear @ middle])


def compose_transforms(first: Matrix, then: Matrix) -> Matrix:
    """Return the (2, 3) transform that applies `first`, `then` the second."""
    linear = then[:, :2] @ first[:, :2]
    return np.column_stack([linear, then[:, :2] @ first[:, 2] + then[:, 2]])


def invert_transform(matrix: Matrix) -> Matrix:
    """Return the inverse of a (2, 3) transform."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def _downsample(part: Pixels, matrix: Matrix, scale: float) -> tuple[Pixels, Matrix]:
    height, width = part.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    ratio = np.array([width / size[0], height / size[1]])
    reduced = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    changed = matrix.copy()
    changed[:, :2] = matrix[:, :2] * ratio
    changed[:, 2] = matrix[:, 2] + matrix[:, :2] @ (0.5 * ratio - 0.5)
    return np.asarray(reduced), changed
