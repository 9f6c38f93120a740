"""Lets the chosen faces take components of an exemplar: each eye, mouth, skin, hair."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.anatomy.parts import Component
from core.face.face import Face
from core.face.face_windows import head_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ComponentSettings
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.jobs.edit_runner import EditRunner


class Components(QObject):
    """Runs transfers of components; a face has one, which later ones take the place of."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner

    @property
    def requested(self) -> tuple[Component, ...]:
        """What the face in hand takes or is about to take."""
        settings = self._requested
        return settings.components if settings is not None else ()

    def take(self, *components: Component) -> None:
        """Take these of the chosen exemplar, and nothing else, as one undo step."""
        present = self._requested
        chosen = self._document.exemplars.chosen
        exemplar = chosen if chosen is not None or present is None else present.exemplar
        if exemplar is None:
            self.posted.emit(self.tr("Drop a photo of a face on the Exemplars panel first."))
        else:
            self.take_of(exemplar, components)

    def take_of(self, exemplar: ListedExemplar, components: tuple[Component, ...]) -> None:
        """Take these of an exemplar, and nothing else, as one undo step."""
        wanted = self._runner.settings_of(
            self._document.faces.chosen_items,
            lambda face: self._settings(face, exemplar, components),
        )
        self._runner.adjust_missing(wanted)

    def take_like(self, like: ComponentSettings) -> None:
        """Take what an edit elsewhere has taken."""
        exemplar = self._document.exemplars.take(like.exemplar)
        if exemplar is None:
            self.posted.emit(self.tr("There is no room for another exemplar; delete some first."))
        else:
            self.take_of(exemplar, like.components)

    @property
    def _requested(self) -> ComponentSettings | None:
        face = self._document.faces.chosen
        return None if face is None else self._runner.requested_of(face, ComponentSettings)

    def _settings(
        self, face: Face, exemplar: ListedExemplar, components: tuple[Component, ...]
    ) -> ComponentSettings:
        present = self._document.steps.edit_of(face.landmarks, ComponentSettings)
        landmarks = self._document.landmarks(face, below=present)
        window = head_window(landmarks, self._document.shape)
        return ComponentSettings(window, landmarks, exemplar, components)
