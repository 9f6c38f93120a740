"""Opens and saves photos in the background; what is on screen stays until the new one is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from core.imaging.arrays import Image
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.jobs.engine import OpenArray, OpenFile, OpenSample, SavePhoto
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.worker import Job, Urgency

if TYPE_CHECKING:
    from core.image_io.photo import Photo

Notices = tuple[str, ...]
READABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".mpo")
WRITABLE_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
EDITED = "-edited"
"""Added to a photo's name when it is first saved, so that the photo itself stays."""


class PhotoFiles(QObject):
    """Photos in and out of the document."""

    posted = Signal(str)  # one sentence for the status line
    noticed = Signal(str)  # what the user should know about the photo
    saving = Signal()  # what is still to become part of the file has to hurry now
    saved = Signal()

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._schedule = schedule

    def open(self, path: Path) -> None:
        """Open a file."""
        self._open(OpenFile(path), path.name, path)

    def open_sample(self) -> None:
        """Open the sample portrait."""
        self._open(OpenSample(), self.tr("Sample portrait"))

    def open_image(self, image: Image) -> None:
        """Open an image that was pasted or dropped as pixels."""
        self._open(OpenArray(image), self.tr("Pasted picture"))

    def save(self, path: Path) -> None:
        """Save photo + steps, as they are when an edit under way is done."""
        self.saving.emit()
        steps: list[Steps] = []

        def prepare() -> SavePhoto:
            photo = self._document.photo
            assert photo is not None
            steps.append(self._document.steps)
            return SavePhoto(photo, self._document.steps, path)

        def take(notices: object) -> None:
            self._document.saved(path, steps[0])
            sentences = [self.tr("Saved as {0}.").format(path.name), *cast(Notices, notices)]
            self.posted.emit(" ".join(sentences))
            self.saved.emit()

        self._schedule.submit(Job(Urgency.FILE, prepare, take))

    def suggested_target(self, folder: Path) -> Path:
        """Name a file for the first save, which is never the photo's own."""
        source = self._document.source
        if source is None:
            return folder / (self._document.name + EDITED + ".png")
        suffix = source.suffix if source.suffix.lower() in WRITABLE_SUFFIXES else ".png"
        return folder / (source.stem + EDITED + suffix)

    def _open(
        self, request: OpenFile | OpenArray | OpenSample, name: str, source: Path | None = None
    ) -> None:
        def take(photo: object) -> None:
            self._schedule.cancel()
            opened = cast("Photo", photo)
            self._document.open(opened, name, source)
            if opened.notices:
                self.noticed.emit(" ".join(opened.notices))

        self._schedule.submit(Job(Urgency.FILE, lambda: request, take))
