"""Settings of exemplar edits: new ones, or those that replace an earlier edit of the face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from core.anatomy.landmarks import Landmarks, is_same_face
from core.edit.inpainting.hole_partition import context_window
from core.face.face import Face
from core.face.face_windows import face_window, head_window
from core.imaging.arrays import Window
from core.imaging.windows import union
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    ExemplarEditSettings,
    ExemplarSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import find_adjusted_step
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.exemplar_parts import ExemplarParts, WholePart, has_hair


class _StartingPoint(NamedTuple):
    """What new settings start from."""

    present: ExemplarEditSettings | None
    """Of the earlier edit of these parts, if there is one."""
    landmarks: Landmarks
    """(68, 2) of the face, below that step."""
    hole: Patch | None


class ExemplarSettingsFactory:
    """Makes settings of exemplar edits from the document as it is now."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def pixel_settings(
        self,
        exemplar: ListedExemplar,
        face: Face,
        parts: ExemplarParts,
        number: int,
        pending: Sequence[EditSettings] = (),
    ) -> ExemplarSettings | None:
        """Make settings for transferring the exemplar's own pixels.

        Args:
            exemplar: whose parts are transferred.
            face: the one that is edited.
            parts: which parts of it.
            number: of a new edit.
            pending: edits that are being made, the newest first.

        Returns:
            None if the painted mask is to change but nothing is painted.
        """
        start = self._starting_point(ExemplarSettings, face, parts, pending)
        if start is None:
            return None
        present, landmarks, hole = start
        window = self._window(landmarks, parts, hole)
        if isinstance(present, ExemplarSettings):
            return replace(present, window=window, landmarks=landmarks, exemplar=exemplar)
        number = number if present is None else present.number
        return ExemplarSettings(window, landmarks, exemplar, parts, number, hole=hole)

    def style_settings(
        self,
        exemplar: ListedExemplar | None,
        face: Face,
        parts: ExemplarParts,
        number: int,
        pending: Sequence[EditSettings] = (),
    ) -> StyleSettings | None:
        """Make settings for a style, as `pixel_settings` does; exemplar None is a random style."""
        start = self._starting_point(StyleSettings, face, parts, pending)
        if start is None:
            return None
        present, landmarks, hole = start
        window = self._head_window(landmarks, hole)
        sketch = self._document.sketch.patch_in(window)
        if not isinstance(present, StyleSettings):
            number = number if present is None else present.number
            return StyleSettings(window, landmarks, parts, number, exemplar, hole, sketch)
        is_second_kept = exemplar is not None and exemplar is not present.second
        is_reseeded = exemplar is None and present.exemplar is None
        return replace(
            present,
            window=window,
            landmarks=landmarks,
            exemplar=exemplar,
            second=present.second if is_second_kept else None,
            sketch=sketch,
            seed=present.seed + 1 if is_reseeded else present.seed,
        )

    def as_pixel_settings(
        self, made: ExemplarEditSettings, exemplar: ListedExemplar, parts: ExemplarParts
    ) -> ExemplarSettings:
        """Make pixel settings with other parts from those of an edit that is there."""
        hole = made.hole if WholePart.MASK in parts else None
        window = self._window(made.landmarks, parts, hole)
        return ExemplarSettings(
            window,
            made.landmarks,
            exemplar,
            parts,
            made.number,
            hole=hole,
            strength=made.strength,
        )

    def as_style_settings(self, made: ExemplarEditSettings, parts: ExemplarParts) -> StyleSettings:
        """Make style settings with other parts from those of an edit that is there."""
        hole = made.hole if WholePart.MASK in parts else None
        window = self._head_window(made.landmarks, hole)
        sketch = self._document.sketch.patch_in(window)
        if isinstance(made, StyleSettings):
            return replace(made, window=window, parts=parts, hole=hole, sketch=sketch)
        return StyleSettings(
            window,
            made.landmarks,
            parts,
            made.number,
            made.exemplar,
            hole,
            sketch,
            strength=made.strength,
        )

    def _starting_point(
        self,
        kind: type[ExemplarEditSettings],
        face: Face,
        parts: ExemplarParts,
        pending: Sequence[EditSettings],
    ) -> _StartingPoint | None:
        """Find what to start from; None if the painted mask is to change but nothing is painted."""
        present = self._present_settings(kind, face.landmarks, parts, pending)
        step = (
            find_adjusted_step(present, self._document.steps.items) if present is not None else None
        )
        hole = self._painted_hole(parts) if present is None else present.hole
        if WholePart.MASK in parts and hole is None:
            return None
        return _StartingPoint(present, self._document.landmarks(face, below=step), hole)

    def _present_settings(
        self,
        kind: type[ExemplarEditSettings],
        face: Landmarks,
        parts: ExemplarParts,
        pending: Sequence[EditSettings],
    ) -> ExemplarEditSettings | None:
        """Find the earlier edit of these parts; for a mask only the selected step."""
        known = [*pending, *(step.settings for step in reversed(self._document.steps.items))]
        kinds: tuple[type[ExemplarEditSettings], ...] = (kind,)
        if WholePart.MASK in parts:
            step = self._document.steps.selected
            known = [step.settings] if step is not None and self._document.mask.is_empty else []
            kinds = (ExemplarSettings, StyleSettings)
        return next(
            (
                one
                for one in known
                if isinstance(one, kinds)
                and one.parts == parts
                and is_same_face(one.landmarks, face)
            ),
            None,
        )

    def _painted_hole(self, parts: ExemplarParts) -> Patch | None:
        window = self._document.mask.bounds() if WholePart.MASK in parts else None
        if window is None:
            return None
        return Patch(window[1].start, window[0].start, self._document.mask.read(window))

    def _window(self, landmarks: Landmarks, parts: ExemplarParts, hole: Patch | None) -> Window:
        if hole is None and not has_hair(parts):
            return face_window(landmarks, self._document.shape)
        return self._head_window(landmarks, hole)

    def _head_window(self, landmarks: Landmarks, hole: Patch | None) -> Window:
        shape = self._document.shape
        head = head_window(landmarks, shape)
        return (
            head if hole is None else union(head, context_window(hole.window, shape, [landmarks]))
        )
