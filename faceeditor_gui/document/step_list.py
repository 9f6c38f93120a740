"""Operations on edit steps: show, hide, set opacity, paint and delete; and the selection."""

from __future__ import annotations

import weakref
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.document.edit_settings import ExemplarEditSettings
from faceeditor_gui.document.edit_step import EditStep, Steps
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import describe_edit

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document


class StepList(QObject):
    """The edit steps of a document; each change is one undo step, selecting is none."""

    selection_changed = Signal()
    painted_step_changed = Signal()  # the step that brush and eraser paint on

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document: Document = weakref.proxy(document)  # who owns this
        self._selected_number: int | None = None
        self._paints_result = False
        self._painted_number: int | None = None
        self._gestures = count(1)
        document.steps_changed.connect(self._on_steps_changed)

    @property
    def selected(self) -> EditStep | None:
        """The selected step."""
        return self._document.step(self._selected_number)

    @property
    def painted_step(self) -> EditStep | None:
        """The step that brush and eraser paint on; None is the mask."""
        step = self.selected
        return step if step is not None and self._paints_result and step.is_visible else None

    # Not undone.

    def select(self, number: int | None) -> None:
        """Select a step, or none."""
        if number != self._selected_number:
            self._selected_number = number
            self._paints_result = self._paints_result and number is not None
            self.selection_changed.emit()
            self._announce_painted_step()

    def new_gesture(self) -> int:
        """Begin a gesture whose changes are merged into one undo step; returns its number."""
        return next(self._gestures)

    def paint_on_result(self, wanted: bool) -> None:
        """Let brush and eraser paint on the selected step's layer mask, else on the mask."""
        if wanted and self.selected is None and self._document.steps:
            self.select(self._document.steps[-1].number)
        self._paints_result = wanted and self.selected is not None
        self._announce_painted_step()

    def toggle_painted_step(self) -> None:
        """Toggle between painting on the mask and on the selected step."""
        self.paint_on_result(self.painted_step is None)

    # User actions: each is one undo step.

    def set_visible(self, number: int, shown: bool) -> None:
        """Show or hide a step."""
        text = self.tr("Show {0}") if shown else self.tr("Hide {0}")
        step = self._document.step(number)
        if step is not None and step.is_visible is not shown:
            self._replace(text, replace(step, is_visible=shown))

    def set_opacity(self, number: int, opacity: float, *, gesture: int = 0) -> None:
        """Set a step's opacity, 0..1; the changes of one gesture become one undo step."""
        step = self._document.step(number)
        if step is not None and step.opacity != opacity:
            self._replace(
                self.tr("Opacity of {0}"), replace(step, opacity=opacity), gesture=gesture
            )

    def set_strength(self, number: int, strength: float, *, gesture: int = 0) -> None:
        """Set the strength of an exemplar edit, 0..1, where it only scales the coverage."""
        step = self._document.step(number)
        settings = step.settings if step is not None else None
        if step is None or not isinstance(settings, ExemplarEditSettings):
            return
        if settings.is_blend_only and settings.strength != strength:
            weighed = replace(step, settings=replace(settings, strength=strength))
            self._replace(self.tr("Strength of {0}"), weighed, gesture=gesture)

    def paint(self, number: int, stroke: Patch, *, erase: bool) -> None:
        """Erase or restore a step's layer mask under a stroke."""
        text = self.tr("Erase {0}") if erase else self.tr("Restore {0}")
        step = self._document.step(number)
        painted = step.with_stroke(stroke, erase=erase) if step is not None else None
        if painted is not None and painted is not step:
            self._replace(text, painted)

    def delete(self, number: int) -> None:
        """Delete a step, wherever it lies in the list."""
        step = self._document.step(number)
        if step is not None:
            remaining = tuple(one for one in self._document.steps if one is not step)
            self._apply(self.tr("Delete {0}"), step, remaining)

    def _replace(self, text: str, changed: EditStep, *, gesture: int = 0) -> None:
        steps = tuple(
            changed if step.number == changed.number else step for step in self._document.steps
        )
        self._apply(text, changed, steps, gesture=gesture)

    def _apply(self, text: str, step: EditStep, steps: Steps, *, gesture: int = 0) -> None:
        title = describe_edit(step.settings)
        self._document.apply(text.format(title), steps, gesture=gesture)

    def _on_steps_changed(self) -> None:
        if self._selected_number is not None and self.selected is None:
            self.select(None)
        self._announce_painted_step()

    def _announce_painted_step(self) -> None:
        """Emit when another step is painted on, not when the same one changes."""
        number = self.painted_step.number if self.painted_step else None
        if number != self._painted_number:
            self._painted_number = number
            self.painted_step_changed.emit()
