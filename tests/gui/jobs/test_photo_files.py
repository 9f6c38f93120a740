"""Photos in and out, with the real engine and real files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.edit.requests import SmileKind
from core.imaging.windows import whole_window
from core.project.project_file import read_project
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.project.document_state import snapshot_of


@pytest.fixture
def document(qapp) -> Document:
    return Document()


@pytest.fixture
def files(document, job_queue) -> PhotoFiles:
    return PhotoFiles(document, job_queue)


@pytest.fixture
def path(tmp_path: Path, photo) -> Path:
    path = tmp_path / "noise.png"
    cv2.imwrite(str(path), photo.image[..., ::-1])
    return path


@pytest.fixture
def smile(make_face) -> EditStep:
    settings = SmileSettings(whole_window(480, 640), make_face().landmarks, 1.0, SmileKind.OPEN)
    coverage = np.full((40, 50), 128, np.uint8)
    patch = np.full((40, 50, 3), 7, np.uint8)
    return EditStep(settings, Outcome.of(patch, coverage, 180, 240))


def test_a_photo_is_opened_from_a_file(qtbot, document, files, path, photo):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    np.testing.assert_array_equal(document.original(), photo.image)
    assert (document.name, document.source_path) == ("noise.png", path)


def test_a_failed_open_leaves_the_old_photo(qtbot, document, job_queue, files, path, tmp_path):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with qtbot.waitSignal(job_queue.ended) as failed:
        files.open(broken)
    assert "broken.jpg" in str(failed.args[0].error)
    assert document.name == "noise.png"


def test_what_is_exported_is_what_was_shown(qtbot, document, files, path, tmp_path, smile):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    beside = Outcome.of(np.full((40, 50, 3), 99, np.uint8), np.full((40, 50), 255, np.uint8), 9, 9)
    document.apply("Smile", (smile, replace(smile, outcome=beside), replace(smile, outcome=beside)))
    first, second, third = document.steps.items
    document.steps.set_opacity(first.number, 0.6)
    rubbed = Patch(200, 250, np.full((9, 9), 255, np.uint8))
    document.steps.paint(first.number, rubbed, erase=True)
    document.steps.set_visible(third.number, False)
    document.steps.set_opacity(second.number, 0.5)
    shown = document.composited(whole_window(*document.shape))
    with qtbot.waitSignal(files.exported):
        files.export(tmp_path / "out.png")
    written = cv2.imread(str(tmp_path / "out.png"))[..., ::-1]
    np.testing.assert_array_equal(written, shown)


def test_exporting_as_jpeg_says_that_samples_change(qtbot, document, files, path, tmp_path):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    with qtbot.waitSignal(files.posted) as said:
        files.export(tmp_path / "out.jpg")
    assert "out.jpg" in said.args[0]
    assert "JPEG" in said.args[0]


def test_a_folder_that_cannot_be_written_is_told(qtbot, document, job_queue, files, path, tmp_path):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    with qtbot.waitSignal(job_queue.ended) as failed:
        files.export(tmp_path / "nowhere" / "out.png")
    assert "out.png" in str(failed.args[0].error)


def test_the_first_export_never_suggests_the_photos_own_file(
    qtbot, document, files, path, tmp_path
):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    assert files.suggested_path(tmp_path) == tmp_path / "noise-edited.png"


def test_a_format_that_cannot_be_written_is_suggested_as_png(document, files, photo, tmp_path):
    document.open(photo, "scan.bmp")
    assert files.suggested_path(tmp_path).name == "scan-edited.png"


def test_a_pasted_picture_becomes_a_photo(qtbot, document, files, photo):
    with qtbot.waitSignal(document.photo_changed):
        files.open_image(photo.image)
    assert document.source_path is None
    np.testing.assert_array_equal(document.original(), photo.image)


def test_a_second_export_waits_for_the_first_and_both_are_written(
    qtbot, document, job_queue, files, path, tmp_path, run
):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    resume = run.hold()
    files.export(tmp_path / "first.png")
    files.export(tmp_path / "second.png")
    resume.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert (tmp_path / "first.png").is_file()
    assert (tmp_path / "second.png").is_file()
    assert document.exported_path == tmp_path / "second.png"


def test_of_photos_opened_one_after_another_the_newest_is_shown(
    qtbot, document, job_queue, files, path, tmp_path, run
):
    newest = tmp_path / "newest.png"
    newest.write_bytes(path.read_bytes())
    resume = run.hold()
    for opened in (path, newest):
        files.open(opened)
    resume.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert document.name == "newest.png"


def test_exported_layers_open_as_the_same_edits(qtbot, document, files, path, tmp_path, smile):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    document.apply("Smile", (smile,))
    with qtbot.waitSignal(files.exported):
        files.export(tmp_path / "out.ora")
    project = read_project(tmp_path / "out.ora")
    snapshot, is_whole = snapshot_of(project)
    assert is_whole
    np.testing.assert_array_equal(project.layers[0].patch, smile.outcome.patch.array)
    assert snapshot.steps[0].settings.strength == smile.settings.strength
    assert document.project_path is None
    assert document.exported_path == tmp_path / "out.ora"


def test_the_next_export_has_the_same_depth(qtbot, document, files, path, tmp_path):
    with qtbot.waitSignal(document.photo_changed):
        files.open(path)
    with qtbot.waitSignal(files.exported):
        files.export(tmp_path / "out.png", 16)
    assert cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED).dtype == np.uint16
    assert document.exported_bits == 16
