"""Makes the chosen faces up, and adjusts it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from core.face.face import Face
from core.face.face_windows import head_window
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import MakeUp, MakeUpSettings
from faceeditor_gui.document.wording import describe_make_up_layer
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.make_up_swatches import MAKE_UP_SWATCHES, MakeUpLayer


class MakeUps(QObject):
    """Runs make-up; a face has one, which later ones take the place of."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner

    @property
    def requested(self) -> MakeUp:
        """The make-up that the face in hand has or is about to have."""
        face = self._document.faces.chosen
        if face is None:
            return MakeUp()
        settings = self._runner.requested_of(face, MakeUpSettings)
        return settings.wanted if settings is not None else MakeUp()

    def make_up(self, wanted: MakeUp) -> None:
        """Make the chosen faces up, as one undo step."""
        settings = self._chosen_settings(wanted)
        if not self._runner.adjust_missing(settings) and settings:
            self.posted.emit(self.tr("The make-up is as you want it; a swatch changes it."))

    def preview(self, wanted: MakeUp) -> None:
        """Preview what `make_up` would do to the face in hand, at screen resolution."""
        face = self._document.faces.chosen
        if face is not None:
            self._runner.preview(self._settings(face, wanted))

    def ask(self, layer: MakeUpLayer, parent: QWidget) -> None:
        """Ask for the colour of a layer; the face shows it while it is chosen."""
        before = self.requested
        if not self._chosen_settings(before):
            return

        def with_colour(colour: QColor) -> MakeUp:
            return before.with_colour(layer, (colour.red(), colour.green(), colour.blue()))

        dialogs.ask_colour(
            parent,
            describe_make_up_layer(layer),
            QColor(*(before.colour(layer) or MAKE_UP_SWATCHES[layer][0].colour)),
            changed=lambda colour: self.preview(with_colour(colour)),
            chosen=lambda colour: self.make_up(with_colour(colour)),
            cancelled=self._runner.stop_preview,
        )

    def _chosen_settings(self, wanted: MakeUp) -> list[MakeUpSettings]:
        """Make the settings of the chosen faces; says why if there are none."""
        return self._runner.settings_of(
            self._document.faces.chosen_items, lambda face: self._settings(face, wanted)
        )

    def _settings(self, face: Face, wanted: MakeUp) -> MakeUpSettings:
        present = self._document.steps.edit_of(face.landmarks, MakeUpSettings)
        landmarks = self._document.landmarks(face, below=present)
        return MakeUpSettings(head_window(landmarks, self._document.shape), landmarks, wanted)
