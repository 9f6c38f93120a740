"""Takes pictures as exemplars: finds the faces in each in the background, or says why not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from core.errors import CoreError
from core.face.face_windows import around_face
from core.imaging.windows import is_empty
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import MIN_EYES_PX, FoundExemplars, exemplars_of
from faceeditor_gui.jobs.engine import FindExemplars
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.photo_files import READABLE_SUFFIXES
from faceeditor_gui.jobs.worker import Job, Urgency

_LINKS = ("http://", "https://", "www.", "data:", "blob:")


class ExemplarFinder(QObject):
    """Fills the document's shelf, one picture after another."""

    posted = Signal(str)  # one sentence for the status line
    refused = Signal(str)  # one sentence for where the picture was dropped
    searching_changed = Signal()

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._schedule = schedule
        self._waiting: deque[FindExemplars] = deque()
        """What is still to be looked at; the first is being looked at."""
        schedule.failed.connect(self._on_failed)
        schedule.cancelled.connect(self._on_cancelled)

    @property
    def waiting(self) -> int:
        """How many pictures are still to be looked at."""
        return len(self._waiting)

    def take(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted; says why if there is no picture in it."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            return self.add_files(paths)
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        if not image.isNull():
            return self._look_at([FindExemplars(qimage.to_rgb(image), self.tr("Pasted face"))])
        if _is_link(data):
            return self._refuse(
                self.tr("That is only a link: save the picture, or copy the picture itself.")
            )
        return self._refuse(self.tr("There is no picture in that; drop a photo of a face."))

    def paste(self) -> None:
        """Take what the clipboard holds."""
        self.take(QGuiApplication.clipboard().mimeData())

    def add_files(self, paths: Iterable[Path]) -> bool:
        """Take files, and all pictures of folders; tells whether there is any to look at."""
        found = [file for path in paths for file in self._pictures(path)]
        return self._look_at(FindExemplars(path, path.stem) for path in found)

    def add_chosen_face(self) -> None:
        """Take the chosen face of the photo itself, as it is now."""
        face = self._document.chosen_face
        if face is None:
            self._refuse(self.tr("No face is known here: press G and draw a box around one."))
            return
        name = Path(self._document.name).stem
        if len(self._document.faces) > 1:
            name = f"{name} {self._document.faces.index(face) + 1}"
        landmarks = self._document.landmarks(face)
        window = around_face(landmarks, self._document.shape)
        if is_empty(window):
            self._refuse(self.tr("That face lies outside the photo; choose another."))
            return
        corner = window[1].start, window[0].start
        there = replace(face, landmarks=landmarks - corner)
        self._take_faces(exemplars_of(self._document.composed(window), [there], name), name)

    def _pictures(self, path: Path) -> list[Path]:
        if not path.is_dir():
            return [path]
        found = sorted(one for one in path.iterdir() if one.suffix.lower() in READABLE_SUFFIXES)
        if not found:
            self._refuse(self.tr("There is no picture in the folder {0}.").format(path.name))
        return found

    def _look_at(self, pictures: Iterable[FindExemplars]) -> bool:
        asked = list(pictures)
        room = self._document.shelf.room - len(self._waiting)
        if len(asked) > room:
            self._refuse(self.tr("There is no room for so many faces; delete some first."))
        was_idle, taken = not self._waiting, asked[: max(room, 0)]
        self._waiting.extend(taken)
        if was_idle:
            self._submit_next()
        self.searching_changed.emit()
        return bool(taken)

    def _submit_next(self) -> None:
        if self._waiting:
            picture = self._waiting[0]
            self._schedule.submit(
                Job(
                    Urgency.EXEMPLARS,
                    lambda: picture,
                    lambda found: self._on_found(cast(FoundExemplars, found)),
                )
            )

    def _on_found(self, found: FoundExemplars) -> None:
        self._take_faces(found, self._waiting[0].name)
        self._go_on()

    def _take_faces(self, found: FoundExemplars, name: str) -> None:
        if found.exemplars:
            self._document.shelf.add(found.exemplars)
            text = self.tr("Drag {0} onto a part of the face in the photo.")
            if self._document.photo is None:
                text = self.tr("Open a photo, then drag {0} onto a part of the face in it.")
            self.posted.emit(text.format(found.exemplars[0].name))
        elif found.largest:
            text = self.tr(
                "The face in {0} is too small: {1:.0f} pixels between the eyes, {2} are needed."
            )
            self._refuse(text.format(name, found.largest, round(MIN_EYES_PX)))
        else:
            text = self.tr(
                "No face was found in {0}; take a picture that shows one from the front."
            )
            self._refuse(text.format(name))

    def _on_failed(self, job: Job, error: CoreError) -> None:
        if job.urgency is Urgency.EXEMPLARS:
            self._refuse(str(error))
            self._go_on()

    def _on_cancelled(self, job: Job) -> None:
        """Look again at what was interrupted, unless it waits to start again already."""
        if job.urgency is Urgency.EXEMPLARS and not self._schedule.has(Urgency.EXEMPLARS):
            self._submit_next()

    def _go_on(self) -> None:
        self._waiting.popleft()
        self._submit_next()
        self.searching_changed.emit()

    def _refuse(self, reason: str) -> bool:
        self.refused.emit(reason)
        self.posted.emit(reason)
        return False


def _is_link(data: QMimeData) -> bool:
    text = data.text().strip().lower()
    return data.hasUrls() or data.hasHtml() or text.startswith(_LINKS)
