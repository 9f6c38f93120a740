"""The undoable changes. Each keeps what it needs to go back: changed windows, never the photo."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QUndoCommand

from faceeditor_gui.document.array_store import Attic, Stored
from faceeditor_gui.document.edit_step import EditStep, Steps, refreshed

if TYPE_CHECKING:
    from core.face.face import Face
    from faceeditor_gui.document.document import Document
    from faceeditor_gui.document.exemplar import Exemplar
    from faceeditor_gui.document.mask_delta import MaskChange
    from faceeditor_gui.document.sparse_mask import SparseMask


class Change(QUndoCommand):
    """Any undoable change; its pixels can move out of memory."""

    def __init__(self, document: Document, text: str) -> None:
        super().__init__(text)
        # The document owns its changes; a circle would be destroyed in an order that Qt abhors.
        self._document: Document = weakref.proxy(document)
        self._pixels: list[Stored[Any]] = []
        self.bytes_in_memory = 0
        """How much memory it takes."""

    def put_away(self, attic: Attic) -> None:
        """Move the pixels out of memory.

        Raises:
            OSError: the disk takes no more.
        """
        for pixels in self._pixels:
            pixels.put_away(attic)
        self.bytes_in_memory = 0

    def refresh(self, fresh: EditStep) -> None:
        """Take a step's new pixels wherever it stands over the picture that they were made on."""

    def holds(self, pixels: Iterable[Stored[Any]]) -> None:
        """Say what this change has brought into memory."""
        self._pixels = list(pixels)
        self.bytes_in_memory = sum(one.bytes_in_memory for one in self._pixels)


class ChangeMask(Change):
    """A stroke, or any other change of parts of the mask."""

    def __init__(self, document: Document, text: str, change: MaskChange) -> None:
        super().__init__(document, text)
        self._change = change
        self.holds(change.pixels)

    def redo(self) -> None:
        self._document.flip_mask(self._change)

    def undo(self) -> None:
        self._document.flip_mask(self._change)


class ChangeSketch(Change):
    """A line of the sketch, or any other change of it."""

    def __init__(self, document: Document, text: str, change: MaskChange) -> None:
        super().__init__(document, text)
        self._change = change
        self.holds(change.pixels)

    def redo(self) -> None:
        self._document.sketch.flip(self._change)

    def undo(self) -> None:
        self._document.sketch.flip(self._change)


class MoveLandmarks(Change):
    """Points of a face that the user has put right."""

    def __init__(self, document: Document, text: str, before: Face, after: Face) -> None:
        super().__init__(document, text)
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._document.write_face(self._before, self._after)

    def undo(self) -> None:
        self._document.write_face(self._after, self._before)


class ChangeRegions(Change):
    """A stroke on the map of regions."""

    def __init__(
        self, document: Document, text: str, before: SparseMask, after: SparseMask
    ) -> None:
        super().__init__(document, text)
        self._before = before
        self._after = after
        there = {id(tile) for tile in before.tiles.values()}
        self.holds(tile for tile in after.tiles.values() if id(tile) not in there)

    def redo(self) -> None:
        self._document.regions.write(self._after)

    def undo(self) -> None:
        self._document.regions.write(self._before)


class DeleteExemplar(Change):
    """An exemplar that is wanted no longer; it comes back to its place."""

    def __init__(self, document: Document, text: str, exemplar: Exemplar, place: int) -> None:
        super().__init__(document, text)
        self._exemplar = exemplar
        self._place = place
        self.holds([exemplar.pixels])

    def redo(self) -> None:
        self._document.shelf.take_out(self._exemplar)

    def undo(self) -> None:
        self._document.shelf.put(self._exemplar, self._place)


class ChangeSteps(Change):
    """Other steps than before, and perhaps a mask from which the filled holes are gone."""

    def __init__(
        self,
        document: Document,
        text: str,
        before: Steps,
        after: Steps,
        *,
        mask_changes: tuple[MaskChange, ...] = (),
        face_change: tuple[Face, Face] | tuple[()] = (),
        gesture: int = 0,
    ) -> None:
        """Changes of one gesture, if that is not 0, become one.

        Args:
            document: what changes.
            text: what the undo menu calls it.
            before, after: the steps.
            mask_changes: what happens to the mask.
            face_change: a face before and after, if its points change too.
            gesture: its number.
        """
        super().__init__(document, text)
        self._before = before
        self._after = after
        self._mask_changes = mask_changes
        self._face_change = face_change
        self._gesture = gesture
        self._count()

    def refresh(self, fresh: EditStep) -> None:
        self._before = refreshed(self._before, fresh)
        self._after = refreshed(self._after, fresh)
        self._count()

    def _count(self) -> None:
        """What a change brings into memory is what was not there before it."""
        before = {id(pixels) for step in self._before for pixels in _pixels_of(step)}
        brought = [
            pixels
            for step in self._after
            for pixels in _pixels_of(step)
            if id(pixels) not in before
        ]
        self.holds([*brought, *(p for change in self._mask_changes for p in change.pixels)])

    def redo(self) -> None:
        for change in self._mask_changes:
            self._document.flip_mask(change)
        if self._face_change:
            self._document.write_face(*self._face_change)
        self._document.write_steps(self._after)

    def undo(self) -> None:
        for change in reversed(self._mask_changes):
            self._document.flip_mask(change)
        if self._face_change:
            self._document.write_face(*reversed(self._face_change))
        self._document.write_steps(self._before)

    # Qt overrides.

    def id(self) -> int:
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeSteps):
            return False
        self._after = other._after
        self._count()
        self.setObsolete(not self._mask_changes and _look_alike(self._before, self._after))
        return True


def _look_alike(before: Steps, after: Steps) -> bool:
    """Tell whether a gesture has led back to where it began."""
    return [(one.number, one.is_visible, one.look) for one in before] == [
        (one.number, one.is_visible, one.look) for one in after
    ]


def _pixels_of(step: EditStep) -> Iterable[Stored[Any]]:
    return step.outcome.patch, step.outcome.coverage, *step.kept.tiles.values()
