"""Face candidates, before their landmarks are known: squares turned by an angle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.face.align import Frame

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

CLEAR_SCORE = 0.6
"""Below it the square may not fit the face."""
_DUPLICATE_OVERLAP = 0.5  # share of the smaller box that lies in the larger one


@dataclass(frozen=True)
class Candidate:
    """A detector's answer in photo coordinates."""

    x: float
    y: float
    """Centre in pixels."""
    width: float
    """Side of the square in pixels, from brows to chin as dlib's frontal detector draws it."""
    angle: float
    """Degrees by which the face is turned clockwise from upright."""
    score: float
    """On the scale of dlib's frontal detector."""
    is_tilted: bool = False
    """Whether one of the sub-detectors for faces turned by about 20 degrees found it."""

    @property
    def is_clear(self) -> bool:
        """Whether the square fits the face and the face is nearly upright in it."""
        return self.score >= CLEAR_SCORE and not self.is_tilted

    @property
    def box(self) -> Box:
        """The square, as if it were not turned."""
        half = self.width / 2
        return (self.x - half, self.y - half, self.x + half, self.y + half)

    def frame(
        self, size: int, face_share: float, centre: tuple[float, float] = (0.5, 0.5)
    ) -> Frame:
        """Return a frame in which the face is upright.

        Args:
            size: side of the frame in pixels.
            face_share: width of the face as a fraction of the frame's side.
            centre: of the face in the frame, as fractions of the frame's side.
        """
        turn = np.deg2rad(self.angle)
        linear = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        linear *= face_share * size / self.width
        middle = np.array(centre) * size - 0.5
        return Frame(np.column_stack([linear, middle - linear @ [self.x, self.y]]), size)

    def to_photo(self, frame: Frame) -> Candidate:
        """Map a candidate from a frame's pixels to the photo's."""
        x, y = frame.to_photo(np.array([[self.x, self.y]]))[0]
        turned = np.rad2deg(np.arctan2(-frame.matrix[1, 0], frame.matrix[0, 0]))
        angle = (self.angle + turned + 180.0) % 360.0 - 180.0
        width = self.width / frame.scale
        return replace(self, x=float(x), y=float(y), width=width, angle=float(angle))


def suppress_duplicates(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best of the candidates that overlap, best first (non-maximum suppression)."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: -one.score):
        if all(overlap(candidate.box, accepted.box) < _DUPLICATE_OVERLAP for accepted in kept):
            kept.append(candidate)
    return kept


def overlap(first: Box, second: Box) -> float:
    """Return the share of the smaller box that lies in the other one, 0..1."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return max(width, 0.0) * max(height, 0.0) / smaller
