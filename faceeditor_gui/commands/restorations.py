"""Restores the chosen faces: small, old and compressed ones become sharp and clean."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.face.face import Face
from core.face.face_windows import head_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import RestoreSettings
from faceeditor_gui.jobs.edit_runner import EditRunner


class Restorations(QObject):
    """Runs restorations; a face has one, whose strength is set afterwards."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner

    def restore(self, strength: float | None = None) -> None:
        """Restore the chosen faces, as one undo step.

        Args:
            strength: 0..1; None: as each face has it already, else the usual one.
        """
        wanted = self._runner.settings_of(
            self._document.faces.chosen_items, lambda face: self._settings(face, strength)
        )
        if not self._runner.adjust_missing(wanted) and wanted:
            self.posted.emit(
                self.tr("This face is restored already; its strength is in the Edits panel.")
                if len(wanted) == 1
                else self.tr("These faces are restored already; click one to set its strength.")
            )

    def _settings(self, face: Face, strength: float | None) -> RestoreSettings:
        present = self._document.steps.edit_of(face.landmarks, RestoreSettings)
        landmarks = self._document.landmarks(face, below=present)
        if strength is None:
            requested = self._runner.requested_of(face, RestoreSettings)
            strength = RestoreSettings.strength if requested is None else requested.strength
        return RestoreSettings(head_window(landmarks, self._document.shape), landmarks, strength)
