"""Work outside the window's thread; the only module that knows threads exist."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from weakref import WeakSet

from PySide6.QtCore import QObject, QThread, Signal, Slot

from core.errors import CoreError
from core.progress import Cancelled, Report

log = logging.getLogger(__name__)

RequestHandler = Callable[[object, Report], object]
"""Handles a request and returns its result; runs in the worker thread."""

UNEXPECTED = "That failed unexpectedly; details are in the log."


class Urgency(IntEnum):
    """Order in which jobs run; at most one job of each waits."""

    EDIT = 0
    PREVIEW = 1
    REFRESH = 2
    FILE = 3
    FACES = 4
    REGIONS = 5
    EXEMPLARS = 6
    WARM_UP = 7
    VARIATIONS = 8
    STYLES = 9


@dataclass(eq=False)
class Job:
    """One piece of work: a request, made when its turn has come, and a callback."""

    urgency: Urgency
    make_request: Callable[[], object]
    """Makes the request when the job starts; runs in the window's thread."""
    on_result: Callable[[object], None]
    """Receives the result, in the window's thread."""
    span: tuple[float, float] = (0.0, 1.0)
    """The part of the progress bar that this job covers."""
    request: object = None
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether cancelling was requested."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask to stop; takes effect at the next progress report."""
        self._stop.set()


class EditWorker(QObject):
    """Runs one job after another on one thread.

    Every job ends in exactly one of finished, failed and cancelled. The signals arrive on the
    thread that this object lives in, which is the window's.
    """

    progressed = Signal(object, float, str)  # job, fraction, stage
    finished = Signal(object, object)  # job, result
    failed = Signal(object, object)  # job, CoreError
    cancelled = Signal(object)  # job

    _submitted = Signal(object)

    def __init__(
        self, make_handler: Callable[[], RequestHandler], parent: QObject | None = None
    ) -> None:
        """`make_handler` is called once, in the worker thread, before the first job."""
        super().__init__(parent)
        self._jobs: WeakSet[Job] = WeakSet()
        self._thread = QThread(self)
        self._loop = _Loop(make_handler)
        self._loop.moveToThread(self._thread)
        self._submitted.connect(self._loop.run)
        for name in ("progressed", "finished", "failed", "cancelled"):
            getattr(self._loop, name).connect(getattr(self, name))
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Run a job after those submitted before."""
        self._jobs.add(job)
        self._submitted.emit(job)

    def stop(self) -> None:
        """Cancel everything and wait for the thread to end."""
        for job in self._jobs:
            job.cancel()
        self._thread.quit()
        self._thread.wait()


class _Loop(QObject):
    """The half that lives in the worker thread."""

    progressed = Signal(object, float, str)
    finished = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)

    def __init__(self, make_handler: Callable[[], RequestHandler]) -> None:
        super().__init__()
        self._make_handler = make_handler
        self._handler: RequestHandler | None = None

    @Slot(object)
    def run(self, job: Job) -> None:
        """Run one job to its end."""

        def report(fraction: float, stage: str) -> None:
            if job.is_cancelled:
                raise Cancelled
            self.progressed.emit(job, fraction, stage)

        try:
            report(0.0, "Starting")
            if self._handler is None:
                self._handler = self._make_handler()
            result = self._handler(job.request, report)
            report(1.0, "Done")
        except Cancelled:
            self.cancelled.emit(job)
        except CoreError as error:
            self.failed.emit(job, error)
        except Exception:
            log.exception("Job crashed: %r", type(job.request))
            self.failed.emit(job, CoreError(UNEXPECTED))
        else:
            self.finished.emit(job, result)
