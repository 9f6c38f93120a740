"""Images added as exemplars in the background, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from core.edit.requests import EditResult
from core.face.face_windows import face_window
from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ReshapeSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.engine import FindExemplarsRequest, WarmUpEditorRequest
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.photo_files import PhotoFiles


@pytest.fixture
def document(qapp) -> Document:
    return Document()


@pytest.fixture
def finder(document, job_queue) -> ExemplarFinder:
    return ExemplarFinder(document, job_queue)


@pytest.fixture
def refusals(finder) -> list[str]:
    said: list[str] = []
    finder.refused.connect(said.append)
    return said


@pytest.fixture
def drop(qtbot, finder, job_queue):
    """Drop something, and wait until all in it has been looked at."""

    def run(*paths: Path, pixels: np.ndarray | None = None, text: str = "", html: str = "") -> None:
        data = QMimeData()
        if paths:
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        if pixels is not None:
            data.setImageData(qimage.from_rgb(pixels))
        if text:
            data.setText(text)
        if html:
            data.setHtml(html)
        finder.add_mime_data(data)
        qtbot.waitUntil(lambda: not finder.pending_count)

    return run


@pytest.fixture
def file(tmp_path):
    """Write a picture."""

    def write(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.full((480, 640, 3), 90, np.uint8))
        return path

    return write


def _names(document) -> list[str]:
    return [one.name for one in document.exemplars.items]


def test_a_dropped_file_becomes_an_exemplar_by_its_name(drop, document, file, refusals):
    drop(file("anna.png"))
    assert _names(document) == ["anna"]
    assert refusals == []


def test_several_files_are_searched_one_after_another(drop, document, file, run):
    drop(file("anna.png"), file("bert.jpg"))
    assert _names(document) == ["anna", "bert"]
    assert len(run.requests_of(FindExemplarsRequest)) == 2


def test_a_folder_gives_all_its_pictures_in_order(drop, document, file, tmp_path):
    file("people/bert.png")
    file("people/anna.jpg")
    (tmp_path / "people" / "notes.txt").write_text("no picture")
    drop(tmp_path / "people")
    assert _names(document) == ["anna", "bert"]


def test_a_folder_without_pictures_is_refused(drop, refusals, tmp_path):
    drop(tmp_path)
    assert len(refusals) == 1
    assert tmp_path.name in refusals[0]


def test_pixels_from_a_browser_become_an_exemplar(drop, document):
    drop(pixels=np.full((480, 640, 3), 90, np.uint8), text="https://example.org/face.jpg")
    assert len(_names(document)) == 1


def test_a_copied_picture_is_pasted(qtbot, finder, document):
    QGuiApplication.clipboard().setImage(qimage.from_rgb(np.full((480, 640, 3), 90, np.uint8)))
    finder.paste()
    qtbot.waitUntil(lambda: len(_names(document)) == 1)


@pytest.mark.parametrize(
    "link",
    [
        {"text": "https://example.org/face.jpg"},
        {"html": '<img src="https://example.org/face.jpg">'},
    ],
)
def test_a_bare_link_is_refused_with_what_to_do(drop, document, refusals, run, link):
    drop(**link)
    assert _names(document) == []
    assert run.requests_of(FindExemplarsRequest) == []
    assert "save the picture" in refusals[0]


def test_text_is_refused(drop, refusals):
    drop(text="hello")
    assert "no picture" in refusals[0]


def test_what_is_no_picture_is_refused_by_name(drop, refusals, tmp_path):
    path = tmp_path / "letter.png"
    path.write_text("Dear Anna")
    drop(path)
    assert "letter.png" in refusals[0]


def test_a_picture_without_a_face_is_refused(drop, refusals, file, run):
    run.faces = ()
    drop(file("wall.png"))
    assert refusals == ["No face was found in wall; take a picture that shows one from the front."]


def test_a_face_too_small_is_refused_with_its_size(drop, refusals, file, run, make_face):
    run.faces = (make_face(eyes=34.0),)
    drop(file("far.png"))
    assert "far is too small: 34 pixels between the eyes, 60 are needed" in refusals[0]


def test_one_bad_file_does_not_stop_the_others(drop, document, refusals, file, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    drop(bad, file("anna.png"))
    assert _names(document) == ["anna"]
    assert len(refusals) == 1


def test_an_interrupted_search_starts_again_without_a_word(
    qtbot, finder, document, file, run, job_queue, refusals
):
    resume = run.hold(lambda request: isinstance(request, FindExemplarsRequest))
    finder.add_files([file("anna.png"), file("bert.png")])
    qtbot.waitUntil(lambda: len(run.requests) == 1)
    job_queue.submit(Job(Urgency.EDIT, WarmUpEditorRequest, lambda _: None))
    assert finder.pending_count == 2
    resume.set()
    qtbot.waitUntil(lambda: _names(document) == ["anna", "bert"])
    assert [request.name for request in run.requests_of(FindExemplarsRequest)] == [
        "anna",
        "anna",
        "bert",
    ]
    assert refusals == []


def test_exemplars_are_looked_for_on_when_another_photo_is_opened(
    qtbot, finder, document, file, run, job_queue, photo
):
    resume = run.hold(lambda request: isinstance(request, FindExemplarsRequest))
    finder.add_files([file("anna.png")])
    PhotoFiles(document, job_queue).open_image(photo.image)
    qtbot.waitUntil(lambda: document.photo is not None)
    resume.set()
    qtbot.waitUntil(lambda: _names(document) == ["anna"])


def test_more_faces_than_there_is_room_for_are_refused(monkeypatch, drop, document, refusals, file):
    monkeypatch.setattr("faceeditor_gui.document.exemplar_list.MAX_EXEMPLARS", 1)
    drop(file("anna.png"), file("bert.png"))
    assert _names(document) == ["anna"]
    assert "no room" in refusals[0]


def test_the_chosen_face_of_the_photo_can_be_an_exemplar(document, finder, photo, make_face):
    document.open(photo, "group.jpg")
    document.faces.set_found((make_face(),))
    finder.add_chosen_face()
    assert _names(document) == ["group"]


def test_the_chosen_face_is_added_as_it_is_edited_now(document, finder, photo, make_face):
    face = make_face()
    document.open(photo, "group.jpg")
    document.faces.set_found((face,))
    window = whole_window(*document.shape)
    targets = face.landmarks + np.array([30, 20])
    settings = ReshapeSettings(window, face.landmarks, targets, number=1)
    white = np.full_like(photo.image, 255)
    covered = np.full(document.shape, 255, np.uint8)
    request = settings.request(photo.image)
    result = EditResult(white, 0, 0, covered, request, landmarks=request.targets)
    document.apply("Reshape", (EditStep.from_result(settings, result, ()),))
    finder.add_chosen_face()
    (one,) = document.exemplars.items
    assert one.image.min() == 255
    around = face_window(request.targets, document.shape)
    corner = around[1].start, around[0].start
    np.testing.assert_allclose(one.landmarks, request.targets - corner)


def test_the_status_line_says_what_to_do_with_a_new_exemplar(drop, finder, file, document, photo):
    said: list[str] = []
    finder.posted.connect(said.append)
    drop(file("anna.png"))
    document.open(photo, "other.png")
    drop(file("bert.png"))
    assert said[0].startswith("Open a photo, then drag anna")
    assert said[1].startswith("Drag bert")


def test_without_a_known_face_none_is_added(document, finder, photo, refusals):
    document.open(photo, "wall.jpg")
    finder.add_chosen_face()
    assert "No face is known" in refusals[0]
