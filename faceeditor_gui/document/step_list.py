"""What the user does to results: show, hide, fade, paint and delete them; and the one in hand."""

from __future__ import annotations

import weakref
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.document.edit_settings import Borrowed
from faceeditor_gui.document.edit_step import EditStep, Steps
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import title_in_words

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document


class EditList(QObject):
    """The results of a document; each change is one undo step, the choice of one is none."""

    selection_changed = Signal()
    target_changed = Signal()  # what brush and eraser paint on

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document: Document = weakref.proxy(document)  # who owns this
        self._number: int | None = None
        self._paints_result = False
        self._target: int | None = None
        self._gestures = count(1)
        document.steps_changed.connect(self._on_steps_changed)

    @property
    def selected(self) -> EditStep | None:
        """The result in hand."""
        return self._document.step(self._number)

    @property
    def target(self) -> EditStep | None:
        """The result that brush and eraser paint on; None is the mask."""
        step = self.selected
        return step if step is not None and self._paints_result and step.is_visible else None

    # What is not undone.

    def select(self, number: int | None) -> None:
        """Take a result in hand, or none."""
        if number != self._number:
            self._number = number
            self._paints_result = self._paints_result and number is not None
            self.selection_changed.emit()
            self._announce_target()

    def new_gesture(self) -> int:
        """Begin a gesture, all changes of which become one undo step; returns its number."""
        return next(self._gestures)

    def paint_on_result(self, wanted: bool) -> None:
        """Let brush and eraser paint on the result in hand, else on the mask."""
        if wanted and self.selected is None and self._document.steps:
            self.select(self._document.steps[-1].number)
        self._paints_result = wanted and self.selected is not None
        self._announce_target()

    def swap_target(self) -> None:
        """Change between painting on the mask and on the result."""
        self.paint_on_result(self.target is None)

    # What the user does: each is one undo step.

    def show(self, number: int, shown: bool) -> None:
        """Show or hide a result."""
        text = self.tr("Show {0}") if shown else self.tr("Hide {0}")
        step = self._document.step(number)
        if step is not None and step.is_visible is not shown:
            self._put(text, replace(step, is_visible=shown))

    def fade(self, number: int, opacity: float, *, gesture: int = 0) -> None:
        """Set a result's opacity, 0..1; the changes of one gesture become one undo step."""
        step = self._document.step(number)
        if step is not None and step.opacity != opacity:
            self._put(self.tr("Opacity of {0}"), replace(step, opacity=opacity), gesture=gesture)

    def weigh(self, number: int, strength: float, *, gesture: int = 0) -> None:
        """Set the strength of what an exemplar gave, 0..1, where it only weighs what was made."""
        step = self._document.step(number)
        settings = step.settings if step is not None else None
        if step is None or not isinstance(settings, Borrowed):
            return
        if settings.only_blends and settings.strength != strength:
            weighed = replace(step, settings=replace(settings, strength=strength))
            self._put(self.tr("Strength of {0}"), weighed, gesture=gesture)

    def paint(self, number: int, stroke: Patch, *, erase: bool) -> None:
        """Bring the photo back under a stroke, or the result."""
        text = self.tr("Erase {0}") if erase else self.tr("Restore {0}")
        step = self._document.step(number)
        painted = step.painted(stroke, erase=erase) if step is not None else None
        if painted is not None and painted is not step:
            self._put(text, painted)

    def delete(self, number: int) -> None:
        """Take a result away, wherever it lies in the list."""
        step = self._document.step(number)
        if step is not None:
            left = tuple(other for other in self._document.steps if other is not step)
            self._apply(self.tr("Delete {0}"), step, left)

    def _put(self, text: str, changed: EditStep, *, gesture: int = 0) -> None:
        steps = tuple(
            changed if step.number == changed.number else step for step in self._document.steps
        )
        self._apply(text, changed, steps, gesture=gesture)

    def _apply(self, text: str, step: EditStep, steps: Steps, *, gesture: int = 0) -> None:
        title = title_in_words(step.settings)
        self._document.apply(text.format(title), steps, gesture=gesture)

    def _on_steps_changed(self) -> None:
        if self._number is not None and self.selected is None:
            self.select(None)
        self._announce_target()

    def _announce_target(self) -> None:
        """Tell when the target is another one; that it looks different does not count."""
        number = self.target.number if self.target else None
        if number != self._target:
            self._target = number
            self.target_changed.emit()
