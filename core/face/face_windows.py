"""The part of a photo that an edit of a face has to see."""

from __future__ import annotations

from core.anatomy.landmarks import Landmarks
from core.face.align import canonical_frame
from core.imaging.arrays import Window

FACE_MARGIN = 0.15
"""What an edit of a face sees beyond the face's frame, in sides of the frame."""
HEAD_MARGIN = 0.2
"""What a parser sees beyond that frame, at any angle, in its sides."""


def face_window(landmarks: Landmarks, shape: tuple[int, int]) -> Window:
    """Find the upright window that holds a face's frame at any angle; may be empty.

    Args:
        landmarks: (68, 2) in photo pixels.
        shape: height and width of the photo.
    """
    frame = canonical_frame(landmarks)
    return frame.window(shape, margin=FACE_MARGIN * frame.size / frame.scale)


def head_window(landmarks: Landmarks, shape: tuple[int, int]) -> Window:
    """Find the upright window that holds a face with its hair and neck; may be empty.

    Args:
        landmarks: (68, 2) in photo pixels.
        shape: height and width of the photo.
    """
    frame = canonical_frame(landmarks)
    return frame.window(shape, margin=HEAD_MARGIN * frame.size / frame.scale)
