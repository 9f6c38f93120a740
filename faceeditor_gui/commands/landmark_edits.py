"""Moves the landmarks of the chosen face: the photo is warped, or only the next fill follows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face import Face
from core.face.face_windows import face_window
from core.imaging.windows import is_empty
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ReshapeSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.edit_runner import EditRunner


class LandmarkEdits(QObject):
    """Makes one edit of all drags between which nothing else was done to the face."""

    posted = Signal(str)  # one sentence for the status line
    landmarks_changed = Signal(object)  # (68, 2) where the landmarks will be; None: where they are

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._requested: ReshapeSettings | None = None
        """Dropped and not made yet, or put off by the next drag, which starts from its targets."""
        document.photo_changed.connect(self._forget)

    def drag(self, targets: Landmarks, landmarks_only: bool) -> None:
        """Preview the photo with the landmarks there, or move the landmarks alone.

        Args:
            targets: (68, 2) in photo pixels: where the landmarks are dragged to.
            landmarks_only: leaves the photo's pixels as they are.
        """
        settings = None if landmarks_only else self._reshape_settings(targets)
        if settings is None:
            self._runner.stop_preview()
        else:
            self._runner.preview(settings)

    def drop(self, targets: Landmarks, landmarks_only: bool) -> None:
        """Warp the photo with the landmarks, or correct the landmarks alone; as `drag`."""
        settings = None if landmarks_only else self._reshape_settings(targets)
        if landmarks_only:
            self._correct_landmarks(targets)
        elif settings is None:
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
        self._requested = settings or self._requested
        self.end_drag()

    def end_drag(self) -> None:
        """End the drag; what was dropped is applied."""
        if self._requested is None:
            self._runner.stop_preview()
            self.landmarks_changed.emit(None)
        else:
            self.landmarks_changed.emit(self._requested.targets)
            self._runner.adjust(self._requested, on_end=lambda _: self._forget())

    def reset(self) -> None:
        """Reset the landmarks of the chosen faces to the detected ones, and the photo with them."""
        faces = self._document.faces.chosen_items
        if not faces:
            self.posted.emit(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
        elif not self._document.reset_landmarks(faces):
            self.posted.emit(
                self.tr("The points of this face are where they were found.")
                if len(faces) == 1
                else self.tr("The points of these faces are where they were found.")
            )

    def _correct_landmarks(self, targets: Landmarks) -> None:
        face = self._document.faces.chosen
        if face is not None:
            offsets = targets - self._current_landmarks(face)
            self._document.faces.move_landmarks(face, face.landmarks + offsets)

    def _reshape_settings(self, dragged: Landmarks) -> ReshapeSettings | None:
        face = self._document.faces.chosen
        if face is None:
            return None
        present = self._document.steps.reshape_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=present)
        window = face_window(landmarks, self._document.shape)
        if is_empty(window):
            return None
        before = self._continued_settings(landmarks, present)
        targets, number = landmarks, self._document.steps.new_number()
        if before is not None:
            targets, number = landmarks + before.offsets, before.number
        # Landmarks that were only pulled along by others may come back.
        is_dragged = (dragged != self._current_landmarks(face)).any(axis=1)
        targets = np.where(is_dragged[:, None], dragged, targets)
        return ReshapeSettings(window, landmarks, targets, number)

    def _continued_settings(
        self, landmarks: Landmarks, present: EditStep | None
    ) -> ReshapeSettings | None:
        """Find the edit that the drag continues: the one under way, or the last one of the face."""
        if self._requested is not None and is_same_face(self._requested.landmarks, landmarks):
            return self._requested
        settings = present.settings if present is not None else None
        return settings if isinstance(settings, ReshapeSettings) else None

    def _current_landmarks(self, face: Face) -> Landmarks:
        """Return (68, 2) landmarks as they were when the drag began."""
        return (
            self._document.landmarks(face) if self._requested is None else self._requested.targets
        )

    def _forget(self) -> None:
        self._requested = None
        self.landmarks_changed.emit(None)
