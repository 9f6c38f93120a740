"""The program is killed while somebody works; everything finished comes back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from faceeditor_gui.document.document import Document
from faceeditor_gui.project.lost_work import play_back, read_lost_work
from tests.gui.jobs.gestures import Gestures, checksum

REPOSITORY = Path(__file__).resolve().parents[3]
KILLS = 100
MAX_SECONDS = 1.5
"""How long at most it works before it is killed."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(KILLS))
def test_all_that_was_finished_comes_back_pixel_for_pixel_with_its_undo(qapp, tmp_path, seed):
    kept = _work_until_killed(tmp_path / "mine", seed)
    gestures, histories = Gestures(Document(), seed), []
    for _ in range(kept + 1):  # the last one may be on the disk, and nobody was told
        gestures.make()
        histories.append(list(gestures.history))
    document = Document()
    play_back(read_lost_work(tmp_path / "mine"), document)
    shown = [checksum(document)]
    for index in range(document.undo_stack.index() - 1, -1, -1):
        document.undo_stack.setIndex(index)
        shown.insert(0, checksum(document))
    assert shown in histories[kept - 1 :]


def _work_until_killed(folder: Path, seed: int) -> int:
    """Kill the work at a random moment; return how many gestures were on the disk."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gui.jobs.gestures", str(folder), str(seed)],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = [process.stdout.readline()]
        time.sleep(np.random.default_rng(seed).uniform(0, MAX_SECONDS))
        process.kill()
        lines += process.stdout.readlines()
    return lines.count("kept\n")
