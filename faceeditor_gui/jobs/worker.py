"""Work off the window's thread; the only module that knows threads exist."""

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

Run = Callable[[object, Report], object]
"""Answers a request; runs in the worker thread."""

UNEXPECTED = "That failed unexpectedly; details are in the log."


class Urgency(IntEnum):
    """What goes first; one job of each waits at most."""

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
    """One piece of work: a request, made when its turn has come, and who takes the answer."""

    urgency: Urgency
    prepare: Callable[[], object]
    """Makes the request from the state of things at the start; runs in the window's thread."""
    take: Callable[[object], None]
    """Receives the answer, in the window's thread."""
    span: tuple[float, float] = (0.0, 1.0)
    """The part of the progress bar that this job covers."""
    request: object = None
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether somebody has asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask to stop; heard at the next report."""
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

    def __init__(self, make_run: Callable[[], Run], parent: QObject | None = None) -> None:
        """`make_run` is called once, in the worker thread, before the first job."""
        super().__init__(parent)
        self._jobs: WeakSet[Job] = WeakSet()
        self._thread = QThread(self)
        self._loop = _Loop(make_run)
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

    def __init__(self, make_run: Callable[[], Run]) -> None:
        super().__init__()
        self._make_run = make_run
        self._run: Run | None = None

    @Slot(object)
    def run(self, job: Job) -> None:
        """Run one job to its end."""

        def report(fraction: float, stage: str) -> None:
            if job.is_cancelled:
                raise Cancelled
            self.progressed.emit(job, fraction, stage)

        try:
            report(0.0, "Starting")
            if self._run is None:
                self._run = self._make_run()
            result = self._run(job.request, report)
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
