"""From a fresh machine to a running editor: `packaging/bootstrap.py run [PHOTO] | test [--all]`.

Needs Python 3.11 and a package index, nothing else. Everything goes into `.venv` beside the
project; a stamp in there makes the next start immediate.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from console import SetupError, complain, dotted, say
from environment import ROOT, is_set_up, program, set_up
from system_packages import how_to_install, missing_packages

NEEDED_PYTHON = (3, 11)
EXIT_UNREADABLE = 4


@dataclass(frozen=True)
class Check:
    """One of the checks that `test` runs."""

    title: str
    command: tuple[str, ...]


CHECKS = (
    Check("Formatting", ("ruff", "format", "--check", ".")),
    Check("Lint", ("ruff", "check", ".")),
    Check("Types", ("mypy",)),
    Check("Layers", ("lint-imports", "--no-logo")),
    Check("Tests", ("pytest", "-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")),
)
SLOW_TESTS = Check("Slow tests", ("pytest", "-m", "slow and not weights and not gpu"))
"""Fuzz, soak, kill and pixel-wide comparisons, which take too long for every change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up what is missing, then open the editor or run the checks; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        refuse_old_python(sys.version_info[:2])
        if options.command == "test":
            set_up(for_tests=True)
            return _run_checks((*CHECKS, SLOW_TESTS) if options.all else CHECKS)
        return _run_editor(options.photo)
    except SetupError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("Stopped; the same command goes on from here.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description="Set the face editor up in .venv, then run or test it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open the editor")
    run.add_argument("photo", nargs="?", type=Path, help="the photo to open (default: a sample)")
    test = commands.add_parser("test", help="run every check")
    test.add_argument("--all", action="store_true", help="run the slow tests as well")
    return parser


def refuse_old_python(version: tuple[int, ...]) -> None:
    """Stop with a sentence where Python is too old for the editor."""
    if version < NEEDED_PYTHON:
        raise SetupError(
            f"This is Python {dotted(version)}, and the editor needs {dotted(NEEDED_PYTHON)} or "
            "newer: install it, then run this file with it."
        )


def _run_editor(photo: Path | None) -> int:
    if photo is not None and not photo.is_file():
        raise SetupError(f"There is no photo {photo}.", EXIT_UNREADABLE)
    display = has_display(sys.platform, os.environ)
    if not display and not is_set_up(for_tests=False):
        say("There is no display here; setting up for the command line.")
    set_up(for_tests=False)
    if not display:
        raise SetupError(
            "There is no display to open a window on; use the command line instead: "
            f"{program('faceeditor')} smile PHOTO -o OUT"
        )
    target = str(photo.resolve()) if photo is not None else "--sample"
    code = subprocess.call([str(program("python")), "-m", "faceeditor_gui", target])
    if code < 0:
        raise SetupError(
            "The window could not be opened on this display"
            + _with_reason(missing_packages(for_tests=False))
        )
    return code


def has_display(system: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a window can be shown; `system` is what `sys.platform` says."""
    if system in ("darwin", "win32"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _with_reason(packages: Sequence[str]) -> str:
    if packages:
        return f"; libraries are missing: {how_to_install(packages)}"
    return "; check that DISPLAY names a running one."


def _run_checks(checks: Sequence[Check]) -> int:
    results = [_run_check(check) for check in checks]
    say("\n== Summary")
    for check, (code, seconds, _) in zip(checks, results, strict=True):
        say(f"{check.title:<12}{'passed' if code == 0 else 'FAILED'}  ({seconds:.0f} s)")
    say(results[-1][2])
    return 0 if all(code == 0 for code, _, _ in results) else 1


def _run_check(check: Check) -> tuple[int, float, str]:
    """Show a check's output as it comes; return its exit code, its seconds, its last line."""
    say(f"\n== {check.title}: {' '.join(check.command)}")
    started, last_line = time.monotonic(), ""
    command, *options = check.command
    with subprocess.Popen(
        [str(program(command)), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **_colours(), "PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip("\n"))
            last_line = line.strip() or last_line
    return process.returncode, time.monotonic() - started, last_line


def _colours() -> dict[str, str]:
    return {"FORCE_COLOR": "1", "MYPY_FORCE_COLOR": "1"} if sys.stdout.isatty() else {}


if __name__ == "__main__":
    sys.exit(main())
