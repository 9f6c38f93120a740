"""Finding faces in the background."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.edit.requests import FindFacesRequest
from core.errors import CheckpointError
from core.face.candidates import CLEAR_SCORE
from core.image_io.photo import photo_from_array
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.engine import FindFaceInBoxRequest, WarmUpEditorRequest
from faceeditor_gui.jobs.face_finder import FaceFinder


@pytest.fixture
def document(qapp) -> Document:
    return Document()


@pytest.fixture
def finder(document, job_queue) -> FaceFinder:
    return FaceFinder(document, job_queue)


@pytest.fixture
def open_photo(qtbot, document, photo, finder, job_queue):
    def open_and_wait() -> None:
        document.open(photo, "noise.png")
        qtbot.waitUntil(lambda: not job_queue.has_work)

    return open_and_wait


def test_quick_detection_runs_before_the_thorough_one_and_the_warm_up_last(open_photo, run):
    open_photo()
    searches = [request.thorough for request in run.requests_of(FindFacesRequest)]
    assert searches == [False, True]
    assert isinstance(run.requests[-1], WarmUpEditorRequest)


def test_faces_of_an_opened_photo_are_found(open_photo, document, run):
    open_photo()
    assert document.faces.items == run.faces


def test_faces_of_the_quick_detection_stay_if_the_thorough_one_finds_none(
    open_photo, document, run
):
    def forget(request, _report):
        if isinstance(request, FindFacesRequest) and request.thorough:
            run.faces = ()

    run.before = forget
    open_photo()
    assert len(document.faces.items) == 2


def test_a_photo_without_a_face_says_so(qtbot, document, photo, finder, run):
    run.faces = ()
    with qtbot.waitSignal(finder.face_missed):
        document.open(photo, "noise.png")


def test_a_face_in_a_box_drawn_by_hand_is_added_and_chosen(
    qtbot, open_photo, document, finder, run, make_face
):
    open_photo()
    placed = make_face(330.0, 350.0, 30.0)
    run.faces = (placed,)
    with qtbot.waitSignal(document.faces.changed):
        finder.find_in_box((300.0, 330.0, 360.0, 400.0))
    assert document.faces.chosen is placed
    assert len(document.faces.items) == 3


def test_searching_ends_when_the_search_fails(qtbot, document, photo, finder, run):
    def fail(_request, _report):
        raise CheckpointError("The face models are missing.")

    run.before = fail
    with qtbot.waitSignals([finder.searching_changed, finder.searching_changed]):
        document.open(photo, "noise.png")
    assert not finder.is_searching


def test_the_number_of_faces_is_told_once(open_photo, finder):
    said = []
    finder.posted.connect(said.append)
    open_photo()
    assert len(said) == 1
    assert "2 faces" in said[0]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_faces_that_are_hard_to_make_out_are_told_of_once(open_photo, finder, run, count):
    told = []
    finder.noticed.connect(told.append)
    unclear = (replace(face, score=CLEAR_SCORE - 0.1) for face in run.faces[:count])
    run.faces = (*unclear, *run.faces[count:])
    open_photo()
    assert len(told) == bool(count)
    assert all("hard to make out" in sentence for sentence in told)
    assert all("2 faces" in sentence for sentence in told) == (count != 1)


def test_another_photo_is_searched_instead_of_the_one_before(
    qtbot, document, photo, finder, run, job_queue
):
    told = []
    finder.searching_changed.connect(told.append)
    resume = run.hold(lambda request: isinstance(request, FindFacesRequest))
    document.open(photo, "first.png")
    qtbot.waitUntil(lambda: bool(run.requests))
    document.open(photo_from_array(np.full((480, 640, 3), 9, np.uint8)), "second.png")
    assert finder.is_searching
    resume.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    searched = [int(request.image.max()) for request in run.requests_of(FindFacesRequest)]
    assert searched == [255, 9, 9]
    assert told == [True, True, False]


def test_two_boxes_drawn_at_once_give_two_faces(
    qtbot, open_photo, document, finder, run, make_face, job_queue
):
    open_photo()
    found = iter([make_face(130.0, 350.0, 30.0), make_face(360.0, 350.0, 30.0)])

    def give(request, _report):
        if isinstance(request, FindFaceInBoxRequest):
            run.faces = (next(found),)

    run.before = give
    for x in (100.0, 330.0):
        finder.find_in_box((x, 330.0, x + 60.0, 400.0))
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert len(document.faces.items) == 4
