"""Saving before something else: it goes on when the file is written, and only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QComboBox, QFileDialog, QToolButton

from core.image_io.kept_metadata import KeptMetadata
from core.progress import silent
from core.project.project_file import read_project
from faceeditor_gui.canvas.empty_state import EmptyState
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.job import JobState
from faceeditor_gui.project.project_requests import SaveProjectRequest, handle_project


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.messages.dialogs.show_error", lambda *_: None)


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
    edited.services.document.project_path = tmp_path / "out.ora"
    edited.files.confirm_unsaved(lambda: went_on.append((tmp_path / "out.ora").exists()))
    assert went_on == []
    qtbot.waitUntil(lambda: bool(went_on))
    assert went_on == [True]


def test_what_waits_for_a_save_is_forgotten_when_that_fails(
    qtbot, edited, save_first, tmp_path: Path
):
    went_on = []
    edited.services.document.project_path = tmp_path / "nowhere" / "out.ora"
    with qtbot.waitSignal(edited.services.job_queue.ended) as ended:
        edited.files.confirm_unsaved(lambda: went_on.append(True))
    assert ended.args[0].state is JobState.FAILED
    with qtbot.waitSignal(edited.services.project_files.saved):
        edited.services.project_files.save(tmp_path / "out.ora")
    assert went_on == []


def test_two_exports_are_both_written(qtbot, edited, tmp_path: Path):
    for name in ("one.png", "two.png"):
        edited.services.photo_files.export(tmp_path / name)
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


@pytest.fixture
def saved_project(qtbot, edited, tmp_path: Path) -> Path:
    """The project that the edited window was saved to."""
    with qtbot.waitSignal(edited.services.project_files.saved):
        edited.services.project_files.save(tmp_path / "mine.ora")
    return tmp_path / "mine.ora"


def test_title_says_whether_anything_is_unsaved(qtbot, edited, idle, saved_project):
    assert edited.windowTitle().startswith("mine.ora[*]")
    assert not edited.isWindowModified()
    edited.services.document.undo_stack.undo()
    assert edited.isWindowModified()
    edited.services.document.undo_stack.redo()
    assert not edited.isWindowModified()


def test_exporting_the_picture_does_not_save_the_edits(qtbot, edited, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_unsaved",
        lambda _parent, text, **_: asked.append(text),
    )
    edited.services.document.exported_path = tmp_path / "out.png"
    with qtbot.waitSignal(edited.services.photo_files.exported):
        edited.files.export()
    assert edited.isWindowModified()
    edited.files.confirm_unsaved(lambda: None)
    assert "out.png" in asked[0]


def test_saving_again_asks_nothing(qtbot, edited, saved_project, monkeypatch):
    monkeypatch.setattr("faceeditor_gui.commands.files.dialogs.ask_save_project", None)
    edited.services.document.mask.paint(Patch(60, 60, np.full((9, 9), 255, np.uint8)))
    with qtbot.waitSignal(edited.services.project_files.saved):
        edited.files.save()
    assert not edited.isWindowModified()


def test_picture_is_not_saved_as_a_project_by_its_name(edited, tmp_path, monkeypatch):
    posted = []
    edited.files.posted.connect(posted.append)
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_save_project",
        lambda _parent, _suggestion, chosen, _title: chosen(tmp_path / "out.png"),
    )
    edited.files.save_as()
    assert "Export" in posted[0]
    assert not edited.services.job_queue.has_work


def test_revert_goes_back_to_what_was_saved(qtbot, edited, idle, saved_project, monkeypatch):
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_unsaved",
        lambda _parent, _text, *, discard: discard(),
    )
    document = edited.services.document
    document.steps.delete(document.steps.items[0].number)
    with qtbot.waitSignal(document.photo_changed):
        edited.files.revert()
    idle()
    assert len(document.steps.items) == 1
    assert not document.has_unsaved_work


def test_project_that_is_dropped_is_opened(qtbot, edited, idle, saved_project):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(saved_project))])
    with qtbot.waitSignal(edited.services.document.photo_changed):
        assert edited.files.open_mime_data(data)
    idle()
    assert edited.services.document.project_path == saved_project
    assert edited.services.settings.recent[0] == saved_project


def test_start_page_shows_recent_projects_and_opens_them(
    qtbot, request, document, settings, tmp_path: Path
):
    path = tmp_path / "mine.ora"
    handle_project(SaveProjectRequest(document.snapshot(), "noise", path), silent)
    (tmp_path / "broken.ora").write_bytes(b"no archive")
    for recent in (path, tmp_path / "broken.ora"):
        settings.add_recent(recent)
    window = request.getfixturevalue("empty_window")
    page = window.findChild(EmptyState)
    qtbot.waitUntil(lambda: bool(page.findChildren(QToolButton)))
    (button,) = page.findChildren(QToolButton)
    assert (button.text(), button.icon().isNull()) == ("mine.ora", False)
    with qtbot.waitSignal(window.services.document.photo_changed):
        button.click()
    assert window.services.document.project_path == path
    qtbot.waitUntil(lambda: not window.services.job_queue.has_work)


def test_another_page_of_a_file_opens_and_stays_chosen_in_its_project(
    qtbot, window, tmp_path, monkeypatch
):
    pages = [Pillow.fromarray(np.full((60, 80, 3), grey, np.uint8)) for grey in (50, 150)]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    document = window.services.document
    with qtbot.waitSignal(document.photo_changed):
        window.files.open_path(tmp_path / "scan.tif")
    assert document.original()[0, 0, 0] == 50
    asked = []

    def choose(_parent, page, count, chosen):
        asked.append((page, count))
        chosen(2)

    monkeypatch.setattr("faceeditor_gui.commands.files.dialogs.ask_page", choose)
    with qtbot.waitSignal(document.photo_changed):
        window.files.open_page()
    assert asked == [(1, 2)]
    assert document.original()[0, 0, 0] == 150
    with qtbot.waitSignal(window.services.project_files.saved):
        window.services.project_files.save(tmp_path / "scan.ora")
    assert read_project(tmp_path / "scan.ora").photo.image[0, 0, 0] == 150


def test_export_asks_what_the_file_says_and_remembers_it(qtbot, edited, tmp_path):
    edited.files.export_as()
    (dialog,) = edited.findChildren(QFileDialog)
    (choice,) = (
        box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Metadata"
    )
    assert choice.currentData() == "keep"
    choice.setCurrentIndex(choice.findData("none"))
    with qtbot.waitSignal(edited.services.photo_files.exported):
        dialog.fileSelected.emit(str(tmp_path / "out.png"))
    dialog.close()
    assert edited.services.settings.kept_metadata is KeptMetadata.NONE
    written = (tmp_path / "out.png").read_bytes()
    assert b"compositeWithTrainedAlgorithmicMedia" in written
    assert b"History" not in written


def test_exported_file_lists_the_edits(qtbot, edited, tmp_path):
    with qtbot.waitSignal(edited.services.photo_files.exported):
        edited.services.photo_files.export(tmp_path / "out.png")
    told = (tmp_path / "out.png").read_bytes()
    assert b"xmpMM:History" in told
    assert b"Face Editor" in told
