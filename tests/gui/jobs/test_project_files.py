"""Projects in and out, with the real engine and real files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.edit.requests import FindFacesRequest, InpaintRequest
from core.project.project_file import read_project
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.jobs.project_files import ProjectFiles


@pytest.fixture
def files(document, job_queue) -> ProjectFiles:
    return ProjectFiles(document, job_queue)


@pytest.fixture
def stroke() -> Patch:
    return Patch(20, 20, np.full((9, 9), 255, np.uint8))


@pytest.fixture
def save(qtbot, files, tmp_path):
    def run() -> Path:
        with qtbot.waitSignal(files.saved):
            files.save(tmp_path / "mine.ora")
        return tmp_path / "mine.ora"

    return run


def test_saving_names_the_project_and_leaves_nothing_unsaved(document, save, stroke):
    document.mask.paint(stroke)
    path = save()
    assert (document.name, document.project_path) == ("mine.ora", path)
    assert not document.has_unsaved_work


def test_stroke_painted_while_it_is_saved_is_unsaved(qtbot, document, files, run, stroke, tmp_path):
    document.mask.paint(stroke)
    resume = run.hold()
    with qtbot.waitSignal(files.saved):
        files.save(tmp_path / "mine.ora")
        document.mask.clear()
        resume.set()
    assert document.has_unsaved_work
    assert read_project(tmp_path / "mine.ora").state["mask"] is not None


def test_project_takes_the_place_of_the_document(qtbot, document, files, save, stroke, photo):
    document.mask.paint(stroke)
    path = save()
    document.mask.clear()
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    assert document.mask.bounds() == stroke.window
    np.testing.assert_array_equal(document.original(), photo.image)


def test_damaged_project_leaves_the_document_as_it_is(qtbot, document, job_queue, files, tmp_path):
    (tmp_path / "broken.ora").write_bytes(b"no archive")
    with qtbot.waitSignal(job_queue.ended) as failed:
        files.open(tmp_path / "broken.ora")
    assert "broken.ora" in str(failed.args[0].error)
    assert document.name == "noise.png"


def test_copy_leaves_the_document_unsaved_and_where_it_was(
    qtbot, document, files, stroke, tmp_path
):
    document.mask.paint(stroke)
    with qtbot.waitSignal(files.posted) as said:
        files.save_copy(tmp_path / "copy.ora")
    assert "copy.ora" in said.args[0]
    assert document.project_path is None
    assert document.has_unsaved_work


def test_photo_is_kept_although_its_file_has_changed_meanwhile(
    qtbot, document, job_queue, files, tmp_path, photo
):
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), photo.image[..., ::-1])
    before = path.read_bytes()
    with qtbot.waitSignal(document.photo_changed):
        PhotoFiles(document, job_queue).open(path)
    path.write_bytes(b"something else")
    with qtbot.waitSignal(files.saved):
        files.save(tmp_path / "mine.ora")
    kept = read_project(tmp_path / "mine.ora").photo_file
    assert (kept.name, kept.data.tobytes()) == ("photo.png", before)


def test_first_save_is_suggested_beside_the_photo(document, files, photo, tmp_path):
    document.open(photo, "anna.jpg", tmp_path / "anna.jpg")
    assert files.suggested_path(Path("elsewhere")) == tmp_path / "anna.ora"


def test_faces_of_a_project_are_not_looked_for_again(qtbot, window, idle, run, tmp_path):
    services = window.services
    with qtbot.waitSignal(services.project_files.saved):
        services.project_files.save(tmp_path / "mine.ora")
    idle()
    searched = len(run.requests_of(FindFacesRequest))
    with qtbot.waitSignal(services.document.photo_changed):
        services.project_files.open(tmp_path / "mine.ora")
    idle()
    assert len(services.document.faces.items) == 2
    assert len(run.requests_of(FindFacesRequest)) == searched


def test_edit_made_after_a_project_is_opened_replaces_no_other(qtbot, window, idle, run, tmp_path):
    services = window.services
    services.document.mask.paint(Patch(20, 20, np.full((9, 9), 255, np.uint8)))
    services.runner.fill()
    idle()
    with qtbot.waitSignal(services.project_files.saved):
        services.project_files.save(tmp_path / "mine.ora")
    with qtbot.waitSignal(services.document.photo_changed):
        services.project_files.open(tmp_path / "mine.ora")
    services.document.mask.paint(Patch(60, 20, np.full((9, 9), 255, np.uint8)))
    services.runner.fill()
    idle()
    first, second = services.document.steps.items
    assert first.number != second.number
    assert len(run.requests_of(InpaintRequest)) == 2
