"""A series: the photos that are open beside the one in hand, each with its own history.

Only the one in hand is in memory. What another has unsaved lies on the disk as its journal, from
which it comes back with all that can be undone; one that has nothing unsaved is read from its own
file once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import CoreError
from core.image_io.thumbnail import shrink
from core.imaging.arrays import Image, Image8
from core.imaging.windows import whole_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, JobState, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.journal import Journal, ParkedJournal
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.jobs.project_files import ProjectFiles
from faceeditor_gui.project.journal_events import Pushed
from faceeditor_gui.project.lost_work import LostWork, play_back
from faceeditor_gui.project.project_requests import (
    PROJECT_SUFFIX,
    ReadLostWorkRequest,
    ReadThumbnailRequest,
)


@dataclass(eq=False)
class SeriesPhoto:
    """One of the open photos; only the series changes it."""

    name: str
    source_path: Path | None = None
    """The photo's own file."""
    project_path: Path | None = None
    exported_path: Path | None = None
    thumbnail: Image8 | None = None
    """(h, w, 3), as the photo looked when it was in hand last."""
    is_unsaved: bool = False
    """Whether anything would be lost that no project holds; of the one in hand the document says
    so."""
    parked: ParkedJournal | None = None
    """Where what is unsaved lies."""

    @property
    def path(self) -> Path | None:
        """The file that it is read from while nothing is unsaved; None if it is in no file."""
        return self.project_path or self.source_path


Callback = Callable[[], None]
Visitor = Callable[[SeriesPhoto, Callback], None]
"""Does something to a photo once it is in hand, then calls back."""


@dataclass(eq=False)
class _Switch:
    """A change from one photo to another that is under way."""

    target: SeriesPhoto
    left: SeriesPhoto | None
    then: Callback
    failed: Callback
    job: Job | None = None
    """Reads a file."""
    is_playing_back: bool = False


@dataclass(eq=False)
class _Visit:
    """Photos that are taken in hand one after another."""

    waiting: list[SeriesPhoto]
    visit: Visitor
    end: Callback


class Series(QObject):
    """Knows the open photos, and takes one or another in hand."""

    changed = Signal()  # which photos there are, which is in hand, or what is known of one
    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        job_queue: JobQueue,
        photo_files: PhotoFiles,
        project_files: ProjectFiles,
        runner: EditRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self._photo_files = photo_files
        self._project_files = project_files
        self._runner = runner
        self._journal: Journal | None = None
        self.items: tuple[SeriesPhoto, ...] = ()
        """In the order of the strip; the one in hand is among them."""
        self.current: SeriesPhoto | None = None
        self._switch: _Switch | None = None
        self._visit: _Visit | None = None
        self._rewritten: ParkedJournal | None = None
        """What was left of the photo in hand, until its new journal is on the disk."""
        document.opened.connect(self._on_opened)
        document.name_changed.connect(self._on_name_changed)
        job_queue.ended.connect(self._on_job_ended)

    def set_journal(self, journal: Journal) -> None:
        """Learn which journal keeps what is unsaved; without one nothing unsaved is left alone."""
        self._journal = journal
        journal.written.connect(self._discard_rewritten)

    @property
    def has_several(self) -> bool:
        """Tell whether more than one photo is open."""
        return len(self.items) > 1

    @property
    def is_busy(self) -> bool:
        """Tell whether another photo is being taken in hand, or photos one after another."""
        return self._switch is not None or self._visit is not None

    def is_unsaved(self, photo: SeriesPhoto) -> bool:
        """Tell whether a photo has anything that no project holds."""
        if photo is self.current and (self._switch is None or self._switch.left is not photo):
            return self._document.has_unsaved_work
        return photo.is_unsaved

    @property
    def unsaved(self) -> tuple[SeriesPhoto, ...]:
        """The photos that have anything that no project holds."""
        return tuple(one for one in self.items if self.is_unsaved(one))

    # What the user does.

    def add(self, paths: Sequence[Path]) -> None:
        """Open files beside those that are open; the first of the new ones is taken in hand."""
        known = {one.path for one in self.items}
        new = [_photo_at(path) for path in dict.fromkeys(paths) if path not in known]
        self.items = (*self.items, *new)
        if self.has_several and self.current is not None and self.current.thumbnail is None:
            self._note_current()
        for photo in new:
            self._read_thumbnail(photo)
        self.changed.emit()
        first = next((one for one in self.items if one.path == paths[0]), None)
        if first is not None:
            self.show(first)

    def adopt(self, photos: Sequence[SeriesPhoto]) -> None:
        """Take over photos that a crash has left, and take the first of them in hand."""
        self.items = (*self.items, *photos)
        self.changed.emit()
        self.show(photos[0])

    def show(
        self,
        photo: SeriesPhoto,
        then: Callback = lambda: None,
        failed: Callback = lambda: None,
    ) -> None:
        """Take a photo in hand, when what the present one has unsaved is on the disk.

        Args:
            photo: the one to show.
            then: told when it is there.
            failed: told if it cannot be read, or the present one cannot be left.
        """
        if self._switch is not None:
            return
        if photo is self.current:
            then()
            return
        if self._job_queue.has(Urgency.FILE):
            self.posted.emit(self.tr("A file is being written; try again when it is done."))
            failed()
            return
        self._runner.cancel()
        self._switch = _Switch(photo, self.current, then, failed)
        if self.current is None:
            self._open(self._switch)
        else:
            self._leave(self._switch, self.current)

    def show_next(self, offset: int = 1) -> None:
        """Take the next photo of the strip in hand, or another one from there on."""
        if self.has_several and self.current is not None:
            place = self.items.index(self.current) + offset
            self.show(self.items[place % len(self.items)])

    def visit(self, photos: Iterable[SeriesPhoto], visit: Visitor, end: Callback) -> None:
        """Take photos in hand one after another, do something to each, then call back.

        One that cannot be read is left out.
        """
        self._visit = _Visit(list(photos), visit, end)
        self._visit_next(self._visit)

    def stop(self) -> None:
        """Visit no more photos; the one in hand is still finished."""
        if self._visit is not None:
            self._visit.waiting.clear()

    def remove(self, photo: SeriesPhoto) -> None:
        """Take a photo out of the strip; its file stays, what is unsaved of it goes."""
        if not self.has_several or self.is_busy:
            return
        if photo is self.current:
            place = self.items.index(photo)
            neighbour = self.items[place + 1 if place + 1 < len(self.items) else place - 1]
            self.show(neighbour, then=lambda: self.remove(photo))
            return
        self.items = tuple(one for one in self.items if one is not photo)
        if photo.parked is not None:
            photo.parked.discard()
        self.changed.emit()

    def forget(self) -> None:
        """Remove what is unsaved of every photo but the one in hand, as the user has decided."""
        for photo in self.items:
            if photo.parked is not None:
                photo.parked.discard()
                photo.parked = None

    # Taking another photo in hand.

    def _leave(self, switch: _Switch, left: SeriesPhoto) -> None:
        """Put what is unsaved of the photo in hand on the disk."""
        self._note_current()
        has_to_stay = left.is_unsaved or left.path is None

        def go_on(parked: ParkedJournal) -> None:
            self._discard_rewritten()
            if has_to_stay:
                left.parked = parked
            else:
                parked.discard()
            self._open(switch)

        if self._journal is not None:
            self._journal.park(go_on, self._refuse, is_unsaved=has_to_stay)
        elif has_to_stay:
            self._refuse(CoreError(self.tr("Unsaved work cannot be kept safe: save it first.")))
        else:
            self._open(switch)

    def _open(self, switch: _Switch) -> None:
        photo = switch.target
        if photo.parked is not None:
            folder = photo.parked.folder
            request = ReadLostWorkRequest(folder)
            self._job_queue.submit(
                Job(Urgency.FILE, lambda: request, lambda work: self._bring_back(switch, work))
            )
        elif photo.project_path is not None:
            self._project_files.open(photo.project_path)
        elif photo.source_path is not None:
            self._photo_files.open(photo.source_path)
        switch.job = self._job_queue.jobs(Urgency.FILE)[-1]

    def _bring_back(self, switch: _Switch, work: LostWork) -> None:
        """Make what was done to a photo once more; the journal hears it, as if it were new."""
        photo = switch.target
        switch.is_playing_back = True
        self._job_queue.cancel(*OF_THE_PHOTO)
        play_back(work, self._document)
        self._document.source_path = photo.source_path
        self._document.exported_path = photo.exported_path
        if self._journal is not None and not any(isinstance(one, Pushed) for one in work.events):
            self._journal.restart()
        self._rewritten, photo.parked = photo.parked, None
        self._finish(switch)

    def _on_opened(self) -> None:
        switch = self._switch
        if switch is None:
            self._take_place()
        elif switch.job is not None and not switch.is_playing_back:
            self._document.exported_path = switch.target.exported_path
            self._finish(switch)

    def _take_place(self) -> None:
        """Note that what was opened in another way has taken the place of the photo in hand."""
        new = SeriesPhoto(self._document.name)
        self.items = tuple(new if one is self.current else one for one in self.items) or (new,)
        self.current = new
        self._note_paths(new)
        self.changed.emit()

    def _finish(self, switch: _Switch) -> None:
        self._switch, self.current = None, switch.target
        self._note_paths(switch.target)
        self.changed.emit()
        switch.then()

    def _refuse(self, error: CoreError) -> None:
        self.posted.emit(str(error))
        switch, self._switch = self._switch, None
        self.changed.emit()
        if switch is not None:
            switch.failed()

    def _on_job_ended(self, job: Job) -> None:
        """Go on with the present photo where the other one cannot be read."""
        switch = self._switch
        if switch is None or job is not switch.job or job.state is JobState.FINISHED:
            return
        self._switch = None
        if switch.left is not None and self._journal is not None:
            self._rewritten, switch.left.parked = switch.left.parked, None
            self._journal.restart()
        self.changed.emit()
        switch.failed()

    def _discard_rewritten(self) -> None:
        if self._rewritten is not None:
            self._rewritten.discard()
            self._rewritten = None

    # One after another.

    def _visit_next(self, visit: _Visit) -> None:
        if visit is not self._visit:
            return
        if not visit.waiting:
            self._visit = None
            visit.end()
            return
        photo = visit.waiting.pop(0)

        def proceed() -> None:
            QTimer.singleShot(0, self, lambda: self._visit_next(visit))

        self.show(photo, then=lambda: visit.visit(photo, proceed), failed=proceed)

    # What is known of each.

    def _note_paths(self, photo: SeriesPhoto) -> None:
        document = self._document
        photo.name, photo.project_path = document.name, document.project_path
        photo.source_path, photo.exported_path = document.source_path, document.exported_path

    def _note_current(self) -> None:
        """Take down how the photo in hand looks, and whether anything of it is unsaved."""
        photo = self.current
        if photo is not None and self._document.photo is not None:
            self._note_paths(photo)
            photo.is_unsaved = self._document.has_unsaved_work
            photo.thumbnail = shrink(self._shown_image())

    def _shown_image(self) -> Image:
        """Composite the whole photo; without edits it is the photo itself, and not copied."""
        document = self._document
        if not document.steps.items:
            return document.original()
        return document.composited(whole_window(*document.shape))

    def _on_name_changed(self) -> None:
        if self.current is not None and self._switch is None:
            self._note_paths(self.current)
            self.changed.emit()

    def _read_thumbnail(self, photo: SeriesPhoto) -> None:
        path = photo.path
        if path is None:
            return
        request = ReadThumbnailRequest(path)

        def show(thumbnail: Image8) -> None:
            if photo.thumbnail is None:
                photo.thumbnail = thumbnail
                self.changed.emit()

        self._job_queue.submit(Job(Urgency.WARM_UP, lambda: request, show, key=photo))


def _photo_at(path: Path) -> SeriesPhoto:
    is_project = path.suffix.lower() == PROJECT_SUFFIX
    return SeriesPhoto(path.name, None if is_project else path, path if is_project else None)
