"""Runs stale steps again in the background, from the lowest upwards."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, QTimer

from core.edit.requests import EditRequest, EditResult
from core.errors import CoreError
from core.progress import Cancelled
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import Steps, compose, lowest_stale, outcome_of, over
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.worker import Job, Urgency

SETTLE_MS = 150
"""How long after the last change stale steps run again: a slider moves many times."""


class Refresher(QObject):
    """Makes the steps above a change anew; nothing of it is an undo step of its own."""

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._schedule = schedule
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._run_next)
        self._failed_at: Steps | None = None
        """The steps of which one cannot be made; they are not tried again."""
        document.steps_changed.connect(self._on_steps_changed)
        schedule.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Tell whether a step is being made anew, or soon will."""
        return self._settle.isActive() or self._schedule.has(Urgency.REFRESH)

    def hurry(self) -> None:
        """Run what is stale at once, not when the user has stopped changing things."""
        if self._settle.isActive():
            self._settle.stop()
            self._run_next()

    def _on_steps_changed(self) -> None:
        self._schedule.cancel(Urgency.REFRESH)
        if self._has_work():
            self._settle.start()
        else:
            self._settle.stop()

    def _has_work(self) -> bool:
        steps = self._document.steps
        return steps is not self._failed_at and lowest_stale(steps) is not None

    def _run_next(self) -> None:
        steps = self._document.steps
        index = lowest_stale(steps)
        if index is None:
            return
        below, stale = steps[:index], steps[index]

        def prepare() -> EditRequest:
            if self._document.steps is not steps:
                raise Cancelled
            settings = over(stale.settings, self._document.face_points, below)
            return settings.request(compose(self._document.original(), below, settings.window))

        def take(result: object) -> None:
            outcome = outcome_of(stale.settings, cast(EditResult, result), below)
            self._document.refresh(replace(stale, outcome=outcome))
            self.hurry()  # the next one need not wait

        self._schedule.submit(Job(Urgency.REFRESH, prepare, take))

    def _on_failed(self, job: Job, _error: CoreError) -> None:
        if job.urgency is Urgency.REFRESH:
            self._failed_at = self._document.steps
