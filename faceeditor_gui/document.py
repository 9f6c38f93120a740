"""The document: the one owner of photo, mask, edit steps, faces and undo stack."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.face.detect import Face
from core.masks import Image, Mask, Window, bounding_window
from core.regions import Landmarks
from faceeditor_gui.commands import ChangeMask, ChangeSteps, InvertMask
from faceeditor_gui.steps import EditStep, Patch, SmileSettings, Steps, compose, painted
from faceeditor_gui.windows import shifted, tiles, union, whole

if TYPE_CHECKING:
    from core.image_file import Photo

UNDO_TILE_PX = 128
SAME_FACE = 0.3
"""Two findings are one face if their middles lie within this share of its width."""


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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
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
        self._chosen: int | None = None
        self._mask: Mask = np.zeros((0, 0), np.uint8)
        self._saved_steps: Steps = ()

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
        return bool(self._mask.any())

    @property
    def chosen_face(self) -> Face | None:
        """The face that edits work on: the one chosen, else the largest."""
        if not self.faces:
            return None
        return self.faces[self._chosen or 0]

    def composed(self, window: Window, *, without: EditStep | None = None) -> Image:
        """Return photo + steps in one window, if wanted without one of the steps."""
        assert self.photo is not None
        steps = (step for step in self.steps if step is not without)
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

    def smile_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the smile that the face with these landmarks has been given."""
        for step in self.steps:
            settings = step.settings
            if isinstance(settings, SmileSettings) and is_same_face(landmarks, settings.landmarks):
                return step
        return None

    # What happens to the document as a whole: not undone.

    def open(self, photo: Photo, name: str, source: Path | None = None) -> None:
        """Begin anew with another photo."""
        self.photo, self.name, self.source, self.target = photo, name, source, None
        self.steps = self._saved_steps = ()
        self.faces, self._placed, self._chosen = (), (), None
        self._mask = np.zeros(photo.work.shape[:2], np.uint8)
        self.undo_stack.clear()
        self.photo_changed.emit()
        self.name_changed.emit()
        self.faces_changed.emit()

    def saved(self, target: Path, steps: Steps) -> None:
        """Note that these steps are on disk."""
        self.target, self.name = target, target.name
        self._saved_steps = steps
        if steps == self.steps:
            self.undo_stack.setClean()
        self.name_changed.emit()

    def set_faces(self, faces: tuple[Face, ...]) -> None:
        """Take the faces that were found; those placed by hand and the choice are kept."""
        chosen = self.faces[self._chosen] if self._chosen is not None else None
        missed = tuple(face for face in self._placed if _position(face, faces) is None)
        self.faces = (*faces, *missed)
        self._chosen = _position(chosen, self.faces) if chosen else None
        self.faces_changed.emit()

    def add_face(self, face: Face) -> None:
        """Add a face that the user pointed out, and choose it."""
        self._placed = (*self._placed, face)
        self.faces = (*self.faces, face)
        self._chosen = len(self.faces) - 1
        self.faces_changed.emit()

    def choose_face(self, index: int) -> None:
        """Choose the face that edits work on."""
        if index != self._chosen:
            self._chosen = index
            self.face_chosen.emit()

    # What the user does: each pushes one command.

    def paint(self, stroke: Patch, *, erase: bool = False) -> None:
        """Add the stroke to the mask, or take it away, as one undo step."""
        after = painted(self._mask[stroke.window], stroke.pixels, erase=erase)
        self._change_mask("Erase" if erase else "Paint", stroke.window, after)

    def clear_mask(self) -> None:
        """Uncover everything."""
        window = self.mask_window()
        if window is not None:
            self._change_mask("Clear Mask", window, np.zeros_like(self._mask[window]))

    def invert_mask(self) -> None:
        """Cover what is uncovered and the other way round."""
        self.undo_stack.push(InvertMask(self))

    def apply(self, text: str, steps: Steps, filled: tuple[Patch, ...] = ()) -> None:
        """Take the result of an edit as one undo step; the holes it filled leave the mask."""
        if steps == self.steps and not filled:
            return
        changes = [change for hole in filled for change in self._without(hole)]
        self.undo_stack.push(ChangeSteps(self, text, self.steps, steps, changes))

    def _without(self, hole: Patch) -> list[tuple[Patch, Patch]]:
        """Take a hole out of the mask, but not what was painted on it since."""
        before = self._mask[hole.window]
        after = np.where(before == hole.pixels, 0, before).astype(np.uint8)
        return self._changes(hole.window, after)

    def _change_mask(self, text: str, window: Window, after: Mask) -> None:
        changes = self._changes(window, after)
        if changes:
            self.undo_stack.push(ChangeMask(self, text, changes))

    def _changes(self, window: Window, after: Mask) -> list[tuple[Patch, Patch]]:
        """List before and after of the tiles that differ: long strokes cost little memory."""
        top, left = window[0].start, window[1].start
        changes = []
        for tile in tiles(window, UNDO_TILE_PX):
            before, wanted = self._mask[tile], after[shifted(tile, down=-top, right=-left)]
            if not np.array_equal(before, wanted):
                place = tile[1].start, tile[0].start
                changes.append((Patch(*place, before.copy()), Patch(*place, wanted.copy())))
        return changes

    # What commands do: nobody else calls these.

    def write_mask(self, patches: list[Patch]) -> None:
        """Overwrite parts of the mask."""
        for patch in patches:
            self._mask[patch.window] = patch.pixels
        if patches:
            self.mask_changed.emit(reduce(union, (patch.window for patch in patches)))

    def flip_mask(self) -> None:
        """Invert the whole mask."""
        np.invert(self._mask, out=self._mask)
        self.mask_changed.emit(whole(*self.shape))

    def write_steps(self, steps: Steps) -> None:
        """Replace the steps."""
        changed = {*self.steps} ^ {*steps}
        self.steps = steps
        if changed:
            self.image_changed.emit(reduce(union, (step.window for step in changed)))


def is_same_face(first: Landmarks, second: Landmarks) -> bool:
    """Tell whether two findings are one face."""
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    return bool(apart < SAME_FACE * np.ptp(second[:, 0]))


def _position(face: Face, faces: tuple[Face, ...]) -> int | None:
    for index, other in enumerate(faces):
        if is_same_face(face.landmarks, other.landmarks):
            return index
    return None
