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
from core.face.face_windows import face_window
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import add_stroke
from core.imaging.windows import bounding_window, shift_window, union, whole_window, windows_overlap
from faceeditor_gui.document.coverage_layer import CoverageLayer
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    FillSettings,
    ReshapeSettings,
    SmileSettings,
)
from faceeditor_gui.document.edit_step import (
    EditStep,
    Steps,
    changed_window,
    composite_steps,
    landmarks_after,
    refresh_steps,
)
from faceeditor_gui.document.exemplar_list import ExemplarList
from faceeditor_gui.document.mask_delta import MaskDelta
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.region_map import RegionMap
from faceeditor_gui.document.step_list import StepList
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

    Signals are emitted after the change. The photo itself never changes: what is shown is photo +
    steps.
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
        self.step_list = StepList(self)
        self.sketch = CoverageLayer(self)
        self.exemplars = ExemplarList(self)
        self.regions = RegionMap(self)
        self.photo: Photo | None = None
        self.name = ""
        """The photo's name in the title bar."""
        self.source_path: Path | None = None
        """The file that the photo was read from."""
        self.saved_path: Path | None = None
        """The file that it was last saved to."""
        self.steps: Steps = ()
        self.faces: tuple[Face, ...] = ()
        self._manual_faces: tuple[Face, ...] = ()
        self._detected_faces: tuple[Face, ...] = ()
        """The faces with their landmarks as first detected or placed."""
        self._chosen_index: int | None = None
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
        """Tell whether the image differs from its last saved state."""
        return self.steps != self._saved_steps

    @property
    def has_mask(self) -> bool:
        """Tell whether any pixel is covered."""
        return bool(self._mask.size) and cv2.countNonZero(self._mask) > 0

    @property
    def has_manual_landmarks(self) -> bool:
        """Tell whether landmarks of any face were placed or corrected by hand."""
        return bool(self._manual_faces)

    @property
    def chosen_face(self) -> Face | None:
        """The face that edits work on: the one chosen, else the largest."""
        if not self.faces:
            return None
        return self.faces[self._chosen_index or 0]

    def composited(
        self,
        window: Window,
        *,
        without: EditStep | None = None,
        instead: EditStep | None = None,
    ) -> Image:
        """Composite photo + steps in one window, `without` a step or with another one `instead`.

        Returns:
            (h, w, 3) uint8 or uint16, a copy.
        """
        assert self.photo is not None
        steps = (
            instead if instead is not None and step.number == instead.number else step
            for step in self.steps
            if without is None or step.number != without.number
        )
        return composite_steps(self.photo.image, steps, window)

    def original(self) -> Image:
        """Return the photo itself, (H, W, 3) uint8 or uint16; read-only."""
        assert self.photo is not None
        return self.photo.image

    def mask(self, window: Window) -> Mask:
        """Return a copy of the mask in one window, (h, w) uint8."""
        return self._mask[window].copy()

    def mask_window(self) -> Window | None:
        """Find the smallest window that holds the mask; None if nothing is covered."""
        return bounding_window(self._mask) if self.has_mask else None

    def step(self, number: int | None) -> EditStep | None:
        """Find a step by its number."""
        return next((step for step in self.steps if step.number == number), None)

    def smile_step_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the smile step of the face with these (68, 2) landmarks."""
        for step in self.steps:
            settings = step.settings
            if isinstance(settings, SmileSettings) and is_same_face(landmarks, settings.landmarks):
                return step
        return None

    def reshape_step_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the step that reshapes the face with these (68, 2) landmarks, if it is its last."""
        around = face_window(landmarks, self.shape)
        for step in reversed(self.steps):
            if step.is_visible and windows_overlap(step.window, around):
                return step if is_reshape_of(landmarks, step.settings) else None
        return None

    def is_face_edited(self, landmarks: Landmarks) -> bool:
        """Tell whether an edit applies to the face with these (68, 2) landmarks."""
        visible = (step.settings for step in self.steps if step.is_visible)
        of_faces = (settings for settings in visible if not isinstance(settings, FillSettings))
        return any(is_same_face(landmarks, settings.landmarks) for settings in of_faces)

    @property
    def face_landmarks(self) -> list[Landmarks]:
        """Each face's (68, 2) landmarks in the photo itself, without any edits."""
        return [face.landmarks for face in self.faces]

    def landmarks(self, face: Face, below: EditStep | None = None) -> Landmarks:
        """Return a face's (68, 2) landmarks in the edited image, or below one step."""
        end = len(self.steps) if below is None else self.steps.index(below)
        return landmarks_after(face.landmarks, self.steps[:end])

    def detected_landmarks(self, face: Face) -> Landmarks:
        """Return a face's (68, 2) landmarks as detected, before any correction by hand."""
        index = _index_of(face, self._detected_faces)
        return face.landmarks if index is None else self._detected_faces[index].landmarks

    # Changes of the whole document: not undone.

    def open(self, photo: Photo, name: str, source_path: Path | None = None) -> None:
        """Replace the photo and clear what belongs to the old one."""
        self.photo, self.name, self.source_path, self.saved_path = photo, name, source_path, None
        self.steps = self._saved_steps = ()
        self.faces, self._manual_faces, self._detected_faces, self._chosen_index = (), (), (), None
        self._mask = np.zeros(photo.image.shape[:2], np.uint8)
        self.sketch.reset(self.shape)
        self.undo_memory.clear()
        self.regions.reset()
        self.photo_changed.emit()
        self.name_changed.emit()
        self.faces_changed.emit()
        self.steps_changed.emit()

    def mark_saved(self, path: Path, steps: Steps) -> None:
        """Record that these steps were saved to a path."""
        self.saved_path, self.name = path, path.name
        self._saved_steps = steps
        if steps == self.steps:
            self.undo_stack.setClean()
        self.name_changed.emit()

    def refresh_step(self, fresh: EditStep) -> None:
        """Set the new pixels of a step that has run again, here and in the undo history."""
        self.replace_steps(refresh_steps(self.steps, fresh))
        self.undo_memory.refresh_step(fresh)

    def set_faces(self, faces: tuple[Face, ...]) -> None:
        """Set the detected faces; those placed by hand and the choice are kept."""
        chosen = self.faces[self._chosen_index] if self._chosen_index is not None else None
        missed = tuple(face for face in self._manual_faces if _index_of(face, faces) is None)
        self._detected_faces = (
            *faces,
            *(face for face in self._detected_faces if _index_of(face, faces) is None),
        )
        self.faces = (*(self._manual_version_of(face) or face for face in faces), *missed)
        self._chosen_index = _index_of(chosen, self.faces) if chosen else None
        self.faces_changed.emit()

    def _manual_version_of(self, face: Face) -> Face | None:
        """Find the version of a face that the user has corrected."""
        index = _index_of(face, self._manual_faces)
        return None if index is None else self._manual_faces[index]

    def add_face(self, face: Face) -> None:
        """Add a face that the user has boxed, and choose it."""
        self._manual_faces = (*self._manual_faces, face)
        self.faces = (*self.faces, face)
        self._detected_faces = (*self._detected_faces, face)
        self._chosen_index = len(self.faces) - 1
        self.faces_changed.emit()

    def choose_face(self, index: int) -> None:
        """Choose the face that edits work on."""
        if index != self._chosen_index:
            self._chosen_index = index
            self.face_chosen.emit()

    def choose_face_of(self, landmarks: Landmarks) -> None:
        """Choose the face with these (68, 2) landmarks in the photo itself, if it is known."""
        for index, face in enumerate(self.faces):
            if is_same_face(face.landmarks, landmarks):
                self.choose_face(index)

    # User actions: each pushes one undo command.

    def paint(self, stroke: Patch, *, erase: bool = False) -> None:
        """Add the stroke to the mask, or erase by it, as one undo step."""
        after = add_stroke(self._mask[stroke.window], stroke.pixels, erase=erase)
        text = self.tr("Erase") if erase else self.tr("Paint")
        self.change_mask(text, stroke.window, after)

    def clear_mask(self) -> None:
        """Clear the mask."""
        window = self.mask_window()
        if window is not None:
            self.change_mask(self.tr("Clear Mask"), window, np.zeros_like(self._mask[window]))

    def invert_mask(self) -> None:
        """Invert the mask."""
        self.change_mask(self.tr("Invert Mask"), whole_window(*self.shape), ~self._mask)

    def change_mask(self, text: str, window: Window, after: Mask) -> None:
        """Replace one window of the mask by `after`, (h, w) uint8, as one undo step."""
        delta = MaskDelta.between(self._mask[window], after, window)
        if delta:
            self.undo_memory.push(ChangeMask(self, text, delta))

    def change_regions(self, text: str, before: SparseMask, after: SparseMask) -> None:
        """Change the painted labels of the region map, as one undo step."""
        self.undo_memory.push(ChangeRegions(self, text, before, after))

    def change_sketch(self, text: str, delta: MaskDelta) -> None:
        """Change the sketch, as one undo step."""
        self.undo_memory.push(ChangeSketch(self, text, delta))

    def move_landmarks(self, face: Face, landmarks: Landmarks) -> None:
        """Correct a face's landmarks, (68, 2) in the photo itself, as one undo step."""
        if not np.array_equal(face.landmarks, landmarks):
            after = replace(face, landmarks=landmarks)
            self.undo_memory.push(MoveLandmarks(self, self.tr("Move Points"), face, after))

    def delete_exemplar(self, number: int) -> None:
        """Delete an exemplar from the list; steps keep what they have transferred from it."""
        exemplar = self.exemplars.find(number)
        if exemplar is not None:
            place = self.exemplars.items.index(exemplar)
            text = self.tr("Delete Exemplar")
            self.undo_memory.push(DeleteExemplar(self, text, exemplar, place))

    def reset_landmarks(self, face: Face) -> bool:
        """Reset a face's landmarks to the detected ones; tells whether anything changed."""
        remaining = tuple(
            step for step in self.steps if not is_reshape_of(face.landmarks, step.settings)
        )
        found = replace(face, landmarks=self.detected_landmarks(face))
        is_moved = not np.array_equal(found.landmarks, face.landmarks)
        if remaining == self.steps and not is_moved:
            return False
        text = self.tr("Reset Points")
        self.undo_memory.push(
            ChangeSteps(
                self, text, self.steps, remaining, face_change=(face, found) if is_moved else ()
            )
        )
        return True

    def apply(
        self, text: str, steps: Steps, filled: tuple[Patch, ...] = (), *, gesture: int = 0
    ) -> None:
        """Replace the steps as one undo step; the filled holes are removed from the mask.

        Changes of one gesture, if that is not 0, become one undo step.
        """
        if steps == self.steps and not filled:
            return
        deltas = (self._mask_without(filled),) if filled else ()
        numbered = tuple(self._numbered(step) for step in steps)
        self.undo_memory.push(
            ChangeSteps(self, text, self.steps, numbered, mask_deltas=deltas, gesture=gesture)
        )

    def _numbered(self, step: EditStep) -> EditStep:
        return step if step.number else replace(step, number=next(self._numbers))

    def _mask_without(self, holes: tuple[Patch, ...]) -> MaskDelta:
        """Remove holes from the mask, but not what was painted on them since."""
        window = reduce(union, (hole.window for hole in holes))
        after = self._mask[window].copy()
        for hole in holes:
            left = after[shift_window(hole.window, down=-window[0].start, right=-window[1].start)]
            left[left == hole.pixels] = 0
        return MaskDelta.between(self._mask[window], after, window)

    # Called by undo commands only.

    def apply_mask_delta(self, delta: MaskDelta) -> None:
        """Apply a delta to the mask, or revert it: the bits are flipped."""
        windows = []
        for window, bits in delta.flips():
            self._mask[window] ^= np.uint8(bits) if isinstance(bits, int) else bits
            windows.append(window)
        if windows:
            self.mask_changed.emit(reduce(union, windows))

    def replace_face(self, before: Face, after: Face) -> None:
        """Replace a face by its corrected version, or back."""
        index = _index_of(before, self.faces)
        if index is not None:
            self.faces = (*self.faces[:index], after, *self.faces[index + 1 :])
        others = (
            face
            for face in self._manual_faces
            if not is_same_face(face.landmarks, before.landmarks)
        )
        self._manual_faces = (*others, after)
        self.faces_changed.emit()

    def replace_steps(self, steps: Steps) -> None:
        """Replace the steps."""
        window = changed_window(self.steps, steps)
        is_other = steps != self.steps
        self.steps = steps
        if window is not None:
            self.image_changed.emit(window)
        if is_other:
            self.steps_changed.emit()


def is_reshape_of(landmarks: Landmarks, settings: EditSettings) -> bool:
    """Tell whether settings reshape the face with these (68, 2) landmarks."""
    if not isinstance(settings, ReshapeSettings):
        return False
    return is_same_face(landmarks, settings.landmarks)


def _index_of(face: Face, faces: tuple[Face, ...]) -> int | None:
    for index, other in enumerate(faces):
        if is_same_face(face.landmarks, other.landmarks):
            return index
    return None
