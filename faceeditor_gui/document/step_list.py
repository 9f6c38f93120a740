"""The edit steps of a document, lowest first: their commands, and which one is selected."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from core.anatomy.landmarks import Landmarks, is_same_face
from core.face.face_windows import face_window
from core.imaging.windows import windows_overlap
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    ExemplarEditSettings,
    FillSettings,
    OneKind,
    ReshapeSettings,
    WeighedSettings,
)
from faceeditor_gui.document.edit_step import EditStep, Steps, changed_window, refresh_steps
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.recorded_change import StepsChange
from faceeditor_gui.document.undo_command import UndoCommand, history_text
from faceeditor_gui.document.undo_memory import UndoMemory
from faceeditor_gui.document.wording import describe_edit

_NumberedSettings = ReshapeSettings | ExemplarEditSettings
"""Settings that keep a number of their own."""


class ChangeSteps(UndoCommand):
    """Other steps than before."""

    def __init__(
        self, step_list: StepList, text: str, before: Steps, after: Steps, *, gesture: int = 0
    ) -> None:
        """Changes of one gesture, if that is not 0, become one undo step."""
        super().__init__(text)
        self._step_list: StepList = weakref.proxy(step_list)  # which outlives its commands
        self._before = before
        self._after = after
        self._gesture = gesture
        self._count()

    def refresh_step(self, fresh: EditStep) -> None:
        """Take a step's new pixels wherever it stands over the picture that they were made on."""
        self._before = refresh_steps(self._before, fresh)
        self._after = refresh_steps(self._after, fresh)
        self._count()

    def recorded(self) -> StepsChange:
        """Say which steps there were before and after."""
        return StepsChange(self.wording, self._before, self._after)

    def _count(self) -> None:
        """What a change brings into memory is what was not there before it."""
        before = {id(pixels) for step in self._before for pixels in _pixels_of(step)}
        self.set_pixels(
            pixels
            for step in self._after
            for pixels in _pixels_of(step)
            if id(pixels) not in before
        )

    # Qt overrides.

    def redo(self) -> None:
        self._step_list.replace_steps(self._after)

    def undo(self) -> None:
        self._step_list.replace_steps(self._before)

    def id(self) -> int:
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeSteps):
            return False
        self._after = other._after
        self.setText(other.wording)
        self._count()
        self.setObsolete(_have_same_fingerprints(self._before, self._after))
        return True


class StepList(QObject):
    """The edit steps of a document; each change is one undo step, selecting is none."""

    changed = Signal()
    image_changed = Signal(object)  # the window of the photo that looks different
    selection_changed = Signal()
    refreshed = Signal(object)  # EditStep: one that has run again

    def __init__(self, undo_memory: UndoMemory, parent: QObject) -> None:
        super().__init__(parent)
        self._undo_memory = undo_memory
        self.items: Steps = ()
        """Lowest first."""
        self._shape = (0, 0)
        self._selected_number: int | None = None
        self._gestures = count(1)
        self._last_number = 0
        """The highest that any step or edit has had."""
        self.changed.connect(self._on_changed)

    @property
    def selected(self) -> EditStep | None:
        """The selected step."""
        return self.find(self._selected_number)

    def find(self, number: int | None) -> EditStep | None:
        """Find a step by its number."""
        return next((step for step in self.items if step.number == number), None)

    def edit_of(self, landmarks: Landmarks, kind: type[OneKind]) -> EditStep | None:
        """Find the edit of a kind that the face with these landmarks has been given."""
        for step in self.items:
            settings = step.settings
            if isinstance(settings, kind) and is_same_face(landmarks, settings.landmarks):
                return step
        return None

    def reshape_of(self, landmarks: Landmarks) -> EditStep | None:
        """Find the step that moves this face's points, if nothing has been done to it since."""
        around = face_window(landmarks, self._shape)
        for step in reversed(self.items):
            if step.is_visible and windows_overlap(step.window, around):
                return step if _is_reshape_of(landmarks, step.settings) else None
        return None

    def without_reshapes_of(self, faces: Sequence[Landmarks]) -> Steps:
        """List the steps that do not move the (68, 2) points of these faces."""
        return tuple(
            step
            for step in self.items
            if not any(_is_reshape_of(landmarks, step.settings) for landmarks in faces)
        )

    def is_face_edited(self, landmarks: Landmarks) -> bool:
        """Tell whether an edit has moved a face: its points would lie on the result."""
        visible = (step.settings for step in self.items if step.is_visible)
        made = (settings for settings in visible if not isinstance(settings, FillSettings))
        return any(is_same_face(landmarks, settings.landmarks) for settings in made)

    # Not undone.

    def reset(self, shape: tuple[int, int]) -> None:
        """Forget everything, for another photo of some height and width."""
        self.items, self._shape = (), shape
        self.changed.emit()

    def restore(self, steps: Steps) -> None:
        """Take the steps of a saved document, with their numbers."""
        self.replace_steps(steps)

    def new_number(self) -> int:
        """Return a number that no step and no edit has."""
        self._last_number += 1
        return self._last_number

    def refresh_step(self, fresh: EditStep) -> None:
        """Take a step that has run again, here and wherever undo and redo lead to it."""
        self.replace_steps(refresh_steps(self.items, fresh))
        self._undo_memory.refresh_step(fresh)
        self.refreshed.emit(fresh)

    def select(self, number: int | None) -> None:
        """Select a step, or none."""
        if number != self._selected_number:
            self._selected_number = number
            self.selection_changed.emit()

    def new_gesture(self) -> int:
        """Begin a gesture whose changes are merged into one undo step; returns its number."""
        return next(self._gestures)

    # User actions: each is one undo step.

    def set_visible(self, number: int, shown: bool) -> None:
        """Show or hide a step."""
        text = self.tr("Show {0}") if shown else self.tr("Hide {0}")
        step = self.find(number)
        if step is not None and step.is_visible is not shown:
            self._replace(text, replace(step, is_visible=shown))

    def toggle_selected(self) -> None:
        """Hide the selected step, or show it again."""
        step = self.selected
        if step is not None:
            self.set_visible(step.number, not step.is_visible)

    def set_opacity(self, number: int, opacity: float, *, gesture: int = 0) -> None:
        """Set a step's opacity, 0..1; the changes of one gesture become one undo step."""
        step = self.find(number)
        if step is not None and step.opacity != opacity:
            faded, text = replace(step, opacity=opacity), self.tr("Opacity of {0}")
            self._replace(text, faded, amount=opacity, gesture=gesture)

    def set_strength(self, number: int, strength: float, *, gesture: int = 0) -> None:
        """Set the strength of an edit, 0..1, where it only scales the coverage."""
        step = self.find(number)
        settings = step.settings if step is not None else None
        if step is None or not isinstance(settings, WeighedSettings):
            return
        if settings.is_blend_only and settings.strength != strength:
            weighed = replace(step, settings=replace(settings, strength=strength))
            text = self.tr("Strength of {0}")
            self._replace(text, weighed, amount=strength, gesture=gesture)

    def paint(self, number: int, stroke: Patch, *, erase: bool) -> None:
        """Erase or restore a step's layer mask under a stroke."""
        text = self.tr("Erase {0}") if erase else self.tr("Restore {0}")
        step = self.find(number)
        painted = step.with_stroke(stroke, erase=erase) if step is not None else None
        if painted is not None and painted is not step:
            self._replace(text, painted)

    def rename(self, number: int, name: str) -> None:
        """Call a step something else; an empty name says again what it does."""
        step, name = self.find(number), " ".join(name.split())
        if step is not None and step.name != name:
            self._replace(self.tr("Rename {0}"), replace(step, name=name))

    def move(self, number: int, index: int) -> None:
        """Move a step to an index among the others, 0 lowest; what then lies above runs again."""
        step = self.find(number)
        if step is not None:
            others = [one for one in self.items if one is not step]
            others.insert(min(max(index, 0), len(others)), step)
            self._apply(self.tr("Move {0}"), step, tuple(others))

    def duplicate(self, number: int) -> None:
        """Make a step once more, over itself; the copy is selected, and made anew there."""
        step = self.find(number)
        if step is None:
            return
        settings = step.settings
        if isinstance(settings, _NumberedSettings):
            settings = replace(settings, number=self.new_number())
        copy = replace(step, settings=settings, number=self.new_number())
        place = self.items.index(step) + 1
        steps = (*self.items[:place], copy, *self.items[place:])
        self._apply(self.tr("Duplicate {0}"), step, steps)
        self.select(copy.number)

    def delete(self, number: int) -> None:
        """Delete a step, wherever it lies in the list."""
        step = self.find(number)
        if step is not None:
            remaining = tuple(one for one in self.items if one is not step)
            self._apply(self.tr("Delete {0}"), step, remaining)

    def _replace(
        self, text: str, changed: EditStep, *, amount: float | None = None, gesture: int = 0
    ) -> None:
        steps = tuple(changed if step.number == changed.number else step for step in self.items)
        self._apply(text, changed, steps, amount=amount, gesture=gesture)

    def _apply(
        self,
        text: str,
        step: EditStep,
        steps: Steps,
        *,
        amount: float | None = None,
        gesture: int = 0,
    ) -> None:
        named = text.format(step.name or describe_edit(step.settings))
        told = named if amount is None else f"{named}: {100 * amount:.0f} %"
        self.apply(history_text(told, named), steps, gesture=gesture)

    def apply(self, text: str, steps: Steps, *, gesture: int = 0) -> None:
        """Take other steps; the changes of one gesture, if that is not 0, become one undo step."""
        if steps != self.items:
            self._undo_memory.push(self.change_command(text, steps, gesture=gesture))

    def change_command(self, text: str, steps: Steps, *, gesture: int = 0) -> ChangeSteps:
        """Make the command that takes other steps; new ones get a number."""
        numbered = tuple(
            step if step.number else replace(step, number=self.new_number()) for step in steps
        )
        return ChangeSteps(self, text, self.items, numbered, gesture=gesture)

    # Called by undo commands only.

    def replace_steps(self, steps: Steps) -> None:
        """Replace the steps."""
        window = changed_window(self.items, steps)
        is_other = steps != self.items
        self.items = steps
        self._last_number = max([self._last_number, *map(_highest_number, steps)])
        if window is not None:
            self.image_changed.emit(window)
        if is_other:
            self.changed.emit()

    def _on_changed(self) -> None:
        if self._selected_number is not None and self.selected is None:
            self.select(None)


def _highest_number(step: EditStep) -> int:
    settings = step.settings
    own = settings.number if isinstance(settings, _NumberedSettings) else 0
    return max(step.number, own)


def _is_reshape_of(landmarks: Landmarks, settings: EditSettings) -> bool:
    """Tell whether settings move the points of the face with these landmarks."""
    if not isinstance(settings, ReshapeSettings):
        return False
    return is_same_face(landmarks, settings.landmarks)


def _have_same_fingerprints(before: Steps, after: Steps) -> bool:
    """Tell whether a gesture has returned to its start."""
    return [(one.number, one.is_visible, one.fingerprint) for one in before] == [
        (one.number, one.is_visible, one.fingerprint) for one in after
    ]


def _pixels_of(step: EditStep) -> Iterable[StoredArray[Any]]:
    return step.outcome.patch, step.outcome.coverage, *step.layer_mask.tiles.values()
