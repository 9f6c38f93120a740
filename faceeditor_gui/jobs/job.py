"""A job: what is asked of the worker, and the states that it passes through. No Qt, no threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from core.errors import CoreError


class Urgency(IntEnum):
    """Order in which jobs run; those of the same urgency run in the order asked for."""

    EDIT = 0
    PREVIEW = 1
    REFRESH = 2
    FILE = 3
    FACES = 4
    REGIONS = 5
    EXEMPLARS = 6
    WARM_UP = 7
    CHECKS = 8
    QUICK = 9
    VARIATIONS = 10
    EXPRESSIONS = 11
    STYLES = 12
    EXEMPLAR_HAIR = 13


FOREGROUND = (Urgency.EDIT, Urgency.FILE)
"""Jobs that the user waits for: shown with progress and a cancel button."""
BACKGROUND = (
    Urgency.FACES,
    Urgency.REGIONS,
    Urgency.EXEMPLARS,
    Urgency.WARM_UP,
    Urgency.CHECKS,
    Urgency.QUICK,
    Urgency.VARIATIONS,
    Urgency.EXPRESSIONS,
    Urgency.STYLES,
    Urgency.EXEMPLAR_HAIR,
)
"""Jobs that the user does not wait for; held back while a slider moves or an edit runs."""
INTERRUPTIBLE = (Urgency.REFRESH, *BACKGROUND)
"""Jobs that stop for a more urgent one, and wait for their turn again."""
OF_THE_PHOTO = tuple(set(Urgency) - {Urgency.EXEMPLARS, Urgency.WARM_UP, Urgency.EXEMPLAR_HAIR})
"""Jobs that have lost their reason when another photo is opened."""


class JobState(StrEnum):
    """Where a job stands; only the queue changes it."""

    WAITING = "waiting"
    """For its first turn, for the next of its requests, or again after an interruption."""
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    """By the user, or because the reason for it had gone when its turn came."""
    FAILED = "failed"
    STALE = "stale"
    """Overtaken by a newer wish or a changed picture: another job takes its place."""


def _ignore(_job: Job) -> None:
    """Do nothing when a job has ended."""


@dataclass(eq=False)
class Job:
    """One piece of work; all its callbacks run in the window's thread.

    Whoever asks for it does not keep it: the queue knows it as long as it is pending.
    """

    urgency: Urgency
    make_request: Callable[[], object]
    """Makes the request when its turn has come, and anew after an interruption; None if nothing is
    left to ask. Raises `Cancelled` if the reason for it has gone."""
    on_result: Callable[[Any], None]
    """Receives the result; the job is out of the queue by then, unless it repeats."""
    on_end: Callable[[Any], None] = _ignore
    """Told, with the job, that it is finished, cancelled or has failed; not that it is stale."""
    key: object = None
    """What it is about: a newer job of the same urgency and key takes its place."""
    repeats: bool = False
    """Whether it asks one request after another, until there is nothing left to ask."""
    state: JobState = JobState.WAITING
    error: CoreError | None = None
    """Why it has failed."""

    @property
    def is_pending(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def span(self) -> tuple[float, float]:
        """The part of the progress bar, 0..1, that the request under way covers."""
        return 0.0, 1.0

    def goes_on_after(self, error: CoreError) -> bool:
        """Tell whether more can be asked though the request under way was refused."""
        return False

    def replaces(self, other: Job) -> bool:
        """Tell whether this takes the place of an earlier job.

        A preview under way is still shown: else a slider would show none as long as it moves.
        """
        is_shown = other.urgency is Urgency.PREVIEW and other.state is JobState.RUNNING
        return (self.urgency, self.key) == (other.urgency, other.key) and not is_shown
