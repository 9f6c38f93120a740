"""Breaks one promise of the program at a time, in a copy, and tells whether a test fails.

    python tests/mutants.py [--list FILE ...] [NAME ...]

What is changed, and which tests are to fail, stands in `mutant_lists/*.toml`: append there. A table
is named after the mutant; `promise` is what it breaks, `file` what it changes, `old` a text that
stands there once, `new` what it becomes, `tests` what pytest is given, as few as will do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LISTS = Path(__file__).with_name("mutant_lists")
COPIED = ("core", "faceeditor_gui", "resources", "packaging", "tests", "pyproject.toml")
MINUTES = 15
"""After which a mutant counts as caught: it may have made a loop endless."""

PASSED, FAILED = 0, 1  # pytest's


@dataclass(frozen=True)
class Mutant:
    """One small change."""

    name: str
    promise: str
    """What it breaks."""
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """Arguments for pytest."""

    def mutated(self, text: str) -> str:
        """Return the file's text changed.

        Raises:
            ValueError: the old text does not stand there once.
        """
        if text.count(self.old) != 1:
            raise ValueError(
                f"{self.name}: the old text stands {text.count(self.old)} times in {self.file}, "
                "not once"
            )
        return text.replace(self.old, self.new)


def main() -> int:
    """Run the mutants that are named, or all of them; 0 if a test caught every one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of mutants; none: all of them")
    parser.add_argument("--list", nargs="+", type=Path, default=sorted(LISTS.glob("*.toml")))
    arguments = parser.parse_args()
    mutants = [one for path in arguments.list for one in read_mutants(path)]
    unknown = set(arguments.names) - {one.name for one in mutants}
    if unknown:
        parser.error(f"there is no mutant named {', '.join(sorted(unknown))}")
    chosen = [one for one in mutants if not arguments.names or one.name in arguments.names]
    try:
        for one in chosen:
            one.mutated((REPOSITORY / one.file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = copy_tree(Path(folder))
        every_test = list(dict.fromkeys(test for one in chosen for test in one.tests))
        say(f"{len(every_test)} tests or files of tests without a change ...")
        if run_tests(copy, every_test) != PASSED:
            say("They fail as it is: nothing can be said about mutants.")
            return 2
        survived = [one for one in chosen if not is_caught(copy, one)]
    say(f"{len(chosen) - len(survived)} of {len(chosen)} caught")
    for one in survived:
        say(f"survived: {one.name} ({one.promise})")
    return 1 if survived else 0


def read_mutants(path: Path) -> list[Mutant]:
    """Read one list."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Mutant(name, **{**table, "tests": tuple(table["tests"])}) for name, table in tables.items()
    ]


def copy_tree(folder: Path) -> Path:
    """Copy what the tests need; returns where to.

    The copy has the training data only where `FACEEDITOR_DATA_DIR` says where that is.
    """
    target = folder / "main"
    target.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        elif source.is_file():
            shutil.copy2(source, target / name)
    return target


def is_caught(copy: Path, mutant: Mutant) -> bool:
    """Change the copy, run the mutant's tests, change it back."""
    path, started = copy / mutant.file, time.monotonic()
    text = path.read_text(encoding="utf-8")
    path.write_text(mutant.mutated(text), encoding="utf-8")
    try:
        code = run_tests(copy, mutant.tests)
    finally:
        path.write_text(text, encoding="utf-8")
    outcome = {PASSED: "SURVIVED", FAILED: "caught"}.get(code, f"broken, pytest says {code}")
    say(f"{mutant.name}: {outcome}, {time.monotonic() - started:.0f} s")
    return code == FAILED


def run_tests(copy: Path, tests: Sequence[str]) -> int:
    """Run pytest in the copy until a test fails; returns its exit code."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}  # a mutant may be as long as new
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            check=False,
            timeout=60 * MINUTES,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return FAILED
    if done.returncode not in (PASSED, FAILED):
        say(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
