"""Changes what the chosen faces express, and adjusts it; presets of that as files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.edit.expression.preset import Preset, read_preset, write_preset
from core.errors import CoreError
from core.face.face import Face
from core.face.face_windows import face_window
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import Expressed, ExpressionSettings
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.settings import Settings


class Expressions(QObject):
    """Runs expressions; a face has one, which later ones take the place of."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._settings = settings

    @property
    def requested(self) -> tuple[Expressed, float]:
        """What the face in hand expresses or is about to, and how strongly, 0..1."""
        face = self._document.faces.chosen
        made = self._runner.requested_of(face, ExpressionSettings) if face is not None else None
        return (made.wanted, made.strength) if made is not None else (Expressed(), 1.0)

    def express(self, wanted: Expressed, strength: float) -> None:
        """Let the chosen faces express something, as one undo step."""
        settings = self._runner.settings_of(
            self._document.faces.chosen_items,
            lambda face: self._settings_for(face, wanted, strength),
        )
        if not self._runner.adjust_missing(settings) and settings:
            self.posted.emit(self.tr("The face is as you want it; another slider changes it."))

    def preview(self, wanted: Expressed, strength: float) -> None:
        """Preview what `express` would do to the face in hand, at screen resolution."""
        face = self._document.faces.chosen
        if face is not None:
            self._runner.preview(self._settings_for(face, wanted, strength))

    def imitate(self, exemplar: ListedExemplar) -> None:
        """Take on the expression of an exemplar, as far as its landmarks show it."""
        like = tuple((float(x), float(y)) for x, y in exemplar.landmarks)
        self.express(Expressed(None, {}, like), 1.0)

    def ask_preset(self, parent: QWidget) -> None:
        """Ask for a preset, and let the chosen faces express it."""
        dialogs.ask_preset(parent, self._settings.folder, self.load_preset)

    def load_preset(self, path: Path) -> None:
        """Let the chosen faces express what a file says."""
        try:
            preset = read_preset(path)
        except (CoreError, OSError) as error:
            self.posted.emit(str(error))
            return
        self._settings.folder = path.parent
        self.express(Expressed(preset.expression, dict(preset.weights)), 1.0)

    def ask_save_preset(self, parent: QWidget) -> None:
        """Ask where to save what the face in hand expresses."""
        suggestion = self._settings.folder / self.tr("expression.json")
        dialogs.ask_save_preset(parent, suggestion, self.save_preset)

    def save_preset(self, path: Path) -> None:
        """Save what the face in hand expresses; another face that it imitates is not saved."""
        wanted, strength = self.requested
        weights = {name: strength * weight for name, weight in wanted.weights.items()}
        try:
            write_preset(path, Preset(wanted.expression, weights))
        except OSError as error:
            self.posted.emit(
                self.tr("{0} cannot be written: {1}.").format(path, error.strerror or error)
            )
            return
        self._settings.folder = path.parent
        self.posted.emit(self.tr("Saved {0}.").format(path.name))

    def _settings_for(self, face: Face, wanted: Expressed, strength: float) -> ExpressionSettings:
        present = self._document.steps.edit_of(face.landmarks, ExpressionSettings)
        landmarks = self._document.landmarks(face, below=present)
        window = face_window(landmarks, self._document.shape)
        return ExpressionSettings(window, landmarks, wanted, strength)
