"""A batch beside the window: a process of its own."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from faceeditor_gui.jobs.batch_process import BatchProcess


@pytest.fixture
def folder(tmp_path):
    """Photos that need no network: nothing is filled where a mask is missing or empty."""
    (tmp_path / "in").mkdir()
    (tmp_path / "masks").mkdir()
    for name in ("a.png", "b.png"):
        Pillow.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(tmp_path / "in" / name)
    Pillow.fromarray(np.zeros((40, 60), np.uint8)).save(tmp_path / "masks" / "b.png")
    return tmp_path


@pytest.fixture
def process(qtbot):
    process = BatchProcess()
    yield process
    process.stop()


def words(folder, edit="fill"):
    masks = ["--masks", str(folder / "masks")] if edit == "fill" else []
    return [edit, "--in", str(folder / "in"), "--out", str(folder / "out"), *masks, "--jobs", "1"]


def test_each_photo_is_reported_with_its_reason_and_then_the_whole(qtbot, process, folder):
    reports = []
    process.progressed.connect(reports.append)
    with qtbot.waitSignal(process.ended) as ended:
        process.start(words(folder))
    summary = ended.args[0]
    assert [report.photo for report in reports] == ["a.png", "b.png"]
    assert "no mask" in reports[0].reason
    assert "mask" in reports[1].reason
    assert [(report.number, report.of) for report in reports] == [(1, 2), (2, 2)]
    assert (summary.done, summary.failed, summary.left, summary.error) == (0, 2, 0, None)
    assert not process.is_running


def test_wrong_folder_is_one_sentence(qtbot, process, folder):
    (folder / "in").rename(folder / "elsewhere")
    with qtbot.waitSignal(process.ended) as ended:
        process.start(words(folder))
    assert "not a folder that can be read" in ended.args[0].error


def test_program_that_does_not_start_ends_with_a_sentence(qtbot, process, folder, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(folder / "nothing"))
    with qtbot.waitSignal(process.ended) as ended:
        process.start(words(folder))
    assert ended.args[0].error.startswith("The batch ended unexpectedly")


@pytest.mark.skipif(sys.platform == "win32", reason="there the process is ended at once")
def test_cancelled_batch_tells_what_is_left_and_leaves_no_half_file(qtbot, process, folder):
    names = [f"{letter}.png" for letter in "cdefghij"]
    for name in names:
        Pillow.fromarray(astronaut()).save(folder / "in" / name)
    process.progressed.connect(process.cancel)
    with qtbot.waitSignal(process.ended) as ended:
        process.start([*words(folder, "smile"), "--kind", "open"])
    summary = ended.args[0]
    assert summary.error is None
    assert summary.left >= 1
    assert summary.failed + summary.done + summary.left == 2 + len(names)
    unfinished = folder / "out" / ".faceeditor-batch" / "unfinished"
    assert not unfinished.exists()
