"""What every step of the setting-up needs: telling, failing, running a command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

EXIT_OTHER = 6


class SetupError(Exception):
    """The program cannot be set up; the message is one sentence that says what to do."""

    def __init__(self, message: str, exit_code: int = EXIT_OTHER) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def say(text: str) -> None:
    """Tell what is being done."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Tell what went wrong."""
    sys.stderr.write(text + "\n")


def dotted(version: tuple[int, ...]) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


def run_quietly(command: Sequence[str]) -> int:
    """Run a command without showing what it prints; return its exit code."""
    return subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    ).returncode
