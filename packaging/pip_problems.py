"""What pip's words mean for the person who waits for the editor."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from console import dotted
from lock_files import LOCKS


def pip_problem(errors: str, *, free_bytes: float, log: Path) -> str:
    """Say in one sentence why pip failed.

    Args:
        errors: what pip wrote to stderr.
        free_bytes: what is left on the disk.
        log: where the user finds what pip wrote.
    """
    if "No space left" in errors or free_bytes < 1e8:
        return "The disk is full: make room, then run the same command again."
    if problem := _lock_problem(errors):
        return problem
    if _is_unreachable(errors):
        return (
            "The package index cannot be reached: check the network connection (or pip's "
            "settings), then run the same command again."
        )
    if lacks_a_version(errors):
        wanted = errors.split("No matching distribution found for")[-1].split("\n")[0].strip()
        return f"The package index has no {wanted} for {this_python()}; try another Python version."
    return f"The packages could not be installed; pip's own words are in {log}."


def _is_unreachable(errors: str) -> bool:
    return any(sign in errors for sign in ("NewConnectionError", "NameResolution", "Retrying"))


def lacks_a_version(errors: str) -> bool:
    """Tell whether pip failed because no file of a package fits this machine."""
    return "No matching distribution" in errors and not _is_unreachable(errors)


def _lock_problem(errors: str) -> str:
    if "DO NOT MATCH THE HASHES" in errors:
        package = errors.split("DO NOT MATCH THE HASHES")[1].split("\n")[1].split(" from ")[0]
        return (
            f"The download of {package.strip()} is not the file that {LOCKS} names, so it was not "
            "installed: undo what was changed in that folder, or else distrust the download."
        )
    if "Invalid requirement" in errors or "--require-hashes mode" in errors:
        return f"A file in {LOCKS} is damaged: restore it, then run the same command again."
    return ""


def this_python() -> str:
    """Name what packages have to fit."""
    version = dotted(sys.version_info[:2])
    return f"Python {version} on {platform.system()} {platform.machine()}"
