"""Which job runs next: edits before previews before face detection, and the newest wins.

Stale steps run again before a file is saved, so that it holds their new pixels.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import CoreError
from core.progress import Cancelled
from faceeditor_gui.jobs.worker import EditWorker, Job, Urgency

FOREGROUND = (Urgency.EDIT, Urgency.FILE)
"""Jobs that the user waits for: shown with progress and a cancel button."""
BACKGROUND = (
    Urgency.FACES,
    Urgency.REGIONS,
    Urgency.EXEMPLARS,
    Urgency.WARM_UP,
    Urgency.VARIATIONS,
    Urgency.STYLES,
)
"""Jobs that the user does not wait for; held back while a slider moves or an edit runs."""
INTERRUPTIBLE = (Urgency.REFRESH, *BACKGROUND)
"""Jobs that a more urgent one preempts; they start again later."""
IDLE_DELAY_MS = 1000
"""How long after an edit or a preview background jobs start."""


class JobQueue(QObject):
    """Gives the worker one job at a time; of each urgency at most one more waits."""

    busy_changed = Signal(bool)  # whether the user waits for something
    progressed = Signal(float, str)  # fraction, stage, of what the user waits for
    failed = Signal(object, object)  # job, CoreError
    cancelled = Signal(object)  # job

    def __init__(self, worker: EditWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle_timer = QTimer(self, singleShot=True, interval=IDLE_DELAY_MS)
        self._idle_timer.timeout.connect(self._start_next)
        self._worker = worker
        self._running: Job | None = None
        self._waiting: dict[Urgency, Job] = {}
        self._was_busy = False
        worker.progressed.connect(self._on_progressed)
        worker.finished.connect(self._on_finished)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)

    @property
    def is_busy(self) -> bool:
        """Tell whether the user waits for something."""
        return any(self.has(urgency) for urgency in FOREGROUND)

    @property
    def has_work(self) -> bool:
        """Tell whether any job runs or waits."""
        return self._running is not None or bool(self._waiting)

    def has(self, urgency: Urgency) -> bool:
        """Tell whether a job of this urgency runs or waits."""
        running = self._running is not None and self._running.urgency is urgency
        return running or urgency in self._waiting

    def submit(self, job: Job) -> None:
        """Run a job when its turn comes, in place of a waiting one of the same urgency."""
        self._waiting[job.urgency] = job
        if job.urgency not in BACKGROUND:
            self._preempt_for(job.urgency)
            self._idle_timer.start()
        self._start_next()

    def cancel(self, *urgencies: Urgency) -> None:
        """Stop jobs of these urgencies, or all."""
        for urgency in urgencies or tuple(Urgency):
            job = self._waiting.pop(urgency, None)
            if job is not None:
                self.cancelled.emit(job)
            if self._running is not None and self._running.urgency is urgency:
                self._running.cancel()
        self._announce()

    def _preempt_for(self, urgency: Urgency) -> None:
        """Preempt a background job for a more urgent one; it starts again later."""
        running = self._running
        if running is None or running.is_cancelled or running.urgency not in INTERRUPTIBLE:
            return
        if urgency >= running.urgency:
            return
        running.cancel()
        restarted = Job(running.urgency, running.make_request, running.on_result)
        self._waiting.setdefault(running.urgency, restarted)

    def _next_job(self) -> Job | None:
        held_back = BACKGROUND if self._idle_timer.isActive() else ()
        ready = [urgency for urgency in self._waiting if urgency not in held_back]
        return self._waiting.pop(min(ready)) if ready else None

    def _start_next(self) -> None:
        while self._running is None and (job := self._next_job()) is not None:
            try:
                job.request = job.make_request()
            except Cancelled:
                self.cancelled.emit(job)
                continue
            except CoreError as error:
                self.failed.emit(job, error)
                continue
            self._running = job
            self._worker.submit(job)
        self._announce()

    def _announce(self) -> None:
        if self.is_busy is not self._was_busy:
            self._was_busy = self.is_busy
            self.busy_changed.emit(self._was_busy)

    def _on_progressed(self, job: Job, fraction: float, stage: str) -> None:
        if job is self._running and job.urgency in FOREGROUND:
            start, stop = job.span
            self.progressed.emit(start + (stop - start) * fraction, stage)

    def _on_finished(self, job: Job, result: object) -> None:
        if self._has_ended(job):
            if job.is_cancelled:
                self.cancelled.emit(job)
            else:
                job.on_result(result)
            self._start_next()

    def _on_failed(self, job: Job, error: CoreError) -> None:
        if self._has_ended(job):
            self.failed.emit(job, error)
            self._start_next()

    def _on_cancelled(self, job: Job) -> None:
        if self._has_ended(job):
            self.cancelled.emit(job)
            self._start_next()

    def _has_ended(self, job: Job) -> bool:
        if job is not self._running:
            return False
        self._running = None
        return True
