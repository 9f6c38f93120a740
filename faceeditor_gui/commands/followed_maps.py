"""Lets the picture follow the map of regions as it is repainted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.face.face import Face
from core.face.face_windows import head_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import MapSettings
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.region_state import RegionState


class FollowedMaps(QObject):
    """A face follows its map in one edit, which each stroke changes when the brush lifts."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        region_state: RegionState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._region_state = region_state
        document.regions.repainted.connect(self._on_repainted)

    def toggle(self) -> None:
        """Follow from now on, and what is painted already; or leave the picture as it is."""
        follows = not self._region_state.is_followed
        self._region_state.set_followed(follows)
        if not follows:
            self.posted.emit(self.tr("Painted regions leave the picture as it is again."))
        elif self._document.regions.painted.tiles:
            self._follow()
        else:
            self.posted.emit(
                self.tr("Paint on the map (Shift+W): the picture follows when the brush lifts.")
            )

    def _on_repainted(self) -> None:
        if self._region_state.is_followed:
            self._follow()

    def _follow(self) -> None:
        face = self._document.faces.chosen
        settings = self._runner.settings_of([] if face is None else [face], self._settings)
        self._runner.adjust_missing(settings)

    def _settings(self, face: Face) -> MapSettings:
        present = self._document.steps.edit_of(face.landmarks, MapSettings)
        landmarks = self._document.landmarks(face, below=present)
        window = head_window(landmarks, self._document.shape)
        return MapSettings(window, landmarks, self._document.regions.painted)
