"""The undoable changes. Each keeps what it needs to go back: changed windows, never the photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from faceeditor_gui.document import Document
    from faceeditor_gui.steps import Patch, Steps

    MaskChanges = list[tuple[Patch, Patch]]  # before and after, only of what changed


class ChangeMask(QUndoCommand):
    """A stroke, or any other change of parts of the mask."""

    def __init__(self, document: Document, text: str, changes: MaskChanges) -> None:
        super().__init__(text)
        self._document = document
        self._changes = changes

    def redo(self) -> None:
        self._document.write_mask([after for _, after in self._changes])

    def undo(self) -> None:
        self._document.write_mask([before for before, _ in self._changes])


class InvertMask(QUndoCommand):
    """Covered becomes uncovered; its own inverse, so it keeps no pixels."""

    def __init__(self, document: Document) -> None:
        super().__init__("Invert Mask")
        self._document = document

    def redo(self) -> None:
        self._document.flip_mask()

    def undo(self) -> None:
        self._document.flip_mask()


class ChangeSteps(QUndoCommand):
    """An edit: other steps than before, and a mask from which the filled holes are gone."""

    def __init__(
        self,
        document: Document,
        text: str,
        before: Steps,
        after: Steps,
        mask_changes: MaskChanges,
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._mask_changes = mask_changes

    def redo(self) -> None:
        self._document.write_mask([after for _, after in self._mask_changes])
        self._document.write_steps(self._after)

    def undo(self) -> None:
        self._document.write_mask([before for before, _ in self._mask_changes])
        self._document.write_steps(self._before)
