"""Places where a face may be, before its landmarks are known: squares turned by an angle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.face.align import Frame

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

_CLEAR = 0.6
_SAME_FACE = 0.5  # share of the smaller box that lies in the larger one


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
    tilted: bool = False
    """Found by one of its parts that look for faces turned by about 20 degrees."""

    @property
    def is_clear(self) -> bool:
        """Whether the square fits the face and the face is nearly upright in it."""
        return self.score >= _CLEAR and not self.tilted

    @property
    def box(self) -> Box:
        """The square, as if it were not turned."""
        half = self.width / 2
        return (self.x - half, self.y - half, self.x + half, self.y + half)

    def frame(self, size: int, share: float, at: tuple[float, float] = (0.5, 0.5)) -> Frame:
        """Return a frame in which the face is upright.

        Args:
            size: side of the frame in pixels.
            share: width of the face as a fraction of the frame's side.
            at: where the face's centre lies, as fractions of the frame's side.
        """
        turn = np.deg2rad(self.angle)
        linear = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        linear *= share * size / self.width
        middle = np.array(at) * size - 0.5
        return Frame(np.column_stack([linear, middle - linear @ [self.x, self.y]]), size)

    def seen_through(self, frame: Frame) -> Candidate:
        """Bring a candidate found in a frame's pixels back to the photo."""
        x, y = frame.to_photo(np.array([[self.x, self.y]]))[0]
        turned = np.rad2deg(np.arctan2(-frame.matrix[1, 0], frame.matrix[0, 0]))
        angle = (self.angle + turned + 180.0) % 360.0 - 180.0
        width = self.width / frame.scale
        return replace(self, x=float(x), y=float(y), width=width, angle=float(angle))


def merge(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the surest of the candidates that mean the same face; surest first."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: -one.score):
        if all(overlap(candidate.box, other.box) < _SAME_FACE for other in kept):
            kept.append(candidate)
    return kept


def overlap(first: Box, second: Box) -> float:
    """Measure the part of the smaller box that lies in the other one, 0..1."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return max(width, 0.0) * max(height, 0.0) / smaller
