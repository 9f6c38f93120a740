"""Joins the document to the worker: asks it for snapshots, gives it the results."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.edit.requests import EditResult
from core.errors import CoreError
from core.face.face_windows import around_face
from core.imaging.windows import is_empty
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import Adjustable, FillSettings, SmileSettings, weight_of
from faceeditor_gui.document.edit_step import EditStep, adjusted_by, over
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_plan import Plan, adjusting_plan, fill_plan
from faceeditor_gui.jobs.fill_settings import fill_settings
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.jobs.result_message import Explainer, plan_in_words
from faceeditor_gui.jobs.worker import Job, Urgency
from faceeditor_gui.state.tool_state import ToolState


@dataclass(frozen=True, eq=False)
class Wish:
    """An edit that the user has asked for."""

    plan: Callable[[], Plan | None]
    """Plans it when its turn has come; None if there is nothing left to do."""
    adjusts: Adjustable | None = None
    """What it makes or adjusts: a newer wish for the same takes its place."""


class EditRunner(QObject):
    """Runs edits on the document, one after another; each is one undo step or leaves no trace."""

    posted = Signal(str)  # one sentence for the status line
    preview_changed = Signal(object)  # Preview or None
    edit_ended = Signal()  # applied, cancelled or failed
    refused = Signal(object, str)  # Adjustable that cannot be made, and why
    adjusting_ended = Signal()  # that edit was adjusted by a slider, or only its preview was

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
        self._waiting: deque[Wish] = deque()
        self._wish: Wish | None = None
        """The edit under way, and what it runs."""
        self._plan: Plan | None = None
        self._job: Job | None = None
        self._started = 0.0
        self._asked_at = 0
        """Where the undo history was when the last edit was asked for."""
        self._previewer: Previewer | None = None
        document.photo_changed.connect(self.cancel)
        schedule.failed.connect(self._on_ended)
        schedule.cancelled.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Tell whether an edit is under way or waits."""
        return self._wish is not None or bool(self._waiting)

    def set_screen_scale(self, scale: float) -> None:
        """Learn how many screen pixels a photo pixel has: previews need no more."""
        self._screen_scale = scale

    # What the user does.

    def fill(self) -> None:
        """Fill what is covered now, part by part where its parts lie far apart."""
        if not self._document.has_mask:
            self.posted.emit(self.tr("Paint over what is to go first (B), then fill."))
            return
        asked = fill_settings(self._document, self._tool_state.fill_model)

        def plan() -> Plan | None:
            holes = [hole for one in asked if (hole := self._still_open(one)) is not None]
            return fill_plan(holes) if holes else None

        self._ask(Wish(plan))

    def fill_again(self, number: int, grow: int, model: str) -> None:
        """Run a fill again, its hole larger; the network sees what is painted and drawn now."""
        step = self._document.step(number)
        if step is not None and isinstance(step.settings, FillSettings):
            painted = self._document.regions.painted
            sketch = self._document.sketch.within(step.settings.window)
            settings = replace(
                step.settings, grow=grow, model=model, painted=painted, sketch=sketch
            )
            self._ask(Wish(lambda: Plan("Fill again", [settings], step)))

    def smile_fully(self) -> None:
        """Make the chosen face smile with all its strength."""
        self.smile(1.0)

    def smile(self, strength: float) -> None:
        """Make the chosen face smile, or adjust the smile it has; -1..1."""
        settings = self._smile_settings(strength)
        if settings is None:
            self._end_preview()
        elif _is_as_wanted(adjusted_by(settings, self._document.steps), settings):
            self._drop_wish(settings)
            self._end_preview()
            self.posted.emit(self.tr("This face is as you want it; the slider changes its smile."))
        else:
            self.adjust(settings)

    def preview_smile(self, strength: float) -> None:
        """Show soon, and reduced, what `smile` would do."""
        settings = self._smile_settings(strength)
        if settings is not None:
            self.preview(settings)

    def adjust(self, settings: Adjustable) -> None:
        """Make an edit, or set the one that is there anew; the newest wish for it counts."""
        self._drop_wish(settings)

        def plan() -> Plan:
            return adjusting_plan(adjusted_by(settings, self._document.steps), settings)

        self._ask(Wish(plan, settings))

    def preview(self, settings: Adjustable) -> None:
        """Show soon, and reduced, what `adjust` would do; the newest wish counts."""
        self._drop_wish(settings)
        previewer = self._previewer_for(settings)
        settings = over(settings, self._document.face_points, previewer.below)
        if settings.changes_nothing:
            self._schedule.cancel(Urgency.PREVIEW)
            self.preview_changed.emit(previewer.show(None))
            return

        def take(result: object) -> None:
            if self._previewer is previewer:
                shown = previewer.show(cast(EditResult, result), weight_of(settings))
                self.preview_changed.emit(shown)

        self._schedule.submit(Job(Urgency.PREVIEW, lambda: previewer.request(settings), take))

    def is_wanted(self, settings: Adjustable) -> bool:
        """Tell whether such an edit is under way or waits."""
        wishes = (self._wish, *self._waiting)
        return any(one and one.adjusts and settings.adjusts(one.adjusts) for one in wishes)

    def stop_preview(self) -> None:
        """Show the picture as it is."""
        self._schedule.cancel(Urgency.PREVIEW)
        self._end_preview()

    def cancel(self) -> bool:
        """Give up edits and the preview under way; tells whether there were any."""
        was_running = self.is_running or self._previewer is not None
        self._waiting.clear()
        self._drop_plan()
        self.stop_preview()
        return was_running

    def take_back(self) -> bool:
        """Give up edits under way if they are the last that the user did; tells whether."""
        is_last = self._document.undo_stack.index() <= self._asked_at
        if self._previewer is None and not (self.is_running and is_last):
            return False
        return self.cancel()

    # Runs.

    def _ask(self, wish: Wish) -> None:
        self._asked_at = self._document.undo_stack.index()
        self._waiting.append(wish)
        if self._wish is None:
            self._start_next()
        else:
            self.posted.emit(self.tr("This follows when the edit under way is done."))

    def _start_next(self) -> None:
        while self._waiting and self._wish is None:
            self._wish = self._waiting.popleft()
            self._plan = self._wish.plan()
            if self._plan is None:
                self._wish = None
                continue
            self._schedule.cancel(Urgency.PREVIEW)
            self._started = time.perf_counter()
            self._go_on(self._plan)

    def _go_on(self, plan: Plan) -> None:
        if plan.is_done:
            self._apply(plan)
            return
        self._job = Job(
            Urgency.EDIT,
            lambda: plan.request(
                self._document.original(), self._document.steps, self._document.face_points
            ),
            lambda result: self._on_run_finished(plan, cast(EditResult, result)),
            plan.span,
        )
        self._schedule.submit(self._job)

    def _on_run_finished(self, plan: Plan, result: EditResult) -> None:
        if plan is self._plan:
            plan.take(result)
            self._explain.take(result)
            self._go_on(plan)

    def _apply(self, plan: Plan) -> None:
        is_adjusted = self._forget_plan()
        steps = plan.applied_to(self._document.steps)
        self._document.apply(plan_in_words(plan), steps, plan.filled)
        self._announce_end(is_adjusted)
        self.posted.emit(self._explain.edit(plan, time.perf_counter() - self._started))
        self._start_next()

    def _on_ended(self, job: Job, error: CoreError | None = None) -> None:
        """Leave no trace of an edit that was cancelled or has failed."""
        if job is self._job:
            if error is not None and self._wish is not None and self._wish.adjusts is not None:
                self.refused.emit(self._wish.adjusts, str(error))
            self._explain.forget()
            self._announce_end(self._forget_plan())
            self._start_next()
        elif job.urgency is Urgency.PREVIEW and error is not None:
            self._end_preview()

    def _drop_wish(self, settings: Adjustable) -> None:
        """Give up making what is now to be made otherwise."""

        def is_for_it(wish: Wish) -> bool:
            return wish.adjusts is not None and settings.adjusts(wish.adjusts)

        self._waiting = deque(wish for wish in self._waiting if not is_for_it(wish))
        if self._wish is not None and is_for_it(self._wish):
            self._drop_plan()
            self._start_next()

    def _drop_plan(self) -> None:
        if self._wish is not None:
            self._forget_plan()
            self._explain.forget()
            self._schedule.cancel(Urgency.EDIT)

    def _forget_plan(self) -> bool:
        """Be idle; tells whether the edit was one that is adjusted."""
        is_adjusted = self._wish is not None and self._wish.adjusts is not None
        self._wish = self._plan = self._job = None
        return is_adjusted

    def _announce_end(self, is_adjusted: bool) -> None:
        if is_adjusted:
            self._end_preview()
        else:
            self.edit_ended.emit()

    def _end_preview(self) -> None:
        self._previewer = None
        self.preview_changed.emit(None)
        self.adjusting_ended.emit()
        self.edit_ended.emit()

    # Settings from the document.

    def _still_open(self, asked: FillSettings) -> FillSettings | None:
        """Leave out of a hole what has been filled or erased since it was asked for."""
        hole = asked.hole
        pixels = np.minimum(hole.pixels, self._document.mask(hole.window))
        if not pixels.any():
            return None
        return replace(asked, hole=Patch(hole.left, hole.top, pixels))

    def _smile_settings(self, strength: float) -> SmileSettings | None:
        face = self._document.chosen_face
        if face is None and self._schedule.has(Urgency.FACES):
            self.posted.emit(self.tr("Still looking for faces; try again in a moment."))
            return None
        if face is None:
            self.posted.emit(self.tr("No face is known: draw a box around one (G), then smile."))
            return None
        present = self._document.smile_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=present)
        window = around_face(landmarks, self._document.shape)
        if is_empty(window):
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
            return None
        return SmileSettings(window, landmarks, strength, self._tool_state.smile_kind)

    def _previewer_for(self, settings: Adjustable) -> Previewer:
        steps, window = self._document.steps, settings.window
        replaced = adjusted_by(settings, steps)
        if self._previewer is None or not self._previewer.fits(steps, replaced, window):
            photo = self._document.original()
            self._previewer = Previewer(photo, steps, replaced, window, self._screen_scale)
        return self._previewer


def _is_as_wanted(present: EditStep | None, wanted: Adjustable) -> bool:
    if present is None:
        return wanted.changes_nothing
    return present.is_visible and wanted.is_like(present.settings)
