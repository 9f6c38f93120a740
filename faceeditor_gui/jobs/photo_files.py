"""Opens and exports photos in the background; a failed open leaves the present photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.image_io.jpeg_options import BEST_JPEG, JpegOptions
from core.image_io.kept_metadata import KeptMetadata
from core.imaging.arrays import Image, Image8
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.snapshot import DocumentSnapshot
from faceeditor_gui.jobs.engine import (
    OpenArrayRequest,
    OpenedPhoto,
    OpenFileRequest,
    OpenSampleRequest,
    ReadSmallRequest,
    SavePhotoRequest,
)
from faceeditor_gui.jobs.job import OF_THE_PHOTO, Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.project.project_requests import PROJECT_SUFFIX, SaveProjectRequest

Notices = tuple[str, ...]
LAYERS_SUFFIX = PROJECT_SUFFIX
"""Of a picture whose results are layers: it is a project, too."""
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

    def open(self, path: Path, page: int = 1) -> None:
        """Open a file, of a TIFF one page."""
        self._open(OpenFileRequest(path, page), path.name, path)

    def open_sample(self) -> None:
        """Open the sample portrait."""
        self._open(OpenSampleRequest(), self.tr("Sample portrait"))

    def open_image(self, image: Image) -> None:
        """Open an (H, W, 3) image, or (H, W, 4) with alpha, that was pasted or dropped."""
        self._open(OpenArrayRequest(image), self.tr("Pasted picture"))

    def measure(
        self, path: Path, jpeg: JpegOptions, kept: KeptMetadata, told: Callable[[int], None]
    ) -> None:
        """Tell how many bytes an export would be; a newer question takes the place of this."""

        def make_request() -> SavePhotoRequest:
            photo = self._document.photo
            assert photo is not None
            steps = self._document.steps.items
            return SavePhotoRequest(photo, steps, path, jpeg=jpeg, kept=kept, is_trial=True)

        self._job_queue.submit(Job(Urgency.CHECKS, make_request, told, key=self))

    def export(
        self,
        path: Path,
        bits: int | None = None,
        jpeg: JpegOptions = BEST_JPEG,
        kept: KeptMetadata = KeptMetadata.KEEP,
    ) -> None:
        """Write photo + steps, as they are when the edit under way is done.

        Args:
            path: where; the suffix names the format, `.ora` keeps every result as a layer.
            bits: a channel, 8 or 16; None: as many as the photo has and the format can hold.
            jpeg: quality and subsampling, if it is a JPEG file.
            kept: what the file says besides its pixels.
        """

        def deliver(notices: Notices) -> None:
            self._document.exported_path, self._document.exported_bits = path, bits
            sentences = [self.tr("Exported as {0}.").format(path.name), *notices]
            self.posted.emit(" ".join(sentences))
            self.written.emit(path)
            self.exported.emit()

        self.write(path, bits, deliver, jpeg, kept)

    def write(
        self,
        path: Path,
        bits: int | None,
        then: Callable[[Notices], None],
        jpeg: JpegOptions = BEST_JPEG,
        kept: KeptMetadata = KeptMetadata.KEEP,
    ) -> None:
        """Write as `export` does, and only call back with what the format cannot keep."""
        self.exporting.emit()
        name = Path(self._document.name).stem

        def make_request() -> SavePhotoRequest | SaveProjectRequest:
            if path.suffix.lower() == LAYERS_SUFFIX:
                return SaveProjectRequest(self._document.snapshot(), name, path)
            photo = self._document.photo
            assert photo is not None
            steps = self._document.steps.items
            return SavePhotoRequest(photo, steps, path, bits, jpeg, kept)

        def deliver(written: Notices | DocumentSnapshot) -> None:
            if isinstance(written, tuple):
                then(written)
            elif kept is KeptMetadata.KEEP:
                then(())
            else:
                then((self.tr("Layers keep the photo's own file, with all that it says."),))

        self._job_queue.submit(Job(Urgency.FILE, make_request, deliver, key=deliver))

    def read_small(
        self,
        paths: Sequence[Path],
        side: int,
        deliver: Callable[[list[Image8]], None],
        end: Callable[[], None],
    ) -> None:
        """Read pictures to look at, each no larger than a square of that side; then call `end`."""
        request = ReadSmallRequest(tuple(paths), side)
        self._job_queue.submit(
            Job(Urgency.FILE, lambda: request, deliver, lambda _job: end(), key=deliver)
        )

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
