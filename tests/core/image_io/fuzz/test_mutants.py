"""Damaged files of every kind: they open, or one sentence says why not; nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
MEGABYTES = 1500
"""Of memory: a photo of 200 megapixels, which a header may promise, takes 600 of them."""


def read_mutants(first, count):
    """Read so many files in a process of its own, which has to survive it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.core.image_io.fuzz.read_mutants",
         *map(str, (first, count, MEGABYTES))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )  # fmt: skip
    case = done.stdout.split()[-1:]
    assert done.returncode == 0, f"case {case} ended the process: {done.stderr[-2000:]}"


def test_mutated_files_open_or_are_refused_in_one_sentence():
    read_mutants(0, 300)


@pytest.mark.slow  # some five minutes
@pytest.mark.parametrize("first", range(300, 10_300, 2000))
def test_ten_thousand_mutated_files_open_or_are_refused_in_one_sentence(first):
    read_mutants(first, 2000)
