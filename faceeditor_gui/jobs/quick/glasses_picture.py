"""The face in hand without its glasses, as a small picture; none if it wears none."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks
from core.edit.inpainting.glasses_hole import glasses_hole
from core.edit.requests import EditResult, InpaintRequest, ParseRequest, ParseResult
from core.face.face_windows import head_window
from core.imaging.arrays import Image
from core.imaging.depth import to_8_bit
from core.imaging.windows import is_empty
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.quick.quick_pictures import QUICK_CROP_EXTENTS
from faceeditor_gui.jobs.variations import crop_around

SIDE_PX = 384
"""Longest side of the picture in which glasses are looked for: rims are thin."""


class GlassesPicture(QObject):
    """Looks for glasses, then fills what they would leave; both in the background, and small."""

    changed = Signal()

    def __init__(
        self, document: Document, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._job_queue = job_queue
        self._is_watched = False
        self._shown: tuple[bytes | None, object, Steps] | None = None
        """The face, the photo and the steps that the picture is made of."""
        self._picture: Image | None = None
        self._is_outdated = False
        self._fill: InpaintRequest | None = None
        """What is asked once glasses have been found."""
        self._is_parsed = False
        for fact in (
            document.photo_changed,
            document.faces.changed,
            document.faces.chosen_changed,
            document.steps.changed,
        ):
            fact.connect(self._restart)

    @property
    def picture(self) -> Image | None:
        """The (h, w, 3) face without glasses; None while unknown, and if it wears none."""
        return self._picture

    @property
    def is_outdated(self) -> bool:
        """Tell whether the picture is of an earlier state, and another on its way."""
        return self._is_outdated

    def set_watched(self, watched: bool) -> None:
        """Make the picture from now on, or no more."""
        self._is_watched = watched
        self._restart()

    def _restart(self) -> None:
        if not self._is_watched:
            return  # what is there stays until somebody looks again
        face = self._document.faces.chosen
        points = None if face is None else face.landmarks.tobytes()
        subject = points, self._document.photo, self._document.steps.items
        if subject == self._shown:
            return
        is_same_face = self._shown is not None and subject[:2] == self._shown[:2]
        self._shown, self._fill, self._is_parsed = subject, None, False
        self._show(self._picture if is_same_face else None, is_outdated=is_same_face)
        self._job_queue.submit(
            Job(
                Urgency.QUICK,
                self._make_request,
                self._on_result,
                key=GlassesPicture,
                repeats=True,
            )
        )

    def _make_request(self) -> ParseRequest | InpaintRequest | None:
        if not self._is_watched or self._shown is None:
            return None
        if self._is_parsed:
            return self._fill
        face = self._document.faces.chosen
        if face is None:
            return None
        landmarks = self._document.landmarks(face)
        window = head_window(landmarks, self._document.shape)
        if is_empty(window):
            return None
        return _parse_request(
            self._document.composited(window),
            landmarks - [window[1].start, window[0].start],
        )

    def _on_result(self, result: ParseResult | EditResult) -> None:
        if isinstance(result, ParseResult):
            self._is_parsed = True
            image, landmarks = result.request.image, result.request.landmarks
            hole = glasses_hole(image, result.labels, landmarks)
            if hole.any():
                self._fill = InpaintRequest(image, hole, (landmarks,))
            else:
                self._show(None)
            return
        self._fill = None
        landmarks = cast(InpaintRequest, result.request).faces[0]
        self._show(crop_around(result, landmarks, QUICK_CROP_EXTENTS))

    def _show(self, picture: Image | None, *, is_outdated: bool = False) -> None:
        self._picture, self._is_outdated = picture, is_outdated
        self.changed.emit()


def _parse_request(image: Image, landmarks: Landmarks) -> ParseRequest:
    """Ask for the regions of a face in a small copy of its (h, w, 3) window."""
    height, width = image.shape[:2]
    scale = min(1.0, SIDE_PX / max(height, width))
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(to_8_bit(image), size, interpolation=cv2.INTER_AREA)
    return ParseRequest(
        np.asarray(small, np.uint8), landmarks * [size[0] / width, size[1] / height]
    )
