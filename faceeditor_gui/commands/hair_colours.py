"""Gives the hair of the chosen faces another colour, and adjusts it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from core.face.face import Face
from core.face.face_windows import head_window
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import HairColour, HairColourSettings
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES


class HairColours(QObject):
    """Runs hair colours; a face has one, which later ones take the place of."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner

    @property
    def requested(self) -> HairColour:
        """The colour that the hair of the face in hand has or is about to have."""
        face = self._document.faces.chosen
        if face is None:
            return HairColour()
        settings = self._runner.requested_of(face, HairColourSettings)
        return settings.wanted if settings is not None else HairColour()

    def recolour(self, wanted: HairColour) -> None:
        """Colour the hair of the chosen faces, as one undo step."""
        settings = self._chosen_settings(wanted)
        if not self._runner.adjust_missing(settings) and settings:
            self.posted.emit(self.tr("The hair is as you want it; another colour changes it."))

    def preview(self, wanted: HairColour) -> None:
        """Preview what `recolour` would do to the face in hand, at screen resolution."""
        face = self._document.faces.chosen
        if face is not None:
            self._runner.preview(self._settings(face, wanted))

    def ask(self, parent: QWidget) -> None:
        """Ask for a colour; the hair shows it while it is chosen."""
        before = self.requested
        if not self._chosen_settings(before):
            return

        def with_colour(colour: QColor) -> HairColour:
            return replace(before, colour=(colour.red(), colour.green(), colour.blue()))

        dialogs.ask_colour(
            parent,
            self.tr("Hair colour"),
            QColor(*(before.colour or HAIR_SWATCHES[0].colour)),
            changed=lambda colour: self.preview(with_colour(colour)),
            chosen=lambda colour: self.recolour(with_colour(colour)),
            cancelled=self._runner.stop_preview,
        )

    def _chosen_settings(self, wanted: HairColour) -> list[HairColourSettings]:
        """Make the settings of the chosen faces; says why if there are none."""
        return self._runner.settings_of(
            self._document.faces.chosen_items, lambda face: self._settings(face, wanted)
        )

    def _settings(self, face: Face, wanted: HairColour) -> HairColourSettings:
        present = self._document.steps.edit_of(face.landmarks, HairColourSettings)
        landmarks = self._document.landmarks(face, below=present)
        return HairColourSettings(head_window(landmarks, self._document.shape), landmarks, wanted)
