"""Moves the points of the chosen face."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    MIRROR,
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

GRAB_PX = 12
"""How near a point a press has to be, in logical pixels."""
GROUPS = (
    JAW,
    LEFT_BROW,
    RIGHT_BROW,
    NOSE_BRIDGE + NOSE_BASE,
    LEFT_EYE,
    RIGHT_EYE,
    MOUTH,
)


class LandmarkTool(QObject):
    """Drags one point; with Shift its whole part of the face, with Ctrl both sides alike."""

    dragged = Signal(object, bool)  # (68, 2) points; whether only they are to move
    dropped = Signal(object, bool)
    let_go = Signal()  # without a trace

    def __init__(
        self, layers: Layers, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._layers = layers
        self._tool_state = tool_state
        self._points: Landmarks | None = None
        """Where the points were when the drag began."""
        self._start: Position = (0.0, 0.0)
        self._point = 0
        self._moved: Landmarks | None = None
        self._only_points = False
        self.path: list[Position] = []

    def press(self, contact: Contact) -> None:
        """Take the nearest point, if one is near."""
        points = self._layers.points
        if points is None:
            return
        distances = np.linalg.norm(points - contact.at, axis=1)
        self._point = int(distances.argmin())
        if distances[self._point] <= GRAB_PX * contact.reach:
            self._points, self._start = points, contact.at

    def move(self, contact: Contact) -> None:
        """Drag it on."""
        if self._points is None:
            return
        by = np.subtract(contact.at, self._start)
        whole_part = contact.holds(Qt.KeyboardModifier.ShiftModifier)
        alike = contact.holds(Qt.KeyboardModifier.ControlModifier)
        steers = self._tool_state.points_only
        self._only_points = contact.holds(Qt.KeyboardModifier.AltModifier) is not steers
        self._moved = moved(self._points, self._point, by, whole_part=whole_part, alike=alike)
        self._layers.show_landmarks(self._moved)
        self.dragged.emit(self._moved, self._only_points)

    def release(self) -> bool:
        """Keep the points as one undo step."""
        after, self._points, self._moved = self._moved, None, None
        if after is not None:
            self.dropped.emit(after, self._only_points)
        return True

    def cancel(self) -> None:
        """Let the points be where they were."""
        was_dragged = self._moved is not None
        self._points = self._moved = None
        if was_dragged:
            self.let_go.emit()


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
        others = [int(index) for index in MIRROR[indices] if index not in indices]
        across = landmarks[list(RIGHT_EYE)].mean(0) - landmarks[list(LEFT_EYE)].mean(0)
        across /= max(float(np.linalg.norm(across)), 1e-9)
        after[others] += by - 2 * (by @ across) * across
    return after
