"""Finds the regions of the chosen face in the background, once somebody wants them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.anatomy.landmarks import Landmarks, is_same_face
from core.anatomy.region_outlines import landmark_labels
from core.edit.requests import LabelsFound, ParseRequest
from core.errors import CoreError
from core.face.face_windows import around_head
from core.imaging.arrays import Window
from core.imaging.windows import is_empty, overlap
from core.progress import Cancelled
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.region_map import FoundRegions
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.worker import Job, Urgency
from faceeditor_gui.state.tool_state import ToolState

SETTLE_MS = 300
"""How long a picture has to stay as it is before its map is made anew."""


class RegionFinder(QObject):
    """Keeps the map up to date with the chosen face while it is shown or worked on."""

    changed = Signal()  # it searches, or has ended, or could not look

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        schedule: Schedule,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._schedule = schedule
        self.lack = ""
        """Why the regions are only drawn from the face's points; empty if they were found."""
        self._is_stale = False
        self._searches_for: bytes | None = None
        """The points of the face whose map is being made."""
        self._then: Callable[[], None] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._check)
        document.photo_changed.connect(self._drop_wish)
        document.face_chosen.connect(self._drop_wish)
        for fact in (
            document.photo_changed,
            document.faces_changed,
            document.face_chosen,
            tool_state.tool_changed,
            tool_state.regions.changed,
        ):
            fact.connect(self._check)
        document.image_changed.connect(self._on_image_changed)
        schedule.failed.connect(self._on_failed)
        schedule.cancelled.connect(self._on_cancelled)

    @property
    def is_searching(self) -> bool:
        """Tell whether a map is being made."""
        return self._searches_for is not None

    def find(self, then: Callable[[], None]) -> bool:
        """Do something as soon as there is a map; tells whether there will be one."""
        if self._points() is None:
            return False
        self._then = then
        self._check()
        if not self.is_searching:
            self._go_on()
        return True

    def _points(self) -> Landmarks | None:
        """Return where the chosen face's points are now, if it is in the photo."""
        face = self._document.chosen_face
        if face is None:
            return None
        points = self._document.landmarks(face)
        return None if is_empty(around_head(points, self._document.shape)) else points

    def _check(self) -> None:
        """Forget the map of another face, and make one if it is wanted and there is none."""
        points, found = self._points(), self._document.regions.found
        is_other = found is not None and not (
            points is not None and is_same_face(found.landmarks, points)
        )
        if is_other:
            self._document.regions.take(None)
        if points is None:
            self._end()
        elif self._is_wanted and not self._is_current(points):
            self._search(points)

    @property
    def _is_wanted(self) -> bool:
        return self._tool_state.shows_regions or self._then is not None

    def _is_current(self, points: Landmarks) -> bool:
        if self._searches_for is not None:
            return self._searches_for == points.tobytes()
        found = self._document.regions.found
        is_there = found is not None and np.array_equal(found.landmarks, points)
        return is_there and not self._is_stale

    def _search(self, points: Landmarks) -> None:
        self._searches_for = None
        self._schedule.cancel(Urgency.REGIONS)
        self._searches_for, self._is_stale = points.tobytes(), False
        window = around_head(points, self._document.shape)

        def prepare() -> ParseRequest:
            if self._searches_for != points.tobytes():
                raise Cancelled
            corner = np.array([window[1].start, window[0].start])
            return ParseRequest(self._document.composed(window), points - corner)

        def take(result: object) -> None:
            if self._searches_for == points.tobytes():
                self.lack = ""
                self._take(FoundRegions(window, cast(LabelsFound, result).labels, points))

        self._schedule.submit(Job(Urgency.REGIONS, prepare, take))
        self.changed.emit()

    def _take(self, found: FoundRegions) -> None:
        self._searches_for = None
        self._document.regions.take(found)
        self.changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _drop_wish(self) -> None:
        self._then = None

    def _end(self) -> None:
        if self._searches_for is not None:
            self._searches_for = None
            self._schedule.cancel(Urgency.REGIONS)
            self.changed.emit()

    def _on_image_changed(self, window: Window) -> None:
        points = self._points()
        if points is not None and overlap(around_head(points, self._document.shape), window):
            self._is_stale, self._searches_for = True, None
            self._settle.start()

    def _on_failed(self, job: Job, error: CoreError) -> None:
        """Draw what the face's points tell; it is better than nothing."""
        points = self._points()
        if job.urgency is not Urgency.REGIONS or job.is_cancelled or not self.is_searching:
            return
        if points is not None:
            window = around_head(points, self._document.shape)
            corner = np.array([window[1].start, window[0].start])
            size = (window[0].stop - window[0].start, window[1].stop - window[1].start)
            self.lack = str(error)
            self._take(FoundRegions(window, landmark_labels(size, points - corner), points))

    def _on_cancelled(self, job: Job) -> None:
        """A search that gave way to something more urgent is waiting to start again."""
        has_ended = job.urgency is Urgency.REGIONS and not self._schedule.has(Urgency.REGIONS)
        if has_ended and self.is_searching:
            self._drop_wish()
            self._searches_for = None
            self.changed.emit()
