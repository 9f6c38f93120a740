"""Joins what is done on the canvas to the commands that answer it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.services import Services


class CanvasGestures(QObject):
    """Boxes around faces, dragged points, healed spots and picked regions become edits."""

    def __init__(self, canvas: Canvas, services: Services) -> None:
        super().__init__(canvas)
        self._services = services
        tools = canvas.pointer_router
        tools.face_box.drawn.connect(self._on_face_box_drawn)
        tools.landmarks.landmarks_dragged.connect(services.landmark_edits.drag)
        tools.landmarks.landmarks_dropped.connect(services.landmark_edits.drop)
        tools.landmarks.drag_cancelled.connect(services.landmark_edits.end_drag)
        tools.healing.painted.connect(services.fills.heal)
        tools.region.picked.connect(services.region_commands.mask_regions_at)
        services.fills.healed.connect(tools.healing.forget)
        services.landmark_edits.landmarks_changed.connect(canvas.layers.show_landmarks)
        services.runner.preview_changed.connect(canvas.layers.show_preview)

    def _on_face_box_drawn(self, box: tuple[float, float, float, float]) -> None:
        self._services.face_finder.find_in_box(box)
        self._services.tool_state.leave_face_box()
