"""The exemplars of a document, in the user's order."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal

from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.recorded_change import ExemplarDeletion
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory

EXEMPLAR_MIME = "application/x-faceeditor-exemplar"
"""MIME type of a dragged exemplar: its number, in digits."""
MAX_EXEMPLARS = 60
"""Capacity of the list: each exemplar takes about 4 MB."""


class DeleteExemplar(UndoCommand):
    """An exemplar that is deleted; it comes back to its place."""

    def __init__(self, exemplars: ExemplarList, text: str, exemplar: ListedExemplar) -> None:
        super().__init__(text)
        self._exemplars: ExemplarList = weakref.proxy(exemplars)  # which outlives its commands
        self._exemplar = exemplar
        self._index = exemplars.items.index(exemplar)
        self.set_pixels([exemplar.pixels])

    def recorded(self) -> ExemplarDeletion:
        """Say which exemplar goes."""
        return ExemplarDeletion(self.text(), self._exemplar)

    # Qt overrides.

    def redo(self) -> None:
        self._exemplars.remove(self._exemplar)

    def undo(self) -> None:
        self._exemplars.insert(self._exemplar, self._index)


class ExemplarList(QObject):
    """The exemplars and the chosen one; they stay when another photo is opened.

    Adding is no undo step: exemplars arrive when they are detected, amid other work.
    """

    changed = Signal()
    chosen_changed = Signal()
    listed_anew = Signal()  # by something that no undo takes back

    def __init__(self, undo_memory: UndoMemory, parent: QObject) -> None:
        super().__init__(parent)
        self._undo_memory = undo_memory
        self.items: tuple[ListedExemplar, ...] = ()
        self._chosen: int | None = None
        self._last_number = 0
        """The highest that any exemplar has had."""

    @property
    def free_slots(self) -> int:
        """How many more exemplars fit."""
        return MAX_EXEMPLARS - len(self.items)

    @property
    def chosen_number(self) -> int | None:
        """The number of the one that was chosen; None if none was."""
        return self._chosen

    @property
    def chosen(self) -> ListedExemplar | None:
        """The chosen exemplar; the first one, if none was chosen."""
        return self.find(self._chosen) or next(iter(self.items), None)

    def find(self, number: int | None) -> ListedExemplar | None:
        """Find an exemplar by its number."""
        return next((one for one in self.items if one.number == number), None)

    # Not undone.

    def add(self, exemplars: Iterable[ListedExemplar]) -> None:
        """Append exemplars as long as they fit; the first of them becomes the chosen one."""
        first = self._last_number + 1
        numbered = [replace(one, number=number) for number, one in enumerate(exemplars, first)]
        new = numbered[: self.free_slots]
        self._take_numbers(new)
        for one in new:
            self.items = (*self.items, replace(one, name=self._free_name(one.name)))
        if new:
            self.changed.emit()
            self._choose(new[0].number)
            self.listed_anew.emit()

    def take(self, exemplar: ListedExemplar) -> ListedExemplar | None:
        """Append an exemplar from elsewhere, unless the same pixels are here already.

        Returns:
            The one in the list, which is the chosen one now; None if the list is full.
        """
        present = next((one for one in self.items if _shows_the_same(one, exemplar)), None)
        if present is not None:
            self.choose(present.number)
            return present
        if not self.free_slots:
            return None
        self.add([exemplar])
        return self.chosen

    def withdraw(self, number: int) -> None:
        """Take back an exemplar that was added for a moment, as if it had never been here."""
        exemplar = self.find(number)
        if exemplar is not None:
            self.remove(exemplar)
            self.listed_anew.emit()

    def restore(
        self,
        exemplars: tuple[ListedExemplar, ...],
        chosen: int | None,
        held: Iterable[ListedExemplar],
    ) -> None:
        """Take the exemplars of a saved document, with their numbers.

        Args:
            exemplars: in the user's order.
            chosen: the number of the chosen one.
            held: those that edits hold, whether they are in the list or not.
        """
        self._take_numbers(held)
        self._chosen = chosen
        self._replace_items(exemplars)
        self.chosen_changed.emit()

    def _take_numbers(self, exemplars: Iterable[ListedExemplar]) -> None:
        """Note that these numbers are taken."""
        self._last_number = max([self._last_number, *(one.number for one in exemplars)])

    def _free_name(self, name: str) -> str:
        """Make a name unique by a number."""
        taken = {one.name for one in self.items}
        numbered = (f"{name} ({number})" for number in count(2))
        return next(one for one in chain([name], numbered) if one not in taken)

    def choose(self, number: int) -> None:
        """Choose an exemplar."""
        if number != self._chosen:
            self._choose(number)
            self.listed_anew.emit()

    def _choose(self, number: int) -> None:
        if number != self._chosen:
            self._chosen = number
            self.chosen_changed.emit()

    def move(self, number: int, index: int) -> None:
        """Put an exemplar at another index, counted as if it were not there."""
        moved = self.find(number)
        others = tuple(one for one in self.items if one is not moved)
        if moved is not None and self.items != (*others[:index], moved, *others[index:]):
            self._replace_items((*others[:index], moved, *others[index:]))
            self.listed_anew.emit()

    # User actions: each is one undo step.

    def delete(self, number: int) -> None:
        """Take an exemplar out; results keep what they have taken from it."""
        exemplar = self.find(number)
        if exemplar is not None:
            self._undo_memory.push(DeleteExemplar(self, self.tr("Delete Exemplar"), exemplar))

    # Called by undo commands only.

    def insert(self, exemplar: ListedExemplar, index: int) -> None:
        """Insert an exemplar at an index."""
        self._replace_items((*self.items[:index], exemplar, *self.items[index:]))
        self._choose(exemplar.number)

    def remove(self, exemplar: ListedExemplar) -> None:
        """Remove an exemplar; its neighbour becomes the chosen one."""
        index = self.items.index(exemplar)
        self._replace_items(tuple(one for one in self.items if one is not exemplar))
        if self.items:
            self._choose(self.items[min(index, len(self.items) - 1)].number)

    def _replace_items(self, exemplars: tuple[ListedExemplar, ...]) -> None:
        self.items = exemplars
        self._take_numbers(exemplars)
        self.changed.emit()


def _shows_the_same(one: ListedExemplar, other: ListedExemplar) -> bool:
    if one.pixels is other.pixels:
        return True
    same_points = np.array_equal(one.landmarks, other.landmarks)
    return same_points and np.array_equal(one.image, other.image)


def exemplar_mime_data(number: int) -> QMimeData:
    """Pack an exemplar's number as drag data."""
    data = QMimeData()
    data.setData(EXEMPLAR_MIME, str(number).encode("ascii"))
    return data


def exemplar_number_in(data: QMimeData) -> int | None:
    """Return the number of a dragged exemplar; None if something else is dragged."""
    digits = bytes(data.data(EXEMPLAR_MIME).data()).decode("ascii", "replace")
    return int(digits) if digits.isdigit() else None
