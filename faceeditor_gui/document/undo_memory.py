"""Keeps what undo remembers within a budget: the oldest pixels move to the disk."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from faceeditor_gui.document.array_store import MEGABYTE, Attic
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.undo_command import Change
from faceeditor_gui.state.settings import DEFAULT_UNDO_MEGABYTES

log = logging.getLogger(__name__)


class UndoMemory(QObject):
    """Counts the bytes of the undo stack, which holds every result and every stroke."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__(stack)
        self._stack = stack
        self._changes: list[Change] = []
        self._budget = DEFAULT_UNDO_MEGABYTES * MEGABYTE
        self._attic = Attic()
        self._has_said = False

    @property
    def bytes_in_memory(self) -> int:
        """How much memory the undo stack takes."""
        return sum(change.bytes_in_memory for change in self._changes)

    def push(self, change: Change) -> None:
        """Make a change and remember it; what was undone before is forgotten."""
        place = self._stack.index()
        self._stack.push(change)
        self._changes[place:] = [change]
        del self._changes[self._stack.count() :]  # it was merged, or took a change back
        self.settle()

    def refresh(self, fresh: EditStep) -> None:
        """Give a step its new pixels wherever undo and redo lead to it."""
        for change in self._changes:
            change.refresh(fresh)
        self.settle()

    def set_budget(self, budget: int) -> None:
        """Change how many bytes of memory undo may take."""
        self._budget = budget
        self.settle()

    def begin(self) -> None:
        """Forget everything, for another photo."""
        self._stack.clear()
        self._changes.clear()
        self._attic = Attic()
        self._has_said = False

    def settle(self) -> None:
        """Move the oldest pixels to the disk until the rest fits."""
        excess = self.bytes_in_memory - self._budget
        for change in self._changes:
            if excess <= 0:
                return
            before = change.bytes_in_memory
            if before and not self._put_away(change):
                return
            excess -= before

    def _put_away(self, change: Change) -> bool:
        try:
            change.put_away(self._attic)
        except OSError:
            log.exception("Undo cannot be moved to the disk")
            self._say(self.tr("Undo's memory is full and so is the disk; save your work."))
            return False
        self._say(self.tr("Undo's memory is full; its oldest steps are kept on the disk now."))
        return True

    def _say(self, sentence: str) -> None:
        if not self._has_said:
            self._has_said = True
            self.posted.emit(sentence)
