"""Joins the document to the worker: asks it for snapshots, gives it the results."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Signal

from core.edit.request import EditResult
from core.errors import CoreError
from faceeditor_gui.document import Document
from faceeditor_gui.explain import Explainer
from faceeditor_gui.fill_settings import fill_settings
from faceeditor_gui.plans import Plan, fill_plan, smile_plan
from faceeditor_gui.previews import SmilePreviewer
from faceeditor_gui.schedule import Schedule
from faceeditor_gui.steps import SmileSettings
from faceeditor_gui.tool_state import ToolState
from faceeditor_gui.windows import around_face, is_empty
from faceeditor_gui.worker import Job, Urgency

MakePlan = Callable[[], Plan]


class EditRunner(QObject):
    """Runs edits on the document; each ends as one undo step or leaves no trace."""

    posted = Signal(str)  # one sentence for the status line
    preview_changed = Signal(object)  # Preview or None
    edit_ended = Signal()  # applied, cancelled or failed

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        schedule: Schedule,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._schedule = schedule
        self._screen_scale = 1.0
        self._explain = Explainer()
        self._make_plan: MakePlan | None = None
        self._plan: Plan | None = None
        self._job: Job | None = None
        self._started = 0.0
        self._previewer: SmilePreviewer | None = None
        document.photo_changed.connect(self.cancel)
        schedule.failed.connect(self._on_ended)
        schedule.cancelled.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Tell whether an edit is under way."""
        return self._plan is not None

    def set_screen_scale(self, scale: float) -> None:
        """Learn how many screen pixels a photo pixel has: previews need no more."""
        self._screen_scale = scale

    # What the user does.

    def fill(self) -> None:
        """Fill the mask, part by part where its parts lie far apart."""
        if not self._document.has_mask:
            self.posted.emit(self.tr("Paint over what is to go first (B), then fill."))
        elif not self._is_held_up(self.is_running):
            settings = fill_settings(self._document)
            self._start(lambda: fill_plan(self._document.steps, settings))

    def smile_fully(self) -> None:
        """Make the chosen face smile with all its strength."""
        self.smile(1.0)

    def smile(self, strength: float) -> None:
        """Make the chosen face smile, or adjust the smile it has; -1..1."""
        settings = self._smile_settings(strength)
        if settings is None or self._is_held_up(self._is_filling):
            self._end_preview()
            return
        present = self._document.smile_of(settings.landmarks)
        if _is_as_wanted(present.settings if present else None, settings):
            self.cancel()
            self.posted.emit(self.tr("This face is as you want it; the slider changes its smile."))
            return
        self._start(
            lambda: smile_plan(
                self._document.steps, self._document.smile_of(settings.landmarks), settings
            )
        )

    def preview_smile(self, strength: float) -> None:
        """Show soon, and reduced, what `smile` would do."""
        settings = self._smile_settings(strength)
        if settings is None or self._is_held_up(self._is_filling):
            return
        self._drop_plan()
        previewer = self._previewer_for(settings)
        if not strength:
            self._schedule.cancel(Urgency.PREVIEW)
            self.preview_changed.emit(previewer.show(None))
            return

        def take(result: object) -> None:
            if self._previewer is previewer:
                self.preview_changed.emit(previewer.show(cast(EditResult, result)))

        self._schedule.submit(Job(Urgency.PREVIEW, lambda: previewer.request(strength), take))

    def cancel(self) -> bool:
        """Give up the edit and the preview under way; tells whether there was one."""
        was_running = self._drop_plan() or self._previewer is not None
        self._schedule.cancel(Urgency.PREVIEW)
        self._end_preview()
        return was_running

    # Runs.

    def _start(self, make_plan: MakePlan) -> None:
        self._drop_plan()
        self._schedule.cancel(Urgency.PREVIEW)
        self._make_plan, self._plan = make_plan, make_plan()
        self._started = time.perf_counter()
        self._go_on(self._plan)

    def _go_on(self, plan: Plan) -> None:
        if not plan.is_done:
            self._job = Job(
                Urgency.EDIT,
                lambda: plan.request(self._document.original()),
                lambda result: self._on_run_finished(plan, cast(EditResult, result)),
                plan.span,
            )
            self._schedule.submit(self._job)
        elif plan.base == self._document.steps:
            self._apply(plan)
        elif self._make_plan is not None:  # the steps have changed meanwhile
            self._start(self._make_plan)

    def _on_run_finished(self, plan: Plan, result: EditResult) -> None:
        if plan is self._plan:
            plan.take(result)
            self._explain.take(result)
            self._go_on(plan)

    def _apply(self, plan: Plan) -> None:
        self._plan = self._make_plan = self._job = None
        self._document.apply(plan.text, plan.steps, plan.filled)
        self._end_preview()
        self.posted.emit(self._explain.edit(plan, time.perf_counter() - self._started))

    def _on_ended(self, job: Job, _error: CoreError | None = None) -> None:
        """Leave no trace of an edit that was cancelled or has failed."""
        if job is self._job:
            self.cancel()
        elif job.urgency is Urgency.PREVIEW and _error is not None:
            self._end_preview()

    def _drop_plan(self) -> bool:
        was_running = self.is_running
        self._plan = self._make_plan = self._job = None
        if was_running:
            self._explain.forget()
            self._schedule.cancel(Urgency.EDIT)
        return was_running

    def _end_preview(self) -> None:
        self._previewer = None
        self.preview_changed.emit(None)
        self.edit_ended.emit()

    # Settings from the document.

    def _smile_settings(self, strength: float) -> SmileSettings | None:
        face = self._document.chosen_face
        if face is None and self._schedule.has(Urgency.FACES):
            self.posted.emit(self.tr("Still looking for faces; try again in a moment."))
            return None
        if face is None:
            self.posted.emit(self.tr("No face is known: draw a box around one (G), then smile."))
            return None
        window = around_face(face.landmarks, self._document.shape)
        if is_empty(window):
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
            return None
        return SmileSettings(window, face.landmarks, strength, self._tool_state.smile_kind)

    @property
    def _is_filling(self) -> bool:
        return self._plan is not None and bool(self._plan.filled)

    def _is_held_up(self, by_an_edit: bool) -> bool:
        if by_an_edit:
            self.posted.emit(self.tr("An edit is running; Esc cancels it."))
        return by_an_edit

    def _previewer_for(self, settings: SmileSettings) -> SmilePreviewer:
        present = self._previewer
        if present is None or not present.fits(self._document.steps, settings):
            present = SmilePreviewer(
                self._document.original(),
                self._document.steps,
                self._document.smile_of(settings.landmarks),
                settings,
                self._screen_scale,
            )
            self._previewer = present
        return present


def _is_as_wanted(present: object, wanted: SmileSettings) -> bool:
    if not isinstance(present, SmileSettings):
        return not wanted.strength
    return (present.strength, present.kind) == (wanted.strength, wanted.kind)
