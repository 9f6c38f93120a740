"""Opens and exports photos in the background; a failed open leaves the present photo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Image
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.engine import (
    OpenArrayRequest,
    OpenedPhoto,
    OpenFileRequest,
    OpenSampleRequest,
    SavePhotoRequest,
)
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue

Notices = tuple[str, ...]
WRITABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
EDITED_SUFFIX = "-edited"
"""Appended to a photo's stem at the first export, so that the photo itself is kept."""


class PhotoFiles(QObject):
    """Loads photos into the document and exports its picture."""

    posted = Signal(str)  # one sentence for the status line
    noticed = Signal(str)  # notices about the photo
    exporting = Signal()  # stale steps have to run now
    exported = Signal()
    written = Signal(object)  # Path: of a file that was just written

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue

    def open(self, path: Path) -> None:
        """Open a file."""
        self._open(OpenFileRequest(path), path.name, path)

    def open_sample(self) -> None:
        """Open the sample portrait."""
        self._open(OpenSampleRequest(), self.tr("Sample portrait"))

    def open_image(self, image: Image) -> None:
        """Open an (H, W, 3) image, or (H, W, 4) with alpha, that was pasted or dropped."""
        self._open(OpenArrayRequest(image), self.tr("Pasted picture"))

    def export(self, path: Path) -> None:
        """Write photo + steps, as they are when the edit under way is done."""
        self.exporting.emit()

        def make_request() -> SavePhotoRequest:
            photo = self._document.photo
            assert photo is not None
            return SavePhotoRequest(photo, self._document.steps.items, path)

        def deliver(notices: Notices) -> None:
            self._document.exported_path = path
            sentences = [self.tr("Exported as {0}.").format(path.name), *notices]
            self.posted.emit(" ".join(sentences))
            self.written.emit(path)
            self.exported.emit()

        self._job_queue.submit(Job(Urgency.FILE, make_request, deliver, key=deliver))

    def suggested_path(self, folder: Path) -> Path:
        """Suggest a path for the first export, never the photo's own."""
        file = self._document.photo_file
        name = Path(file.name if file is not None else self._document.name)
        suffix = name.suffix if name.suffix.lower() in WRITABLE_SUFFIXES else ".png"
        return folder / (name.stem + EDITED_SUFFIX + suffix)

    def _open(
        self,
        request: OpenFileRequest | OpenArrayRequest | OpenSampleRequest,
        name: str,
        source: Path | None = None,
    ) -> None:
        def deliver(opened: OpenedPhoto) -> None:
            self._job_queue.cancel(*OF_THE_PHOTO)
            self._document.open(opened.photo, name, source, opened.file)
            if opened.photo.notices:
                self.noticed.emit(" ".join(opened.photo.notices))

        self._job_queue.submit(Job(Urgency.FILE, lambda: request, deliver))
