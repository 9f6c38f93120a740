"""Opens and saves photos in the background; a failed open leaves the present photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

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
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue

if TYPE_CHECKING:
    from core.image_io.photo import Photo

Notices = tuple[str, ...]
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
        """Open an (H, W, 3) image, or (H, W, 4) with alpha, that was pasted or dropped."""
        self._open(OpenArrayRequest(image), self.tr("Pasted picture"))

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Save photo + steps, as they are when the edit under way is done; then call back."""
        self.saving.emit()
        steps: list[Steps] = []

        def make_request() -> SavePhotoRequest:
            photo = self._document.photo
            assert photo is not None
            steps.append(self._document.steps.items)
            return SavePhotoRequest(photo, self._document.steps.items, path)

        def deliver(notices: Notices) -> None:
            self._document.mark_saved(path, steps[0])
            sentences = [self.tr("Saved as {0}.").format(path.name), *notices]
            self.posted.emit(" ".join(sentences))
            self.saved.emit()
            if then is not None:
                then()

        self._job_queue.submit(Job(Urgency.FILE, make_request, deliver, key=deliver))

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
        def deliver(photo: Photo) -> None:
            self._job_queue.cancel(*OF_THE_PHOTO)
            self._document.open(photo, name, source)
            if photo.notices:
                self.noticed.emit(" ".join(photo.notices))

        self._job_queue.submit(Job(Urgency.FILE, lambda: request, deliver))
