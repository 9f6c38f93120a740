"""Commands on the selected edit: delete, duplicate, put higher or lower."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.document.edit_settings import FaceSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.step_list import StepList


class StepCommands(QObject):
    """Does something to the selected edit, or says why it cannot."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(self, steps: StepList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps

    def delete(self) -> None:
        """Delete it."""
        step = self._selected()
        if step is not None:
            self._steps.delete(step.number)

    def duplicate(self) -> None:
        """Make it once more, over itself."""
        step = self._selected()
        if step is None:
            return
        if isinstance(step.settings, FaceSettings):
            text = self.tr("A face has one of these only; its panel sets how much of it there is.")
            self.posted.emit(text)
        else:
            self._steps.duplicate(step.number)

    def raise_(self) -> None:
        """Put it above the next one."""
        self._move(1)

    def lower(self) -> None:
        """Put it below the next one."""
        self._move(-1)

    def _move(self, by: int) -> None:
        step = self._selected()
        if step is not None:
            self._steps.move(step.number, max(self._steps.items.index(step) + by, 0))

    def _selected(self) -> EditStep | None:
        if self._steps.selected is None:
            self.posted.emit(self.tr("Click an edit in the list of edits first."))
        return self._steps.selected
