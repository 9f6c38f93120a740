"""A face in the list of a document. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face import Face


@dataclass(frozen=True, eq=False)
class ListedFace:
    """A face as it is now, and as it came."""

    face: Face
    detected: Landmarks
    """(68, 2) the points that it had at first."""
    is_manual: bool = False
    """Whether the user has placed it or put its points right."""

    def is_at(self, landmarks: Landmarks) -> bool:
        """Tell whether these are its points, or nearly so."""
        return is_same_face(self.face.landmarks, landmarks)
