"""Carries an edit over to all other open photos, one after another; each can undo it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.edit.requests import Guide
from faceeditor_gui.commands.presets import Presets
from faceeditor_gui.commands.series import Callback, Series, SeriesPhoto
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import EditSettings, ExemplarSettings, StyleSettings
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.face_finder import FaceFinder
from faceeditor_gui.project.library_folder import can_be_kept
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.state.exemplar_parts import WholePart

_NOWHERE = slice(0, 1), slice(0, 1)
"""Window of settings that are made anew in each photo."""


@dataclass
class _Outcome:
    """What has become of the photos so far."""

    changed: int = 0
    unchanged: list[str] = field(default_factory=list)
    """Names of photos."""


class CarryOver(QObject):
    """Makes one edit in every other photo of the series, of its chosen or largest face."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        series: Series,
        presets: Presets,
        runner: EditRunner,
        face_finder: FaceFinder,
        exemplar_mode: ExemplarMode,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._series = series
        self._presets = presets
        self._runner = runner
        self._face_finder = face_finder
        self._exemplar_mode = exemplar_mode
        self._waiting: Callback | None = None
        """What goes on when something that is waited for may have come."""
        document.faces.changed.connect(self._look)
        face_finder.searching_changed.connect(self._look)
        runner.edit_ended.connect(self._look)

    def carry_selected_edit(self) -> None:
        """Make the selected edit in all other open photos."""
        step = self._document.steps.selected
        if step is None:
            self.posted.emit(self.tr("Click the edit to carry over in the list of edits first."))
        elif not can_be_kept(step.settings):
            self.posted.emit(
                self.tr(
                    "That belongs to one place in this photo; smiles, hair colours, exemplars and "
                    "styles can be carried over."
                )
            )
        else:
            self._carry(step.settings)

    def carry_exemplar(self) -> None:
        """Give the parts that the panel chooses of the chosen exemplar to all other open photos."""
        exemplar, parts = self._document.exemplars.chosen, self._exemplar_mode.parts
        nowhere = np.zeros((68, 2))
        if exemplar is None:
            self.posted.emit(self.tr("Drop a photo of a face on the Exemplars panel first."))
        elif WholePart.MASK in parts:
            self.posted.emit(self.tr("A mask lies in one photo; choose a part of the face."))
        elif self._exemplar_mode.guide is Guide.STYLE:
            self._carry(StyleSettings(_NOWHERE, nowhere, parts, 0, exemplar))
        else:
            self._carry(ExemplarSettings(_NOWHERE, nowhere, exemplar, parts, 0))

    def _carry(self, settings: EditSettings) -> None:
        origin = self._series.current
        others = [one for one in self._series.items if one is not origin]
        if self._series.is_busy or origin is None or not others:
            return
        outcome = _Outcome()
        seen: list[SeriesPhoto] = []

        def visit(photo: SeriesPhoto, proceed: Callback) -> None:
            seen.append(photo)
            self.posted.emit(self.tr("{0} of {1}: {2}").format(len(seen), len(others), photo.name))
            self._wait_for_faces(settings, outcome, proceed)

        def end() -> None:
            outcome.unchanged += [one.name for one in others if one not in seen]
            self._series.show(origin, then=lambda: self._tell(outcome))

        self._series.visit(others, visit, end)

    def _wait_for_faces(self, settings: EditSettings, outcome: _Outcome, proceed: Callback) -> None:
        def apply() -> None:
            is_there = bool(self._document.faces.items)
            if not is_there and self._face_finder.is_searching:
                return
            index = self._document.undo_stack.index()
            if is_there:
                self._presets.apply(settings)
            self._wait(lambda: self._finish(index, outcome, proceed))

        self._wait(apply)

    def _finish(self, index: int, outcome: _Outcome, proceed: Callback) -> None:
        """Go on once the edit is made, or has failed."""
        if self._runner.is_running:
            return
        self._waiting = None
        if self._document.undo_stack.index() > index:
            outcome.changed += 1
        else:
            outcome.unchanged.append(self._document.name)
        proceed()

    def _wait(self, go_on: Callback) -> None:
        self._waiting = go_on
        self._look()

    def _look(self) -> None:
        """Look whether what is waited for has come, when all have heard of what has happened."""
        if self._waiting is not None:
            QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        if self._waiting is not None:
            self._waiting()

    def _tell(self, outcome: _Outcome) -> None:
        text = self.tr("Done in {0} other photos.").format(outcome.changed)
        if outcome.unchanged:
            text += " " + self.tr("Not in {0}: no face there, or nothing to change.").format(
                ", ".join(outcome.unchanged)
            )
        self.posted.emit(text)
