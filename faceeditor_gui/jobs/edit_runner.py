"""Runs edits: requests from snapshots of the document, results back as steps."""

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
from core.face.face_windows import face_window
from core.imaging.windows import is_empty
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    FillSettings,
    SmileSettings,
    weight_of,
)
from faceeditor_gui.document.edit_step import EditStep, find_adjusted_step, rebase_settings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_plan import EditPlan, adjustment_plan, fill_plan
from faceeditor_gui.jobs.fill_settings import settings_of_mask
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.jobs.result_message import ResultMessage, describe_plan
from faceeditor_gui.jobs.worker import Job, Urgency
from faceeditor_gui.state.tool_state import ToolState


@dataclass(frozen=True, eq=False)
class EditWish:
    """An edit that the user has asked for."""

    plan: Callable[[], EditPlan | None]
    """Plans it when its turn has come; None if there is nothing left to do."""
    adjusts: AdjustableSettings | None = None
    """The edit that it makes or adjusts: a newer wish for the same one replaces it."""


class EditRunner(QObject):
    """Runs edits on the document, one after another; each is one undo step or leaves no trace."""

    posted = Signal(str)  # one sentence for the status line
    preview_changed = Signal(object)  # Preview or None
    edit_ended = Signal()  # applied, cancelled or failed
    refused = Signal(object, str)  # AdjustableSettings that cannot be run, and why
    adjustment_ended = Signal()  # that edit was adjusted by a slider, or only its preview was

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._job_queue = job_queue
        self._screen_scale = 1.0
        self._message = ResultMessage()
        self._waiting: deque[EditWish] = deque()
        self._wish: EditWish | None = None
        """The edit under way, and what it runs."""
        self._plan: EditPlan | None = None
        self._job: Job | None = None
        self._started = 0.0
        self._requested_at = 0
        """Index of the undo stack when the last edit was requested."""
        self._previewer: Previewer | None = None
        document.photo_changed.connect(self.cancel)
        job_queue.failed.connect(self._on_ended)
        job_queue.cancelled.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Tell whether an edit is under way or waits."""
        return self._wish is not None or bool(self._waiting)

    def set_screen_scale(self, scale: float) -> None:
        """Learn how many screen pixels a photo pixel has: previews need no more."""
        self._screen_scale = scale

    # User actions.

    def fill(self) -> None:
        """Fill the mask, hole by hole where its holes lie far apart."""
        if self._document.mask.is_empty:
            self.posted.emit(self.tr("Paint over what is to go first (B), then fill."))
            return
        requested = settings_of_mask(self._document, self._tool_state.fill_model)

        def plan() -> EditPlan | None:
            holes = [hole for one in requested if (hole := self._remaining_hole(one)) is not None]
            return fill_plan(holes) if holes else None

        self._enqueue(EditWish(plan))

    def fill_again(self, number: int, grow: int, model: str) -> None:
        """Run a fill again with a grown hole, and the present regions and sketch."""
        step = self._document.steps.find(number)
        if step is not None and isinstance(step.settings, FillSettings):
            painted = self._document.regions.painted
            sketch = self._document.sketch.patch_in(step.settings.window)
            settings = replace(
                step.settings, grow=grow, model=model, painted=painted, sketch=sketch
            )
            self._enqueue(EditWish(lambda: EditPlan("Fill again", [settings], step)))

    def smile_fully(self) -> None:
        """Make the chosen face smile with all its strength."""
        self.smile(1.0)

    def smile(self, strength: float) -> None:
        """Make the chosen face smile, or adjust the smile it has; -1..1."""
        settings = self._smile_settings(strength)
        if settings is None:
            self._end_preview()
        elif _is_already_applied(
            find_adjusted_step(settings, self._document.steps.items), settings
        ):
            self._drop_wish(settings)
            self._end_preview()
            self.posted.emit(self.tr("This face is as you want it; the slider changes its smile."))
        else:
            self.adjust(settings)

    def preview_smile(self, strength: float) -> None:
        """Preview what `smile` would do, at screen resolution."""
        settings = self._smile_settings(strength)
        if settings is not None:
            self.preview(settings)

    def adjust(self, settings: AdjustableSettings) -> None:
        """Make an edit or adjust the present one; only the newest wish for it is run."""
        self._drop_wish(settings)

        def plan() -> EditPlan:
            return adjustment_plan(
                find_adjusted_step(settings, self._document.steps.items), settings
            )

        self._enqueue(EditWish(plan, settings))

    def preview(self, settings: AdjustableSettings) -> None:
        """Preview what `adjust` would do, at screen resolution; only the newest wish is run."""
        self._drop_wish(settings)
        previewer = self._previewer_for(settings)
        settings = rebase_settings(settings, self._document.faces.landmarks, previewer.below)
        if settings.is_identity:
            self._job_queue.cancel(Urgency.PREVIEW)
            self.preview_changed.emit(previewer.preview_of(None))
            return

        def deliver(result: object) -> None:
            if self._previewer is previewer:
                shown = previewer.preview_of(cast(EditResult, result), weight_of(settings))
                self.preview_changed.emit(shown)

        self._job_queue.submit(Job(Urgency.PREVIEW, lambda: previewer.request(settings), deliver))

    def is_pending(self, settings: AdjustableSettings) -> bool:
        """Tell whether such an edit is under way or waits."""
        wishes = (self._wish, *self._waiting)
        return any(one and one.adjusts and settings.adjusts(one.adjusts) for one in wishes)

    def stop_preview(self) -> None:
        """Cancel the preview, and show the image as it is."""
        self._job_queue.cancel(Urgency.PREVIEW)
        self._end_preview()

    def cancel(self) -> bool:
        """Cancel the edits and the preview under way; tells whether there were any."""
        was_running = self.is_running or self._previewer is not None
        self._waiting.clear()
        self._cancel_plan()
        self.stop_preview()
        return was_running

    def cancel_last(self) -> bool:
        """Cancel the edits under way if they are the user's last action; tells whether."""
        is_last = self._document.undo_stack.index() <= self._requested_at
        if self._previewer is None and not (self.is_running and is_last):
            return False
        return self.cancel()

    # Runs.

    def _enqueue(self, wish: EditWish) -> None:
        self._requested_at = self._document.undo_stack.index()
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
            self._job_queue.cancel(Urgency.PREVIEW)
            self._started = time.perf_counter()
            self._submit_next_run(self._plan)

    def _submit_next_run(self, plan: EditPlan) -> None:
        if plan.is_done:
            self._apply(plan)
            return
        self._job = Job(
            Urgency.EDIT,
            lambda: plan.request(
                self._document.original(),
                self._document.steps.items,
                self._document.faces.landmarks,
            ),
            lambda result: self._on_run_finished(plan, cast(EditResult, result)),
            plan.span,
        )
        self._job_queue.submit(self._job)

    def _on_run_finished(self, plan: EditPlan, result: EditResult) -> None:
        if plan is self._plan:
            plan.add_result(result)
            self._message.add_result(result)
            self._submit_next_run(plan)

    def _apply(self, plan: EditPlan) -> None:
        is_adjusted = self._clear_plan()
        steps = plan.apply_to(self._document.steps.items)
        self._document.apply(describe_plan(plan), steps, plan.filled_holes)
        self._emit_end(is_adjusted)
        self.posted.emit(self._message.describe(plan, time.perf_counter() - self._started))
        self._start_next()

    def _on_ended(self, job: Job, error: CoreError | None = None) -> None:
        """Leave no trace of an edit that was cancelled or has failed."""
        if job is self._job:
            if error is not None and self._wish is not None and self._wish.adjusts is not None:
                self.refused.emit(self._wish.adjusts, str(error))
            self._message.clear()
            self._emit_end(self._clear_plan())
            self._start_next()
        elif job.urgency is Urgency.PREVIEW and error is not None:
            self._end_preview()

    def _drop_wish(self, settings: AdjustableSettings) -> None:
        """Cancel the wish that newer settings replace."""

        def is_replaced(wish: EditWish) -> bool:
            return wish.adjusts is not None and settings.adjusts(wish.adjusts)

        self._waiting = deque(wish for wish in self._waiting if not is_replaced(wish))
        if self._wish is not None and is_replaced(self._wish):
            self._cancel_plan()
            self._start_next()

    def _cancel_plan(self) -> None:
        if self._wish is not None:
            self._clear_plan()
            self._message.clear()
            self._job_queue.cancel(Urgency.EDIT)

    def _clear_plan(self) -> bool:
        """Become idle; tells whether the edit was an adjustable one."""
        is_adjusted = self._wish is not None and self._wish.adjusts is not None
        self._wish = self._plan = self._job = None
        return is_adjusted

    def _emit_end(self, is_adjusted: bool) -> None:
        if is_adjusted:
            self._end_preview()
        else:
            self.edit_ended.emit()

    def _end_preview(self) -> None:
        self._previewer = None
        self.preview_changed.emit(None)
        self.adjustment_ended.emit()
        self.edit_ended.emit()

    # Settings from the document.

    def _remaining_hole(self, requested: FillSettings) -> FillSettings | None:
        """Remove from a hole what has been filled or erased since it was requested."""
        hole = requested.hole
        pixels = np.minimum(hole.pixels, self._document.mask.read(hole.window))
        if not pixels.any():
            return None
        return replace(requested, hole=Patch(hole.left, hole.top, pixels))

    def _smile_settings(self, strength: float) -> SmileSettings | None:
        face = self._document.faces.chosen
        if face is None and self._job_queue.has(Urgency.FACES):
            self.posted.emit(self.tr("Still looking for faces; try again in a moment."))
            return None
        if face is None:
            self.posted.emit(self.tr("No face is known: draw a box around one (G), then smile."))
            return None
        present = self._document.steps.smile_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=present)
        window = face_window(landmarks, self._document.shape)
        if is_empty(window):
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
            return None
        return SmileSettings(window, landmarks, strength, self._tool_state.smile_kind)

    def _previewer_for(self, settings: AdjustableSettings) -> Previewer:
        steps, window = self._document.steps.items, settings.window
        replaced = find_adjusted_step(settings, steps)
        if self._previewer is None or not self._previewer.fits(steps, replaced, window):
            photo = self._document.original()
            self._previewer = Previewer(photo, steps, replaced, window, self._screen_scale)
        return self._previewer


def _is_already_applied(present: EditStep | None, wanted: AdjustableSettings) -> bool:
    if present is None:
        return wanted.is_identity
    return present.is_visible and wanted.has_same_result(present.settings)
