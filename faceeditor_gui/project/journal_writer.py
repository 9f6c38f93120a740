"""Writes the journal of one window, in a thread of its own.

A journal is on the disk only while something is unsaved. No Qt.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CoreError
from core.progress import Report
from faceeditor_gui.document.edit_step import composite_steps
from faceeditor_gui.project.journal_events import Base, Event, Pushed
from faceeditor_gui.project.journal_file import JournalFile

if TYPE_CHECKING:
    from faceeditor_gui.project.journal_record import RecordWriter

JOURNAL = "journal-*"
UNFINISHED = "unfinished"
"""A journal whose base is not on the disk yet."""
ABOUT, THUMBNAIL = "about.json", "thumbnail.png"


@dataclass(frozen=True, eq=False)
class StartJournal:
    """Begin with a base, in place of what was written before."""

    base: Base
    is_unsaved: bool = False
    """Whether the base itself would be lost: else it is written with the first change."""


@dataclass(frozen=True, eq=False)
class AppendEvents:
    """Write down what has happened since."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class ParkJournal:
    """Finish the journal, and go on in another folder with nothing."""

    folder: Path
    is_unsaved: bool
    """Whether there has to be a journal: else all that matters is in a file of the user's."""


class JournalWriter:
    """Handles the requests of one window's journal."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the window's own."""
        self._folder = folder
        self._number = 0
        self._file: JournalFile | None = None
        self._base: Base | None = None
        """What is written with the first change."""
        self._waiting: list[Event] = []
        """What has happened before it."""
        self._records: RecordWriter | None = None
        self._base_bytes = 0

    def __call__(self, request: object, report: Report) -> int:
        """Handle a request.

        Returns:
            How many bytes the journal has beyond its base.

        Raises:
            CoreError: the folder cannot be written; what was there before is unharmed.
        """
        try:
            match request:
                case StartJournal(base, is_unsaved):
                    self._start(base, is_unsaved=is_unsaved)
                case AppendEvents(events):
                    self._append(events)
                case ParkJournal(folder, is_unsaved):
                    self._park(folder, is_unsaved=is_unsaved)
        except OSError as error:
            self._base = None
            self.close()
            raise CoreError(
                f"Unsaved work cannot be kept safe ({error.strerror}): save your project now."
            ) from error
        return 0 if self._file is None else self._file.size - self._base_bytes

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _start(self, base: Base, *, is_unsaved: bool) -> None:
        self._base, self._waiting = base, []
        if is_unsaved:
            self._write_base()
        else:
            self.close()
            self._remove(self._number + 1)

    def _park(self, folder: Path, *, is_unsaved: bool) -> None:
        """Go on in another folder.

        Raises:
            CoreError: what has to be kept is not on the disk; nothing has changed.
        """
        if is_unsaved and self._file is None and self._base is not None:
            self._write_waiting()
        if is_unsaved and self._file is None:
            raise CoreError("Unsaved work cannot be kept safe: save your project first.")
        self.close()
        self._folder, self._number = folder, 0
        self._base, self._waiting, self._records, self._base_bytes = None, [], None, 0

    def _append(self, events: tuple[Event, ...]) -> None:
        if self._file is None or self._base is not None:
            self._waiting += events
            if self._base is None or not any(isinstance(one, Pushed) for one in events):
                return
            self._write_waiting()
        else:
            self._write_events(events)

    def _write_waiting(self) -> None:
        """Write the base, and what has happened since."""
        self._write_base()
        events, self._waiting = tuple(self._waiting), []
        self._write_events(events)

    def _write_events(self, events: tuple[Event, ...]) -> None:
        assert self._file is not None
        assert self._records is not None
        for event in events:
            self._file.append(*self._records.event(event))

    def _write_base(self) -> None:
        """Write the base to a new file, and only then remove the old one."""
        from faceeditor_gui.project.journal_record import RecordWriter

        base = self._base
        assert base is not None
        self.close()
        self._number += 1
        records = RecordWriter()
        unfinished = self._folder / UNFINISHED
        unfinished.unlink(missing_ok=True)
        file = JournalFile(unfinished)
        try:
            file.append(*records.base(base))
            self._write_about(base)
            file.move_to(self._folder / JOURNAL.replace("*", f"{self._number:06}"))
        except OSError:
            file.close()
            file.path.unlink(missing_ok=True)
            raise
        self._file, self._records, self._base = file, records, None
        self._base_bytes = file.size
        self._remove(self._number)

    def _write_about(self, base: Base) -> None:
        """Write what the start page shows."""
        from core.project.open_raster import thumbnail_of
        from core.project.png import encode_png

        snapshot = base.snapshot
        height, width = snapshot.photo.image.shape[:2]
        shown = composite_steps(
            snapshot.photo.image, snapshot.steps, (slice(0, height), slice(0, width))
        )
        (self._folder / THUMBNAIL).write_bytes(encode_png(thumbnail_of(shown)))
        (self._folder / ABOUT).write_text(json.dumps({"name": base.name}), encoding="utf-8")

    def _remove(self, before: int) -> None:
        """Remove the files that are older than one with a number."""
        for path in self._folder.glob(JOURNAL):
            if int(path.name.rpartition("-")[2]) < before:
                with suppress(OSError):
                    path.unlink()
