"""Opens and saves photos in the background; a failed open leaves the present photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Image
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.jobs.engine import (
    OpenArrayRequest,
    OpenFileRequest,
    OpenSampleRequest,
    SavePhotoRequest,
)
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.worker import Job, Urgency

if TYPE_CHECKING:
    from core.image_io.photo import Photo

Notices = tuple[str, ...]
READABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".mpo")
WRITABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
EDITED_SUFFIX = "-edited"
"""Appended to a photo's stem at the first save, so that the photo itself is kept."""


class PhotoFiles(QObject):
    """Loads photos into the document and saves them from it."""

    posted = Signal(str)  # one sentence for the status line
    noticed = Signal(str)  # notices about the photo
    saving = Signal()  # stale steps have to run now
    saved = Signal()

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
        """Open an (H, W, 3) image that was pasted or dropped."""
        self._open(OpenArrayRequest(image), self.tr("Pasted picture"))

    def save(self, path: Path) -> None:
        """Save photo + steps, as they are when the edit under way is done."""
        self.saving.emit()
        steps: list[Steps] = []

        def make_request() -> SavePhotoRequest:
            photo = self._document.photo
            assert photo is not None
            steps.append(self._document.steps.items)
            return SavePhotoRequest(photo, self._document.steps.items, path)

        def deliver(notices: object) -> None:
            self._document.mark_saved(path, steps[0])
            sentences = [self.tr("Saved as {0}.").format(path.name), *cast(Notices, notices)]
            self.posted.emit(" ".join(sentences))
            self.saved.emit()

        self._job_queue.submit(Job(Urgency.FILE, make_request, deliver))

    def suggested_path(self, folder: Path) -> Path:
        """Suggest a path for the first save, never the photo's own."""
        source = self._document.source_path
        if source is None:
            return folder / (self._document.name + EDITED_SUFFIX + ".png")
        suffix = source.suffix if source.suffix.lower() in WRITABLE_SUFFIXES else ".png"
        return folder / (source.stem + EDITED_SUFFIX + suffix)

    def _open(
        self,
        request: OpenFileRequest | OpenArrayRequest | OpenSampleRequest,
        name: str,
        source: Path | None = None,
    ) -> None:
        def deliver(photo: object) -> None:
            self._job_queue.cancel()
            opened = cast("Photo", photo)
            self._document.open(opened, name, source)
            if opened.notices:
                self.noticed.emit(" ".join(opened.notices))

        self._job_queue.submit(Job(Urgency.FILE, lambda: request, deliver))
