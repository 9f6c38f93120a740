"""Works on a document until it is killed; writes a line whenever a gesture is on the disk.

python -m tests.gui.jobs.gestures FOLDER SEED
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from core.anatomy.regions import Region
from core.edit.requests import SmileKind
from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    ExemplarSettings,
    FillSettings,
    SmileSettings,
)
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.journal import Journal
from faceeditor_gui.state.exemplar_parts import WholePart

HEIGHT, WIDTH = 300, 400
FACE = np.random.default_rng(1).uniform(100, 200, (68, 2))


def checksum(document: Document) -> int:
    """Return a number that differs where anything that is painted differs."""
    whole = whole_window(*document.shape)
    parts = (
        document.composited(whole),
        document.mask.read(whole),
        document.sketch.read(whole),
        document.regions.painted.read(whole),
    )
    number = 0
    for part in parts:
        number = zlib.crc32(np.ascontiguousarray(part).data, number)
    return number


class Gestures:
    """Makes one random gesture after another: the same for the same seed."""

    def __init__(self, document: Document, seed: int) -> None:
        self._document = document
        self._random = np.random.default_rng(seed)
        image = self._noise(HEIGHT, WIDTH, 3)
        document.open(photo_from_array(image), "noise.png")
        self.history = [checksum(document)]
        """A checksum for each place of the undo history up to the present one."""
        self._sketch()
        self.history.append(checksum(document))

    def make(self) -> None:
        """Make one, and note what the history has become."""
        document, stack = self._document, self._document.undo_stack
        kinds = (self._paint, self._sketch, self._edit, self._slide, self._label, self._undo)
        kinds[self._random.integers(len(kinds))]()
        self.history[stack.index() :] = [checksum(document)]

    def _stroke(self) -> Patch:
        height, width = self._random.integers(1, 60, 2)
        left, top = (
            self._random.integers(0, WIDTH - width),
            self._random.integers(0, HEIGHT - height),
        )
        return Patch(int(left), int(top), self._noise(height, width))

    def _noise(self, *shape: int) -> np.ndarray:
        return self._random.integers(0, 256, shape, np.uint8)

    def _paint(self) -> None:
        self._document.mask.paint(self._stroke(), erase=bool(self._random.integers(2)))

    def _sketch(self) -> None:
        self._document.sketch.paint(self._stroke())

    def _label(self) -> None:
        self._document.regions.paint(self._stroke(), Region.HAIR)

    def _edit(self) -> None:
        """Fill the mask, smile, or take an exemplar that is dropped."""
        below, window = self._document.steps.items, whole_window(HEIGHT, WIDTH)
        hole = self._document.mask.patch_in(window)
        pixels = StoredArray(self._noise(30, 30, 3))
        self._document.exemplars.add([ListedExemplar("Anna", pixels, FACE / 10)])
        anna = self._document.exemplars.chosen
        parts, number = (WholePart.LOOK,), self._document.steps.new_number()
        kinds: list[EditSettings] = [
            SmileSettings(window, FACE, 0.5, SmileKind.OPEN),
            ExemplarSettings(window, FACE, anna, parts, number),
        ]
        if hole is not None:
            kinds.append(FillSettings(hole, window, (FACE,)))
        settings = kinds[self._random.integers(len(kinds))]
        outcome = Outcome.of(self._noise(40, 50, 3), self._noise(40, 50), 60, 70, below)
        holes = (hole,) if isinstance(settings, FillSettings) else ()
        self._document.apply("Edit", (*below, EditStep(settings, outcome)), holes)

    def _slide(self) -> None:
        steps, gesture = self._document.steps, self._document.steps.new_gesture()
        if steps.items:
            for opacity in self._random.uniform(0, 1, 4):
                steps.set_opacity(steps.items[-1].number, float(opacity), gesture=gesture)

    def _undo(self) -> None:
        self._document.undo_stack.undo()


def main() -> None:
    """Work on until killed."""
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    application = QCoreApplication(sys.argv[:1])
    document = Document()
    journal = Journal(document, folder)
    gestures = Gestures(document, seed)
    while True:
        gestures.make()
        while journal.is_busy:
            application.processEvents()
        sys.stdout.write("kept\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
