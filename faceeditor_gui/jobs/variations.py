"""Small pictures of what could be chosen, made while nobody waits: smiles, and seeds of a style."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.edit.requests import EditRequest, EditResult, SmileKind, SmileRequest
from core.face.face_windows import around_face
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Window
from core.imaging.windows import intersection, is_empty, shifted, whole, window_at
from core.progress import Cancelled
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import Adjustable, SmileSettings, StyleSettings
from faceeditor_gui.document.edit_step import Steps, over
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.preview import Previewer
from faceeditor_gui.jobs.worker import Job, Urgency

CUT = 0.45
"""Half the side of a picture of a smile, in widths of the jaw; its middle is the mouth's."""
SEEDS = 5
"""How many variations of a style are shown at a time."""


@dataclass(frozen=True, eq=False)
class Choices:
    """What there is to choose from."""

    settings: Mapping[Hashable, Adjustable]
    """By what tells them apart."""
    below: Steps
    """Over which all of them are made."""
    kind: object
    """As long as this stays equal the pictures stay right."""


class Variations(QObject):
    """Keeps a picture of each choice."""

    changed = Signal()  # other pictures are there

    def __init__(
        self,
        document: Document,
        schedule: Schedule,
        urgency: Urgency,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._schedule = schedule
        self._urgency = urgency
        self._shown_for: object = None
        """What the pictures are of."""
        self._kind: object = None
        self._pictures: dict[Hashable, Image] = {}
        """Those of an earlier state of the photo are shown until there are others."""
        self._fresh: set[Hashable] = set()
        for fact in (
            document.photo_changed,
            document.faces_changed,
            document.face_chosen,
            document.steps_changed,
        ):
            fact.connect(self._begin)

    @abstractmethod
    def _choices(self) -> Choices | None:
        """Describe what is to be shown now; None if nothing."""

    @abstractmethod
    def _picture_of(self, result: EditResult) -> Image:
        """Cut (h, w, 3) out of an answer."""

    def picture(self, key: Hashable) -> Image | None:
        """Return (h, w, 3) of a choice and what surrounds it, if it is made already."""
        return self._pictures.get(key)

    def _begin(self) -> None:
        """Start anew if what the pictures show has changed."""
        choices = self._choices()
        shown_for = choices and (choices.kind, choices.below)
        if shown_for == self._shown_for:
            return
        kind = choices and choices.kind
        if kind != self._kind:
            self._pictures = {}
        self._shown_for, self._kind, self._fresh = shown_for, kind, set()
        self._schedule.cancel(self._urgency)
        self.changed.emit()
        self._submit_next()

    def _submit_next(self) -> None:
        choices = self._choices() if self._shown_for else None
        missing = [key for key in choices.settings if key not in self._fresh] if choices else []
        if missing:
            self._submit(missing[0])

    def _submit(self, key: Hashable) -> None:
        shown_for = self._shown_for

        def prepare() -> EditRequest:
            choices = self._choices()
            if choices is None or key not in choices.settings:
                raise Cancelled
            wanted = choices.settings[key]
            if is_empty(wanted.window):
                raise Cancelled
            photo = self._document.original()
            return Previewer(photo, choices.below, None, wanted.window, 0.0).request(wanted)

        def take(result: object) -> None:
            if shown_for == self._shown_for:
                self._pictures[key] = self._picture_of(cast(EditResult, result))
                self._fresh.add(key)
                self.changed.emit()
                self._submit_next()

        self._schedule.submit(Job(self._urgency, prepare, take))


class SmileVariations(Variations):
    """The chosen face with each kind of smile."""

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(document, schedule, Urgency.VARIATIONS, parent)

    def _choices(self) -> Choices | None:
        face = self._document.chosen_face
        if face is None:
            return None
        smile = self._document.smile_of(face.landmarks)
        landmarks = self._document.landmarks(face, below=smile)
        window = around_face(landmarks, self._document.shape)
        steps, strength = self._document.steps, 1.0
        if smile is not None:
            steps = steps[: steps.index(smile)]
            if isinstance(smile.settings, SmileSettings):
                strength = smile.settings.strength
        settings: dict[Hashable, Adjustable] = {
            kind: SmileSettings(window, landmarks, strength, kind) for kind in SmileKind
        }
        return Choices(settings, steps, (landmarks.tobytes(), strength))

    def _picture_of(self, result: EditResult) -> Image:
        return mouth_of(result)


class StyleVariations(Variations):
    """The style in hand with other seeds: those of the same block."""

    def __init__(
        self, document: Document, schedule: Schedule, parent: QObject | None = None
    ) -> None:
        super().__init__(document, schedule, Urgency.STYLES, parent)
        document.edits.selection_changed.connect(self._begin)

    def _choices(self) -> Choices | None:
        step = self._document.edits.selected
        if step is None or not isinstance(step.settings, StyleSettings):
            return None
        below = self._document.steps[: self._document.steps.index(step)]
        wanted = over(step.settings, self._document.face_points, below)
        seeds = block_of(wanted.seed)
        settings: dict[Hashable, Adjustable] = {
            seed: replace(wanted, seed=seed, strength=1.0) for seed in seeds
        }
        return Choices(settings, below, (wanted.kind, wanted.number, seeds))

    def _picture_of(self, result: EditResult) -> Image:
        return changed_part_of(result)


def block_of(seed: int) -> range:
    """List the seeds that are shown together with one."""
    first = seed - seed % SEEDS
    return range(first, first + SEEDS)


def mouth_of(result: EditResult) -> Image:
    """Cut the mouth and what surrounds it out of a smile's result, (h, w, 3)."""
    request = cast(SmileRequest, result.request)
    half = CUT * float(np.ptp(request.landmarks[:17, 0]))
    x, y = request.landmarks[48:68].mean(axis=0)
    box = window_at(round(x - half), round(y - half), round(2 * half), round(2 * half))
    return _shown(result, box)


def changed_part_of(result: EditResult) -> Image:
    """Cut the square around what has changed out of a result, (h, w, 3)."""
    height, width = result.coverage.shape
    side = max(height, width)
    left, top = result.left - (side - width) // 2, result.top - (side - height) // 2
    return _shown(result, window_at(left, top, side, side))


def _shown(result: EditResult, box: Window) -> Image:
    """Return what lies in a box once the result is laid over what it was made of."""
    image = result.request.image
    rows, columns = shown = intersection(box, whole(*image.shape[:2]))
    composed = image[shown].copy()
    height, width = result.coverage.shape
    shared = intersection(window_at(result.left, result.top, width, height), shown)
    if not is_empty(shared):
        inside = shifted(shared, down=-result.top, right=-result.left)
        below = composed[shifted(shared, down=-rows.start, right=-columns.start)]
        composite(below, result.patch[inside], result.coverage[inside])
    return composed
