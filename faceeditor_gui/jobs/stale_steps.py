"""Runs stale steps again in the background, from the lowest upwards."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from core.edit.requests import EditRequest, EditResult
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import (
    composite_steps,
    lowest_stale_index,
    outcome_of,
    rebase_settings,
)
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue

SETTLE_MS = 150
"""How long after the last change stale steps run again: a slider moves many times."""


class StaleSteps(QObject):
    """Runs the steps above a changed one again; that adds no undo step."""

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self._settle_timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle_timer.timeout.connect(self._submit)
        self._index = 0
        """Of the step that runs."""
        document.steps.changed.connect(self._on_steps_changed)

    @property
    def is_busy(self) -> bool:
        """Tell whether a stale step runs, or soon will."""
        return self._settle_timer.isActive() or self._job_queue.has(Urgency.REFRESH)

    def run_now(self) -> None:
        """Run stale steps at once, without waiting for the changes to settle."""
        if self._settle_timer.isActive():
            self._settle_timer.stop()
            self._submit()

    def _on_steps_changed(self) -> None:
        self._job_queue.outdate(*self._job_queue.jobs(Urgency.REFRESH))
        if lowest_stale_index(self._document.steps.items) is None:
            self._settle_timer.stop()
        else:
            self._settle_timer.start()

    def _submit(self) -> None:
        self._job_queue.submit(Job(Urgency.REFRESH, self._make_request, self._on_result))

    def _make_request(self) -> EditRequest | None:
        steps = self._document.steps.items
        index = lowest_stale_index(steps)
        if index is None:
            return None
        self._index, below = index, steps[:index]
        settings = rebase_settings(steps[index].settings, self._document.faces.landmarks, below)
        return settings.request(composite_steps(self._document.original(), below, settings.window))

    def _on_result(self, result: EditResult) -> None:
        """Refresh the step; the steps are those of the request, else the job were stale."""
        steps = self._document.steps.items
        stale = steps[self._index]
        outcome = outcome_of(stale.settings, result, steps[: self._index])
        self._document.steps.refresh_step(replace(stale, outcome=outcome))
        self.run_now()  # the next one need not wait
