"""What undo takes back and redo brings again; each part of the document has commands of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from PySide6.QtGui import QUndoCommand

from faceeditor_gui.document.array_store import ArrayStore, StoredArray
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.recorded_change import ChangeGroup, RecordedChange

_serials = count(1)


def history_text(amount: str, name: str) -> str:
    """Return the text of a command that the history shows with its amount, the menu without."""
    return name if amount == name else f"{amount}\n{name}"


class UndoCommand(QUndoCommand):
    """Any undoable change; its pixels can move out of memory."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.serial = next(_serials)
        """Tells it from all others."""
        self._pixels: list[StoredArray[Any]] = []
        self._bytes = 0

    @property
    def wording(self) -> str:
        """What the history shows and, on a line of its own where it differs, what the menu says."""
        return history_text(self.text(), self.actionText())

    @property
    def bytes_in_memory(self) -> int:
        """How much memory it takes."""
        return self._bytes

    def spill(self, store: ArrayStore) -> None:
        """Move the pixels out of memory.

        Raises:
            OSError: the disk takes no more.
        """
        for pixels in self._pixels:
            pixels.spill(store)
        self._bytes = 0

    def refresh_step(self, fresh: EditStep) -> None:
        """Take a step's new pixels wherever it stands over the picture that they were made on."""

    @abstractmethod
    def recorded(self) -> RecordedChange:
        """Say what it does, as a value that stays as it is."""

    def set_pixels(self, pixels: Iterable[StoredArray[Any]]) -> None:
        """Say what this change has brought into memory."""
        self._pixels = list(pixels)
        self._bytes = sum(one.bytes_in_memory for one in self._pixels)


class CompositeCommand(UndoCommand):
    """Changes of several parts of the document that are one undo step.

    Qt's own child commands will not do: PySide6 frees those twice when the history is cut.
    """

    def __init__(self, text: str, children: Sequence[UndoCommand]) -> None:
        super().__init__(text)
        self._children = tuple(children)

    @property
    def bytes_in_memory(self) -> int:
        """How much memory the children take."""
        return sum(child.bytes_in_memory for child in self._children)

    def spill(self, store: ArrayStore) -> None:
        """Move the children's pixels out of memory."""
        for child in self._children:
            child.spill(store)

    def refresh_step(self, fresh: EditStep) -> None:
        """Take a step's new pixels in every child."""
        for child in self._children:
            child.refresh_step(fresh)

    def recorded(self) -> RecordedChange:
        """Say what the children do."""
        return ChangeGroup(self.wording, tuple(child.recorded() for child in self._children))

    # Qt overrides.

    def redo(self) -> None:
        for child in self._children:
            child.redo()

    def undo(self) -> None:
        for child in reversed(self._children):
            child.undo()
