"""An edit as a list of runs: its own, and those of the later steps that it makes stale. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from core.edit.request import EditRequest, EditResult
from core.masks import Image, Window
from faceeditor_gui.steps import (
    EditStep,
    FillSettings,
    Patch,
    Settings,
    SmileSettings,
    Steps,
    compose,
)
from faceeditor_gui.windows import overlap


class Plan:
    """Goes through steps from the lowest changed one upwards; applied only when all have run."""

    def __init__(
        self,
        text: str,
        base: Steps,
        *,
        keep: int,
        runs: Sequence[Settings],
        replaced: EditStep | None = None,
    ) -> None:
        """Plan new steps.

        Args:
            text: what the undo menu calls it.
            base: the document's steps at the start.
            keep: how many of them lie below the change.
            runs: what is made anew, lowest first.
            replaced: the step in whose place they come; None adds them.
        """
        self.text = text
        self.base = base
        self.runs = tuple(runs)
        self._done = list(base[:keep])
        later = base[keep:] if replaced is None else base[keep + 1 :]
        self._todo: list[Settings | EditStep] = [*runs, *later]
        self._changed: list[Window] = [] if replaced is None else [replaced.window]
        self._count = 0

    @property
    def steps(self) -> Steps:
        """The steps so far; all of them once `is_done`."""
        return tuple(self._done)

    @property
    def filled(self) -> tuple[Patch, ...]:
        """The holes that this plan was asked to fill."""
        return tuple(run.hole for run in self.runs if isinstance(run, FillSettings))

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to run; steps that stay valid are taken over."""
        while self._todo:
            following = self._todo[0]
            if not isinstance(following, EditStep) or self._is_stale(following):
                return False
            self._done.append(following)
            self._todo.pop(0)
        return True

    @property
    def span(self) -> tuple[float, float]:
        """The part of the progress bar, 0..1, that the next run covers as far as is known."""
        total = self._count + max(len(self._todo), 1)
        return self._count / total, (self._count + 1) / total

    def request(self, photo: Image) -> EditRequest:
        """Ask for the next run over what the steps below it show."""
        settings = self._next_settings()
        return settings.request(compose(photo, self._done, settings.window))

    def take(self, result: EditResult) -> EditStep:
        """Take the answer to the last request as a step."""
        step = EditStep.from_result(self._next_settings(), result)
        self._todo.pop(0)
        self._done.append(step)
        self._changed.append(step.window)
        self._count += 1
        return step

    def _next_settings(self) -> Settings:
        following = self._todo[0]
        return following.settings if isinstance(following, EditStep) else following

    def _is_stale(self, step: EditStep) -> bool:
        return any(overlap(step.window, window) for window in self._changed)


def fill_plan(base: Steps, holes: Sequence[FillSettings]) -> Plan:
    """Fill holes, on top of everything."""
    return Plan("Fill", base, keep=len(base), runs=holes)


def smile_plan(base: Steps, present: EditStep | None, wanted: SmileSettings) -> Plan:
    """Make a face smile, or adjust the smile it has; a smile of strength 0 goes away."""
    runs = [wanted] if wanted.strength else []
    if present is None:
        return Plan("Smile", base, keep=len(base), runs=runs)
    text = "Smile" if wanted.strength else "Remove Smile"
    return Plan(text, base, keep=base.index(present), runs=runs, replaced=present)
