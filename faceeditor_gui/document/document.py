"""The document: the one owner of photo, mask, edit steps, faces and undo stack."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face import Face
from core.face.face_windows import around_face
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import painted
from core.imaging.windows import bounding_window, overlap, shifted, union, whole
from faceeditor_gui.document.coverage_layer import Sketch
from faceeditor_gui.document.edit_settings import (
    FillSettings,
    ReshapeSettings,
    Settings,
    SmileSettings,
)
from faceeditor_gui.document.edit_step import (
    EditStep,
    Steps,
    changed_window,
    compose,
    followed,
    refreshed,
)
from faceeditor_gui.document.exemplar_list import Shelf
from faceeditor_gui.document.mask_delta import MaskChange
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import RegionMap
from faceeditor_gui.document.step_list import EditList
from faceeditor_gui.document.undo_command import (
    ChangeMask,
    ChangeRegions,
    ChangeSketch,
    ChangeSteps,
    DeleteExemplar,
    MoveLandmarks,
)
from faceeditor_gui.document.undo_memory import UndoMemory

if TYPE_CHECKING:
    from core.image_io.photo import Photo
    from faceeditor_gui.document.sparse_mask import SparseMask


class Document(QObject):
    """State that is saved and undone; views read it and listen, commands change it.

    Signals say what has happened, after it has happened. The photo itself never changes: what
    is shown is photo + steps.
    """

    photo_changed = Signal()
    name_changed = Signal()
    image_changed = Signal(object)  # the window (two slices) that changed
    mask_changed = Signal(object)  # the window that changed
    faces_changed = Signal()
    face_chosen = Signal()
    steps_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_memory = UndoMemory(self.undo_stack)
        self.edits = EditList(self)
        self.sketch = Sketch(self)
        self.shelf = Shelf(self)
        self.regions = RegionMap(self)
        self.photo: Photo | None = None
        self.name = ""
        """What the title bar calls the photo."""
        self.source: Path | None = None
        """The file that the photo was read from."""
        self.target: Path | None = None
        """The file that it was last saved to."""
        self.steps: Steps = ()
        self.faces: tuple[Face, ...] = ()
        self._placed: tuple[Face, ...] = ()
        self._found: tuple[Face, ...] = ()
        """The faces with the points that they had at first."""
        self._chosen: int | None = None
        self._mask: Mask = np.zeros((0, 0), np.uint8)
        self._saved_steps: Steps = ()
        self._numbers = count(1)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the photo; zero if none is open."""
        height, width = self._mask.shape
        return height, width

    @property
    def has_unsaved_edits(self) -> bool:
        """Tell whether the picture differs from its last saved state."""
        return self.steps != self._saved_steps

    @property
    def has_mask(self) -> bool:
        """Tell whether any pixel is covered."""
        return bool(self._mask.size) and cv2.countNonZero(self._mask) > 0

    @property
    def has_placed_points(self) -> bool:
        """Tell whether points of any face were placed by hand."""
        return bool(self._placed)

    @property
    def chosen_face(self) -> Face | None:
        """The face that edits work on: the one chosen, else the largest."""
        if not self.faces:
            return None
        return self.faces[self._chosen or 0]

    def composed(
        self,
        window: Window,
        *,
        without: EditStep | None = None,
        instead: EditStep | None = None,
    ) -> Image:
        """Return photo + steps in one window, `without` a step or with another one `instead`."""
        assert self.photo is not None
        steps = (
            instead if instead is not None and step.number == instead.number else step
            for step in self.steps
            if without is None or step.number != without.number
        )
        return compose(self.photo.work, steps, window)

    def original(self) -> Image:
        """Return the photo itself; not to be written to."""
        assert self.photo is not None
        return self.photo.work

    def mask(self, window: Window) -> Mask:
        """Return a copy of the mask in one window."""
        return self._mask[window].copy()

    def mask_window(self) -> Window | None:
        """Find the smallest window that holds the mask; None if nothing is covered."""
        return bounding_window(self._mask) if self.has_mask else None

    def step(self, number: int | None) -> EditStep | None:
        """Find a step by its number."""
        return next((step for step in self.steps if step.number == number), None)

    def smile_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the smile that the face with these landmarks has been given."""
        for step in self.steps:
            settings = step.settings
            if isinstance(settings, SmileSettings) and is_same_face(landmarks, settings.landmarks):
                return step
        return None

    def reshape_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the step that moves this face's points, if nothing has been done to it since."""
        around = around_face(landmarks, self.shape)
        for step in reversed(self.steps):
            if step.is_visible and overlap(step.window, around):
                is_it = is_reshape_of(landmarks, step.settings)
                return step if is_it else None
        return None

    def is_reworked(self, landmarks: Landmarks) -> bool:
        """Tell whether an edit has moved a face: its points would lie on the result."""
        visible = (step.settings for step in self.steps if step.is_visible)
        made = (settings for settings in visible if not isinstance(settings, FillSettings))
        return any(is_same_face(landmarks, settings.landmarks) for settings in made)

    @property
    def face_points(self) -> list[Landmarks]:
        """Each face's (68, 2) points in the photo itself, without any edits."""
        return [face.landmarks for face in self.faces]

    def landmarks(self, face: Face, below: EditStep | None = None) -> Landmarks:
        """Find where a face's (68, 2) points are in the edited picture, or below one step."""
        end = len(self.steps) if below is None else self.steps.index(below)
        return followed(face.landmarks, self.steps[:end])

    def found_points(self, face: Face) -> Landmarks:
        """Return a face's points as they were found, before the user put them right."""
        position = _position(face, self._found)
        return face.landmarks if position is None else self._found[position].landmarks

    # What happens to the document as a whole: not undone.

    def open(self, photo: Photo, name: str, source: Path | None = None) -> None:
        """Begin anew with another photo."""
        self.photo, self.name, self.source, self.target = photo, name, source, None
        self.steps = self._saved_steps = ()
        self.faces, self._placed, self._found, self._chosen = (), (), (), None
        self._mask = np.zeros(photo.work.shape[:2], np.uint8)
        self.sketch.begin(self.shape)
        self.undo_memory.begin()
        self.regions.begin()
        self.photo_changed.emit()
        self.name_changed.emit()
        self.faces_changed.emit()
        self.steps_changed.emit()

    def saved(self, target: Path, steps: Steps) -> None:
        """Note that these steps are on disk."""
        self.target, self.name = target, target.name
        self._saved_steps = steps
        if steps == self.steps:
            self.undo_stack.setClean()
        self.name_changed.emit()

    def refresh(self, fresh: EditStep) -> None:
        """Take a step that has run again, here and wherever undo and redo lead to it."""
        self.write_steps(refreshed(self.steps, fresh))
        self.undo_memory.refresh(fresh)

    def set_faces(self, faces: tuple[Face, ...]) -> None:
        """Take the faces that were found; those placed by hand and the choice are kept."""
        chosen = self.faces[self._chosen] if self._chosen is not None else None
        missed = tuple(face for face in self._placed if _position(face, faces) is None)
        self._found = (
            *faces,
            *(face for face in self._found if _position(face, faces) is None),
        )
        self.faces = (*(self._by_hand(face) or face for face in faces), *missed)
        self._chosen = _position(chosen, self.faces) if chosen else None
        self.faces_changed.emit()

    def _by_hand(self, face: Face) -> Face | None:
        """Find what the user has made of a face."""
        position = _position(face, self._placed)
        return None if position is None else self._placed[position]

    def add_face(self, face: Face) -> None:
        """Add a face that the user pointed out, and choose it."""
        self._placed = (*self._placed, face)
        self.faces = (*self.faces, face)
        self._found = (*self._found, face)
        self._chosen = len(self.faces) - 1
        self.faces_changed.emit()

    def choose_face(self, index: int) -> None:
        """Choose the face that edits work on."""
        if index != self._chosen:
            self._chosen = index
            self.face_chosen.emit()

    def choose_face_of(self, landmarks: Landmarks) -> None:
        """Choose the face that has these landmarks, if it is known."""
        for index, face in enumerate(self.faces):
            if is_same_face(face.landmarks, landmarks):
                self.choose_face(index)

    # What the user does: each pushes one command.

    def paint(self, stroke: Patch, *, erase: bool = False) -> None:
        """Add the stroke to the mask, or take it away, as one undo step."""
        after = painted(self._mask[stroke.window], stroke.pixels, erase=erase)
        text = self.tr("Erase") if erase else self.tr("Paint")
        self.change_mask(text, stroke.window, after)

    def clear_mask(self) -> None:
        """Uncover everything."""
        window = self.mask_window()
        if window is not None:
            self.change_mask(self.tr("Clear Mask"), window, np.zeros_like(self._mask[window]))

    def invert_mask(self) -> None:
        """Cover what is uncovered and the other way round."""
        self.change_mask(self.tr("Invert Mask"), whole(*self.shape), ~self._mask)

    def change_mask(self, text: str, window: Window, after: Mask) -> None:
        """Give a window of the mask other coverage, as one undo step."""
        change = MaskChange.between(self._mask[window], after, window)
        if change:
            self.undo_memory.push(ChangeMask(self, text, change))

    def change_regions(self, text: str, before: SparseMask, after: SparseMask) -> None:
        """Paint on the map of regions, as one undo step."""
        self.undo_memory.push(ChangeRegions(self, text, before, after))

    def change_sketch(self, text: str, change: MaskChange) -> None:
        """Change the sketch, as one undo step."""
        self.undo_memory.push(ChangeSketch(self, text, change))

    def move_landmarks(self, face: Face, landmarks: Landmarks) -> None:
        """Put a face's points right, as one undo step."""
        if not np.array_equal(face.landmarks, landmarks):
            after = replace(face, landmarks=landmarks)
            self.undo_memory.push(MoveLandmarks(self, self.tr("Move Points"), face, after))

    def delete_exemplar(self, number: int) -> None:
        """Take an exemplar off the shelf; results keep what they have taken from it."""
        exemplar = self.shelf.find(number)
        if exemplar is not None:
            place = self.shelf.exemplars.index(exemplar)
            text = self.tr("Delete Exemplar")
            self.undo_memory.push(DeleteExemplar(self, text, exemplar, place))

    def reset_points(self, face: Face) -> bool:
        """Put a face's points back where they were found; tells whether they were elsewhere."""
        left = tuple(
            step for step in self.steps if not is_reshape_of(face.landmarks, step.settings)
        )
        found = replace(face, landmarks=self.found_points(face))
        is_moved = not np.array_equal(found.landmarks, face.landmarks)
        if left == self.steps and not is_moved:
            return False
        text = self.tr("Reset Points")
        self.undo_memory.push(
            ChangeSteps(self, text, self.steps, left, face_change=(face, found) if is_moved else ())
        )
        return True

    def apply(
        self, text: str, steps: Steps, filled: tuple[Patch, ...] = (), *, gesture: int = 0
    ) -> None:
        """Take other steps as one undo step; the holes that were filled leave the mask.

        Changes of one gesture, if that is not 0, become one undo step.
        """
        if steps == self.steps and not filled:
            return
        changes = (self._without(filled),) if filled else ()
        numbered = tuple(self._numbered(step) for step in steps)
        self.undo_memory.push(
            ChangeSteps(self, text, self.steps, numbered, mask_changes=changes, gesture=gesture)
        )

    def _numbered(self, step: EditStep) -> EditStep:
        return step if step.number else replace(step, number=next(self._numbers))

    def _without(self, holes: tuple[Patch, ...]) -> MaskChange:
        """Take holes out of the mask, but not what was painted on them since."""
        window = reduce(union, (hole.window for hole in holes))
        after = self._mask[window].copy()
        for hole in holes:
            left = after[shifted(hole.window, down=-window[0].start, right=-window[1].start)]
            left[left == hole.pixels] = 0
        return MaskChange.between(self._mask[window], after, window)

    # What commands do: nobody else calls these.

    def flip_mask(self, change: MaskChange) -> None:
        """Change parts of the mask, or change them back."""
        windows = []
        for window, bits in change.parts():
            self._mask[window] ^= np.uint8(bits) if isinstance(bits, int) else bits
            windows.append(window)
        if windows:
            self.mask_changed.emit(reduce(union, windows))

    def write_face(self, before: Face, after: Face) -> None:
        """Put one face in the place of another, whether it was found or placed."""
        position = _position(before, self.faces)
        if position is not None:
            self.faces = (*self.faces[:position], after, *self.faces[position + 1 :])
        others = (
            face for face in self._placed if not is_same_face(face.landmarks, before.landmarks)
        )
        self._placed = (*others, after)
        self.faces_changed.emit()

    def write_steps(self, steps: Steps) -> None:
        """Replace the steps."""
        window = changed_window(self.steps, steps)
        is_other = steps != self.steps
        self.steps = steps
        if window is not None:
            self.image_changed.emit(window)
        if is_other:
            self.steps_changed.emit()


def is_reshape_of(landmarks: Landmarks, settings: Settings) -> bool:
    """Tell whether settings move the points of the face with these landmarks."""
    if not isinstance(settings, ReshapeSettings):
        return False
    return is_same_face(landmarks, settings.landmarks)


def _position(face: Face, faces: tuple[Face, ...]) -> int | None:
    for index, other in enumerate(faces):
        if is_same_face(face.landmarks, other.landmarks):
            return index
    return None
