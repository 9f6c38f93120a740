"""What one click would make of the face in hand: a picture of each quick edit, made beforehand."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import cast

from PySide6.QtCore import QObject

from core.edit.requests import (
    EditRequest,
    EditResult,
    HairColourRequest,
    RestoreRequest,
    SmileRequest,
)
from core.face.face_windows import face_window, head_window
from core.imaging.arrays import Image
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    FaceSettings,
    HairColour,
    HairColourSettings,
    RestoreSettings,
    SmileSettings,
)
from faceeditor_gui.jobs.job import Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.variations import Choices, Variations, crop_around
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES
from faceeditor_gui.state.tool_state import ToolState


class QuickEdit(StrEnum):
    """What one click does to the chosen faces."""

    SMILE = "smile"
    RESTORE = "restore"
    HAIR_COLOUR = "hair_colour"
    GLASSES_OFF = "glasses_off"


QUICK_HAIR = HairColour(next(one.colour for one in HAIR_SWATCHES if one.name == "Copper"))
"""The hair colour of one click; the swatches have the others."""
QUICK_CROP_EXTENTS = 0.75
"""Half the side of a picture, in extents of the landmarks: the hair is in it."""
_FaceRequest = SmileRequest | RestoreRequest | HairColourRequest
QUICK_KINDS: tuple[type[FaceSettings], ...] = (SmileSettings, RestoreSettings, HairColourSettings)


class QuickPictures(Variations):
    """The face in hand with each quick edit but glasses off; none is made while nobody looks."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(document, job_queue, Urgency.QUICK, parent)
        self._tool_state = tool_state
        self._is_watched = False
        tool_state.smile_kind_changed.connect(self._restart)

    def set_watched(self, watched: bool) -> None:
        """Make the pictures from now on, or no more."""
        self._is_watched = watched
        self._restart()

    def _restart(self) -> None:
        if self._is_watched:  # else what is there stays until somebody looks again
            super()._restart()

    def _make_request(self) -> EditRequest | None:
        return super()._make_request() if self._is_watched else None

    def _choices(self) -> Choices | None:
        face = self._document.faces.chosen
        if face is None:
            return None
        steps = self._document.steps.items
        made = [self._document.steps.edit_of(face.landmarks, kind) for kind in QUICK_KINDS]
        lowest = min((step for step in made if step is not None), key=steps.index, default=None)
        landmarks = self._document.landmarks(face, below=lowest)
        shape = self._document.shape
        smiling, head = face_window(landmarks, shape), head_window(landmarks, shape)
        kind, strength = self._tool_state.smile_kind, self._tool_state.click_strength
        settings: dict[Hashable, AdjustableSettings] = {
            QuickEdit.SMILE: SmileSettings(smiling, landmarks, strength, kind),
            QuickEdit.RESTORE: RestoreSettings(head, landmarks),
            QuickEdit.HAIR_COLOUR: HairColourSettings(head, landmarks, QUICK_HAIR),
        }
        below = steps if lowest is None else steps[: steps.index(lowest)]
        content_key = landmarks.tobytes(), kind, strength
        return Choices(settings, below, content_key, face.landmarks.tobytes())

    def _thumbnail_of(self, result: EditResult) -> Image:
        landmarks = cast(_FaceRequest, result.request).landmarks
        return crop_around(result, landmarks, QUICK_CROP_EXTENTS)
