"""An edit under way: the settings that it runs, and the steps that result. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.anatomy.landmarks import Landmarks
from core.edit.requests import EditRequest, EditResult
from core.imaging.arrays import Image
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    EditSettings,
    ExemplarEditSettings,
    FillSettings,
)
from faceeditor_gui.document.edit_step import EditStep, Steps, composite_steps, rebase_settings
from faceeditor_gui.document.patch import Patch


class EditPlan:
    """Runs settings one after another; applied to the steps only when all have run.

    The steps may change meanwhile: what they then show below the new ones makes those stale.
    """

    def __init__(
        self, text: str, runs: Sequence[EditSettings], replaced: EditStep | None = None
    ) -> None:
        """Plan new steps.

        Args:
            text: what the undo menu calls it.
            runs: the settings to run, lowest first.
            replaced: the step that the new ones replace; None appends them.
        """
        self.text = text
        self.runs = tuple(runs)
        self.replaced = replaced
        self._below: Steps = ()
        self._settings: EditSettings
        """Of the run under way, with the landmarks that faces have over the steps below."""
        self._new_steps: list[EditStep] = []
        self.results: list[EditResult] = []

    @property
    def filled_holes(self) -> tuple[Patch, ...]:
        """The holes of the mask that this plan fills or repaints."""
        runs = self.runs if self.replaced is None else ()
        holes = (run.hole for run in runs if isinstance(run, FillSettings | ExemplarEditSettings))
        return tuple(hole for hole in holes if hole is not None)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to run."""
        return len(self._new_steps) == len(self.runs)

    @property
    def span(self) -> tuple[float, float]:
        """The part of the progress bar, 0..1, that the next run covers."""
        done, total = len(self._new_steps), len(self.runs)
        return done / total, (done + 1) / total

    def request(self, photo: Image, steps: Steps, faces: Sequence[Landmarks] = ()) -> EditRequest:
        """Make the request of the next run, over the document's steps and those made so far.

        Args:
            photo: (H, W, 3) uint8 or uint16, the whole photo.
            steps: the document's.
            faces: (68, 2) landmarks of each face in the photo itself.
        """
        index = _index_of(steps, self.replaced)
        self._below = (*steps[: len(steps) if index is None else index], *self._new_steps)
        self._settings = rebase_settings(self.runs[len(self._new_steps)], faces, self._below)
        return self._settings.request(composite_steps(photo, self._below, self._settings.window))

    def add_result(self, result: EditResult) -> None:
        """Make a step of the last request's result."""
        self._new_steps.append(EditStep.from_result(self._settings, result, self._below))
        self.results.append(result)

    def apply_to(self, steps: Steps) -> Steps:
        """Insert the new steps into the document's; a replaced one's layer mask stays."""
        index = _index_of(steps, self.replaced)
        if index is None:
            return (*steps, *self._new_steps)
        present = steps[index]
        replaced_steps = (
            replace(present, settings=step.settings, outcome=step.outcome, is_visible=True)
            for step in self._new_steps
        )
        return (*steps[:index], *replaced_steps, *steps[index + 1 :])


def fill_plan(holes: Sequence[FillSettings]) -> EditPlan:
    """Fill holes, on top of everything."""
    return EditPlan("Fill", holes)


def adjustment_plan(present: EditStep | None, wanted: AdjustableSettings) -> EditPlan:
    """Make an edit or adjust the present one; an identity removes it."""
    if wanted.is_identity:
        return EditPlan(wanted.title if present is None else f"Remove {wanted.title}", [], present)
    return EditPlan(wanted.title, [wanted], present)


def _index_of(steps: Steps, replaced: EditStep | None) -> int | None:
    """Find the step to replace, however it has changed meanwhile; None if it is gone."""
    if replaced is not None:
        for index, step in enumerate(steps):
            if step.number == replaced.number:
                return index
    return None
