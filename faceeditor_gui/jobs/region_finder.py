"""Segments the chosen face into regions in the background, on demand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.anatomy.landmarks import Landmarks, is_same_face
from core.anatomy.region_outlines import labels_from_landmarks
from core.edit.requests import ParseRequest, ParseResult
from core.face.face_windows import head_window
from core.imaging.arrays import Window
from core.imaging.windows import is_empty, windows_overlap
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.region_map import FoundRegions
from faceeditor_gui.jobs.job import Job, JobState, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.state.tool_state import ToolState

SETTLE_MS = 300
"""How long the image has to stay unchanged before it is segmented again."""


class RegionFinder(QObject):
    """Keeps the region map up to date with the chosen face while it is shown or edited."""

    changed = Signal()  # a search has started, ended or failed

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._job_queue = job_queue
        self.failure_reason = ""
        """Why the regions are only outlined by landmarks; empty if they were segmented."""
        self._searched_landmarks = b""
        """Of the last search, as bytes; none once the image has changed."""
        self._callback: Callable[[], None] | None = None
        self._settle_timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle_timer.timeout.connect(self._update)
        document.photo_changed.connect(self._drop_callback)
        document.faces.chosen_changed.connect(self._drop_callback)
        for signal in (
            document.photo_changed,
            document.faces.changed,
            document.faces.chosen_changed,
            tool_state.tool_changed,
            tool_state.paint_target_changed,
            tool_state.regions.changed,
            tool_state.overlays.changed,
        ):
            signal.connect(self._update)
        document.steps.image_changed.connect(self._on_image_changed)

    @property
    def is_searching(self) -> bool:
        """Tell whether a face is being segmented."""
        return self._job_queue.has(Urgency.REGIONS)

    def find(self, callback: Callable[[], None]) -> bool:
        """Call back as soon as there is a region map; tells whether there will be one."""
        if self._landmarks() is None:
            return False
        self._callback = callback
        self._update()
        if not self.is_searching:
            self._run_callback()
        return True

    def _landmarks(self) -> Landmarks | None:
        """Return the chosen face's (68, 2) landmarks as edited, if it lies in the photo."""
        face = self._document.faces.chosen
        if face is None:
            return None
        landmarks = self._document.landmarks(face)
        return None if is_empty(head_window(landmarks, self._document.shape)) else landmarks

    def _update(self) -> None:
        """Drop the map of another face, and start a search if one is needed."""
        landmarks, found = self._landmarks(), self._document.regions.found
        is_other = found is not None and not (
            landmarks is not None and is_same_face(found.landmarks, landmarks)
        )
        if is_other:
            self._document.regions.set_found(None)
        if landmarks is None:
            self._stop_search()
        elif self._is_wanted and not self._is_current(landmarks):
            self._start_search(landmarks)

    @property
    def _is_wanted(self) -> bool:
        return self._tool_state.shows_regions or self._callback is not None

    def _is_current(self, landmarks: Landmarks) -> bool:
        is_there = self.is_searching or self._document.regions.found is not None
        return is_there and self._searched_landmarks == landmarks.tobytes()

    def _start_search(self, landmarks: Landmarks) -> None:
        window = head_window(landmarks, self._document.shape)
        in_window = landmarks - np.array([window[1].start, window[0].start])

        def make_request() -> ParseRequest:
            return ParseRequest(self._document.composited(window), in_window)

        def deliver(result: ParseResult) -> None:
            self.failure_reason = ""
            self._document.regions.set_found(FoundRegions(window, result.labels, landmarks))

        def on_end(job: Job) -> None:
            if job.error is not None:  # outline the regions by the landmarks instead
                self.failure_reason = str(job.error)
                size = (window[0].stop - window[0].start, window[1].stop - window[1].start)
                labels = labels_from_landmarks(size, in_window)
                self._document.regions.set_found(FoundRegions(window, labels, landmarks))
            if job.state is JobState.CANCELLED:
                self._drop_callback()
                self._searched_landmarks = b""
            self.changed.emit()
            self._run_callback()

        self._searched_landmarks = landmarks.tobytes()
        self._job_queue.submit(Job(Urgency.REGIONS, make_request, deliver, on_end))
        self.changed.emit()

    def _run_callback(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()

    def _drop_callback(self) -> None:
        self._callback = None

    def _stop_search(self) -> None:
        if self.is_searching:
            self._outdate()
            self.changed.emit()

    def _outdate(self) -> None:
        """Note that what was found last, or is being looked for, is no longer so."""
        self._searched_landmarks = b""
        self._job_queue.outdate(*self._job_queue.jobs(Urgency.REGIONS))

    def _on_image_changed(self, window: Window) -> None:
        landmarks = self._landmarks()
        if landmarks is not None and windows_overlap(
            head_window(landmarks, self._document.shape), window
        ):
            self._outdate()
            self._settle_timer.start()
