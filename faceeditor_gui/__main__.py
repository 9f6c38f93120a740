"""The command `faceeditor`: a known subcommand goes to the command line, the rest is a photo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from faceeditor_gui.display import display_problem

COMMANDS = frozenset(
    ("smile", "fill", "exemplar", "transfer", "express", "landmarks", "parse", "batch", "models")
)
NO_DISPLAY = 6
"""Exit code where no window can be shown."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) > 1 or any(word in COMMANDS or word.startswith("-") for word in arguments):
        from core.cli import main as run_command

        return run_command(arguments)
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        return NO_DISPLAY
    from faceeditor_gui.app import run

    return run(Path(arguments[0]) if arguments else None)


if __name__ == "__main__":
    sys.exit(main())
