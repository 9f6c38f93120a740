"""Finds out in the background which exemplars have hair that cannot be taken."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.edit.requests import CheckHairRequest, CheckHairResult
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import ExemplarList
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue


class ExemplarHair(QObject):
    """Knows what is wrong with the hair of each exemplar, once it has been looked at."""

    changed = Signal()

    def __init__(
        self, exemplars: ExemplarList, job_queue: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._exemplars = exemplars
        self._job_queue = job_queue
        self._problems: dict[int, str | None] = {}
        """By the exemplar's number."""
        exemplars.changed.connect(self._look)

    def problem(self, number: int) -> str | None:
        """Return one sentence about the hair of an exemplar; None: nothing is known against it."""
        return self._problems.get(number)

    def _look(self) -> None:
        if self._next is not None:
            self._job_queue.submit(
                Job(
                    Urgency.EXEMPLAR_HAIR,
                    self._make_request,
                    self._on_result,
                    self._on_end,
                    repeats=True,
                )
            )

    @property
    def _next(self) -> ListedExemplar | None:
        """The first exemplar that has not been looked at."""
        unknown = (one for one in self._exemplars.items if one.number not in self._problems)
        return next(unknown, None)

    def _make_request(self) -> CheckHairRequest | None:
        exemplar = self._next
        return None if exemplar is None else CheckHairRequest(exemplar.image, exemplar.landmarks)

    def _on_result(self, result: CheckHairResult) -> None:
        for exemplar in self._exemplars.items:
            if exemplar.landmarks is result.request.landmarks:
                self._problems[exemplar.number] = result.problem
                self.changed.emit()

    def _on_end(self, job: Job) -> None:
        """Go on with the next one where one could not be looked at."""
        exemplar = self._next
        if job.error is not None and exemplar is not None:
            self._problems[exemplar.number] = None
            self._look()
