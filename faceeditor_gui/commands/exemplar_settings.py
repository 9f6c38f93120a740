"""What taking from an exemplar asks for: anew, or in place of what a face was given before."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from core.anatomy.landmarks import Landmarks, is_same_face
from core.edit.inpainting.hole_partition import surroundings
from core.face.face import Face
from core.face.face_windows import around_face, around_head
from core.imaging.arrays import Window
from core.imaging.windows import union
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    Borrowed,
    ExemplarSettings,
    Settings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import adjusted_by
from faceeditor_gui.document.exemplar import Exemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.face_targets import StyleTarget, Targets, has_hair


class _Given(NamedTuple):
    """What there is to start from."""

    present: Borrowed | None
    """What the face was given there before."""
    points: Landmarks
    """(68, 2) of the face, below that."""
    hole: Patch | None


class Lending:
    """Describes results of exemplars, as the document is now."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def pixels(
        self,
        exemplar: Exemplar,
        face: Face,
        targets: Targets,
        number: int,
        asked: Settings | None = None,
    ) -> ExemplarSettings | None:
        """Describe a result of the exemplar's own pixels.

        Args:
            exemplar: whose.
            face: the one that changes.
            targets: what of it.
            number: of a new result.
            asked: what was asked for last, made or not.

        Returns:
            None if the painted mask is to change but nothing is painted.
        """
        given = self._given(ExemplarSettings, face, targets, asked)
        if given is None:
            return None
        present, points, hole = given
        window = self._window(points, targets, hole)
        if isinstance(present, ExemplarSettings):
            return replace(present, window=window, landmarks=points, exemplar=exemplar)
        number = number if present is None else present.number
        return ExemplarSettings(window, points, exemplar, targets, number, hole=hole)

    def style(
        self,
        exemplar: Exemplar | None,
        face: Face,
        targets: Targets,
        number: int,
        asked: Settings | None = None,
    ) -> StyleSettings | None:
        """Describe a result in a style, as `pixels` does; None asks for a random one each time."""
        given = self._given(StyleSettings, face, targets, asked)
        if given is None:
            return None
        present, points, hole = given
        window = self._head(points, hole)
        lines = self._document.sketch.within(window)
        if not isinstance(present, StyleSettings):
            number = number if present is None else present.number
            return StyleSettings(window, points, targets, number, exemplar, hole, lines)
        mixes = exemplar is not None and exemplar is not present.second
        rolls = exemplar is None and present.exemplar is None
        return replace(
            present,
            window=window,
            landmarks=points,
            exemplar=exemplar,
            second=present.second if mixes else None,
            sketch=lines,
            seed=present.seed + 1 if rolls else present.seed,
        )

    def as_pixels(self, made: Borrowed, exemplar: Exemplar, targets: Targets) -> ExemplarSettings:
        """Describe a result that is there with other targets, or as pixels in place of a style."""
        hole = made.hole if StyleTarget.MASK in targets else None
        window = self._window(made.landmarks, targets, hole)
        return ExemplarSettings(
            window,
            made.landmarks,
            exemplar,
            targets,
            made.number,
            hole=hole,
            strength=made.strength,
        )

    def as_style(self, made: Borrowed, targets: Targets) -> StyleSettings:
        """Describe a result that is there with other targets, or as a style in place of pixels."""
        hole = made.hole if StyleTarget.MASK in targets else None
        window = self._head(made.landmarks, hole)
        lines = self._document.sketch.within(window)
        if isinstance(made, StyleSettings):
            return replace(made, window=window, targets=targets, hole=hole, sketch=lines)
        return StyleSettings(
            window,
            made.landmarks,
            targets,
            made.number,
            made.exemplar,
            hole,
            lines,
            strength=made.strength,
        )

    def _given(
        self, kind: type[Borrowed], face: Face, targets: Targets, asked: Settings | None
    ) -> _Given | None:
        """Find what to start from; None if what is painted is to change and nothing is."""
        present = self._present(kind, face.landmarks, targets, asked)
        step = adjusted_by(present, self._document.steps) if present is not None else None
        hole = self._painted(targets) if present is None else present.hole
        if StyleTarget.MASK in targets and hole is None:
            return None
        return _Given(present, self._document.landmarks(face, below=step), hole)

    def _present(
        self, kind: type[Borrowed], face: Landmarks, targets: Targets, asked: Settings | None
    ) -> Borrowed | None:
        """Find what the face was given there before; of masks only the one in hand, of any kind."""
        known = [asked, *(step.settings for step in reversed(self._document.steps))]
        kinds: tuple[type[Borrowed], ...] = (kind,)
        if StyleTarget.MASK in targets:
            step = self._document.edits.selected
            known = [step.settings] if step is not None and not self._document.has_mask else []
            kinds = (ExemplarSettings, StyleSettings)
        return next(
            (
                one
                for one in known
                if isinstance(one, kinds)
                and one.targets == targets
                and is_same_face(one.landmarks, face)
            ),
            None,
        )

    def _painted(self, targets: Targets) -> Patch | None:
        window = self._document.mask_window() if StyleTarget.MASK in targets else None
        if window is None:
            return None
        return Patch(window[1].start, window[0].start, self._document.mask(window))

    def _window(self, landmarks: Landmarks, targets: Targets, hole: Patch | None) -> Window:
        if hole is None and not has_hair(targets):
            return around_face(landmarks, self._document.shape)
        return self._head(landmarks, hole)

    def _head(self, landmarks: Landmarks, hole: Patch | None) -> Window:
        shape = self._document.shape
        head = around_head(landmarks, shape)
        return head if hole is None else union(head, surroundings(hole.window, shape, [landmarks]))
