"""Exemplars dragged onto parts of a face."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.face.face_windows import face_window
from faceeditor_gui.canvas.layers.drop_zones import DropAreas, drop_zone_at
from faceeditor_gui.document.edit_settings import ReshapeSettings
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.main_window import MainWindow

COPY = Qt.DropAction.CopyAction
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MOUTH, LEFT_EYE, CHEEK = (200, 262), (170, 200), (225, 228)
OTHER_MOUTH = (480, 190)


@pytest.fixture
def anna(window: MainWindow, make_face):
    picture = np.full((500, 500, 3), 77, np.uint8)
    window.services.document.exemplars.add(
        cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars
    )
    return window.services.document.exemplars.items[0]


@pytest.fixture
def data(anna) -> QMimeData:
    return exemplar_mime_data(anna.number)


@pytest.fixture
def hover(window, data, at):
    """Drag the exemplar over the canvas; tells whether it could be dropped there."""

    def run(x: float, y: float) -> bool:
        place = at(x, y)
        QApplication.sendEvent(window.canvas, QDragEnterEvent(place, COPY, data, LEFT, NONE))
        move = QDragMoveEvent(place, COPY, data, LEFT, NONE)
        QApplication.sendEvent(window.canvas, move)
        return move.isAccepted()

    return run


@pytest.fixture
def drop(qtbot, window, data, at, hover):
    def run(x: float, y: float) -> None:
        hover(x, y)
        event = QDropEvent(at(x, y), COPY, data, LEFT, NONE)
        QApplication.sendEvent(window.canvas, event)
        qtbot.waitUntil(lambda: not window.services.runner.is_running)

    return run


def test_a_drop_on_the_mouth_transfers_the_mouth_as_one_undo_step(window, run, drop):
    drop(*MOUTH)
    (request,) = run.requests_of(ExemplarRequest)
    assert request.parts == (FacePart.MOUTH,)
    assert window.services.document.undo_stack.undoText() == "Mouth from Anna"
    window.services.document.undo_stack.undo()
    assert window.services.document.steps.items == ()


def test_after_a_drop_letters_select_tools_again(qtbot, window, drop):
    window.canvas.clearFocus()
    drop(*MOUTH)
    assert QApplication.focusWidget() is window.canvas


def test_what_cannot_be_transferred_is_refused_where_it_was_dropped(
    qtbot, window, run, drop, hover
):
    def refuse(request: object, _report) -> None:
        if isinstance(request, ExemplarRequest):
            raise InvalidRequestError("Hair lies over the mouth of the exemplar.")

    run.before = refuse
    before = window.canvas.grab().toImage()
    drop(*MOUTH)
    assert window.canvas.exemplar_drop._refusal == "Hair lies over the mouth of the exemplar."
    window.canvas.clearFocus()
    assert window.canvas.grab().toImage() != before
    run.before = lambda _request, _report: None
    drop(*MOUTH)
    assert window.canvas.exemplar_drop._refusal == ""


def test_a_refusal_goes_after_a_while(qtbot, monkeypatch, window, anna, drop, run):
    window.canvas.exemplar_drop._refusal_timer.setInterval(1)

    def refuse(request: object, _report) -> None:
        if isinstance(request, ExemplarRequest):
            raise InvalidRequestError("No.")

    run.before = refuse
    with qtbot.waitSignal(window.services.exemplar_edits.refused):
        drop(*MOUTH)
    qtbot.waitUntil(lambda: window.canvas.exemplar_drop._refusal == "")


def test_what_is_between_the_parts_is_the_inner_face(window, run, drop):
    drop(*CHEEK)
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.FACE,)


def test_the_face_under_the_pointer_changes_and_is_the_chosen_one_then(window, run, drop):
    drop(*OTHER_MOUTH)
    request = run.requests_of(ExemplarRequest)[0]
    settings = window.services.document.steps.items[0].settings
    np.testing.assert_array_equal(settings.landmarks, run.faces[1].landmarks)
    assert window.services.document.faces.chosen is run.faces[1]
    assert request.parts == (FacePart.MOUTH,)


def test_beside_every_face_nothing_can_be_dropped(window, run, hover, drop):
    assert hover(*MOUTH)
    assert not hover(30, 450)
    drop(30, 450)
    assert run.requests_of(ExemplarRequest) == []


def test_the_core_gets_the_exemplar_and_its_landmarks(anna, run, drop):
    drop(*MOUTH)
    request = run.requests_of(ExemplarRequest)[0]
    assert request.exemplar is anna.image
    np.testing.assert_array_equal(request.exemplar_landmarks, anna.landmarks)


def test_the_zone_under_the_pointer_lights_up_until_the_drag_leaves(window, hover, at):
    before = window.canvas.grab().toImage()
    hover(*LEFT_EYE)
    zone = window.canvas.exemplar_drop.zone
    assert zone.part in (FacePart.EYES, FacePart.BROWS)
    assert window.canvas.grab().toImage() != before
    QApplication.sendEvent(window.canvas, QDragLeaveEvent())
    assert window.canvas.grab().toImage() == before


def test_zones_are_where_they_are_drawn_when_the_view_is_zoomed_and_rotated(window, run, drop):
    window.canvas.navigation.rotate_right()
    window.canvas.navigation.zoom_in()
    drop(*MOUTH)
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.MOUTH,)


def test_zones_follow_a_face_that_was_moved(qtbot, window, run, hover, drop):
    document, runner = window.services.document, window.services.runner
    face, by = document.faces.chosen, (60.0, 40.0)
    around = face_window(face.landmarks, document.shape)
    runner.adjust(ReshapeSettings(around, face.landmarks, face.landmarks + by, number=1))
    qtbot.waitUntil(lambda: len(document.steps.items) == 1)
    x, y = MOUTH
    drop(x + by[0], y + by[1])
    assert run.requests_of(ExemplarRequest)[0].parts == (FacePart.MOUTH,)
    np.testing.assert_allclose(document.steps.items[1].settings.landmarks, face.landmarks + by)


def test_the_canvas_ignores_other_drops(window, at):
    data = QMimeData()
    data.setText("hello")
    event = QDragEnterEvent(QPoint(50, 50), COPY, data, LEFT, NONE)
    QApplication.sendEvent(window.canvas, event)
    assert not window.canvas.exemplar_drop.is_active


def test_the_smaller_of_two_faces_that_overlap_is_hit(make_face):
    large, small = make_face(200, 200, 100), make_face(200, 200, 40)
    zone = drop_zone_at(
        [(one, one.landmarks) for one in (large, small)], (200.0, 240.0), 1.0, DropAreas()
    )
    assert zone.face is small
    assert zone.part is FacePart.MOUTH


def test_a_position_a_little_beside_a_part_still_hits_it(make_face):
    face = make_face()
    below = float(face.landmarks[48:68, 1].max() + 0.12 * 60)
    faces, at = [(face, face.landmarks)], (200.0, below + 2.0)
    assert drop_zone_at(faces, at, 4.0, DropAreas()).part is FacePart.MOUTH
    assert drop_zone_at(faces, at, 1.0, DropAreas()).part is not FacePart.MOUTH
