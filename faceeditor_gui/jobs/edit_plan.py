"""An edit under way: what it runs, and how the steps look when it has. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.anatomy.landmarks import Landmarks
from core.edit.requests import EditRequest, EditResult
from core.imaging.arrays import Image
from faceeditor_gui.document.edit_settings import Adjustable, Borrowed, FillSettings, Settings
from faceeditor_gui.document.edit_step import EditStep, Steps, compose, over
from faceeditor_gui.document.patch import Patch


class Plan:
    """Runs settings one after another; applied to the steps only when all have run.

    The steps may change meanwhile: what they then show below the new ones makes those stale.
    """

    def __init__(
        self, text: str, runs: Sequence[Settings], replaced: EditStep | None = None
    ) -> None:
        """Plan new steps.

        Args:
            text: what the undo menu calls it.
            runs: what is made, lowest first.
            replaced: the step in whose place they come; None adds them.
        """
        self.text = text
        self.runs = tuple(runs)
        self.replaced = replaced
        self._below: Steps = ()
        self._settings: Settings
        """The run under way, where faces have their points now."""
        self._made: list[EditStep] = []

    @property
    def filled(self) -> tuple[Patch, ...]:
        """The holes of the mask that this plan was asked to fill or to paint anew."""
        runs = self.runs if self.replaced is None else ()
        holes = (run.hole for run in runs if isinstance(run, FillSettings | Borrowed))
        return tuple(hole for hole in holes if hole is not None)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to run."""
        return len(self._made) == len(self.runs)

    @property
    def span(self) -> tuple[float, float]:
        """The part of the progress bar, 0..1, that the next run covers."""
        done, total = len(self._made), len(self.runs)
        return done / total, (done + 1) / total

    def request(self, photo: Image, steps: Steps, faces: Sequence[Landmarks] = ()) -> EditRequest:
        """Ask for the next run over what the document's steps and those made so far show.

        Args:
            photo: (H, W, 3) the whole photo.
            steps: the document's.
            faces: (68, 2) of each face as it is in the photo itself.
        """
        place = _place(steps, self.replaced)
        self._below = (*steps[: len(steps) if place is None else place], *self._made)
        self._settings = over(self.runs[len(self._made)], faces, self._below)
        return self._settings.request(compose(photo, self._below, self._settings.window))

    def take(self, result: EditResult) -> None:
        """Take the answer to the last request as a step."""
        self._made.append(EditStep.from_result(self._settings, result, self._below))

    def applied_to(self, steps: Steps) -> Steps:
        """Put the new steps among the document's; what was painted on a replaced one stays."""
        place = _place(steps, self.replaced)
        if place is None:
            return (*steps, *self._made)
        present = steps[place]
        made = (
            replace(present, settings=step.settings, outcome=step.outcome, is_visible=True)
            for step in self._made
        )
        return (*steps[:place], *made, *steps[place + 1 :])


def fill_plan(holes: Sequence[FillSettings]) -> Plan:
    """Fill holes, on top of everything."""
    return Plan("Fill", holes)


def adjusting_plan(present: EditStep | None, wanted: Adjustable) -> Plan:
    """Make an edit, or adjust the one that is there; one that changes nothing goes away."""
    if wanted.changes_nothing:
        return Plan(wanted.title if present is None else f"Remove {wanted.title}", [], present)
    return Plan(wanted.title, [wanted], present)


def _place(steps: Steps, replaced: EditStep | None) -> int | None:
    """Find the step to replace, however it has changed meanwhile; None if it is gone."""
    if replaced is not None:
        for index, step in enumerate(steps):
            if step.number == replaced.number:
                return index
    return None
