"""Transfers face parts from exemplars, as pixels or as a style, and adjusts the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.edit.requests import Guide
from core.face.face import Face
from core.imaging.windows import is_empty
from faceeditor_gui.commands.exemplar_settings import ExemplarSettingsFactory
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    ExemplarEditSettings,
    ExemplarSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import find_adjusted_step
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.jobs.edit_job import EditJob
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.state.exemplar_parts import (
    ExemplarPart,
    ExemplarParts,
    WholePart,
    has_glasses,
)

_MakeSettings = Callable[[Face], ExemplarEditSettings | None]


class ExemplarEdits(QObject):
    """Runs edits with the exemplars of the document."""

    posted = Signal(str)  # one sentence for the status line
    refused = Signal(str)  # one sentence for where the exemplar was dropped

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        exemplar_mode: ExemplarMode,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._exemplar_mode = exemplar_mode
        self._settings_factory = ExemplarSettingsFactory(document)

    def transfer(self, number: int, face: Face, parts: ExemplarParts) -> None:
        """Transfer parts of an exemplar to a face, in place of its earlier transfer."""
        exemplar = self._document.exemplars.find(number)
        if exemplar is not None:
            self._document.faces.choose_face_of(face.landmarks)
            self._run(lambda one: self._settings_for(exemplar, one, parts), (face,))

    def transfer_chosen(self, *parts: ExemplarPart) -> None:
        """Transfer parts of the chosen exemplar to the chosen faces, as one undo step."""
        exemplar = self._document.exemplars.chosen
        if exemplar is None:
            self.posted.emit(self.tr("Drop a photo of a face on the Exemplars panel first."))
        else:
            self._run_on_chosen_faces(lambda face: self._settings_for(exemplar, face, parts), parts)

    def transfer_like(self, like: ExemplarEditSettings) -> None:
        """Transfer to the chosen faces what an edit elsewhere has transferred, as much of it."""
        taken = [
            None if one is None else self._document.exemplars.take(one)
            for one in (like.exemplar, like.second if isinstance(like, StyleSettings) else None)
        ]
        if like.exemplar is not None and taken[0] is None:
            self.posted.emit(self.tr("There is no room for another exemplar; delete some first."))
            return

        def settings_for(face: Face) -> ExemplarEditSettings | None:
            return self._settings_like(like, taken[0], taken[1], face)

        self._run_on_chosen_faces(settings_for, like.parts)

    def apply_random_style(self) -> None:
        """Give the chosen parts of the chosen faces a random style, another one each time."""
        parts = self._exemplar_mode.parts
        if has_glasses(parts):
            self.posted.emit(self.tr("Glasses have no style of their own: choose another part."))
            return
        self._run_on_chosen_faces(lambda face: self._settings_for(None, face, parts), parts)

    @property
    def offers_style(self) -> bool:
        """Tell whether there is a network that paints styles."""
        return self._exemplar_mode.is_offered

    def transfer_instead(self, number: int, part: ExemplarPart, guide: Guide) -> None:
        """Run a result again with another part of the same exemplar, as pixels or as a style."""
        requested = self.requested(number)
        if requested is None:
            return
        wanted: ExemplarEditSettings = requested
        if guide is Guide.STYLE:
            wanted = self._settings_factory.as_style_settings(requested, (part,))
        elif requested.exemplar is not None:
            wanted = self._settings_factory.as_pixel_settings(
                requested, requested.exemplar, (part,)
            )
        if not wanted.has_same_result(requested):
            self._runner.adjust(wanted)

    def adjust(self, number: int, shape: float | None, strength: float) -> None:
        """Set a result's shape and strength, 0..1."""
        settings = self.requested(number)
        if isinstance(settings, ExemplarSettings):
            self._runner.adjust(replace(settings, shape=shape, strength=strength))

    def keep_hat(self, number: int, *, keeps_hat: bool) -> None:
        """Let a hat that the face wears stay on a result's hair, or come off, as one undo step."""
        settings = self.requested(number)
        if isinstance(settings, ExemplarSettings):
            self._runner.adjust(replace(settings, keeps_hat=keeps_hat))

    def preview(self, number: int, shape: float | None, strength: float) -> None:
        """Show soon, and reduced, what `adjust` would do."""
        settings = self.requested(number)
        if isinstance(settings, ExemplarSettings):
            self._runner.preview(replace(settings, shape=shape, strength=strength))

    def requested(self, number: int) -> ExemplarEditSettings | None:
        """Return the settings of a result as the user wants them, made already or not."""
        step = self._document.steps.find(number)
        made = step.settings if step is not None else None
        if not isinstance(made, ExemplarSettings | StyleSettings):
            return None
        requested = self._runner.requested(made)
        return requested if isinstance(requested, ExemplarSettings | StyleSettings) else made

    def _run_on_chosen_faces(self, settings_for: _MakeSettings, parts: ExemplarParts) -> None:
        faces = self._document.faces.chosen_items
        if not faces:
            self.posted.emit(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
        elif WholePart.MASK in parts:
            self._run(settings_for, faces[:1])  # the mask lies in one place
        else:
            self._run(settings_for, faces)

    def _run(self, settings_for: _MakeSettings, faces: Sequence[Face]) -> None:
        settings = [settings_for(face) for face in faces]
        wanted = [one for one in settings if one is not None]
        inside = [one for one in wanted if not is_empty(one.window)]
        if not wanted:
            self.posted.emit(self.tr("Paint over what is to change first (B)."))
        elif not inside:
            self.posted.emit(self.tr("That face lies outside the photo; choose another."))
        else:
            self._runner.adjust(*inside, on_end=self._on_transferred)

    def _settings_for(
        self, exemplar: ListedExemplar | None, face: Face, parts: ExemplarParts
    ) -> ExemplarEditSettings | None:
        number = self._document.steps.new_number()
        is_style = self._exemplar_mode.guide is Guide.STYLE and not has_glasses(parts)
        pending, factory = self._runner.pending_adjustments, self._settings_factory
        if exemplar is None or is_style:
            return factory.style_settings(exemplar, face, parts, number, pending)
        return factory.pixel_settings(exemplar, face, parts, number, pending)

    def _settings_like(
        self,
        like: ExemplarEditSettings,
        exemplar: ListedExemplar | None,
        second: ListedExemplar | None,
        face: Face,
    ) -> ExemplarEditSettings | None:
        number, pending = self._document.steps.new_number(), self._runner.pending_adjustments
        factory, parts = self._settings_factory, like.parts
        if isinstance(like, StyleSettings):
            style = factory.style_settings(exemplar, face, parts, number, pending)
            return style and replace(
                style,
                second=second,
                layers=like.layers,
                seed=like.seed,
                strength=like.strength,
            )
        assert exemplar is not None
        pixels = factory.pixel_settings(exemplar, face, parts, number, pending)
        return pixels and replace(
            pixels, shape=like.shape, strength=like.strength, keeps_hat=like.keeps_hat
        )

    def _on_transferred(self, job: EditJob) -> None:
        """Select the new step, so that its sliders are shown; or tell why there is none."""
        if job.error is not None:
            self.refused.emit(str(job.error))
        else:
            step = find_adjusted_step(job.adjusts[0], self._document.steps.items)
            if step is not None:
                self._document.steps.select(step.number)
