"""The undo commands. Each keeps the changed windows only, never the photo."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QUndoCommand

from faceeditor_gui.document.array_store import ArrayStore, StoredArray
from faceeditor_gui.document.edit_step import EditStep, Steps, refresh_steps

if TYPE_CHECKING:
    from core.face.face import Face
    from faceeditor_gui.document.document import Document
    from faceeditor_gui.document.exemplar import ListedExemplar
    from faceeditor_gui.document.mask_delta import MaskDelta
    from faceeditor_gui.document.sparse_mask import SparseMask


class UndoCommand(QUndoCommand):
    """An undoable change of the document; its arrays can be spilled to disk."""

    def __init__(self, document: Document, text: str) -> None:
        super().__init__(text)
        # The document owns its commands; a cycle would be destroyed in an order that Qt abhors.
        self._document: Document = weakref.proxy(document)
        self._pixels: list[StoredArray[Any]] = []
        self.bytes_in_memory = 0
        """Size of the arrays it holds in memory."""

    def spill(self, store: ArrayStore) -> None:
        """Move the arrays to the store.

        Raises:
            OSError: the disk is full.
        """
        for pixels in self._pixels:
            pixels.spill(store)
        self.bytes_in_memory = 0

    def refresh_step(self, fresh: EditStep) -> None:
        """Set a step's new pixels wherever it lies over the steps that they were made on."""

    def set_pixels(self, pixels: Iterable[StoredArray[Any]]) -> None:
        """Set the arrays that this command has added to memory."""
        self._pixels = list(pixels)
        self.bytes_in_memory = sum(one.bytes_in_memory for one in self._pixels)


class ChangeMask(UndoCommand):
    """A stroke, or any other change of the mask."""

    def __init__(self, document: Document, text: str, delta: MaskDelta) -> None:
        super().__init__(document, text)
        self._delta = delta
        self.set_pixels(delta.pixels)

    def redo(self) -> None:
        self._document.apply_mask_delta(self._delta)

    def undo(self) -> None:
        self._document.apply_mask_delta(self._delta)


class ChangeSketch(UndoCommand):
    """A stroke, or any other change of the sketch."""

    def __init__(self, document: Document, text: str, delta: MaskDelta) -> None:
        super().__init__(document, text)
        self._delta = delta
        self.set_pixels(delta.pixels)

    def redo(self) -> None:
        self._document.sketch.apply_delta(self._delta)

    def undo(self) -> None:
        self._document.sketch.apply_delta(self._delta)


class MoveLandmarks(UndoCommand):
    """Landmarks of a face that the user has corrected."""

    def __init__(self, document: Document, text: str, before: Face, after: Face) -> None:
        super().__init__(document, text)
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._document.replace_face(self._before, self._after)

    def undo(self) -> None:
        self._document.replace_face(self._after, self._before)


class ChangeRegions(UndoCommand):
    """A stroke on the region map."""

    def __init__(
        self, document: Document, text: str, before: SparseMask, after: SparseMask
    ) -> None:
        super().__init__(document, text)
        self._before = before
        self._after = after
        shared = {id(tile) for tile in before.tiles.values()}
        self.set_pixels(tile for tile in after.tiles.values() if id(tile) not in shared)

    def redo(self) -> None:
        self._document.regions.replace_painted(self._after)

    def undo(self) -> None:
        self._document.regions.replace_painted(self._before)


class DeleteExemplar(UndoCommand):
    """A deleted exemplar; undo restores it at its index."""

    def __init__(self, document: Document, text: str, exemplar: ListedExemplar, index: int) -> None:
        super().__init__(document, text)
        self._exemplar = exemplar
        self._index = index
        self.set_pixels([exemplar.pixels])

    def redo(self) -> None:
        self._document.exemplars.remove(self._exemplar)

    def undo(self) -> None:
        self._document.exemplars.insert(self._exemplar, self._index)


class ChangeSteps(UndoCommand):
    """A change of the steps, and perhaps of the mask and of a face."""

    def __init__(
        self,
        document: Document,
        text: str,
        before: Steps,
        after: Steps,
        *,
        mask_deltas: tuple[MaskDelta, ...] = (),
        face_change: tuple[Face, Face] | tuple[()] = (),
        gesture: int = 0,
    ) -> None:
        """Commands of one gesture, if that is not 0, are merged.

        Args:
            document: the one that changes.
            text: its name in the undo menu.
            before, after: the steps.
            mask_deltas: changes of the mask.
            face_change: a face before and after, if its landmarks change too.
            gesture: its number.
        """
        super().__init__(document, text)
        self._before = before
        self._after = after
        self._mask_deltas = mask_deltas
        self._face_change = face_change
        self._gesture = gesture
        self._count_arrays()

    def refresh_step(self, fresh: EditStep) -> None:
        self._before = refresh_steps(self._before, fresh)
        self._after = refresh_steps(self._after, fresh)
        self._count_arrays()

    def _count_arrays(self) -> None:
        """Count the arrays that the steps did not hold before."""
        before = {id(pixels) for step in self._before for pixels in _pixels_of(step)}
        new = [
            pixels
            for step in self._after
            for pixels in _pixels_of(step)
            if id(pixels) not in before
        ]
        self.set_pixels([*new, *(p for delta in self._mask_deltas for p in delta.pixels)])

    def redo(self) -> None:
        for delta in self._mask_deltas:
            self._document.apply_mask_delta(delta)
        if self._face_change:
            self._document.replace_face(*self._face_change)
        self._document.replace_steps(self._after)

    def undo(self) -> None:
        for delta in reversed(self._mask_deltas):
            self._document.apply_mask_delta(delta)
        if self._face_change:
            self._document.replace_face(*reversed(self._face_change))
        self._document.replace_steps(self._before)

    # Qt overrides.

    def id(self) -> int:
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeSteps):
            return False
        self._after = other._after
        self._count_arrays()
        self.setObsolete(
            not self._mask_deltas and _have_same_fingerprints(self._before, self._after)
        )
        return True


def _have_same_fingerprints(before: Steps, after: Steps) -> bool:
    """Tell whether a gesture has returned to its start."""
    return [(one.number, one.is_visible, one.fingerprint) for one in before] == [
        (one.number, one.is_visible, one.fingerprint) for one in after
    ]


def _pixels_of(step: EditStep) -> Iterable[StoredArray[Any]]:
    return step.outcome.patch, step.outcome.coverage, *step.layer_mask.tiles.values()
