"""Exemplar commands of menu, keys and drops: add exemplars and transfer their parts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.face.face import Face
from faceeditor_gui.canvas.exemplar_drop import ExemplarDrop
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.state.exemplar_parts import ExemplarPart
from faceeditor_gui.state.settings import Settings


class ExemplarCommands(QObject):
    """Commands of the Face menu, and drops on the photo."""

    def __init__(
        self,
        finder: ExemplarFinder,
        exemplar_edits: ExemplarEdits,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._finder = finder
        self._exemplar_edits = exemplar_edits
        self._settings = settings
        self._window = window

    def connect_drop(self, exemplar_drop: ExemplarDrop, regions: RegionFinder) -> None:
        """Apply what is dropped on the photo; find regions while an exemplar is dragged over it."""
        exemplar_drop.drag_started.connect(partial(regions.find, exemplar_drop.update_areas))
        exemplar_drop.exemplar_dropped.connect(self._on_dropped)
        self._exemplar_edits.refused.connect(exemplar_drop.refuse)

    def add(self) -> None:
        """Ask for photos of faces and add them."""
        dialogs.ask_exemplars(self._window, self._settings.folder, self._add_files)

    def paste(self) -> None:
        """Add the face on the clipboard."""
        self._finder.paste()

    def add_chosen_face(self) -> None:
        """Add the chosen face of the photo itself, for another face in it."""
        self._finder.add_chosen_face()

    def transfer(self, part: ExemplarPart) -> None:
        """Transfer a part of the chosen exemplar to the chosen face."""
        self._exemplar_edits.transfer_chosen(part)

    def apply_random_style(self) -> None:
        """Give the chosen face a random style."""
        self._exemplar_edits.apply_random_style()

    def _on_dropped(self, number: int, face: Face, part: ExemplarPart) -> None:
        self._exemplar_edits.transfer(number, face, (part,))

    def _add_files(self, paths: list[Path]) -> None:
        self._settings.folder = paths[0].parent
        self._finder.add_files(paths)
