"""A batch beside the window: the command line in a process of its own, which can take all night.

The window goes on meanwhile, and what the batch takes of memory is given back with its process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

_PATIENCE_MS = 5000
"""How long a batch may take to put away what it has begun before its process is ended."""
_CRASHED = "The batch ended unexpectedly; the same batch goes on with what is left."


@dataclass(frozen=True)
class PhotoReport:
    """What became of one photo, and how far the batch is."""

    photo: str
    outputs: tuple[str, ...]
    """Names of files in the folder of results."""
    reason: str | None
    """Why it failed, as one sentence."""
    notices: tuple[str, ...]
    number: int
    of: int
    seconds_left: float | None


@dataclass(frozen=True)
class BatchSummary:
    """How a batch ended."""

    done: int = 0
    unchanged: int = 0
    failed: int = 0
    left: int = 0
    error: str | None = None
    """Why it did not run at all, as one sentence."""


class BatchProcess(QObject):
    """One batch at a time."""

    progressed = Signal(object)  # PhotoReport
    ended = Signal(object)  # BatchSummary

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._on_error)
        self._impatience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._impatience.timeout.connect(self._process.kill)
        self._summary: BatchSummary | None = None
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Tell whether a batch is under way."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def start(self, arguments: Sequence[str]) -> None:
        """Run `faceeditor batch` with these words behind it."""
        self._summary = None
        words = ["batch", *arguments, "--json", "--json-lines"]
        if not getattr(sys, "frozen", False):  # else the program itself is started once more
            words = ["-m", "faceeditor_gui", *words]
            self._process.setWorkingDirectory(str(Path(__file__).parents[2]))
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.start(sys.executable, words)

    def cancel(self) -> None:
        """Stop; what is finished stays, of the others nothing."""
        if not self.is_running or self._impatience.isActive():
            return
        if sys.platform == "win32":
            self._process.kill()  # there is no gentler way to a process without a window
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.processId(), signal.SIGINT)
        self._impatience.start()

    def stop(self) -> None:
        """Cancel, and wait for the end: the window closes."""
        self.cancel()
        if self.is_running and not self._process.waitForFinished(_PATIENCE_MS):
            self._process.kill()
            self._process.waitForFinished(_PATIENCE_MS)

    def _read(self) -> None:
        while self._process.canReadLine():
            self._take(json.loads(bytes(self._process.readLine().data())))

    def _take(self, entry: dict[str, object]) -> None:
        if "photo" in entry:
            names = PhotoReport.__dataclass_fields__
            fields = {name: value for name, value in entry.items() if name in names}
            self.progressed.emit(PhotoReport(**fields))  # type: ignore[arg-type]
        elif "error" in entry:
            self._summary = BatchSummary(error=str(entry["error"]))
        else:
            done, unchanged, failed, left = (
                int(str(entry[name])) for name in ("done", "unchanged", "failed", "left")
            )
            self._summary = BatchSummary(done, unchanged, failed, left)

    def _finish(self) -> None:
        self._impatience.stop()
        self._read()
        self.ended.emit(self._summary or BatchSummary(error=_CRASHED))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # else `finished` comes, too
            self.ended.emit(BatchSummary(error=_CRASHED))
