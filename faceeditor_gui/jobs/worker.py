"""Work outside the window's thread; the only module that knows threads exist."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, QThread, Signal, Slot

from core.errors import CoreError
from core.progress import Cancelled, Report

log = logging.getLogger(__name__)

RequestHandler = Callable[[object, Report], object]
"""Handles a request and returns its result; runs in the worker thread."""

UNEXPECTED = "That failed unexpectedly; details are in the log."


@dataclass(eq=False)
class Run:
    """One request on its way through the worker."""

    request: object
    owner: Any = None
    """For whom it is; the worker does not look at it."""
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether cancelling was requested."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask to stop; takes effect at the next progress report."""
        self._stop.set()


class EditWorker(QObject):
    """Handles one request after another on one thread.

    Every run ends in exactly one of finished, failed and cancelled. The signals arrive on the
    thread that this object lives in, which is the window's.
    """

    progressed = Signal(object, float, str)  # Run, fraction, stage
    finished = Signal(object, object)  # Run, result
    failed = Signal(object, object)  # Run, CoreError
    cancelled = Signal(object)  # Run

    _submitted = Signal(object)

    def __init__(
        self, make_handler: Callable[[], RequestHandler], parent: QObject | None = None
    ) -> None:
        """`make_handler` is called once, in the worker thread, before the first run."""
        super().__init__(parent)
        self._runs: WeakSet[Run] = WeakSet()
        self._thread = QThread(self)
        self._loop = _Loop(make_handler)
        self._loop.moveToThread(self._thread)
        self._submitted.connect(self._loop.run)
        for name in ("progressed", "finished", "failed", "cancelled"):
            getattr(self._loop, name).connect(getattr(self, name))
        self._thread.start()

    def submit(self, run: Run) -> None:
        """Handle a request after those submitted before."""
        self._runs.add(run)
        self._submitted.emit(run)

    def stop(self) -> None:
        """Cancel everything and wait for the thread to end."""
        for run in self._runs:
            run.cancel()
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
    def run(self, run: Run) -> None:
        """Handle one request to its end."""

        def report(fraction: float, stage: str) -> None:
            if run.is_cancelled:
                raise Cancelled
            self.progressed.emit(run, fraction, stage)

        try:
            report(0.0, "Starting")
            if self._handler is None:
                self._handler = self._make_handler()
            result = self._handler(run.request, report)
            report(1.0, "Done")
        except Cancelled:
            self.cancelled.emit(run)
        except CoreError as error:
            self.failed.emit(run, error)
        except Exception:
            log.exception("Request crashed: %r", type(run.request))
            self.failed.emit(run, CoreError(UNEXPECTED))
        else:
            self.finished.emit(run, result)
