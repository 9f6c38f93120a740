"""Finds what crashes have left in the folders of windows that are gone, and brings it back."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QLockFile, QObject, Signal

from core.imaging.arrays import Image8
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.journal import LOCK, Journal, ParkedJournal, window_of
from faceeditor_gui.project.journal_writer import ABOUT, JOURNAL, THUMBNAIL
from faceeditor_gui.project.lost_work import LostWork, play_back
from faceeditor_gui.project.project_requests import ReadLostWorkRequest

MAX_KEPT = 10
"""How many crashes are kept, the latest ones; each may have hundreds of megabytes."""


@dataclass(frozen=True, eq=False)
class LostDocument:
    """What one window has left, or one photo of its series."""

    folder: Path
    name: str
    """What its title bar said."""
    changed: datetime
    """When something was last written."""
    thumbnail: Image8 | None
    """(h, w, 3) uint8."""
    others: tuple[LostDocument, ...] = ()
    """The other photos of the series that was open in the window."""


class Recovery(QObject):
    """Holds the locks of the folders that it has found, so that no other window takes them."""

    restored = Signal()
    series_found = Signal(object)  # list[LostDocument]: they are to be restored together
    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        job_queue: JobQueue,
        journal: Journal,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        """`folder` holds the folders of all windows."""
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self._journal = journal
        self._folder = folder
        self._locks: dict[Path, QLockFile] = {}
        self._found: list[LostDocument] = []
        self._restored_folder: Path | None = None
        journal.written.connect(self._on_written)

    def find(self) -> list[LostDocument]:
        """List what was left, the latest first, the photos of a series as one.

        Folders with nothing in them are removed.
        """
        found: list[LostDocument] = []
        for folder in self._folder.iterdir():
            lock = QLockFile(str(folder / LOCK))
            lock.setStaleLockTime(0)
            if folder.is_dir() and lock.tryLock(0):
                self._locks[folder] = lock
                if any(folder.glob(JOURNAL)):
                    found.append(_lost_document(folder))
                else:
                    self.discard(folder)
        self._found = _by_window(found)
        for one in self._found[MAX_KEPT:]:
            self.discard(one.folder)
        return self._found[:MAX_KEPT]

    def restore(self, folder: Path) -> None:
        """Bring back what a window has left, in place of the present document or as a series."""
        lost = next((one for one in self._found if one.folder == folder), None)
        if lost is not None and lost.others:
            self.series_found.emit([lost, *lost.others])
            return

        def deliver(work: LostWork) -> None:
            self._job_queue.cancel(*OF_THE_PHOTO)
            self._journal.hold()
            play_back(work, self._document)
            self._restored_folder = folder
            self._journal.restart()
            self.posted.emit(self.tr("Restored; save the project to keep it."))
            self.restored.emit()

        self._job_queue.submit(Job(Urgency.FILE, lambda: ReadLostWorkRequest(folder), deliver))

    def release(self, lost: LostDocument) -> ParkedJournal:
        """Give what was left of a photo to whoever restores it."""
        return ParkedJournal(lost.folder, self._locks.pop(lost.folder))

    def discard(self, folder: Path) -> None:
        """Remove what a window has left."""
        lost = next((one for one in self._found if one.folder == folder), None)
        for one in (folder, *(other.folder for other in (lost.others if lost else ()))):
            lock = self._locks.pop(one, None)
            if lock is not None:
                lock.unlock()
                shutil.rmtree(one, ignore_errors=True)

    def _on_written(self) -> None:
        """Remove what was restored once it stands in this window's own journal."""
        if self._restored_folder is not None:
            self.discard(self._restored_folder)
            self._restored_folder = None


def _by_window(found: list[LostDocument]) -> list[LostDocument]:
    """Put the photos of each series together, the latest first."""
    found.sort(key=lambda one: one.changed, reverse=True)
    windows: dict[str, list[LostDocument]] = {}
    for one in found:
        windows.setdefault(window_of(one.folder), []).append(one)
    return [replace(first, others=tuple(others)) for first, *others in windows.values()]


def _lost_document(folder: Path) -> LostDocument:
    journals = [path.stat().st_mtime for path in folder.glob(JOURNAL)]
    return LostDocument(
        folder, _name_in(folder), datetime.fromtimestamp(max(journals)), _thumbnail_in(folder)
    )


def _name_in(folder: Path) -> str:
    try:
        return str(json.loads((folder / ABOUT).read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, LookupError, TypeError):
        return folder.name


def _thumbnail_in(folder: Path) -> Image8 | None:
    try:
        data = np.fromfile(folder / THUMBNAIL, np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    except (OSError, cv2.error):
        return None
    return None if picture is None else np.asarray(picture, np.uint8)
