"""Moves the points of the chosen face: the photo follows, or only the next fill does."""

from __future__ import annotations

from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face import Face
from core.face.face_windows import around_face
from core.imaging.windows import is_empty
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ReshapeSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.edit_runner import EditRunner


class Reshaping(QObject):
    """Makes one edit of all drags between which nothing else was done to the face."""

    posted = Signal(str)  # one sentence for the status line
    points_changed = Signal(object)  # where the points will soon be; None: where they are

    def __init__(
        self, document: Document, runner: EditRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._asked: ReshapeSettings | None = None
        """The edit under way; a drag goes on from where it moves the points."""
        self._is_dragging = False
        self._numbers = count(1)
        runner.edit_ended.connect(self._on_edit_ended)
        document.photo_changed.connect(self._forget)

    def drag(self, points: Landmarks, only_points: bool) -> None:
        """Show the photo as it would be with the points there; or the points alone."""
        self._is_dragging = True
        settings = None if only_points else self._settings(points)
        if settings is None:
            self._runner.stop_preview()
        else:
            self._runner.preview(settings)

    def drop(self, points: Landmarks, only_points: bool) -> None:
        """Move the photo's pixels with the points; or put the points alone right."""
        settings = None if only_points else self._settings(points)
        if only_points:
            self._put_right(points)
        elif settings is None:
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
        self._asked = settings or self._asked
        self.let_go()

    def let_go(self) -> None:
        """End the drag; what was dropped is made."""
        self._is_dragging = False
        if self._asked is None:
            self._runner.stop_preview()
            self.points_changed.emit(None)
        else:
            self.points_changed.emit(self._asked.targets)
            self._runner.adjust(self._asked)

    def reset(self) -> None:
        """Put the points of the chosen face back where they were found, and the photo with them."""
        face = self._document.chosen_face
        if face is None:
            self.posted.emit(self.tr("No face is known here: press G and draw a box around one."))
        elif not self._document.reset_points(face):
            self.posted.emit(self.tr("The points of this face are where they were found."))

    def _put_right(self, points: Landmarks) -> None:
        face = self._document.chosen_face
        if face is not None:
            by = points - self._shown(face)
            self._document.move_landmarks(face, face.landmarks + by)

    def _settings(self, points: Landmarks) -> ReshapeSettings | None:
        face = self._document.chosen_face
        if face is None:
            return None
        present = self._document.reshape_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=present)
        window = around_face(landmarks, self._document.shape)
        if is_empty(window):
            return None
        before = self._goes_on(landmarks, present)
        targets, number = landmarks, next(self._numbers)
        if before is not None:
            targets, number = landmarks + (before.targets - before.landmarks), before.number
        # Points that only gave way to others may come back.
        is_dragged = (points != self._shown(face)).any(axis=1)
        targets = np.where(is_dragged[:, None], points, targets)
        return ReshapeSettings(window, landmarks, targets, number)

    def _goes_on(self, landmarks: Landmarks, present: EditStep | None) -> ReshapeSettings | None:
        """Find what is dragged on: the edit under way, or the last one of the face."""
        if self._asked is not None and is_same_face(self._asked.landmarks, landmarks):
            return self._asked
        settings = present.settings if present is not None else None
        return settings if isinstance(settings, ReshapeSettings) else None

    def _shown(self, face: Face) -> Landmarks:
        """Where the points were when the drag began."""
        return self._document.landmarks(face) if self._asked is None else self._asked.targets

    def _on_edit_ended(self) -> None:
        is_over = self._asked is not None and not self._runner.is_wanted(self._asked)
        if is_over and not self._is_dragging:
            self._forget()

    def _forget(self) -> None:
        self._asked = None
        self.points_changed.emit(None)
