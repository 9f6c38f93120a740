"""Small pictures of what each kind of smile would look like, made while nobody waits."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.edit.request import EditRequest, EditResult, SmileKind, SmileRequest
from core.masks import Image
from core.progress import Cancelled
from core.regions import Landmarks
from faceeditor_gui.document import Document
from faceeditor_gui.edit_settings import SmileSettings
from faceeditor_gui.previews import Previewer
from faceeditor_gui.schedule import Schedule
from faceeditor_gui.steps import EditStep, Outcome, compose
from faceeditor_gui.windows import around_face, intersection, is_empty, whole, window_at
from faceeditor_gui.worker import Job, Urgency

CUT = 0.45
"""Half the side of a picture, in widths of the jaw; its middle is the mouth's."""


class Variations(QObject):
    """Keeps a picture of the chosen face for each kind of smile."""

    changed = Signal()  # other pictures are there

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._schedule = schedule
        self._shown_for: object = None
        """The face, its smile's strength and what lies below, of which the pictures are."""
        self._pictures: dict[SmileKind, Image] = {}
        for fact in (
            document.photo_changed,
            document.faces_changed,
            document.face_chosen,
            document.steps_changed,
        ):
            fact.connect(self._begin)

    def picture(self, kind: SmileKind) -> Image | None:
        """Return (h, w, 3) of the mouth and what surrounds it, if it is made already."""
        return self._pictures.get(kind)

    def _begin(self) -> None:
        """Start anew if what the pictures show has changed."""
        face, below, strength = self._state()
        shown_for = face is not None and (face.tobytes(), below, strength)
        if shown_for == self._shown_for:
            return
        self._shown_for = shown_for
        self._pictures = {}
        self._schedule.cancel(Urgency.VARIATIONS)
        self.changed.emit()
        self._submit_next()

    def _state(self) -> tuple[Landmarks | None, tuple[EditStep, ...], float]:
        face = self._document.chosen_face
        if face is None:
            return None, (), 0.0
        smile = self._document.smile_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=smile)
        steps = self._document.steps
        if smile is None:
            return landmarks, steps, 1.0
        strength = smile.settings.strength if isinstance(smile.settings, SmileSettings) else 1.0
        return landmarks, steps[: steps.index(smile)], strength

    def _submit_next(self) -> None:
        missing = [kind for kind in SmileKind if kind not in self._pictures]
        if self._shown_for and missing:
            self._submit(missing[0])

    def _submit(self, kind: SmileKind) -> None:
        shown_for = self._shown_for

        def prepare() -> EditRequest:
            face, below, strength = self._state()
            if face is None:
                raise Cancelled
            window = around_face(face, self._document.shape)
            if is_empty(window):
                raise Cancelled
            settings = SmileSettings(window, face, strength, kind)
            small = Previewer(self._document.original(), below, None, window, 0.0)
            return small.request(settings)

        def take(result: object) -> None:
            if shown_for == self._shown_for:
                self._pictures[kind] = mouth_of(cast(EditResult, result))
                self.changed.emit()
                self._submit_next()

        self._schedule.submit(Job(Urgency.VARIATIONS, prepare, take))


def mouth_of(result: EditResult) -> Image:
    """Cut the mouth and what surrounds it out of a smile's result, (h, w, 3)."""
    request = cast(SmileRequest, result.request)
    outcome = Outcome.of(result.patch, result.coverage, result.left, result.top)
    half = CUT * float(np.ptp(request.landmarks[:17, 0]))
    x, y = request.landmarks[48:68].mean(axis=0)
    box = window_at(round(x - half), round(y - half), round(2 * half), round(2 * half))
    image = request.image
    shown = intersection(box, whole(*image.shape[:2]))
    settings = SmileSettings(shown, request.landmarks, request.strength, request.kind)
    return compose(image, [EditStep(settings, outcome)], shown)
