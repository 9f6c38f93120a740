"""Takes parts of faces from exemplars, as pixels or as a style, and adjusts what was taken."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from PySide6.QtCore import QObject, Signal

from core.edit.requests import Guide
from core.face.face import Face
from core.imaging.windows import is_empty
from faceeditor_gui.commands.exemplar_settings import Lending
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    Adjustable,
    Borrowed,
    ExemplarSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import adjusted_by
from faceeditor_gui.document.exemplar import Exemplar
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.exemplar_mode import StyleState
from faceeditor_gui.state.face_targets import Target, Targets


class Borrowing(QObject):
    """Makes edits of the exemplars on the document's shelf."""

    posted = Signal(str)  # one sentence for the status line
    refused = Signal(str)  # one sentence for where the exemplar was dropped

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        style: StyleState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._style = style
        self._lending = Lending(document)
        self._asked: Borrowed | None = None
        """What was taken last; its result comes in hand when it is there."""
        self._numbers = count(1)
        runner.edit_ended.connect(self._on_edit_ended)
        runner.refused.connect(self._on_refused)

    def take(self, number: int, face: Face, targets: Targets) -> None:
        """Make a face like an exemplar, in place of what it was given there before."""
        exemplar = self._document.shelf.find(number)
        if exemplar is not None:
            self._make(exemplar, face, targets)

    def take_chosen(self, *targets: Target) -> None:
        """Make the chosen face like the exemplar in hand."""
        exemplar = self._document.shelf.chosen
        if exemplar is None:
            self.posted.emit(self.tr("Drop a photo of a face on the Exemplars panel first."))
        else:
            self._make_chosen(exemplar, targets)

    def paint_randomly(self) -> None:
        """Give what is aimed at of the chosen face a random style; another one each time."""
        self._make_chosen(None, self._style.targets)

    @property
    def offers_style(self) -> bool:
        """Tell whether there is a network that paints styles."""
        return self._style.is_offered

    def take_other(self, number: int, target: Target, guide: Guide) -> None:
        """Run a result again as something else of the same exemplar, in one way or the other."""
        step = self._document.step(number)
        made = step.settings if step is not None else None
        if not isinstance(made, ExemplarSettings | StyleSettings):
            return
        wanted: Borrowed = made
        if guide is Guide.STYLE:
            wanted = self._lending.as_style(made, (target,))
        elif made.exemplar is not None:
            wanted = self._lending.as_pixels(made, made.exemplar, (target,))
        if not wanted.is_like(made):
            self._runner.adjust(wanted)

    def adjust(self, number: int, shape: float | None, strength: float) -> None:
        """Set a result's shape and strength, 0..1."""
        settings = self._settings(number)
        if settings is not None:
            self._runner.adjust(replace(settings, shape=shape, strength=strength))

    def preview(self, number: int, shape: float | None, strength: float) -> None:
        """Show soon, and reduced, what `adjust` would do."""
        settings = self._settings(number)
        if settings is not None:
            self._runner.preview(replace(settings, shape=shape, strength=strength))

    def _settings(self, number: int) -> ExemplarSettings | None:
        step = self._document.step(number)
        settings = step.settings if step is not None else None
        return settings if isinstance(settings, ExemplarSettings) else None

    def _make_chosen(self, exemplar: Exemplar | None, targets: Targets) -> None:
        face = self._document.chosen_face
        if face is None:
            self.posted.emit(self.tr("No face is known here: press G and draw a box around one."))
        else:
            self._make(exemplar, face, targets)

    def _make(self, exemplar: Exemplar | None, face: Face, targets: Targets) -> None:
        self._document.choose_face_of(face.landmarks)
        number, is_style = next(self._numbers), self._style.guide is Guide.STYLE
        wanted: Borrowed | None
        if exemplar is None or is_style:
            wanted = self._lending.style(exemplar, face, targets, number, self._asked)
        else:
            wanted = self._lending.pixels(exemplar, face, targets, number, self._asked)
        if wanted is None:
            self.posted.emit(self.tr("Paint over what is to change first (B)."))
        elif is_empty(wanted.window):
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
        else:
            self._asked = wanted
            self._runner.adjust(wanted)

    def _on_edit_ended(self) -> None:
        """Take the new result in hand, so that its sliders are there."""
        step = adjusted_by(self._asked, self._document.steps) if self._asked is not None else None
        if step is not None:
            self._asked = None
            self._document.edits.select(step.number)

    def _on_refused(self, settings: Adjustable, reason: str) -> None:
        if settings is self._asked:
            self.refused.emit(reason)
