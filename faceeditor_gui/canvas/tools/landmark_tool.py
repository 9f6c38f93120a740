"""Moves the landmarks of the chosen face."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    MIRRORED_INDICES,
    MOUTH,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)
from core.imaging.arrays import Position
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.state.tool_state import ToolState

GRAB_RADIUS_PX = 16
"""How near a landmark a press has to be, in logical pixels."""
LANDMARK_GROUPS = (
    JAW,
    LEFT_BROW,
    RIGHT_BROW,
    NOSE_BRIDGE + NOSE_BASE,
    LEFT_EYE,
    RIGHT_EYE,
    MOUTH,
)


class LandmarkTool(QObject):
    """Drags one landmark; with Shift its whole part of the face, with Ctrl both sides alike."""

    landmarks_dragged = Signal(object, bool)  # (68, 2); whether only they move, not the photo
    landmarks_dropped = Signal(object, bool)
    drag_cancelled = Signal()  # without a trace

    def __init__(
        self, layers: Layers, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._layers = layers
        self._tool_state = tool_state
        self._start_landmarks: Landmarks | None = None
        """Where the landmarks were when the drag began."""
        self._start: Position = (0.0, 0.0)
        self._index = 0
        self._moved: Landmarks | None = None
        self._landmarks_only = False
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Grab the nearest landmark, if one is near."""
        landmarks = self._layers.landmarks
        if landmarks is None:
            return
        distances = np.linalg.norm(landmarks - contact.at, axis=1)
        self._index = int(distances.argmin())
        if distances[self._index] <= GRAB_RADIUS_PX * contact.logical_px:
            self._start_landmarks, self._start = landmarks, contact.at

    def move(self, contact: Contact) -> None:
        """Drag it on."""
        if self._start_landmarks is None:
            return
        offset = np.subtract(contact.at, self._start)
        whole_part = contact.holds(Qt.KeyboardModifier.ShiftModifier)
        mirrored = contact.holds(Qt.KeyboardModifier.ControlModifier)
        is_landmarks_only = self._tool_state.landmarks_only
        self._landmarks_only = (
            contact.holds(Qt.KeyboardModifier.AltModifier) is not is_landmarks_only
        )
        self._moved = move_landmarks(
            self._start_landmarks, self._index, offset, whole_part=whole_part, mirrored=mirrored
        )
        self._layers.show_landmarks(self._moved)
        self.landmarks_dragged.emit(self._moved, self._landmarks_only)

    def release(self) -> bool:
        """Keep the landmarks as one undo step."""
        result, self._start_landmarks, self._moved = self._moved, None, None
        if result is not None:
            self.landmarks_dropped.emit(result, self._landmarks_only)
        return True

    def cancel(self) -> None:
        """Leave the landmarks where they were."""
        was_dragged = self._moved is not None
        self._start_landmarks = self._moved = None
        if was_dragged:
            self.drag_cancelled.emit()


def move_landmarks(
    landmarks: Landmarks, index: int, offset: Landmarks, *, whole_part: bool, mirrored: bool
) -> Landmarks:
    """Move one landmark, or more of them.

    Args:
        landmarks: (68, 2) float, image pixels.
        index: of the one that is dragged.
        offset: (2,) in image pixels.
        whole_part: whether its whole part of the face comes along.
        mirrored: whether the other side of the face moves as in a mirror.
    """
    result = landmarks.copy()
    indices = (
        list(next(group for group in LANDMARK_GROUPS if index in group)) if whole_part else [index]
    )
    result[indices] += offset
    if mirrored:
        mirrored_indices = [
            int(other) for other in MIRRORED_INDICES[indices] if other not in indices
        ]
        across = landmarks[list(RIGHT_EYE)].mean(0) - landmarks[list(LEFT_EYE)].mean(0)
        across /= max(float(np.linalg.norm(across)), 1e-9)
        result[mirrored_indices] += offset - 2 * (offset @ across) * across
    return result
