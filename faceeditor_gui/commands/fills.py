"""Fills beside the mask: spots of the heal brush, and glasses."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.edit.inpainting.glasses_hole import glasses_hole
from core.imaging.windows import bounding_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.region_finder import RegionFinder


class FillCommands(QObject):
    """Fills what is not of the mask; each fill is one undo step."""

    posted = Signal(str)  # one sentence for the status line
    healed = Signal(object)  # Patch: a spot that is filled, or will not be

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        finder: RegionFinder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._finder = finder

    def heal(self, spot: Patch) -> None:
        """Fill a spot; any number may be asked for without waiting."""
        self._runner.fill_hole("Heal", spot, lambda _: self.healed.emit(spot))

    def remove_glasses(self) -> None:
        """Fill the glasses of the face in hand, as soon as its regions are known."""
        if not self._finder.find(self._fill_glasses):
            self.posted.emit(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
        elif self._finder.is_searching:
            self.posted.emit(self.tr("Looking for the glasses of this face…"))

    def _fill_glasses(self) -> None:
        face, found = self._document.faces.chosen, self._document.regions.found
        if face is None or found is None:
            return
        window = found.window
        hole = glasses_hole(
            self._document.composited(window),
            self._document.regions.read(window),
            self._document.landmarks(face) - [window[1].start, window[0].start],
        )
        if not hole.any():
            self.posted.emit(self.tr("This face wears no glasses that were found."))
            return
        inner = bounding_window(hole)
        left, top = window[1].start + inner[1].start, window[0].start + inner[0].start
        self._runner.fill_hole("Remove Glasses", Patch(left, top, hole[inner]))
