"""Keeps undo within a memory budget: the oldest arrays are spilled to disk."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from faceeditor_gui.document.array_store import MEGABYTE, ArrayStore
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.state.settings import DEFAULT_UNDO_MEGABYTES

log = logging.getLogger(__name__)


class UndoMemory(QObject):
    """Counts the bytes of the undo stack, which holds every result and every stroke."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__(stack)
        self._undo_stack = stack
        self._budget = DEFAULT_UNDO_MEGABYTES * MEGABYTE
        self._array_store = ArrayStore()
        self._has_posted = False
        self._bytes = 0

    @property
    def bytes_in_memory(self) -> int:
        """Size in bytes of the undo stack's arrays in memory."""
        return self._bytes

    def push(self, command: UndoCommand) -> None:
        """Make a change and remember it; what was undone before is forgotten."""
        last = max(self._undo_stack.index() - 1, 0)  # which may take the change in
        self._bytes -= self._bytes_from(last)
        self._undo_stack.push(command)
        self._bytes += self._bytes_from(last)
        self._enforce_budget()

    def refresh_step(self, fresh: EditStep) -> None:
        """Set a step's new pixels in every command that holds it."""
        for command in self._commands():
            command.refresh_step(fresh)
        self._bytes = self._bytes_from(0)
        self._enforce_budget()

    def set_budget(self, budget: int) -> None:
        """Set how many bytes of memory undo may take."""
        self._budget = budget
        self._enforce_budget()

    def clear(self) -> None:
        """Drop everything, for another photo."""
        self._undo_stack.clear()
        self._array_store = ArrayStore()
        self._has_posted = False
        self._bytes = 0

    def _enforce_budget(self) -> None:
        """Spill the oldest arrays to disk until the rest fits."""
        for command in self._commands():
            if self._bytes <= self._budget:
                return
            before = command.bytes_in_memory
            if before and not self._spill(command):
                return
            self._bytes -= before

    def _spill(self, command: UndoCommand) -> bool:
        try:
            command.spill(self._array_store)
        except OSError:
            log.exception("Undo cannot be moved to the disk")
            self._post_once(self.tr("Undo's memory is full and so is the disk; save your work."))
            return False
        self._post_once(
            self.tr("Undo's memory is full; its oldest steps are kept on the disk now.")
        )
        return True

    def _post_once(self, sentence: str) -> None:
        if not self._has_posted:
            self._has_posted = True
            self.posted.emit(sentence)

    def _bytes_from(self, index: int) -> int:
        return sum(command.bytes_in_memory for command in self._commands(index))

    def _commands(self, index: int = 0) -> Iterator[UndoCommand]:
        """Go through what undo and redo lead to from one command on, the oldest first."""
        stack = self._undo_stack
        return (cast(UndoCommand, stack.command(at)) for at in range(index, stack.count()))
