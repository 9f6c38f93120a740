"""The faces panel: several faces are chosen, and edits change them all."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QListWidget, QPushButton, QToolButton

from core.anatomy.parts import FacePart
from core.edit.requests import ExemplarRequest, SmileRequest
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.panels.exemplars import ExemplarsPanel
from faceeditor_gui.panels.faces import FacesPanel
from faceeditor_gui.panels.smile import SmilePanel

LEFT = Qt.MouseButton.LeftButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def list_(window) -> QListWidget:
    window.findChild(QDockWidget, "Faces").raise_()
    return window.findChild(FacesPanel).findChild(QListWidget)


@pytest.fixture
def chosen(window):
    """List the positions of the chosen faces, the one in hand first."""
    faces = window.services.document.faces
    return lambda: [faces.items.index(face) for face in faces.chosen_items]


@pytest.fixture
def click_face(qtbot, list_):
    def click(row: int, modifiers=NONE) -> None:
        position = list_.visualItemRect(list_.item(row)).center()
        qtbot.mouseClick(list_.viewport(), LEFT, modifiers, position)

    return click


def _all_faces(panel) -> QToolButton:
    return next(one for one in panel.findChildren(QToolButton) if one.text() == "All faces")


@pytest.mark.parametrize("modifiers", [CTRL, SHIFT])
def test_ctrl_and_shift_choose_several_faces_the_last_one_in_hand(click_face, chosen, modifiers):
    click_face(0)
    assert chosen() == [0]
    click_face(1, modifiers)
    assert chosen() == [1, 0]
    click_face(0)
    assert chosen() == [0]


def test_ctrl_a_in_the_list_chooses_all(qtbot, list_, chosen):
    list_.setFocus()
    qtbot.keyClick(list_, Qt.Key.Key_A, CTRL)
    assert sorted(chosen()) == [0, 1]
    assert all(list_.item(row).isSelected() for row in range(2))


def test_one_face_stays_chosen_when_the_last_is_clicked_away(click_face, list_, chosen):
    click_face(0)
    click_face(0, CTRL)
    assert chosen() == [0]
    assert list_.item(0).isSelected()


def test_ctrl_and_a_click_on_the_photo_choose_a_face_too(qtbot, window, run, at, chosen):
    (first, second) = (at(*face.landmarks.mean(axis=0)) for face in run.faces)
    qtbot.mouseClick(window.canvas, LEFT, NONE, first)
    qtbot.mouseClick(window.canvas, LEFT, CTRL, second)
    assert chosen() == [1, 0]
    qtbot.mouseClick(window.canvas, LEFT, CTRL, second)
    assert chosen() == [0]


@pytest.mark.parametrize("kind", [FacesPanel, SmilePanel])
def test_the_button_beside_an_edit_chooses_all_faces_and_one_again(qtbot, window, chosen, kind):
    button = _all_faces(window.findChild(kind))
    window.services.document.faces.choose(1)
    qtbot.mouseClick(button, LEFT)
    assert chosen() == [1, 0]
    assert button.isChecked()
    qtbot.mouseClick(button, LEFT)
    assert chosen() == [1]
    assert not button.isChecked()


def test_all_faces_smile_as_one_undo_step(qtbot, window, run, chosen, idle):
    panel, said = window.findChild(SmilePanel), []
    window.services.runner.posted.connect(said.append)
    qtbot.mouseClick(_all_faces(panel), LEFT)
    qtbot.mouseClick(panel.findChild(QPushButton), LEFT)
    idle()
    document = window.services.document
    assert len(document.steps.items) == 2
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Smile of 2 faces"
    assert "2 faces" in said[-1]
    window.undo()
    assert document.steps.items == ()


def test_the_smiles_of_all_faces_are_one_progress(qtbot, window, run, idle):
    fractions = []
    window.services.job_queue.progressed.connect(lambda fraction, _: fractions.append(fraction))
    window.services.document.faces.choose(0, 1)
    window.services.runner.smile(0.5)
    idle()
    assert fractions == sorted(fractions)
    assert fractions[0] < 0.5 < fractions[-1]


def test_a_smile_of_one_face_does_not_drop_the_other_from_what_is_on_its_way(
    qtbot, window, run, idle
):
    resume = run.hold(lambda request: isinstance(request, SmileRequest))
    window.services.document.faces.choose(0, 1)
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: bool(run.requests_of(SmileRequest)))
    window.services.document.faces.choose(0)
    window.services.runner.smile(0.2)
    resume.set()
    idle()
    strengths = [step.settings.strength for step in window.services.document.steps.items]
    assert strengths == [0.2, 0.5]


def test_a_cancelled_smile_of_all_faces_leaves_no_trace(qtbot, window, run, press_key, idle):
    window.services.document.faces.choose(0, 1)
    resume = run.hold(lambda request: len(run.requests_of(SmileRequest)) == 2)
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: len(run.requests_of(SmileRequest)) == 2)
    press_key(Qt.Key.Key_Escape)
    resume.set()
    idle()
    assert window.services.document.steps.items == ()
    assert window.services.document.undo_stack.count() == 0


def test_all_faces_take_a_part_of_the_exemplar_as_one_undo_step(
    qtbot, window, run, make_face, idle
):
    picture = np.full((500, 500, 3), 60, np.uint8)
    window.services.document.exemplars.add(
        cut_exemplars(picture, [make_face(250, 200, 80)], "Anna").exemplars
    )
    window.findChild(QDockWidget, "Exemplars").raise_()
    panel, undo_stack = window.findChild(ExemplarsPanel), window.services.document.undo_stack
    before = undo_stack.count()
    qtbot.mouseClick(_all_faces(panel), LEFT)
    apply = next(one for one in panel.findChildren(QPushButton) if one.text() == "Apply")
    qtbot.mouseClick(apply, LEFT)
    idle()
    assert len(run.requests_of(ExemplarRequest)) == 2
    assert undo_stack.count() == before + 1
    assert undo_stack.undoText() == "Mouth from Anna of 2 faces"
    assert len({step.settings.number for step in window.services.document.steps.items}) == 2


def test_parts_of_all_faces_are_masked_and_points_of_all_faces_are_reset(window, run, idle):
    document = window.services.document
    document.faces.choose(0, 1)
    window.masks.add_part(FacePart.MOUTH)
    for face in run.faces:
        x, y = face.landmarks[48:68].mean(axis=0).round().astype(int)
        assert document.mask.read((slice(y - 2, y + 2), slice(x - 2, x + 2))).any()
    for face in document.faces.items:
        document.faces.move_landmarks(face, face.landmarks + 3)
    window.services.landmark_edits.reset()
    for listed, found in zip(document.faces.items, run.faces, strict=True):
        np.testing.assert_array_equal(listed.landmarks, found.landmarks)


def test_a_photo_of_one_face_has_no_button_for_all(window, make_face):
    window.services.document.faces.set_found((make_face(),))
    assert _all_faces(window.findChild(SmilePanel)).isHidden()
    window.services.document.faces.set_found((make_face(), make_face(480.0, 150.0, 40.0)))
    assert not _all_faces(window.findChild(SmilePanel)).isHidden()


def test_the_faces_that_were_chosen_stay_chosen_when_more_are_found(window, run, make_face, chosen):
    window.services.document.faces.choose(1, 0)
    window.services.document.faces.set_found((make_face(400, 350, 70), *run.faces))
    assert chosen() == [2, 1]
