"""The document: gathers all that is saved and undone; each part owns its state and its commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.face.face import Face
from core.imaging.arrays import Image, Window
from core.imaging.windows import whole_window
from faceeditor_gui.document.coverage_layer import ChangeCoverage, CoverageLayer, CoverageNames
from faceeditor_gui.document.edit_settings import MapSettings
from faceeditor_gui.document.edit_step import (
    EditStep,
    Steps,
    composite_steps,
    landmarks_after,
)
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import DeleteExemplar, ExemplarList
from faceeditor_gui.document.face_list import FaceList, MoveLandmarks
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.recorded_change import (
    ChangeGroup,
    CoverageChange,
    ExemplarDeletion,
    FaceChange,
    FaceDeletion,
    RecordedChange,
    RegionsChange,
    StepsChange,
)
from faceeditor_gui.document.region_map import ChangeRegions, RegionMap
from faceeditor_gui.document.snapshot import DocumentSnapshot
from faceeditor_gui.document.step_list import ChangeSteps, StepList
from faceeditor_gui.document.undo_command import CompositeCommand, UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory

if TYPE_CHECKING:
    from core.anatomy.landmarks import Landmarks
    from core.image_io.photo import Photo
    from core.project.project import PhotoFile


class Document(QObject):
    """Photo, steps, mask, sketch, faces, regions and exemplars, and one undo history for them.

    Signals say what has happened, after it has happened. The photo itself never changes: what
    is shown is photo + steps.
    """

    photo_changed = Signal()
    name_changed = Signal()
    closing = Signal()  # what is there goes, for another photo
    opened = Signal()  # a photo or a project, and everything of it is there
    saved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_memory = undo = UndoMemory(self.undo_stack)
        self.steps = StepList(undo, self)
        self.mask = CoverageLayer(
            undo,
            CoverageNames(
                "mask",
                self.tr("Paint"),
                self.tr("Erase"),
                self.tr("Clear Mask"),
                self.tr("Invert Mask"),
            ),
            self,
        )
        self.sketch = CoverageLayer(
            undo,
            CoverageNames(
                "sketch",
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
        """The file that the photo was read from; None if it was in a project."""
        self.exported_path: Path | None = None
        """The file that the picture was last exported to."""
        self.exported_bits: int | None = None
        """The bits a channel that were asked for then; None: the photo's own."""
        self.project_path: Path | None = None
        """The project that all was last saved to, or opened from."""
        self._saved_exemplars: tuple[ListedExemplar, ...] = ()
        self.photo_file: PhotoFile | None = None
        """That file itself; None for a photo that was pasted, or is the sample."""
        self.knows_faces = False
        """Whether the photo's faces came with it, and need not be looked for."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the photo; zero if none is open."""
        return self.mask.shape

    @property
    def revision(self) -> tuple[object, ...]:
        """Equal as long as no change has been made that undo knows, or all were undone again."""
        command = self.undo_stack.command(self.undo_stack.index() - 1)
        serial = command.serial if isinstance(command, UndoCommand) else 0
        return self.undo_stack.index(), serial, self.steps.items

    @property
    def has_unsaved_work(self) -> bool:
        """Tell whether anything would be lost that no project holds."""
        if self.project_path is None:
            is_there = self.steps.items or self.faces.has_manual_landmarks
            is_painted = not (self.mask.is_empty and self.sketch.is_empty)
            return bool(is_there or is_painted) and not self.undo_stack.isClean()
        has_other_exemplars = self.exemplars.items != self._saved_exemplars
        return has_other_exemplars or not self.undo_stack.isClean()

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

    def open(
        self,
        photo: Photo,
        name: str,
        source_path: Path | None = None,
        photo_file: PhotoFile | None = None,
    ) -> None:
        """Begin anew with another photo; the exemplars stay."""
        self.closing.emit()
        self.photo, self.name, self.source_path = photo, name, source_path
        self.photo_file, self.knows_faces = photo_file, False
        self.exported_path = self.exported_bits = self.project_path = None
        self._begin()
        self.opened.emit()

    def restore(self, saved: DocumentSnapshot, path: Path | None, name: str = "") -> None:
        """Begin anew with all that was saved, exemplars too.

        Args:
            saved: what to put back.
            path: the project that it belongs to; None: to none yet.
            name: what the title bar calls it, if there is no project.
        """
        self.closing.emit()
        self.photo, self.source_path = saved.photo, None
        self.name = name if path is None else path.name
        self.photo_file, self.knows_faces = saved.photo_file, bool(saved.faces)
        self.exported_path, self.exported_bits, self.project_path = None, None, path
        self._begin()
        self._saved_exemplars = saved.exemplars
        self.exemplars.restore(saved.exemplars, saved.chosen_exemplar, saved.held_exemplars)
        self.mask.restore(saved.mask)
        self.sketch.restore(saved.sketch)
        self.regions.replace_painted(saved.painted_regions)
        self.faces.restore(saved.faces, saved.chosen_face)
        self.steps.restore(saved.steps)
        self.opened.emit()

    def command_of(self, change: RecordedChange) -> UndoCommand:
        """Make the command that makes a change once more; what it changes must be as it was."""
        match change:
            case StepsChange(text, before, after):
                return ChangeSteps(self.steps, text, before, after)
            case CoverageChange(text, key, delta):
                layer = next(one for one in (self.mask, self.sketch) if one.key == key)
                return ChangeCoverage(layer, text, delta)
            case FaceChange(text, before_face, after_face):
                return MoveLandmarks(self.faces, text, before_face, after_face)
            case FaceDeletion(text, deleted):
                return self.faces.deletion_command(text, deleted)
            case RegionsChange(text, painted_before, painted_after):
                return ChangeRegions(self.regions, text, painted_before, painted_after)
            case ExemplarDeletion(text, exemplar):
                return DeleteExemplar(self.exemplars, text, exemplar)
            case ChangeGroup(text, changes):
                return CompositeCommand(text, [self.command_of(one) for one in changes])

    def _begin(self) -> None:
        assert self.photo is not None
        height, width = self.photo.image.shape[:2]
        self.undo_memory.clear()
        for layer in (self.mask, self.sketch):
            layer.reset((height, width))
        self.regions.reset((height, width))
        self.photo_changed.emit()
        self.name_changed.emit()
        self.faces.reset()
        self.steps.reset((height, width))

    def snapshot(self) -> DocumentSnapshot:
        """Take down all that a project keeps."""
        assert self.photo is not None
        whole = whole_window(*self.shape)
        return DocumentSnapshot(
            self.photo,
            self.photo_file,
            self.steps.items,
            self.mask.patch_in(whole),
            self.sketch.patch_in(whole),
            self.faces.listed,
            self.faces.chosen_index,
            self.regions.painted,
            self.exemplars.items,
            self.exemplars.chosen_number,
        )

    def mark_saved(self, path: Path, saved: DocumentSnapshot, revision: tuple[object, ...]) -> None:
        """Note that a project holds a snapshot, taken at some revision."""
        self.project_path, self.name = path, path.name
        self._saved_exemplars = saved.exemplars
        if revision == self.revision:
            self.undo_stack.setClean()
        self.name_changed.emit()
        self.saved.emit()

    # What concerns several parts: one undo step.

    def apply(self, text: str, steps: Steps, filled: tuple[Patch, ...] = ()) -> None:
        """Take other steps; the holes that were filled leave the mask.

        A map that was just repainted and the picture that follows it are one undo step.
        """
        stroke = self._stroke_followed_by(steps)
        if stroke is not None:
            change = stroke.recorded()
            self.undo_stack.undo()
            children = [self.command_of(change), self.steps.change_command("", steps)]
            self.undo_memory.push(CompositeCommand(change.text, children))
            return
        if not filled:
            self.steps.apply(text, steps)
            return
        children = [self.mask.removal_of(filled), self.steps.change_command("", steps)]
        self.undo_memory.push(CompositeCommand(text, children))

    def _stroke_followed_by(self, steps: Steps) -> ChangeRegions | None:
        """Return the last change, if it painted the map that a new step follows."""
        last = self.undo_stack.command(self.undo_stack.index() - 1)
        new = (step.settings for step in steps if step not in self.steps.items)
        maps = [one.painted for one in new if isinstance(one, MapSettings)]
        if not isinstance(last, ChangeRegions) or not any(one is last.after for one in maps):
            return None
        return last

    def reset_landmarks(self, faces: Sequence[Face]) -> bool:
        """Put faces' points back where they were found; tells whether any were elsewhere."""
        moves = (
            self.faces.move_command("", face, self.faces.detected_landmarks(face)) for face in faces
        )
        children: list[UndoCommand] = [move for move in moves if move is not None]
        left = self.steps.without_reshapes_of([face.landmarks for face in faces])
        if left != self.steps.items:
            children.append(self.steps.change_command("", left))
        if children:
            self.undo_memory.push(CompositeCommand(self.tr("Reset Points"), children))
        return bool(children)
