"""Picks regions of the face by a click, or by a drag over several."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal

from core.anatomy.regions import Region
from core.imaging.arrays import Position
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.mask_mode import MaskMode, mask_mode_of


class RegionTool(QObject):
    """Highlights the regions it passes over, and signals where the user has picked."""

    picked = Signal(object, object)  # positions in image pixels, MaskMode or None

    def __init__(
        self,
        document: Document,
        highlight: Callable[[Collection[Region]], None],
        parent: QObject | None = None,
    ) -> None:
        """`highlight` shows regions as those that a click would pick."""
        super().__init__(parent)
        self._document = document
        self._highlight = highlight
        self._positions: list[Position] = []
        self._mask_mode: MaskMode | None = None
        self.path: list[Position] = []

    def hover(self, at: Position | None) -> None:
        """Show which region is under the pointer; None is elsewhere."""
        if not self._positions:
            self._highlight(self._document.regions.regions_at([] if at is None else [at]))

    def press(self, contact: Contact) -> None:
        """Begin; the modifiers say what becomes of the mask."""
        self._mask_mode = mask_mode_of(contact.modifiers, is_opposite=contact.is_opposite)
        self._positions = []
        self.move(contact)

    def move(self, contact: Contact) -> None:
        """Pass over further regions."""
        self._positions.append(contact.at)
        self._highlight(self._document.regions.regions_at(self._positions))

    def release(self) -> bool:
        """Pick the regions that were passed over."""
        positions, self._positions = self._positions, []
        self.picked.emit(positions, self._mask_mode)
        return True

    def cancel(self) -> None:
        """Pick none."""
        self._positions = []
        self._highlight(())
