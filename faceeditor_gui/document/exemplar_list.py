"""The exemplars of a document: faces to take parts from, in the order that the user gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count

from PySide6.QtCore import QMimeData, QObject, Signal

from faceeditor_gui.document.exemplar import Exemplar

MIME = "application/x-faceeditor-exemplar"
"""What a dragged exemplar is called: its number, in digits."""
MOST = 60
"""How many faces it takes: at 4 MB each, memory enough."""


class Shelf(QObject):
    """The exemplars and the one in hand; they stay when another photo is opened.

    Adding is not undone: faces arrive when they have been found, in the middle of other work.
    Deleting is, by the document.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exemplars: tuple[Exemplar, ...] = ()
        self._chosen: int | None = None
        self._numbers = count(1)

    @property
    def room(self) -> int:
        """How many more it takes."""
        return MOST - len(self.exemplars)

    @property
    def chosen(self) -> Exemplar | None:
        """The one in hand; the first, if none was chosen."""
        return self.find(self._chosen) or next(iter(self.exemplars), None)

    def find(self, number: int | None) -> Exemplar | None:
        """Find an exemplar by its number."""
        return next((one for one in self.exemplars if one.number == number), None)

    # What is not undone.

    def add(self, exemplars: Iterable[Exemplar]) -> None:
        """Put as many faces at the end as there is room for; the first of them comes in hand."""
        new = [replace(one, number=next(self._numbers)) for one in exemplars][: self.room]
        for one in new:
            self.exemplars = (*self.exemplars, replace(one, name=self._free_name(one.name)))
        if new:
            self.changed.emit()
            self.choose(new[0].number)

    def _free_name(self, name: str) -> str:
        """Number a name that another face has already."""
        taken = {one.name for one in self.exemplars}
        numbered = (f"{name} ({number})" for number in count(2))
        return next(one for one in chain([name], numbered) if one not in taken)

    def choose(self, number: int) -> None:
        """Take an exemplar in hand."""
        if number != self._chosen:
            self._chosen = number
            self.chosen_changed.emit()

    def move(self, number: int, place: int) -> None:
        """Put an exemplar at another place, counted as if it were not there."""
        moved = self.find(number)
        others = tuple(one for one in self.exemplars if one is not moved)
        if moved is not None and self.exemplars != (*others[:place], moved, *others[place:]):
            self._write((*others[:place], moved, *others[place:]))

    # What commands do: nobody else calls these.

    def put(self, exemplar: Exemplar, place: int) -> None:
        """Put an exemplar back where it was."""
        self._write((*self.exemplars[:place], exemplar, *self.exemplars[place:]))
        self.choose(exemplar.number)

    def take_out(self, exemplar: Exemplar) -> None:
        """Take an exemplar out; its neighbour is the one in hand then."""
        place = self.exemplars.index(exemplar)
        self._write(tuple(one for one in self.exemplars if one is not exemplar))
        if self.exemplars:
            self.choose(self.exemplars[min(place, len(self.exemplars) - 1)].number)

    def _write(self, exemplars: tuple[Exemplar, ...]) -> None:
        self.exemplars = exemplars
        self.changed.emit()


def as_mime(number: int) -> QMimeData:
    """Pack an exemplar's number, to be dragged."""
    data = QMimeData()
    data.setData(MIME, str(number).encode("ascii"))
    return data


def number_in(data: QMimeData) -> int | None:
    """Find the number of a dragged exemplar; None if something else is dragged."""
    digits = bytes(data.data(MIME).data()).decode("ascii", "replace")
    return int(digits) if digits.isdigit() else None
