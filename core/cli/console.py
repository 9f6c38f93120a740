"""What the command line prints: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import sys
import warnings
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from core.progress import Report, silent

EXIT_INTERRUPTED = 130
"""As shells count a Ctrl+C."""
_CLEAR_LINE = "\x1b[K"
"""What terminals take for: empty the rest of the line."""
_STDERR = 2
"""The descriptor that libraries written in C print to."""


def print_line(text: str) -> None:
    """Print a result; what has been done stays done where nobody reads it."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(value: Mapping[str, object]) -> None:
    """Print one machine-readable object."""
    print_line(json.dumps(value))


def print_error(text: str) -> None:
    """Tell what went wrong, or what the user should know."""
    with suppress(OSError, AttributeError):  # it may be closed
        sys.stderr.write(text + "\n")


def print_status(text: str) -> None:
    """Tell how far it is: on a terminal in one line that is written anew, "" for none."""
    with suppress(OSError, AttributeError):  # it may be closed
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text[: shutil.get_terminal_size().columns - 1]}{_CLEAR_LINE}")
            sys.stderr.flush()
        elif text:
            sys.stderr.write(text + "\n")


def print_notices(notices: Iterable[str]) -> None:
    """Show the sentences that came with a photo or a result."""
    for notice in notices:
        print_error(notice)


def progress_report(options: Namespace) -> Report:
    """Return what shows progress if the user wants to see it."""
    return _show if options.verbose else silent


def escape_unprintable() -> None:
    """Let names that the terminal has no letters for be printed with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def only_our_lines() -> Iterator[None]:
    """Keep what libraries print to stderr, in C or as warnings, off it."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed
        yield
        return
    ours, is_direct = sys.stderr, _is_direct(sys.stderr)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        if is_direct:
            ours.flush()
            sys.stderr = open(  # noqa: SIM115 - a descriptor
                kept,
                "w",
                encoding=ours.encoding,
                errors="backslashreplace",
                buffering=1,
                closefd=False,
            )
        os.dup2(nowhere, _STDERR)
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        os.dup2(kept, _STDERR)
        if is_direct:
            sys.stderr.flush()
            sys.stderr = ours
        os.close(nowhere)
        os.close(kept)


def _is_direct(stream: object) -> bool:
    """Tell whether a stream writes to the very descriptor that libraries do."""
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == _STDERR
    except (OSError, ValueError):
        return False


def set_up_log(*, verbose: bool) -> None:
    """Send the log to stderr if the user wants to see it, else nowhere."""
    handler = logging.StreamHandler() if verbose else logging.NullHandler()
    logging.getLogger("core").handlers = [handler]


def _show(fraction: float, stage: str) -> None:
    print_error(f"{fraction:4.0%} {stage}")
