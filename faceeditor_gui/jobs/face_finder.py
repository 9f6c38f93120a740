"""Detects the faces of a photo in the background: quickly at first, then thoroughly."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.edit.requests import FindFacesRequest, FindFacesResult
from core.face.face import Face
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.engine import (
    FindFaceInBoxRequest,
    WarmUpDetectorRequest,
    WarmUpEditorRequest,
)
from faceeditor_gui.jobs.job import Job, JobState, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue


class FaceFinder(QObject):
    """Keeps the document's faces up to date with its photo."""

    posted = Signal(str)  # one sentence for the status line
    noticed = Signal(str)  # what the user should know of the faces found
    searching_changed = Signal(bool)
    face_missed = Signal()  # none was detected: the user may draw a box

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        document.photo_changed.connect(self._on_photo_changed)

    @property
    def is_searching(self) -> bool:
        """Tell whether faces may still be found."""
        return self._job_queue.has(Urgency.FACES)

    def warm_up(self) -> None:
        """Load the face detector while no photo is open yet."""
        self._job_queue.submit(Job(Urgency.WARM_UP, WarmUpDetectorRequest, lambda _: None))

    def find(self) -> None:
        """Detect faces."""
        self._search(thorough=False)
        self.searching_changed.emit(self.is_searching)

    def find_in_box(self, box: tuple[float, float, float, float]) -> None:
        """Add the face in a box that the user has drawn: left, top, right, bottom in pixels."""
        self._job_queue.submit(
            Job(
                Urgency.EDIT,
                lambda: FindFaceInBoxRequest(self._document.original(), box),
                self._on_box_face_found,
                key=box,
            )
        )

    def _on_photo_changed(self) -> None:
        if self._document.knows_faces:
            self._job_queue.submit(Job(Urgency.WARM_UP, WarmUpEditorRequest, lambda _: None))
        else:
            self.find()

    def _search(self, *, thorough: bool) -> None:
        self._job_queue.submit(
            Job(
                Urgency.FACES,
                lambda: FindFacesRequest(self._document.original(), thorough),
                self._on_found,
                self._on_ended if thorough else self._on_quick_ended,
            )
        )

    def _on_found(self, found: FindFacesResult) -> None:
        if found.faces:
            self._set_faces(found.faces)

    def _on_quick_ended(self, job: Job) -> None:
        if job.state is JobState.FINISHED:
            self._search(thorough=True)
        else:
            self._on_ended(job)

    def _on_ended(self, job: Job) -> None:
        self.searching_changed.emit(False)
        if job.state is JobState.FINISHED:
            self._tell_doubts()
            self._job_queue.submit(Job(Urgency.WARM_UP, WarmUpEditorRequest, lambda _: None))

    def _tell_doubts(self) -> None:
        """Say what is left to the user's own eyes, once the search is over."""
        unclear = sum(not face.is_clear for face in self._document.faces.items)
        if not self._document.faces.items:
            self.face_missed.emit()
        elif unclear == 1:
            self.noticed.emit(
                self.tr(
                    "A face is hard to make out: see whether its points lie right, and drag "
                    "those that do not, before you edit it."
                )
            )
        elif unclear:
            self.noticed.emit(
                self.tr(
                    "{0} faces are hard to make out: see whether their points lie right, and "
                    "drag those that do not, before you edit them."
                ).format(unclear)
            )

    def _set_faces(self, faces: tuple[Face, ...]) -> None:
        before = len(self._document.faces.items)
        self._document.faces.set_found(faces)
        if len(self._document.faces.items) != before:
            self.posted.emit(self._summary(len(self._document.faces.items)))

    def _summary(self, count: int) -> str:
        if count == 1:
            return self.tr("Found a face: make it smile, or paint a mask and fill it.")
        return self.tr("Found {0} faces: click the one to edit, then make it smile.").format(count)

    def _on_box_face_found(self, face: Face) -> None:
        self._document.faces.add(face)
        self.posted.emit(self.tr("This face is yours to edit now: make it smile."))
