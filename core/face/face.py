"""A face that was found: where it is, how sure that is, its points."""

from __future__ import annotations

from dataclasses import dataclass

from core.anatomy.landmarks import Landmarks


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a photo."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""
    score: float
    """The frontal detector's confidence: above 1 for most faces, 0 where it sees none."""
    landmarks: Landmarks
    """(68, 2) in pixels."""
