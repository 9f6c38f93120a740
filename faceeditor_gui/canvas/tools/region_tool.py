"""Takes regions of the face by a click, or by a drag over several."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal

from core.anatomy.regions import Region
from core.imaging.arrays import Position
from faceeditor_gui.canvas.tools.pointer import Contact
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.mask_mode import Combine, wish_in


class RegionTool(QObject):
    """Shows which regions it is on, and says which the user wants."""

    picked = Signal(object, object)  # positions in image pixels, Combine or None

    def __init__(
        self,
        document: Document,
        point_at: Callable[[Collection[Region]], None],
        parent: QObject | None = None,
    ) -> None:
        """`point_at` shows regions as those that a click would take."""
        super().__init__(parent)
        self._document = document
        self._point_at = point_at
        self._passed: list[Position] = []
        self._wish: Combine | None = None
        self.path: list[Position] = []

    def hover(self, at: Position | None) -> None:
        """Show which region is under the pointer; None is elsewhere."""
        if not self._passed:
            self._point_at(self._document.regions.along([] if at is None else [at]))

    def press(self, contact: Contact) -> None:
        """Begin; the modifiers say what becomes of the mask."""
        self._wish = wish_in(contact.modifiers, is_opposite=contact.is_opposite)
        self._passed = []
        self.move(contact)

    def move(self, contact: Contact) -> None:
        """Pass over further regions."""
        self._passed.append(contact.at)
        self._point_at(self._document.regions.along(self._passed))

    def release(self) -> bool:
        """Take the regions that were passed over."""
        passed, self._passed = self._passed, []
        self.picked.emit(passed, self._wish)
        return True

    def cancel(self) -> None:
        """Take none."""
        self._passed = []
        self._point_at(())
