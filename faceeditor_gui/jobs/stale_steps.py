"""Runs stale steps again in the background, from the lowest upwards."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, QTimer

from core.edit.requests import EditRequest, EditResult
from core.errors import CoreError
from core.progress import Cancelled
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import (
    Steps,
    composite_steps,
    lowest_stale_index,
    outcome_of,
    rebase_settings,
)
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.worker import Job, Urgency

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
        self._settle_timer.timeout.connect(self._run_next)
        self._failed_at: Steps | None = None
        """The steps of which one has failed; they are not tried again."""
        document.steps.changed.connect(self._on_steps_changed)
        job_queue.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Tell whether a stale step runs, or soon will."""
        return self._settle_timer.isActive() or self._job_queue.has(Urgency.REFRESH)

    def run_now(self) -> None:
        """Run stale steps at once, without waiting for the changes to settle."""
        if self._settle_timer.isActive():
            self._settle_timer.stop()
            self._run_next()

    def _on_steps_changed(self) -> None:
        self._job_queue.cancel(Urgency.REFRESH)
        if self._has_work():
            self._settle_timer.start()
        else:
            self._settle_timer.stop()

    def _has_work(self) -> bool:
        steps = self._document.steps.items
        return steps is not self._failed_at and lowest_stale_index(steps) is not None

    def _run_next(self) -> None:
        steps = self._document.steps.items
        index = lowest_stale_index(steps)
        if index is None:
            return
        below, stale = steps[:index], steps[index]

        def make_request() -> EditRequest:
            if self._document.steps.items is not steps:
                raise Cancelled
            settings = rebase_settings(stale.settings, self._document.faces.landmarks, below)
            return settings.request(
                composite_steps(self._document.original(), below, settings.window)
            )

        def deliver(result: object) -> None:
            outcome = outcome_of(stale.settings, cast(EditResult, result), below)
            self._document.steps.refresh_step(replace(stale, outcome=outcome))
            self.run_now()  # the next one need not wait

        self._job_queue.submit(Job(Urgency.REFRESH, make_request, deliver))

    def _on_failed(self, job: Job, _error: CoreError) -> None:
        if job.urgency is Urgency.REFRESH:
            self._failed_at = self._document.steps.items
