"""Opens and saves projects in the background; a failed open leaves the present document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.document.document import Document
from faceeditor_gui.document.snapshot import DocumentSnapshot
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.project.project_requests import (
    PROJECT_SUFFIX,
    OpenedProject,
    OpenProjectRequest,
    ReadThumbnailsRequest,
    SaveProjectRequest,
    Thumbnails,
)


class ProjectFiles(QObject):
    """Loads projects into the document and saves it to them."""

    posted = Signal(str)  # one sentence for the status line
    noticed = Signal(str)  # notices about what was opened
    saving = Signal()  # stale steps have to run now
    saved = Signal()
    written = Signal(object)  # Path: of a file that was just written

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue

    def open(self, path: Path) -> None:
        """Open a project in place of the present document."""

        def deliver(opened: OpenedProject) -> None:
            self._job_queue.cancel(*OF_THE_PHOTO)
            self._document.restore(opened.snapshot, path)
            if opened.notices:
                self.noticed.emit(" ".join(opened.notices))

        self._job_queue.submit(Job(Urgency.FILE, lambda: OpenProjectRequest(path), deliver))

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Save the document, as it is when the edit under way is done; then call back."""
        revisions: list[tuple[object, ...]] = []

        def deliver(saved: DocumentSnapshot) -> None:
            self._document.mark_saved(path, saved, revisions[0])
            self.posted.emit(self.tr("Saved as {0}.").format(path.name))
            self.written.emit(path)
            self.saved.emit()
            if then is not None:
                then()

        self._save(path, deliver, lambda: revisions.append(self._document.revision))

    def save_copy(self, path: Path) -> None:
        """Save the document to another file, and go on with the present one."""

        def deliver(_: DocumentSnapshot) -> None:
            self.posted.emit(self.tr("Saved a copy as {0}.").format(path.name))
            self.written.emit(path)

        self._save(path, deliver, lambda: None)

    def read_thumbnails(self, paths: list[Path], deliver: Callable[[Thumbnails], None]) -> None:
        """Read the thumbnails of projects and photos, then call back."""
        request = ReadThumbnailsRequest(tuple(paths))
        self._job_queue.submit(Job(Urgency.WARM_UP, lambda: request, deliver, key=self))

    def suggested_path(self, folder: Path) -> Path:
        """Suggest a path for the first save, beside the photo."""
        document = self._document
        beside = document.exported_path or document.source_path
        folder = beside.parent if beside is not None else folder
        return folder / (Path(document.name).stem + PROJECT_SUFFIX)

    def _save(
        self,
        path: Path,
        deliver: Callable[[DocumentSnapshot], None],
        note: Callable[[], None],
    ) -> None:
        self.saving.emit()
        photo_name = Path(self._document.name).stem

        def make_request() -> SaveProjectRequest:
            note()
            return SaveProjectRequest(self._document.snapshot(), photo_name, path)

        self._job_queue.submit(Job(Urgency.FILE, make_request, deliver, key=deliver))
