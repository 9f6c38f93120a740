"""What painting a face in a style is asked for: anew, or in place of what it was given before."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from core.edit.holes import surroundings
from core.face.detect import Face
from core.masks import Window
from core.regions import Landmarks, is_same_face
from faceeditor_gui.document import Document
from faceeditor_gui.edit_settings import Borrowed, Patch, Settings, StyleSettings
from faceeditor_gui.exemplars import Exemplar
from faceeditor_gui.steps import adjusted_by
from faceeditor_gui.targets import StyleTarget, Targets
from faceeditor_gui.windows import around_head, union


class Styling:
    """Describes results in a style, as the document is now."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def wanted(
        self,
        exemplar: Exemplar | None,
        face: Face,
        targets: Targets,
        number: int,
        asked: Settings | None = None,
    ) -> StyleSettings | None:
        """Describe a result.

        Args:
            exemplar: None asks for a random style, another one each time.
            face: the one that changes.
            targets: what of it.
            number: of a new result.
            asked: what was asked for last, made or not.

        Returns:
            None if the painted mask is to change but nothing is painted.
        """
        present = self._present(face.landmarks, targets, asked)
        if present is None and StyleTarget.MASK in targets and not self._document.has_mask:
            return None
        step = adjusted_by(present, self._document.steps) if present is not None else None
        points = self._document.landmarks(face, below=step)
        hole = present.hole if present is not None else self._painted(targets)
        window = self._window(points, hole)
        lines = self._document.sketch.within(window)
        if present is None:
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

    def instead(self, made: Borrowed, targets: Targets) -> StyleSettings:
        """Describe the same result with other targets, or as a style in place of pixels."""
        window = self._window(made.landmarks, None)
        lines = self._document.sketch.within(window)
        if isinstance(made, StyleSettings):
            return replace(made, window=window, targets=targets, hole=None, sketch=lines)
        return StyleSettings(
            window,
            made.landmarks,
            targets,
            made.number,
            made.exemplar,
            sketch=lines,
            strength=made.strength,
        )

    def _present(
        self, face: Landmarks, targets: Targets, asked: Settings | None
    ) -> StyleSettings | None:
        """Find what the face was given there before; of masks only the one in hand."""
        known = [asked, *(step.settings for step in reversed(self._document.steps))]
        if StyleTarget.MASK in targets:
            step = self._document.edits.selected
            known = [step.settings] if step is not None and not self._document.has_mask else []
        return next((one for one in known if _is_for(one, face, targets)), None)

    def _painted(self, targets: Targets) -> Patch | None:
        window = self._document.mask_window() if StyleTarget.MASK in targets else None
        if window is None:
            return None
        return Patch(window[1].start, window[0].start, self._document.mask(window))

    def _window(self, landmarks: Landmarks, hole: Patch | None) -> Window:
        shape = self._document.shape
        head = around_head(landmarks, shape)
        return head if hole is None else union(head, surroundings(hole.window, shape, [landmarks]))


def _is_for(
    settings: Settings | None, face: Landmarks, targets: Targets
) -> TypeGuard[StyleSettings]:
    """Tell whether settings give this face a style there."""
    if not isinstance(settings, StyleSettings):
        return False
    return settings.targets == targets and is_same_face(settings.landmarks, face)
