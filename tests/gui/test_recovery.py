"""A window after a crash, and one where nothing can be kept safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from faceeditor_gui.app import keep_journal
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.journal import Journal

STROKE = Patch(20, 20, np.full((9, 9), 255, np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def crashed(qtbot, folder, photo, qapp) -> Path:
    """What a window has left that was killed after a stroke."""
    document = Document()
    journal = Journal(document, folder / "crashed")
    document.open(photo, "noise.png")
    document.mask.paint(STROKE)
    qtbot.waitUntil(lambda: not journal.is_busy)
    journal.close(forget=False)
    return folder / "crashed"


@pytest.fixture
def journal(empty_window, folder) -> Iterator[Journal]:
    journal = keep_journal(empty_window, folder)
    yield journal
    journal.close(forget=True)


@pytest.fixture
def button(empty_window):
    """Find a button of the start page by its text; None if it is not shown."""

    def find(text: str) -> QToolButton | QPushButton | None:
        page = empty_window.start_page
        shown = [*page.findChildren(QToolButton), *page.findChildren(QPushButton)]
        return next((one for one in shown if one.text() == text and one.isVisible()), None)

    return find


def test_start_page_restores_what_a_crash_has_left(
    qtbot, crashed, empty_window, journal, button, idle
):
    document = empty_window.services.document
    with qtbot.waitSignal(document.photo_changed):
        button("Restore unsaved work").click()
    assert document.mask.bounds() == STROKE.window
    assert empty_window.isWindowModified()
    assert empty_window.windowTitle().startswith("noise.png[*]")
    document.undo_stack.undo()
    assert document.mask.is_empty
    qtbot.waitUntil(lambda: not crashed.exists())
    idle()


def test_what_a_crash_has_left_can_be_discarded(crashed, empty_window, journal, button):
    button("Discard").click()
    assert not crashed.exists()
    assert button("Restore unsaved work") is None


def test_without_a_crash_the_start_page_offers_nothing_to_restore(empty_window, journal, button):
    assert button("Restore unsaved work") is None


def test_work_that_the_user_has_discarded_leaves_nothing(window, folder, monkeypatch):
    keep_journal(window, folder)
    window.services.document.mask.paint(STROKE)
    answers = []
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_unsaved",
        lambda _parent, _text, *, save, discard: answers.append(discard),
    )
    window.close()
    assert list(folder.iterdir()) != []
    answers[0]()
    assert list(folder.iterdir()) == []


def test_folder_that_cannot_be_written_is_told_and_work_goes_on(empty_window, tmp_path):
    (tmp_path / "file").touch()
    assert keep_journal(empty_window, tmp_path / "file") is None
    labels = empty_window.status.findChildren(QLabel)
    assert any("not kept safe" in label.toolTip() + label.text() for label in labels)
