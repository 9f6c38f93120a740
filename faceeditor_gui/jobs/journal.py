"""Keeps a journal of the document, so that a crash loses at most the gesture under way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from core.errors import CoreError
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.jobs.worker import EditWorker, Run
from faceeditor_gui.project.journal_events import (
    Base,
    Event,
    ExemplarsListed,
    FacesListed,
    Moved,
    Pushed,
    Refreshed,
)
from faceeditor_gui.project.journal_writer import (
    AppendEvents,
    JournalWriter,
    ParkJournal,
    StartJournal,
)

SETTLE_MS = 200
"""How long after its last move a slider's change is written."""
RETRY_MS = 30_000
"""How long after the disk was full another try is made."""
MAX_JOURNAL_BYTES = 512 * MEGABYTE
"""Beyond the base; then it begins anew, and what can be undone after a crash with it."""
LOCK = "lock"
NO_GESTURE = -1
"""Qt's id of commands that no later one is merged into."""


@dataclass(frozen=True, eq=False)
class ParkedJournal:
    """The journal of a photo that is not in hand, in a folder that no other window takes."""

    folder: Path
    lock: QLockFile

    def discard(self) -> None:
        """Remove it, as the user has decided about it or it stands elsewhere."""
        self.lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


class Journal(QObject):
    """Writes down every change of a document, in a thread of its own."""

    noticed = Signal(str)  # one sentence that the user should see
    written = Signal()  # all that has happened is on the disk

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        """`folder` becomes this window's own, locked as long as the window is open.

        Raises:
            OSError: it cannot be made.
        """
        super().__init__(parent)
        self._own_folder = self._folder = folder
        """The first one, and the one that is written to now."""
        self._lock = _locked(folder)
        self._parked_count = 0
        self._park: _Park | None = None
        self._document = document
        self._stack = document.undo_stack
        self._writer = writer = JournalWriter(folder)
        self._worker = EditWorker(lambda: writer)
        self._worker.finished.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)
        self._under_way = 0
        self._is_on = self._is_held = self._is_closed = self._has_failed = False
        self._has_moved = False
        """Whether a slider has moved on since its change was written."""
        self._origin = 0
        """Index of the undo stack at the base; all others count from there."""
        self._index = 0
        self._commands: list[int] = []
        """Serials of the commands since the base."""
        self._settle_timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle_timer.timeout.connect(self._write_settled)
        self._retry_timer = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._retry_timer.timeout.connect(self.restart)
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Tell whether something that has happened may not be on the disk yet."""
        return self._under_way > 0 or self._has_moved

    def hold(self) -> None:
        """Write nothing until `restart`."""
        self._is_held, self._is_on = True, False

    def restart(self) -> None:
        """Begin anew with the document as it is, written at once if it is in no file."""
        self._is_held = False
        self._start(is_unsaved=self._document.has_unsaved_work)

    def park(
        self,
        parked: Callable[[ParkedJournal], None],
        failed: Callable[[CoreError], None],
        *,
        is_unsaved: bool,
    ) -> None:
        """Finish the journal and write nothing more, until another photo is open or `restart`.

        Args:
            parked: told, once all is on the disk, where it lies: what `read_lost_work` reads.
            failed: told why it cannot be; then all is as it was.
            is_unsaved: whether the document would be lost without it.
        """
        if is_unsaved and not self._is_on:
            self.restart()
        self._write_settled()
        self._settle_timer.stop()
        self._retry_timer.stop()
        self._parked_count += 1
        folder = self._own_folder.with_name(f"{self._own_folder.name}.{self._parked_count}")
        try:
            lock = _locked(folder)
        except OSError as error:
            failed(CoreError(f"Unsaved work cannot be kept safe ({error.strerror})."))
            return
        run = Run(ParkJournal(folder, is_unsaved))
        self._park = _Park(run, ParkedJournal(folder, lock), parked, failed)
        self._is_on = False
        self._under_way += 1
        self._worker.submit(run)

    def close(self, *, forget: bool) -> None:
        """Stop.

        Args:
            forget: remove what was written, as the user has decided about it.
        """
        if self._is_closed:
            return
        self._is_closed, self._is_on = True, False
        self._stack.indexChanged.disconnect(self._on_index_changed)
        self._worker.stop()
        self._writer.close()
        self._lock.unlock()
        if forget:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self) -> None:
        document = self._document
        document.closing.connect(self._pause)
        document.opened.connect(self._start)
        document.saved.connect(self._on_saved)
        self._stack.indexChanged.connect(self._on_index_changed)
        document.steps.refreshed.connect(self._on_step_refreshed)
        document.faces.listed_anew.connect(self._on_faces_listed)
        document.exemplars.listed_anew.connect(self._on_exemplars_listed)

    def _pause(self) -> None:
        self._is_on = False

    def _start(self, *, is_unsaved: bool = False) -> None:
        if self._document.photo is None or self._is_held or self._is_closed:
            return
        self._settle_timer.stop()
        self._has_moved = False
        self._retry_timer.stop()
        self._origin, self._index, self._commands = self._stack.index(), 0, []
        self._is_on = True
        document = self._document
        base = Base(document.snapshot(), document.name, document.project_path)
        self._submit(StartJournal(base, is_unsaved))

    def _on_saved(self) -> None:
        if self._stack.isClean():
            self._start()

    def _on_index_changed(self, stack_index: int) -> None:
        index = stack_index - self._origin
        if not self._is_on:
            return
        if index < 0:  # undone beyond the base
            self.restart()
            return
        top = self._serial_of(stack_index - 1)
        del self._commands[max(self._stack.count() - self._origin, 0) :]
        if self._index > len(self._commands):  # a slider has come back, and its change has gone
            self._has_moved = False
        is_known = index == 0 or (index <= len(self._commands) and self._commands[index - 1] == top)
        if is_known and index == self._index:
            self._wait_for_slider()
            return
        self._write_settled()
        self._index = index
        if is_known:
            self._write(Moved(index))
        else:
            self._commands[index - 1 :] = [top]
            if self._stack.command(stack_index - 1).id() == NO_GESTURE:
                self._write_top()
            else:
                self._wait_for_slider()

    def _wait_for_slider(self) -> None:
        self._has_moved = True
        self._settle_timer.start()

    def _serial_of(self, stack_index: int) -> int:
        command = self._stack.command(stack_index)
        return command.serial if isinstance(command, UndoCommand) else 0

    def _write_settled(self) -> None:
        """Write what a slider has come to, if one has moved."""
        if self._has_moved:
            self._has_moved = False
            self._settle_timer.stop()
            self._write_top()

    def _write_top(self) -> None:
        """Write the change that was made last."""
        command = self._stack.command(self._origin + self._index - 1)
        assert isinstance(command, UndoCommand)
        self._write(Pushed(self._index - 1, command.recorded()))

    def _on_step_refreshed(self, fresh: EditStep) -> None:
        self._write_settled()
        self._write(Refreshed(fresh))

    def _on_faces_listed(self) -> None:
        self._write(FacesListed(self._document.faces.listed, self._document.faces.chosen_index))

    def _on_exemplars_listed(self) -> None:
        exemplars = self._document.exemplars
        self._write(ExemplarsListed(exemplars.items, exemplars.chosen_number))

    def _write(self, event: Event) -> None:
        if self._is_on:
            self._submit(AppendEvents((event,)))

    def _submit(self, request: StartJournal | AppendEvents) -> None:
        self._under_way += 1
        self._worker.submit(Run(request))

    def _on_finished(self, run: Run, size: int) -> None:
        self._under_way -= 1
        if self._park is not None and run is self._park.run:
            self._go_on(self._park)
            return
        self._has_failed = False
        if size > MAX_JOURNAL_BYTES and self._is_on and not self._under_way:
            self.restart()
        elif not self.is_busy:
            self.written.emit()

    def _go_on(self, park: _Park) -> None:
        """Take the new folder as this window's own."""
        left = ParkedJournal(self._folder, self._lock)
        self._folder, self._lock, self._park = park.into.folder, park.into.lock, None
        park.parked(left)

    def _on_failed(self, run: Run, error: CoreError) -> None:
        self._under_way -= 1
        if self._park is not None and run is self._park.run:
            park, self._park = self._park, None
            park.into.discard()
            self.restart()
            park.failed(error)
            return
        self._is_on = False
        if not self._has_failed:
            self._has_failed = True
            self.noticed.emit(str(error))
        self._retry_timer.start()


@dataclass(frozen=True, eq=False)
class _Park:
    """A change of folders that is under way."""

    run: Run
    into: ParkedJournal
    """The new folder."""
    parked: Callable[[ParkedJournal], None]
    failed: Callable[[CoreError], None]


def window_of(folder: Path) -> str:
    """Tell which window a folder is of: those of one series have the same."""
    return folder.name.partition(".")[0]


def _locked(folder: Path) -> QLockFile:
    """Make a folder and lock it.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True)
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)
    lock.tryLock(0)
    return lock
