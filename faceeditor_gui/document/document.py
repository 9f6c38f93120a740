"""The document: gathers all that is saved and undone; each part owns its state and its commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.face.face import Face
from core.imaging.arrays import Image, Window
from faceeditor_gui.document.coverage_layer import CoverageLayer, CoverageNames
from faceeditor_gui.document.edit_step import (
    EditStep,
    Steps,
    composite_steps,
    landmarks_after,
)
from faceeditor_gui.document.exemplar_list import ExemplarList
from faceeditor_gui.document.face_list import FaceList
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import RegionMap
from faceeditor_gui.document.step_list import StepList
from faceeditor_gui.document.undo_command import CompositeCommand, UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory

if TYPE_CHECKING:
    from core.anatomy.landmarks import Landmarks
    from core.image_io.photo import Photo


class Document(QObject):
    """Photo, steps, mask, sketch, faces, regions and exemplars, and one undo history for them.

    Signals say what has happened, after it has happened. The photo itself never changes: what
    is shown is photo + steps.
    """

    photo_changed = Signal()
    name_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_memory = undo = UndoMemory(self.undo_stack)
        self.steps = StepList(undo, self)
        self.mask = CoverageLayer(
            undo,
            CoverageNames(
                self.tr("Paint"), self.tr("Erase"), self.tr("Clear Mask"), self.tr("Invert Mask")
            ),
            self,
        )
        self.sketch = CoverageLayer(
            undo,
            CoverageNames(
                self.tr("Sketch"),
                self.tr("Erase Sketch"),
                self.tr("Clear Sketch"),
                self.tr("Invert Sketch"),
            ),
            self,
        )
        self.faces = FaceList(undo, self)
        self.exemplars = ExemplarList(undo, self)
        self.regions = RegionMap(undo, self)
        self.photo: Photo | None = None
        self.name = ""
        """What the title bar calls the photo."""
        self.source_path: Path | None = None
        """The file that the photo was read from."""
        self.saved_path: Path | None = None
        """The file that it was last saved to."""
        self._saved_steps: Steps = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the photo; zero if none is open."""
        return self.mask.shape

    @property
    def has_unsaved_edits(self) -> bool:
        """Tell whether the picture differs from its last saved state."""
        return self.steps.items != self._saved_steps

    @property
    def has_unsaved_work(self) -> bool:
        """Tell whether edits, a mask or landmarks would be lost; exemplars may be."""
        is_there = (
            self.has_unsaved_edits or not self.mask.is_empty or self.faces.has_manual_landmarks
        )
        return is_there and not self.undo_stack.isClean()

    def composited(
        self,
        window: Window,
        *,
        without: EditStep | None = None,
        instead: EditStep | None = None,
    ) -> Image:
        """Return photo + steps in one window, `without` a step or with another one `instead`."""
        steps = (
            instead if instead is not None and step.number == instead.number else step
            for step in self.steps.items
            if without is None or step.number != without.number
        )
        return composite_steps(self.original(), steps, window)

    def original(self) -> Image:
        """Return the photo itself; not to be written to."""
        assert self.photo is not None
        return self.photo.image

    def landmarks(self, face: Face, below: EditStep | None = None) -> Landmarks:
        """Find where a face's (68, 2) points are in the edited picture, or below one step."""
        steps = self.steps.items
        end = len(steps) if below is None else steps.index(below)
        return landmarks_after(face.landmarks, steps[:end])

    # What happens to the document as a whole: not undone.

    def open(self, photo: Photo, name: str, source_path: Path | None = None) -> None:
        """Begin anew with another photo; the exemplars stay."""
        self.photo, self.name, self.source_path, self.saved_path = photo, name, source_path, None
        self._saved_steps = ()
        height, width = photo.image.shape[:2]
        self.undo_memory.clear()
        for layer in (self.mask, self.sketch):
            layer.reset((height, width))
        self.regions.reset((height, width))
        self.photo_changed.emit()
        self.name_changed.emit()
        self.faces.reset()
        self.steps.reset((height, width))

    def mark_saved(self, path: Path, steps: Steps) -> None:
        """Note that these steps are on disk."""
        self.saved_path, self.name = path, path.name
        self._saved_steps = steps
        if steps == self.steps.items:
            self.undo_stack.setClean()
        self.name_changed.emit()

    # What concerns several parts: one undo step.

    def apply(self, text: str, steps: Steps, filled: tuple[Patch, ...] = ()) -> None:
        """Take other steps; the holes that were filled leave the mask."""
        if not filled:
            self.steps.apply(text, steps)
            return
        children = [self.mask.removal_of(filled), self.steps.change_command("", steps)]
        self.undo_memory.push(CompositeCommand(text, children))

    def reset_landmarks(self, face: Face) -> bool:
        """Put a face's points back where they were found; tells whether they were elsewhere."""
        children: list[UndoCommand] = []
        move = self.faces.move_command("", face, self.faces.detected_landmarks(face))
        if move is not None:
            children.append(move)
        left = self.steps.without_reshapes_of(face.landmarks)
        if left != self.steps.items:
            children.append(self.steps.change_command("", left))
        if children:
            self.undo_memory.push(CompositeCommand(self.tr("Reset Points"), children))
        return bool(children)
