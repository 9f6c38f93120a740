"""Adds exemplars: detects the faces of each image in the background, or posts why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from core.face.face_windows import face_window
from core.image_io.formats import READABLE_SUFFIXES
from core.imaging.windows import is_empty
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import MIN_INTEROCULAR_PX, FoundExemplars, cut_exemplars
from faceeditor_gui.jobs.engine import FindExemplarsRequest
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue

_LINKS = ("http://", "https://", "www.", "data:", "blob:")


class ExemplarFinder(QObject):
    """Adds exemplars to the document, one image after another."""

    posted = Signal(str)  # one sentence for the status line
    refused = Signal(str)  # one sentence for where the image was dropped
    searching_changed = Signal()

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue

    @property
    def pending_count(self) -> int:
        """How many images are still to be searched."""
        return len(self._job_queue.jobs(Urgency.EXEMPLARS))

    def add_mime_data(self, data: QMimeData) -> bool:
        """Add what was dropped or pasted; posts a reason if it holds no image."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            return self.add_files(paths)
        image = qimage.from_mime_data(data)
        if image is not None:
            return self._enqueue(
                [FindExemplarsRequest(qimage.to_rgb(image), self.tr("Pasted face"))]
            )
        if _is_link(data):
            return self._refuse(
                self.tr("That is only a link: save the picture, or copy the picture itself.")
            )
        return self._refuse(self.tr("There is no picture in that; drop a photo of a face."))

    def paste(self) -> None:
        """Add what the clipboard holds."""
        self.add_mime_data(QGuiApplication.clipboard().mimeData())

    def add_files(self, paths: Iterable[Path]) -> bool:
        """Add image files, and all images of folders; tells whether there are any."""
        found = [file for path in paths for file in self._image_files(path)]
        return self._enqueue(FindExemplarsRequest(path, path.stem) for path in found)

    def add_chosen_face(self) -> None:
        """Add the chosen face of the photo itself, as it is edited now."""
        face = self._document.faces.chosen
        if face is None:
            self._refuse(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
            return
        name = Path(self._document.name).stem
        if len(self._document.faces.items) > 1:
            name = f"{name} {self._document.faces.items.index(face) + 1}"
        landmarks = self._document.landmarks(face)
        window = face_window(landmarks, self._document.shape)
        if is_empty(window):
            self._refuse(self.tr("That face lies outside the photo; choose another."))
            return
        corner = window[1].start, window[0].start
        cropped_face = replace(face, landmarks=landmarks - corner)
        self._add_exemplars(
            cut_exemplars(self._document.composited(window), [cropped_face], name), name
        )

    def _image_files(self, path: Path) -> list[Path]:
        if not path.is_dir():
            return [path]
        found = sorted(one for one in path.iterdir() if one.suffix.lower() in READABLE_SUFFIXES)
        if not found:
            self._refuse(self.tr("There is no picture in the folder {0}.").format(path.name))
        return found

    def _enqueue(self, new_requests: Iterable[FindExemplarsRequest]) -> bool:
        requests = list(new_requests)
        room = self._document.exemplars.free_slots - self.pending_count
        if len(requests) > room:
            self._refuse(self.tr("There is no room for so many faces; delete some first."))
        accepted = requests[: max(room, 0)]
        for request in accepted:
            self._submit(request)
        self.searching_changed.emit()
        return bool(accepted)

    def _submit(self, request: FindExemplarsRequest) -> None:
        add = partial(self._add_exemplars, name=request.name)
        self._job_queue.submit(
            Job(Urgency.EXEMPLARS, lambda: request, add, self._on_ended, key=request)
        )

    def _add_exemplars(self, found: FoundExemplars, name: str) -> None:
        if found.exemplars:
            self._document.exemplars.add(found.exemplars)
            text = self.tr("Drag {0} onto a part of the face in the photo.")
            if self._document.photo is None:
                text = self.tr("Open a photo, then drag {0} onto a part of the face in it.")
            self.posted.emit(text.format(found.exemplars[0].name))
        elif found.largest_eye_distance:
            text = self.tr(
                "The face in {0} is too small: {1:.0f} pixels between the eyes, {2} are needed."
            )
            self._refuse(text.format(name, found.largest_eye_distance, round(MIN_INTEROCULAR_PX)))
        else:
            text = self.tr(
                "No face was found in {0}; take a picture that shows one from the front."
            )
            self._refuse(text.format(name))

    def _on_ended(self, job: Job) -> None:
        if job.error is not None:
            self._refuse(str(job.error))
        self.searching_changed.emit()

    def _refuse(self, reason: str) -> bool:
        self.refused.emit(reason)
        self.posted.emit(reason)
        return False


def _is_link(data: QMimeData) -> bool:
    text = data.text().strip().lower()
    return data.hasUrls() or data.hasHtml() or text.startswith(_LINKS)
