"""Saving before something else: it goes on when the file is written, and only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QColor, QImage

from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.job import JobState


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.main_window.dialogs.show_error", lambda *_: None)


@pytest.fixture
def edited(qtbot, window):
    """A window with a fill that is not saved."""
    services = window.services
    services.document.mask.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    services.runner.fill()
    qtbot.waitUntil(lambda: not (services.runner.is_running or services.job_queue.has_work))
    return window


@pytest.fixture
def save_first(monkeypatch):
    """Answer the question about unsaved work with Save."""
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_unsaved",
        lambda _parent, _text, *, save, discard: save(),
    )


def test_what_waits_for_a_save_goes_on_when_the_file_is_written(
    qtbot, edited, save_first, tmp_path: Path
):
    went_on = []
    edited.services.document.saved_path = tmp_path / "out.png"
    edited.files.confirm_unsaved(lambda: went_on.append((tmp_path / "out.png").exists()))
    assert went_on == []
    qtbot.waitUntil(lambda: bool(went_on))
    assert went_on == [True]


def test_what_waits_for_a_save_is_forgotten_when_that_fails(
    qtbot, edited, save_first, tmp_path: Path
):
    went_on = []
    edited.services.document.saved_path = tmp_path / "nowhere" / "out.png"
    with qtbot.waitSignal(edited.services.job_queue.ended) as ended:
        edited.files.confirm_unsaved(lambda: went_on.append(True))
    assert ended.args[0].state is JobState.FAILED
    with qtbot.waitSignal(edited.services.photo_files.saved):
        edited.services.photo_files.save(tmp_path / "out.png")
    assert went_on == []


def test_two_saves_are_both_written(qtbot, edited, tmp_path: Path):
    for name in ("one.png", "two.png"):
        edited.services.photo_files.save(tmp_path / name)
    qtbot.waitUntil(lambda: not edited.services.job_queue.has_work)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["one.png", "two.png"]


def test_a_picture_that_is_announced_and_not_given_is_answered_with_a_sentence(window):
    posted = []
    window.files.posted.connect(posted.append)
    null, junk = QMimeData(), QMimeData()
    null.setImageData(QImage())
    junk.setData("application/x-qt-image", QByteArray(b"junk"))
    for data in (null, junk):
        photo = window.services.document.photo
        window.files.open_mime_data(data)
        assert window.services.document.photo is photo
    assert len(posted) == 2
    assert all("cannot be read" in sentence for sentence in posted)


def test_a_pasted_picture_keeps_transparency_and_depth(qtbot, window):
    image = QImage(20, 10, QImage.Format.Format_RGBA64)
    image.fill(QColor.fromRgba64(40_000, 1_001, 30_003, 65_535))
    image.setPixelColor(3, 3, QColor(0, 0, 0, 0))
    data = QMimeData()
    data.setImageData(image)
    document = window.services.document
    with qtbot.waitSignal(document.photo_changed):
        window.files.open_mime_data(data)
    assert document.photo.image.dtype == np.uint16
    assert document.photo.image[0, 0].tolist() == [40_000, 1_001, 30_003]
    assert document.photo.alpha[3, 3] == 0
    assert document.photo.alpha[0, 0] == 65_535
