"""How long work tells how far it is, and how it is told to stop."""

from collections.abc import Callable

Report = Callable[[float, str], None]
"""Called with a fraction in [0, 1] and the stage now starting; may raise `Cancelled`."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Raised out of a `Report` to abandon the work; deliberately not a `CoreError`."""


def silent(fraction: float, stage: str) -> None:
    """Ignore progress."""


def part_of(report: Report, start: float, stop: float) -> Report:
    """Map a stage's own 0..1 onto the span start..stop of the whole."""

    def narrowed(fraction: float, stage: str) -> None:
        report(start + (stop - start) * fraction, stage)

    return narrowed
