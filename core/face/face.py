"""A face that was found: where it is, how sure that is, its points."""

from __future__ import annotations

from dataclasses import dataclass

from core.anatomy.landmarks import Landmarks
from core.face.candidates import CLEAR_SCORE

_MOST_DOUBT = 0.05
"""Of 261 portraits in the wild four are doubted more: their eyes are 0.11 to 0.19 interocular
distances off, where the median is 0.04. Of the six that are as far off it finds those four."""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a photo."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""
    score: float
    """The frontal detector's confidence: above 1 for most faces, 0 where it sees none."""
    landmarks: Landmarks
    """(68, 2) in pixels."""
    doubt: float = 0.0
    """How little its points are to be believed, in interocular distances; 0: placed by hand."""

    @property
    def is_clear(self) -> bool:
        """Tell whether the face was made out well enough for its points to fit."""
        return self.score >= CLEAR_SCORE and self.doubt <= _MOST_DOUBT
