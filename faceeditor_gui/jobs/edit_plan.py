"""An edit under way: the settings that it runs, and the steps that result. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.anatomy.landmarks import Landmarks
from core.edit.requests import EditRequest, EditResult
from core.imaging.arrays import Image
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    EditSettings,
    ExemplarEditSettings,
    FillSettings,
)
from faceeditor_gui.document.edit_step import (
    EditStep,
    Steps,
    composite_steps,
    find_adjusted_step,
    rebase_settings,
)
from faceeditor_gui.document.patch import Patch


@dataclass(frozen=True, eq=False)
class EditRun:
    """One request of a plan."""

    settings: EditSettings
    replaced: EditStep | None = None
    """The step that the new one replaces; None: it comes on top of everything."""


class EditPlan:
    """Runs settings one after another; applied to the steps only when all have run.

    The steps may change meanwhile: what they then show below the new ones makes those stale.
    """

    def __init__(
        self,
        text: str,
        runs: Sequence[EditRun],
        removed: Steps = (),
        *,
        keeps_mask: bool = False,
    ) -> None:
        """Plan new steps.

        Args:
            text: what the undo menu calls it.
            runs: what to run; each sees what those before it have made.
            removed: steps that go.
            keeps_mask: the holes are none of the mask's.
        """
        self._keeps_mask = keeps_mask
        self.text = text
        self.runs = tuple(runs)
        self.removed = removed
        self._below: Steps = ()
        self._settings: EditSettings
        """Of the run under way, with the landmarks that faces have over the steps below."""
        self._new_steps: list[EditStep] = []
        self.results: list[EditResult] = []
        self.refusals: list[str] = []
        """Why some of what was planned was left out, a sentence each."""

    @property
    def filled_holes(self) -> tuple[Patch, ...]:
        """The holes of the mask that this plan fills or repaints."""
        if self._keeps_mask:
            return ()
        new = (run.settings for run in self.runs if run.replaced is None)
        holes = (one.hole for one in new if isinstance(one, FillSettings | ExemplarEditSettings))
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
        run, present = self.runs[len(self._new_steps)], self.apply_to(steps)
        index = _index_of(present, run.replaced)
        self._below = present[: len(present) if index is None else index]
        self._settings = rebase_settings(run.settings, faces, self._below)
        return self._settings.request(composite_steps(photo, self._below, self._settings.window))

    def add_result(self, result: EditResult) -> None:
        """Make a step of the last request's result."""
        self._new_steps.append(EditStep.from_result(self._settings, result, self._below))
        self.results.append(result)

    def leave_out(self, reason: str) -> bool:
        """Drop the run whose request was refused; tells whether anything else is in the plan."""
        at = len(self._new_steps)
        self.runs = (*self.runs[:at], *self.runs[at + 1 :])
        self.refusals.append(reason)
        return bool(self.runs)

    def apply_to(self, steps: Steps) -> Steps:
        """Apply what has run so far to the document's steps; a replaced one's layer mask stays."""
        removed = {step.number for step in self.removed}
        after = [step for step in steps if step.number not in removed]
        for run, new in zip(self.runs, self._new_steps, strict=False):
            index = _index_of(after, run.replaced)
            if index is None:
                after.append(new)
            else:
                after[index] = replace(
                    after[index], settings=new.settings, outcome=new.outcome, is_visible=True
                )
        return tuple(after)


def fill_plan(holes: Sequence[FillSettings]) -> EditPlan:
    """Fill holes, on top of everything."""
    return EditPlan("Fill", [EditRun(hole) for hole in holes])


def adjustment_plan(wanted: Sequence[AdjustableSettings], steps: Steps) -> EditPlan:
    """Make edits, or adjust those that are there; an identity removes its edit.

    Args:
        wanted: settings of one kind, one at least.
        steps: the document's.
    """
    runs = [EditRun(one, find_adjusted_step(one, steps)) for one in wanted if not one.is_identity]
    present = (find_adjusted_step(one, steps) for one in wanted if one.is_identity)
    removed = tuple(step for step in present if step is not None)
    title = wanted[0].title
    return EditPlan(f"Remove {title}" if removed and not runs else title, runs, removed)


def _index_of(steps: Sequence[EditStep], replaced: EditStep | None) -> int | None:
    """Find the step to replace, however it has changed meanwhile; None if it is gone."""
    if replaced is not None:
        for index, step in enumerate(steps):
            if step.number == replaced.number:
                return index
    return None
