"""Moves the points of the chosen face to where they belong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt

from core import regions
from core.brush import Position
from core.face.detect import Face
from core.regions import Landmarks
from faceeditor_gui.canvas.pointer import Contact
from faceeditor_gui.document import Document

GRAB_PX = 12
"""How near a point a press has to be, in logical pixels."""
GROUPS = (
    regions.JAW,
    regions.LEFT_BROW,
    regions.RIGHT_BROW,
    regions.NOSE_BRIDGE + regions.NOSE_BASE,
    regions.LEFT_EYE,
    regions.RIGHT_EYE,
    regions.MOUTH,
)


class LandmarkTool:
    """Drags one point; with Shift its whole part of the face, with Ctrl both sides alike."""

    def __init__(self, document: Document, show: Callable[[Landmarks | None], None]) -> None:
        """`show` takes points to show in place of the face's own; None shows its own."""
        self._document = document
        self._show = show
        self._face: Face | None = None
        self._start: Position = (0.0, 0.0)
        self._point = 0
        self._moved: Landmarks | None = None
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Take the nearest point, if one is near."""
        face = self._document.chosen_face
        if face is None:
            return
        distances = np.linalg.norm(face.landmarks - contact.at, axis=1)
        self._point = int(distances.argmin())
        if distances[self._point] <= GRAB_PX * contact.reach:
            self._face, self._start = face, contact.at

    def move(self, contact: Contact) -> None:
        """Drag it on."""
        if self._face is None:
            return
        by = np.subtract(contact.at, self._start)
        whole_part = contact.holds(Qt.KeyboardModifier.ShiftModifier)
        alike = contact.holds(Qt.KeyboardModifier.ControlModifier)
        self._moved = moved(
            self._face.landmarks, self._point, by, whole_part=whole_part, alike=alike
        )
        self._show(self._moved)

    def release(self) -> bool:
        """Keep the points as one undo step."""
        face, after = self._face, self._moved
        self.cancel()
        if face is not None and after is not None:
            self._document.move_landmarks(face, after)
        return True

    def cancel(self) -> None:
        """Let the points be where they were."""
        self._face = self._moved = None
        self._show(None)


def moved(
    landmarks: Landmarks, point: int, by: Landmarks, *, whole_part: bool, alike: bool
) -> Landmarks:
    """Move one point, or more of them.

    Args:
        landmarks: (68, 2)
        point: the one that is dragged.
        by: (2,) how far.
        whole_part: whether its whole part of the face comes along.
        alike: whether the other side of the face moves as in a mirror.
    """
    after = landmarks.copy()
    indices = list(next(group for group in GROUPS if point in group)) if whole_part else [point]
    after[indices] += by
    if alike:
        others = [int(index) for index in regions.MIRROR[indices] if index not in indices]
        across = landmarks[list(regions.RIGHT_EYE)].mean(0) - landmarks[
            list(regions.LEFT_EYE)
        ].mean(0)
        across /= max(float(np.linalg.norm(across)), 1e-9)
        after[others] += by - 2 * (by @ across) * across
    return after
