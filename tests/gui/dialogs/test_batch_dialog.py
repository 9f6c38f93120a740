"""The window of a batch: what it asks, shows and says."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtWidgets import QLabel

from faceeditor_gui.dialogs.batch_dialog import BatchDialog
from faceeditor_gui.jobs.batch_process import BatchSummary, PhotoReport


@pytest.fixture
def started(monkeypatch):
    """What the process would be told, in place of starting it."""
    words = []
    monkeypatch.setattr(
        "faceeditor_gui.jobs.batch_process.BatchProcess.start",
        lambda _self, arguments: words.append(list(arguments)),
    )
    return words


@pytest.fixture
def dialog(qtbot, window, tmp_path, started):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.jpg"):
        Pillow.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.txt").write_text("no photo", encoding="ascii")
    dialog = BatchDialog(window.services.settings, window.services.photo_files, window)
    dialog._in.show_path(tmp_path / "in")
    dialog.show()
    yield dialog
    dialog.close()


def choose(dialog, title):
    dialog._edit.setCurrentIndex(dialog._edit.findText(title))


def test_smile_of_all_photos_is_one_click_away(dialog, started, tmp_path):
    assert dialog._count.text() == "2 photos"
    dialog._start.click()
    (words,) = started
    assert words[:3] == ["smile", "--in", str(tmp_path / "in")]
    assert words[words.index("--out") + 1] == str(tmp_path / "in-edited")
    assert "--strength=0.7" in words
    assert "--limit" not in words


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Hair colour", ["retouch", "--hair", "#1c1818", "--face"]),
        ("Restore", ["restore", "--strength=1", "--face"]),
    ],
)
def test_each_edit_gives_the_words_of_its_command(title, expected, dialog, started):
    choose(dialog, title)
    dialog._start.click()
    assert [word for word in expected if word not in started[0]] == []


def test_edit_that_lacks_a_file_cannot_start(dialog, tmp_path, started):
    for title, field, expected in (
        ("Take from a face", "_face", "--from"),
        ("Fill", "_masks", "--masks"),
    ):
        choose(dialog, title)
        assert not dialog._start.isEnabled()
        assert not dialog._try.isEnabled()
        getattr(dialog._pages.currentWidget(), field).show_path(tmp_path / "some")
        assert dialog._start.isEnabled()
        dialog._start.click()
        assert started[-1][started[-1].index(expected) + 1] == str(tmp_path / "some")
    assert "--face" not in started[-1]


def test_folder_without_photos_cannot_start(dialog, tmp_path):
    (tmp_path / "empty").mkdir()
    dialog._in.show_path(tmp_path / "empty")
    assert not dialog._start.isEnabled()


def test_three_are_tried_first_shown_before_and_after_and_then_forgotten(
    qtbot, dialog, started, tmp_path
):
    dialog._try.click()
    (words,) = started
    assert words[words.index("--limit") + 1] == "3"
    out = words[words.index("--out") + 1]
    assert out != str(tmp_path / "in-edited")
    Pillow.fromarray(np.full((40, 60, 3), 200, np.uint8)).save(f"{out}/a.png")
    dialog._process.progressed.emit(PhotoReport("a.png", ("a.png",), None, (), 1, 2, 5.0))
    dialog._process.progressed.emit(PhotoReport("b.jpg", (), "No face was found.", (), 2, 2, 0.0))
    dialog._process.ended.emit(BatchSummary(done=1, failed=1))
    assert dialog._told.text() == "Tried: 1 done, 1 failed. Nothing was written yet."
    assert dialog._reasons.item(0).text() == "b.jpg: No face was found."
    qtbot.waitUntil(lambda: dialog._pictures.count() == 2)
    shown = [dialog._pictures.itemAt(number).widget() for number in range(2)]
    greys = [label.pixmap().toImage().pixelColor(9, 9).red() for label in shown]
    assert greys == [90, 200]
    assert [label.toolTip() for label in shown if isinstance(label, QLabel)] == [
        "a.png, before",
        "a.png, after",
    ]
    qtbot.waitUntil(lambda: dialog._trial is None)
    assert not (tmp_path / "in-edited").exists()


def test_time_left_is_told(dialog):
    dialog._process.progressed.emit(PhotoReport("a.png", ("a.png",), None, (), 1, 9, 40.0))
    assert dialog._told.text() == "a.png, 40 s left"
    dialog._process.progressed.emit(PhotoReport("b.png", ("b.png",), None, (), 2, 9, 600.0))
    assert dialog._told.text() == "b.png, 10 min left"


def test_what_holds_for_many_photos_is_told_once(dialog):
    for number in (1, 2):
        report = PhotoReport(f"{number}.jpg", (), None, ("JPEG compresses anew.",), number, 2, 1.0)
        dialog._process.progressed.emit(report)
    assert dialog._reasons.count() == 1


def test_end_says_what_is_done_failed_and_left(dialog, tmp_path):
    dialog._process.ended.emit(BatchSummary(done=3, unchanged=2, failed=1, left=4))
    assert dialog._told.text() == (
        f"Photos in {tmp_path / 'in-edited'}: 3 done, 2 done before, 1 failed, "
        "4 left: start again to go on with them."
    )


def test_what_files_say_besides_their_pixels_is_a_choice(dialog, started):
    dialog._metadata.setCurrentIndex(dialog._metadata.findData("no-location"))
    dialog._start.click()
    words = started[0]
    assert words[words.index("--metadata") + 1] == "no-location"
    assert str(dialog._settings.kept_metadata) == "no-location"
