"""The faces of a document: found or placed by hand, their points, and the one in hand."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face import Face
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.recorded_change import FaceChange, FaceDeletion
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory


class MoveLandmarks(UndoCommand):
    """Points of a face that the user has put right."""

    def __init__(self, faces: FaceList, text: str, before: Face, after: Face) -> None:
        super().__init__(text)
        self._faces: FaceList = weakref.proxy(faces)  # which outlives its commands
        self._before = before
        self._after = after

    def recorded(self) -> FaceChange:
        """Say how the face was before and after."""
        return FaceChange(self.text(), self._before, self._after)

    # Qt overrides.

    def redo(self) -> None:
        self._faces.replace_face(self._before, self._after)

    def undo(self) -> None:
        self._faces.replace_face(self._after, self._before)


class DeleteFaces(UndoCommand):
    """Faces that are none, or that nobody wants to edit."""

    def __init__(self, faces: FaceList, text: str, deleted: Mapping[int, ListedFace]) -> None:
        """`deleted` are the faces by their position in the list."""
        super().__init__(text)
        self._faces: FaceList = weakref.proxy(faces)  # which outlives its commands
        self._deleted = deleted

    def recorded(self) -> FaceDeletion:
        """Say which faces, and where in the list they were."""
        return FaceDeletion(self.text(), self._deleted)

    # Qt overrides.

    def redo(self) -> None:
        self._faces.take_out(self._deleted.values())

    def undo(self) -> None:
        self._faces.put_back(self._deleted)


class FaceList(QObject):
    """The faces of a photo; finding and choosing is not undone, moving their points is."""

    changed = Signal()
    chosen_changed = Signal()
    listed_anew = Signal()  # by something that no undo takes back

    def __init__(self, undo_memory: UndoMemory, parent: QObject) -> None:
        super().__init__(parent)
        self._undo_memory = undo_memory
        self._listed: tuple[ListedFace, ...] = ()
        self._chosen: tuple[int, ...] = ()
        """Their positions; the first is the one in hand."""

    @property
    def items(self) -> tuple[Face, ...]:
        """The faces, largest first, as they are in the photo itself."""
        return tuple(one.face for one in self._listed)

    @property
    def listed(self) -> tuple[ListedFace, ...]:
        """The faces with where they came from."""
        return self._listed

    @property
    def chosen_index(self) -> int | None:
        """The index of the one in hand; None if none was chosen."""
        return self._chosen[0] if self._chosen else None

    @property
    def landmarks(self) -> list[Landmarks]:
        """Each face's (68, 2) points in the photo itself, without any edits."""
        return [one.face.landmarks for one in self._listed]

    @property
    def chosen(self) -> Face | None:
        """The face in hand, whose settings are shown: the last one chosen, else the largest."""
        return self._listed[self._chosen[0] if self._chosen else 0].face if self._listed else None

    @property
    def chosen_items(self) -> tuple[Face, ...]:
        """The faces that edits work on, the one in hand first."""
        chosen = self._chosen or ((0,) if self._listed else ())
        return tuple(self._listed[index].face for index in chosen)

    @property
    def are_all_chosen(self) -> bool:
        """Tell whether edits work on every face."""
        return bool(self._listed) and len(self.chosen_items) == len(self._listed)

    @property
    def has_manual_landmarks(self) -> bool:
        """Tell whether points of any face were placed by hand."""
        return any(one.is_manual for one in self._listed)

    def detected_landmarks(self, face: Face) -> Landmarks:
        """Return a face's points as they were found, before the user put them right."""
        position = self._position(face.landmarks)
        return face.landmarks if position is None else self._listed[position].detected

    # Not undone.

    def reset(self) -> None:
        """Forget everything, for another photo."""
        self._listed, self._chosen = (), ()
        self.changed.emit()

    def restore(self, listed: tuple[ListedFace, ...], chosen: int | None) -> None:
        """Take the faces of a saved document, and the index of the one in hand."""
        self._listed = listed
        self._chosen = (chosen,) if chosen is not None and 0 <= chosen < len(listed) else ()
        self.changed.emit()

    def set_found(self, faces: tuple[Face, ...]) -> None:
        """Take the faces that were found; those placed by hand and the choice are kept."""
        chosen = [self._listed[index].face for index in self._chosen]
        manual = [one for one in self._listed if one.is_manual]
        found = [
            next(
                (replace(one, detected=face.landmarks) for one in manual if _is_one(one, face)),
                ListedFace(face, face.landmarks),
            )
            for face in faces
        ]
        missed = [one for one in manual if not any(_is_one(one, face) for face in faces)]
        self._listed = (*found, *missed)
        positions = (self._position(face.landmarks) for face in chosen)
        self._chosen = tuple(index for index in positions if index is not None)
        self.changed.emit()
        self.listed_anew.emit()

    def add(self, face: Face) -> None:
        """Add a face that the user pointed out, and choose it."""
        self._listed = (*self._listed, ListedFace(face, face.landmarks, is_manual=True))
        self._chosen = (len(self._listed) - 1,)
        self.changed.emit()
        self.listed_anew.emit()

    def choose(self, *indexes: int) -> None:
        """Choose the faces that edits work on, the one in hand first."""
        if indexes != self._chosen:
            self._chosen = indexes
            self.chosen_changed.emit()
            self.listed_anew.emit()

    def choose_also(self, index: int) -> None:
        """Add a face to those that are chosen and take it in hand, or take it out of them."""
        before = self._chosen or (0,)
        rest = tuple(one for one in before if one != index)
        self.choose(*((index, *rest) if index not in before else rest or before))

    def toggle_all(self) -> None:
        """Choose every face, or only the one in hand again."""
        first = self._chosen[0] if self._chosen else 0
        others = (index for index in range(len(self._listed)) if index != first)
        self.choose(first, *(() if self.are_all_chosen else others))

    def choose_face_of(self, landmarks: Landmarks) -> None:
        """Choose the face that has these landmarks, if it is known."""
        position = self._position(landmarks)
        if position is not None:
            self.choose(position)

    # User actions: each is one undo step.

    def move_landmarks(self, face: Face, landmarks: Landmarks) -> None:
        """Put a face's points right."""
        command = self.move_command(self.tr("Move Points"), face, landmarks)
        if command is not None:
            self._undo_memory.push(command)

    def move_command(self, text: str, face: Face, landmarks: Landmarks) -> MoveLandmarks | None:
        """Make the command that gives a face other points; None if it has them already."""
        if np.array_equal(face.landmarks, landmarks):
            return None
        return MoveLandmarks(self, text, face, replace(face, landmarks=landmarks))

    def delete_chosen(self) -> None:
        """Forget the chosen faces; what was done to them stays."""
        chosen = [face.landmarks for face in self.chosen_items]
        positions = sorted(index for one in chosen if (index := self._position(one)) is not None)
        if positions:
            text = self.tr("Delete Face") if len(positions) == 1 else self.tr("Delete Faces")
            deleted = {index: self._listed[index] for index in positions}
            self._undo_memory.push(self.deletion_command(text, deleted))

    def deletion_command(self, text: str, deleted: Mapping[int, ListedFace]) -> DeleteFaces:
        """Make the command that forgets faces, by their positions in the list."""
        return DeleteFaces(self, text, deleted)

    # Called by undo commands only.

    def take_out(self, deleted: Iterable[ListedFace]) -> None:
        """Take faces out of the list."""
        gone = [one.face.landmarks for one in deleted]
        self._listed = tuple(
            one for one in self._listed if not any(one.is_at(landmarks) for landmarks in gone)
        )
        self._chosen = ()
        self.changed.emit()

    def put_back(self, deleted: Mapping[int, ListedFace]) -> None:
        """Put faces back to their positions in the list, unless they have been found again."""
        listed = list(self._listed)
        for index, one in deleted.items():
            if self._position(one.face.landmarks) is None:
                listed.insert(index, one)
        self._listed = tuple(listed)
        positions = (self._position(one.face.landmarks) for one in deleted.values())
        self._chosen = tuple(index for index in positions if index is not None)
        self.changed.emit()

    def replace_face(self, before: Face, after: Face) -> None:
        """Put one face in the place of another, whether it was found or placed."""
        position = self._position(before.landmarks)
        if position is None:
            self._listed = (*self._listed, ListedFace(after, before.landmarks, is_manual=True))
        else:
            listed = list(self._listed)
            listed[position] = replace(listed[position], face=after, is_manual=True)
            self._listed = tuple(listed)
        self.changed.emit()

    def _position(self, landmarks: Landmarks) -> int | None:
        found = (index for index, one in enumerate(self._listed) if one.is_at(landmarks))
        return next(found, None)


def _is_one(listed: ListedFace, face: Face) -> bool:
    return is_same_face(face.landmarks, listed.face.landmarks)
