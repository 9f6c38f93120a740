"""The command `faceeditor`: a known subcommand goes to the command line, the rest is a photo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from faceeditor_gui.display_check import display_problem

COMMANDS = frozenset(
    (
        "smile",
        "fill",
        "exemplar",
        "retouch",
        "restore",
        "transfer",
        "express",
        "landmarks",
        "parse",
        "batch",
        "models",
        "project",
    )
)
SAMPLE = "--sample"
"""Opens the window on the sample portrait."""
NO_DISPLAY = 6
"""Exit code where no window can be shown."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    sample = arguments == [SAMPLE]
    if not sample and not _is_photo(arguments):
        from core.cli.commands import main as run_command

        return run_command(arguments)
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        return NO_DISPLAY
    from faceeditor_gui.app import run

    return run(Path(arguments[0]) if arguments and not sample else None, sample=sample)


def _is_photo(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments ask for the window: no word at all, or one file."""
    if len(arguments) > 1:
        return False
    return not any(word in COMMANDS or word.startswith("-") for word in arguments)


if __name__ == "__main__":
    sys.exit(main())
