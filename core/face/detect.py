"""Finding faces: dlib's frontal detector, then its CNN detector as the second chance."""

from __future__ import annotations

from dataclasses import dataclass

from core.regions import Landmarks


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a photo."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""
    score: float
    """The detector's confidence; higher is surer."""
    landmarks: Landmarks
    """(68, 2) in pixels."""
