"""The job of an edit: planned when its turn has come, all its requests run in a row."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from core.edit.requests import EditRequest, EditResult
from core.errors import CoreError, InvalidRequestError
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import AdjustableSettings
from faceeditor_gui.jobs.edit_plan import EditPlan
from faceeditor_gui.jobs.job import Job, Urgency


class EditJob(Job):
    """Runs a plan over the document's steps; whoever hears that it is finished applies the plan."""

    def __init__(
        self,
        document: Document,
        make_plan: Callable[[], EditPlan],
        on_end: Callable[[EditJob], None],
        adjusts: Sequence[AdjustableSettings] = (),
    ) -> None:
        """Ask for an edit.

        Args:
            document: whose steps it comes on, as they are when its turn has come.
            make_plan: plans it then; raises `Cancelled` if there is nothing left to do.
            on_end: told when it is finished, cancelled or has failed.
            adjusts: the settings that it makes or adjusts: newer wishes for all of them replace it.
        """
        self._edit = edit = _PlannedEdit(document, make_plan)
        super().__init__(
            Urgency.EDIT, edit.make_request, edit.add_result, on_end, key=edit, repeats=True
        )
        self.adjusts = tuple(adjusts)
        self.requested_at = document.undo_stack.index()
        """Index of the undo stack when this was asked for."""

    @property
    def plan(self) -> EditPlan | None:
        """What is run, once its turn has come."""
        return self._edit.plan

    @property
    def seconds(self) -> float:
        """How long ago it was started."""
        return time.perf_counter() - self._edit.started

    @property
    def span(self) -> tuple[float, float]:
        """The part of the progress bar, 0..1, that the request under way covers."""
        return self.plan.span if self.plan is not None else super().span

    def goes_on_after(self, error: CoreError) -> bool:
        """Leave a face or hole as it is that cannot be edited, if there are others."""
        can_be_left = isinstance(error, InvalidRequestError)
        return can_be_left and self.plan is not None and self.plan.leave_out(str(error))

    def is_adjusted_by(self, settings: AdjustableSettings) -> bool:
        """Tell whether settings are a newer wish for something that this makes."""
        return any(settings.adjusts(one) for one in self.adjusts)

    def is_outdated_by(self, wishes: Sequence[AdjustableSettings]) -> bool:
        """Tell whether there is a newer wish for everything that this makes."""
        return bool(self.adjusts) and all(
            any(wish.adjusts(one) for wish in wishes) for one in self.adjusts
        )

    def replaces(self, other: Job) -> bool:
        """Tell whether this takes the place of an earlier job; previews have had their time."""
        if isinstance(other, EditJob):
            return other.is_outdated_by(self.adjusts)
        return other.urgency is Urgency.PREVIEW


class _PlannedEdit:
    """Asks for what a plan needs; knows nothing of its job, which is freed once it has ended."""

    def __init__(self, document: Document, make_plan: Callable[[], EditPlan]) -> None:
        self._document = document
        self._make_plan = make_plan
        self.plan: EditPlan | None = None
        self.started = 0.0

    def make_request(self) -> EditRequest | None:
        if self.plan is None:
            self.started = time.perf_counter()
            self.plan = self._make_plan()
        if self.plan.is_done:
            return None
        document = self._document
        return self.plan.request(
            document.original(), document.steps.items, document.faces.landmarks
        )

    def add_result(self, result: EditResult) -> None:
        assert self.plan is not None
        self.plan.add_result(result)
