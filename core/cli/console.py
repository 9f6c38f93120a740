"""What the command line prints: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import logging
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping

from core.progress import Report, silent


def print_line(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text + "\n")


def print_json(value: Mapping[str, object]) -> None:
    """Print one machine-readable object."""
    print_line(json.dumps(value))


def print_error(text: str) -> None:
    """Tell what went wrong, or what the user should know."""
    sys.stderr.write(text + "\n")


def print_notices(notices: Iterable[str]) -> None:
    """Show the sentences that came with a photo or a result."""
    for notice in notices:
        print_error(notice)


def progress_report(options: Namespace) -> Report:
    """Return what shows progress if the user wants to see it."""
    return _show if options.verbose else silent


def set_up_log(*, verbose: bool) -> None:
    """Send the log to stderr if the user wants to see it, else nowhere."""
    handler = logging.StreamHandler() if verbose else logging.NullHandler()
    logging.getLogger("core").handlers = [handler]


def _show(fraction: float, stage: str) -> None:
    print_error(f"{fraction:4.0%} {stage}")
