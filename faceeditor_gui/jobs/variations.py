"""Thumbnails of the variations of an edit, made in the background: smiles, and seeds of a style."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.expressions import Expression
from core.anatomy.landmarks import Landmarks
from core.edit.requests import (
    EditRequest,
    EditResult,
    ExpressionRequest,
    SmileKind,
    SmileRequest,
)
from core.face.face_windows import face_window
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Window
from core.imaging.depth import to_8_bit
from core.imaging.windows import intersection, is_empty, shift_window, whole_window, window_at
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    Expressed,
    ExpressionSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import Steps, rebase_settings
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.preview import Previewer

MOUTH_CROP_JAW_WIDTHS = 0.45
"""Half the side of a smile's thumbnail, in jaw widths; it is centred on the mouth."""
FACE_CROP_EXTENTS = 0.55
"""Half the side of an expression's thumbnail, in extents of the landmarks."""
SEEDS_SHOWN = 5
"""How many seeds of a style are shown at a time."""


@dataclass(frozen=True)
class Choices:
    """The variations to choose from."""

    settings: Mapping[Hashable, AdjustableSettings] = field(compare=False)
    """By key; they follow from the rest."""
    below: Steps
    """The steps below all of them."""
    content_key: object
    """What of the settings shows in the thumbnails."""
    subject_key: object
    """Thumbnails of another subject show something else altogether."""


class Variations(QObject):
    """Keeps a thumbnail of each variation."""

    changed = Signal()  # thumbnails have changed

    def __init__(
        self,
        document: Document,
        job_queue: JobQueue,
        urgency: Urgency,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self._urgency = urgency
        self._shown: Choices | None = None
        self._missing: list[Hashable] = []
        """The keys of those that are still to be made; the first is under way."""
        self._thumbnails: dict[Hashable, Image] = {}
        """Those of an earlier state are shown until new ones are made."""
        self._outdated: set[Hashable] = set()
        """The keys of those."""
        for signal in (
            document.photo_changed,
            document.faces.changed,
            document.faces.chosen_changed,
            document.steps.changed,
        ):
            signal.connect(self._restart)

    @abstractmethod
    def _choices(self) -> Choices | None:
        """Return the variations to show now; None if there are none."""

    @abstractmethod
    def _thumbnail_of(self, result: EditResult) -> Image:
        """Crop an (h, w, 3) thumbnail out of a result."""

    def thumbnail(self, key: Hashable) -> Image | None:
        """Return the (h, w, 3) uint8 thumbnail of a variation, if it is made already."""
        return self._thumbnails.get(key)

    def is_outdated(self, key: Hashable) -> bool:
        """Tell whether a variation's thumbnail is of an earlier state, and another on its way."""
        return key in self._outdated

    @property
    def spread(self) -> float | None:
        """How much the thumbnails differ at most from the first, in mean levels of 255.

        None while some are still to be made.
        """
        pictures = list(self._thumbnails.values())
        if self._missing or self._outdated or len(pictures) < 2:
            return None
        first, *others = (to_8_bit(one).astype(np.int16) for one in pictures)
        return max(
            float(np.abs(one - first).mean()) if one.shape == first.shape else 255.0
            for one in others
        )

    def _restart(self) -> None:
        """Start again if the variations have changed."""
        choices = self._choices()
        if choices == self._shown:
            return
        if not (choices and self._shown and choices.subject_key == self._shown.subject_key):
            self._thumbnails = {}
        self._outdated = set(self._thumbnails)
        self._shown, self._missing = choices, list(choices.settings) if choices else []
        self.changed.emit()
        self._job_queue.submit(
            Job(self._urgency, self._make_request, self._on_result, repeats=True)
        )

    def _make_request(self) -> EditRequest | None:
        if self._shown is None or not self._missing:
            return None
        wanted = self._shown.settings[self._missing[0]]
        if is_empty(wanted.window):
            return None
        photo = self._document.original()
        return Previewer(photo, self._shown.below, None, wanted.window, 0.0).request(wanted)

    def _on_result(self, result: EditResult) -> None:
        key = self._missing.pop(0)
        self._thumbnails[key] = self._thumbnail_of(result)
        self._outdated.discard(key)
        self.changed.emit()


class SmileVariations(Variations):
    """The chosen face with each kind of smile."""

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(document, job_queue, Urgency.VARIATIONS, parent)

    def _choices(self) -> Choices | None:
        face = self._document.faces.chosen
        if face is None:
            return None
        smile = self._document.steps.edit_of(face.landmarks, SmileSettings)
        landmarks = self._document.landmarks(face, below=smile)
        window = face_window(landmarks, self._document.shape)
        steps, strength = self._document.steps.items, 1.0
        if smile is not None:
            steps = steps[: steps.index(smile)]
            if isinstance(smile.settings, SmileSettings):
                strength = smile.settings.strength
        settings: dict[Hashable, AdjustableSettings] = {
            kind: SmileSettings(window, landmarks, strength, kind) for kind in SmileKind
        }
        content_key = landmarks.tobytes(), strength
        return Choices(settings, steps, content_key, face.landmarks.tobytes())

    def _thumbnail_of(self, result: EditResult) -> Image:
        return crop_mouth(result)


class ExpressionVariations(Variations):
    """The chosen face with each expression."""

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(document, job_queue, Urgency.EXPRESSIONS, parent)

    def _choices(self) -> Choices | None:
        face = self._document.faces.chosen
        if face is None:
            return None
        present = self._document.steps.edit_of(face.landmarks, ExpressionSettings)
        landmarks = self._document.landmarks(face, below=present)
        window = face_window(landmarks, self._document.shape)
        steps = self._document.steps.items
        if present is not None:
            steps = steps[: steps.index(present)]
        settings: dict[Hashable, AdjustableSettings] = {
            one: ExpressionSettings(window, landmarks, Expressed(one)) for one in Expression
        }
        return Choices(settings, steps, landmarks.tobytes(), face.landmarks.tobytes())

    def _thumbnail_of(self, result: EditResult) -> Image:
        return crop_face(result)


class StyleVariations(Variations):
    """The selected step's style with the other seeds of the same block."""

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(document, job_queue, Urgency.STYLES, parent)
        document.steps.selection_changed.connect(self._restart)

    def _choices(self) -> Choices | None:
        step = self._document.steps.selected
        if step is None or not isinstance(step.settings, StyleSettings):
            return None
        below = self._document.steps.items[: self._document.steps.items.index(step)]
        wanted = rebase_settings(step.settings, self._document.faces.landmarks, below)
        seeds = seed_block(wanted.seed)
        settings: dict[Hashable, AdjustableSettings] = {
            seed: replace(wanted, seed=seed, strength=1.0) for seed in seeds
        }
        return Choices(settings, below, wanted.content_key, (wanted.number, seeds))

    def _thumbnail_of(self, result: EditResult) -> Image:
        return crop_changed(result)


def seed_block(seed: int) -> range:
    """Return the block of seeds that are shown together with one."""
    first = seed - seed % SEEDS_SHOWN
    return range(first, first + SEEDS_SHOWN)


def crop_mouth(result: EditResult) -> Image:
    """Crop the mouth and its context out of a smile's result, (h, w, 3)."""
    request = cast(SmileRequest, result.request)
    half = MOUTH_CROP_JAW_WIDTHS * float(np.ptp(request.landmarks[:17, 0]))
    x, y = request.landmarks[48:68].mean(axis=0)
    box = window_at(round(x - half), round(y - half), round(2 * half), round(2 * half))
    return _crop_result(result, box)


def crop_face(result: EditResult) -> Image:
    """Crop the face out of a result, (h, w, 3)."""
    return crop_around(result, cast(ExpressionRequest, result.request).landmarks)


def crop_around(
    result: EditResult, landmarks: Landmarks, extents: float = FACE_CROP_EXTENTS
) -> Image:
    """Crop a face out of a result, (h, w, 3).

    Args:
        result: with a request that has an image.
        landmarks: (68, 2) of the face in that image.
        extents: half the side of the crop, in extents of the landmarks.
    """
    half = extents * float(np.ptp(landmarks, axis=0).max())
    x, y = (landmarks.min(axis=0) + landmarks.max(axis=0)) / 2
    box = window_at(round(x - half), round(y - 1.1 * half), round(2 * half), round(2 * half))
    return _crop_result(result, box)


def crop_changed(result: EditResult) -> Image:
    """Crop the square around the changed window out of a result, (h, w, 3)."""
    height, width = result.coverage.shape
    side = max(height, width)
    left, top = result.left - (side - width) // 2, result.top - (side - height) // 2
    return _crop_result(result, window_at(left, top, side, side))


def _crop_result(result: EditResult, box: Window) -> Image:
    """Composite a result over its request's image and crop a box of it."""
    image = result.request.image
    rows, columns = shown = intersection(box, whole_window(*image.shape[:2]))
    composed = image[shown].copy()
    height, width = result.coverage.shape
    shared = intersection(window_at(result.left, result.top, width, height), shown)
    if not is_empty(shared):
        inside = shift_window(shared, down=-result.top, right=-result.left)
        below = composed[shift_window(shared, down=-rows.start, right=-columns.start)]
        composite(below, result.patch[inside], result.coverage[inside])
    return composed
