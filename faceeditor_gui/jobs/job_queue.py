"""The one queue of work: what waits, what runs, what is replaced, interrupted and made anew.

Edits come before previews before face detection. Stale steps run again before a file is saved, so
that it holds their new pixels.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import CoreError
from core.progress import Cancelled
from faceeditor_gui.jobs.job import BACKGROUND, FOREGROUND, INTERRUPTIBLE, Job, JobState, Urgency
from faceeditor_gui.jobs.worker import EditWorker, Run

IDLE_DELAY_MS = 1000
"""How long after an edit or a preview background jobs start."""


class JobQueue(QObject):
    """Leads every job from state to state, and gives the worker one request at a time."""

    busy_changed = Signal(bool)  # whether the user waits for something
    progressed = Signal(float, str)  # fraction, stage, of what the user waits for
    ended = Signal(object)  # Job: finished, cancelled or failed

    def __init__(self, worker: EditWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle_timer = QTimer(self, singleShot=True, interval=IDLE_DELAY_MS)
        self._idle_timer.timeout.connect(self._start_next)
        self._worker = worker
        self._jobs: list[Job] = []
        """Those that wait or run, in the order asked for."""
        self._run: Run | None = None
        """What the worker is busy with; the job that owns it may have left it already."""
        self._was_busy = False
        worker.progressed.connect(self._on_progressed)
        worker.finished.connect(self._on_finished)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)

    @property
    def is_busy(self) -> bool:
        """Tell whether the user waits for something, if only for it to stop."""
        jobs = self._jobs if self._run is None else (*self._jobs, self._run.owner)
        return any(job.urgency in FOREGROUND for job in jobs)

    @property
    def has_work(self) -> bool:
        """Tell whether any job runs or waits."""
        return self._run is not None or bool(self._jobs)

    def has(self, urgency: Urgency) -> bool:
        """Tell whether a job of this urgency runs or waits."""
        return bool(self.jobs(urgency))

    def jobs(self, *urgencies: Urgency) -> tuple[Job, ...]:
        """List the jobs of these urgencies that wait or run, in the order asked for."""
        return tuple(job for job in self._jobs if job.urgency in urgencies)

    def submit(self, job: Job) -> None:
        """Run a job when its turn comes, in place of those that it replaces."""
        for other in tuple(self._jobs):
            if job.replaces(other):
                self._stop(other, JobState.STALE)
        self._jobs.append(job)
        self._interrupt_for(job)
        self._start_next()

    def cancel(self, *urgencies: Urgency) -> None:
        """Cancel the jobs of these urgencies."""
        for job in self.jobs(*urgencies):
            if job.is_pending:
                self._stop(job, JobState.CANCELLED)
        self._announce()

    def outdate(self, *jobs: Job) -> None:
        """Note that something newer takes the place of jobs: nobody waits for their results."""
        for job in jobs:
            self._stop(job, JobState.STALE)
        self._announce()

    def _interrupt_for(self, job: Job) -> None:
        """Let a job of the background wait again while the user waits for another."""
        if self._run is None or job.urgency in BACKGROUND:
            return
        running: Job = self._run.owner
        is_interruptible = running.state is JobState.RUNNING and running.urgency in INTERRUPTIBLE
        if is_interruptible and job.urgency < running.urgency:
            self._run.cancel()
            running.state = JobState.WAITING

    def _stop(self, job: Job, state: JobState) -> None:
        if self._run is not None and self._run.owner is job:
            self._run.cancel()
        self._end(job, state)

    def _end(self, job: Job, state: JobState, error: CoreError | None = None) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
        job.state, job.error = state, error
        if state is not JobState.STALE:
            job.on_end(job)
            self.ended.emit(job)

    def _start_next(self) -> None:
        while self._run is None and (job := self._next_job()) is not None:
            self._start(job)
        self._announce()

    def _next_job(self) -> Job | None:
        held_back = BACKGROUND if self._idle_timer.isActive() else ()
        waiting = (job for job in self._jobs if job.state is JobState.WAITING)
        ready = (job for job in waiting if job.urgency not in held_back)
        return min(ready, key=lambda job: job.urgency, default=None)

    def _start(self, job: Job) -> None:
        if job.urgency not in BACKGROUND:
            self._idle_timer.start()
        job.state = JobState.RUNNING
        try:
            request = job.make_request()
        except Cancelled:
            self._end(job, JobState.CANCELLED)
        except CoreError as error:
            self._end(job, JobState.FAILED, error)
        else:
            if request is None:
                self._end(job, JobState.FINISHED)
            else:
                self._run = Run(request, job)
                self._worker.submit(self._run)

    def _announce(self) -> None:
        if self.is_busy is not self._was_busy:
            self._was_busy = self.is_busy
            self.busy_changed.emit(self._was_busy)

    # What the worker says. What a job has left by then is not heard any more.

    def _on_progressed(self, run: Run, fraction: float, stage: str) -> None:
        if run.owner.urgency in FOREGROUND:
            start, stop = run.owner.span
            self.progressed.emit(start + (stop - start) * fraction, stage)

    def _on_finished(self, run: Run, result: object) -> None:
        self._hear(run, lambda job: self._take(job, result))

    def _on_failed(self, run: Run, error: CoreError) -> None:
        self._hear(run, lambda job: self._fail(job, error))

    def _on_cancelled(self, run: Run) -> None:
        self._hear(run, lambda job: self._end(job, JobState.CANCELLED))

    def _hear(self, run: Run, tell: Callable[[Job], None]) -> None:
        """Start the next job only when it is known what the news of the last one has led to."""
        try:
            if not run.is_cancelled:
                tell(run.owner)
        finally:
            self._run = None
            self._start_next()

    def _fail(self, job: Job, error: CoreError) -> None:
        if job.goes_on_after(error):
            job.state = JobState.WAITING
        else:
            self._end(job, JobState.FAILED, error)

    def _take(self, job: Job, result: object) -> None:
        """Give a result to its job, which then asks on or is finished."""
        if job.repeats:
            job.state = JobState.WAITING
        else:
            job.state = JobState.FINISHED
            self._jobs.remove(job)
        job.on_result(result)
        if job.state is JobState.FINISHED:
            self._end(job, JobState.FINISHED)
