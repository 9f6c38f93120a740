"""The command that does the same to every photo of a folder, and tells how it goes."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict

from core.cli import console
from core.cli.batch.folder_edit import FolderEdit, PhotoOutcome, RunCommand, State
from core.cli.batch.worker_pool import pool_size
from core.errors import CoreError, InvalidRequestError


def batch(options: Namespace, run_command: RunCommand) -> int:
    """Edit every photo of a folder; return 0 if each is done, else why not.

    Args:
        options: of the command.
        run_command: does it to one photo; can be pickled.

    Raises:
        InvalidRequestError: folders or options are not as they should be.
        OSError: the folder of results cannot be written.
    """
    _check(options)
    size = pool_size(options.jobs)
    if options.jobs is not None and size.jobs < options.jobs:
        console.print_error(f"The memory is enough for {size.jobs} photos at once, not for more.")
    edit, started = FolderEdit(options, run_command, size), time.monotonic()
    outcomes, is_stopped = list[PhotoOutcome](), False
    try:
        with closing(edit.run()) as running:
            for outcome in running:
                outcomes.append(outcome)
                console.print_status(_progress(outcomes, len(edit.photos), started))
                if options.json_lines:
                    console.print_json(_line(outcomes, len(edit.photos), started))
    except KeyboardInterrupt:
        is_stopped = True
    console.print_status("")
    seconds, left = time.monotonic() - started, len(edit.photos) - len(outcomes)
    exit_code = console.EXIT_INTERRUPTED if is_stopped else _exit_code(outcomes)
    console.print_notices(_summary(outcomes))
    if options.json:
        console.print_json(
            {
                "command": f"{options.command} {options.edit}",
                **_counts(outcomes),
                "left": left,
                "photos": [asdict(outcome) for outcome in outcomes],
                "seconds": round(seconds, 3),
                "exit_code": exit_code,
            }
        )
    else:
        console.print_line(_closing_line(outcomes, left, seconds, options))
    return exit_code


def _check(options: Namespace) -> None:
    for name in ("jobs", "limit"):
        number = getattr(options, name)
        if number is not None and number < 1:
            raise InvalidRequestError(f"Choose --{name} 1 or more.")
    if options.json_lines and not options.json:
        raise InvalidRequestError("--json-lines needs --json, too.")
    if options.edit == "fill":
        holes = options.mask is not None, options.masks is not None, options.glasses
        if sum(holes) != 1:
            raise InvalidRequestError(
                "Say what is filled: either --masks DIR, --mask MASK or --glasses."
            )
    if options.edit == "exemplar" and options.mask is not None and options.masks is not None:
        raise InvalidRequestError("Give one mask for all photos by --mask, or one each by --masks.")


def _counts(outcomes: Sequence[PhotoOutcome]) -> dict[str, int]:
    found = Counter(outcome.state for outcome in outcomes)
    return {state.value: found[state] for state in State}


def _progress(outcomes: Sequence[PhotoOutcome], total: int, started: float) -> str:
    """Say how far it is, and how long it will take if it goes on like that."""
    counts = _counts(outcomes)
    failed = f", {counts[State.FAILED]} failed" if counts[State.FAILED] else ""
    seconds = _seconds_left(outcomes, total, started)
    left = f", {_duration(seconds)} left" if seconds is not None else ""
    return f"{len(outcomes)} of {total}{failed}{left}: {outcomes[-1].photo}"


def _seconds_left(outcomes: Sequence[PhotoOutcome], total: int, started: float) -> float | None:
    worked = len(outcomes) - _counts(outcomes)[State.UNCHANGED]
    if not worked:
        return None
    return (time.monotonic() - started) / worked * (total - len(outcomes))


def _line(outcomes: Sequence[PhotoOutcome], total: int, started: float) -> dict[str, object]:
    """Describe the photo that got done last, and how far it is."""
    seconds = _seconds_left(outcomes, total, started)
    return {
        **asdict(outcomes[-1]),
        "number": len(outcomes),
        "of": total,
        "seconds_left": None if seconds is None else round(seconds, 1),
    }


def _duration(seconds: float) -> str:
    if seconds < 99:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 99 else f"{minutes // 60} h {minutes % 60} min"


def _summary(outcomes: Sequence[PhotoOutcome]) -> Iterator[str]:
    """Say what went wrong with which photo, and each notice once."""
    for outcome in outcomes:
        if outcome.reason is not None:
            yield f"{outcome.photo}: {outcome.reason}"
    notices = Counter(notice for outcome in outcomes for notice in outcome.notices)
    for notice, count in notices.items():
        yield notice if count == 1 else f"{notice} ({count} photos)"


def _closing_line(
    outcomes: Sequence[PhotoOutcome], left: int, seconds: float, options: Namespace
) -> str:
    counts = _counts(outcomes)
    parts = [f"{counts[State.DONE]} done in {_duration(seconds)}"]
    parts += [f"{counts[State.UNCHANGED]} done before"] if counts[State.UNCHANGED] else []
    parts += [f"{counts[State.FAILED]} failed"] if counts[State.FAILED] else []
    parts += [f"{left} left: the same command goes on with them"] if left else []
    return f"Photos in {options.out_folder}: {', '.join(parts)}."


def _exit_code(outcomes: Sequence[PhotoOutcome]) -> int:
    """Return what all failures have in common, else the code of anything else; 0 without any."""
    codes = {outcome.exit_code for outcome in outcomes if outcome.state is State.FAILED}
    if not codes:
        return 0
    return codes.pop() if len(codes) == 1 else CoreError.exit_code
