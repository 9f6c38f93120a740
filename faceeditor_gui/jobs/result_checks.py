"""Checks edited faces in the background, once what was done to them has settled."""

from __future__ import annotations

from functools import reduce

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.edit.requests import CheckEditRequest, CheckEditResult
from core.face.face import Face
from core.face.face_windows import face_window
from core.imaging.arrays import Mask, Window
from core.imaging.windows import (
    intersection,
    is_empty,
    shift_window,
    union,
    whole_window,
    window_at,
    windows_overlap,
)
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep, Steps, lowest_stale_index
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue

SETTLE_MS = 400
"""How long after the last change a face is checked."""
MARGIN_PX = 16
"""Beside the edits, where nothing may have changed."""


class ResultChecks(QObject):
    """Knows how the chosen face, edited, looks beside the photo."""

    changed = Signal()

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self.result: CheckEditResult | None = None
        """Of the chosen face as it is now; None while it is not edited, or not checked yet."""
        self._settle_timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle_timer.timeout.connect(self._submit)
        for signal in (
            document.steps.changed,
            document.faces.changed,
            document.faces.chosen_changed,
        ):
            signal.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._job_queue.outdate(*self._job_queue.jobs(Urgency.CHECKS))
        self._show(None)
        if self._face_and_steps() is not None:
            self._settle_timer.start()
        else:
            self._settle_timer.stop()

    def _show(self, result: CheckEditResult | None) -> None:
        if result is not self.result:
            self.result = result
            self.changed.emit()

    def _face_and_steps(self) -> tuple[Face, Steps] | None:
        """Return the chosen face and the visible steps that lie on it, if there are any."""
        face = self._document.faces.chosen
        if face is None:
            return None
        around = face_window(face.landmarks, self._document.shape)
        steps = tuple(
            step
            for step in self._document.steps.items
            if step.is_visible and windows_overlap(step.window, around)
        )
        return (face, steps) if steps and not is_empty(around) else None

    def _submit(self) -> None:
        self._job_queue.submit(Job(Urgency.CHECKS, self._make_request, self._show, key=self))

    def _make_request(self) -> CheckEditRequest | None:
        found = self._face_and_steps()
        if found is None or lowest_stale_index(self._document.steps.items) is not None:
            return None
        face, steps = found
        document, whole = self._document, whole_window(*self._document.shape)
        windows = [face_window(face.landmarks, document.shape), *(one.window for one in steps)]
        rows, columns = reduce(union, windows)
        left, top = columns.start - MARGIN_PX, rows.start - MARGIN_PX
        width, height = columns.stop + MARGIN_PX - left, rows.stop + MARGIN_PX - top
        window = intersection(window_at(left, top, width, height), whole)
        corner = np.array([window[1].start, window[0].start])
        return CheckEditRequest(
            document.original()[window],
            document.composited(window),
            _covered(document.steps.items, window),
            face.landmarks - corner,
            document.landmarks(face) - corner,
        )


def _covered(steps: Steps, window: Window) -> Mask:
    """Return where visible steps change a window, (h, w) uint8: the most that any covers."""
    rows, columns = window
    covered = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    for step in steps:
        _add(covered, step, window)
    return covered


def _add(covered: Mask, step: EditStep, window: Window) -> None:
    rows, columns = window
    shared = intersection(step.window, window)
    if step.is_visible and not is_empty(shared):
        inside = shift_window(shared, down=-rows.start, right=-columns.start)
        np.maximum(covered[inside], step.coverage(shared), out=covered[inside])
