"""What is done with exemplars by menu, keys and drops: add them, and take something of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.face.face import Face
from faceeditor_gui.canvas.exemplar_drop import Drops
from faceeditor_gui.commands.exemplar_edits import Borrowing
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.state.face_targets import Target
from faceeditor_gui.state.settings import Settings


class ExemplarCommands(QObject):
    """Commands of the Face menu, and the answers to drops on the photo."""

    def __init__(
        self, finder: ExemplarFinder, borrowing: Borrowing, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._finder = finder
        self._borrowing = borrowing
        self._settings = settings
        self._window = window

    def answer(self, drops: Drops, regions: RegionFinder) -> None:
        """Make what is dropped on the photo; look for hair while an exemplar is over it."""
        drops.began.connect(partial(regions.find, drops.look_again))
        drops.dropped.connect(self._on_dropped)
        self._borrowing.refused.connect(drops.refuse)

    def add(self) -> None:
        """Ask for pictures of faces and take them."""
        dialogs.ask_exemplars(self._window, self._settings.folder, self._add_files)

    def paste(self) -> None:
        """Take the face on the clipboard."""
        self._finder.paste()

    def add_chosen_face(self) -> None:
        """Take the chosen face of the photo itself, for another face in it."""
        self._finder.add_chosen_face()

    def take(self, target: Target) -> None:
        """Make something of the chosen face like the exemplar in hand."""
        self._borrowing.take_chosen(target)

    def paint_randomly(self) -> None:
        """Give the chosen face a random style."""
        self._borrowing.paint_randomly()

    def _on_dropped(self, number: int, face: Face, target: Target) -> None:
        self._borrowing.take(number, face, (target,))

    def _add_files(self, paths: list[Path]) -> None:
        self._settings.folder = paths[0].parent
        self._finder.add_files(paths)
