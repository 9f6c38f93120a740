"""The expression panel, by mouse and keys."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QDockWidget, QToolButton

from core.anatomy.expressions import HIDDEN_SLIDERS, Expression
from core.edit.requests import ExpressionRequest
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import Expressed
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.expressions.expression import ExpressionPanel
from faceeditor_gui.state.expression_sliders import SLIDER_GROUPS
from faceeditor_gui.widgets.direction_pad import SIDE_PX, DirectionPad
from faceeditor_gui.widgets.slider import Slider

_PIXELS = StoredArray(np.zeros((480, 640, 3), np.uint8))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(window) -> ExpressionPanel:
    window.findChild(QDockWidget, "Expression").raise_()
    return window.findChild(ExpressionPanel)


@pytest.fixture
def click(qtbot, panel):
    def run(name: str) -> None:
        buttons = panel.findChildren(QToolButton)
        qtbot.mouseClick(next(one for one in buttons if one.toolTip() == name), LEFT)

    return run


@pytest.fixture
def show_group(panel):
    def run(name: str) -> None:
        groups = panel.findChild(QComboBox)
        groups.setCurrentIndex(groups.findData(name))

    return run


@pytest.fixture
def move_slider(panel):
    """Set a slider by its number box, as a drag that has ended."""

    def run(name: str, percent: int) -> None:
        slider = next(one for one in panel.findChildren(Slider) if one.accessibleName() == name)
        slider.setSliderDown(True)
        slider.setValue(percent)
        slider.setSliderDown(False)

    return run


@pytest.fixture
def made(window):
    """List what the document's faces express."""
    return lambda: [step.settings for step in window.services.document.steps.items]


def test_a_class_is_one_undo_step_and_another_one_takes_its_place(window, click, made, idle):
    count = window.services.document.undo_stack.count()
    click("Happy")
    idle()
    click("Sad")
    idle()
    assert [one.wanted for one in made()] == [Expressed(Expression.SAD)]
    assert window.services.document.undo_stack.count() == count + 2


def test_the_same_class_again_takes_it_away(click, made, idle):
    click("Angry")
    idle()
    click("Angry")
    idle()
    assert made() == []


def test_a_chained_slider_moves_both_sides_as_one_undo_step(
    window, show_group, move_slider, made, idle
):
    show_group("Brows")
    count = window.services.document.undo_stack.count()
    move_slider("Lowered", 60)
    idle()
    assert made()[0].wanted.weights == {"browDownLeft": 0.6, "browDownRight": 0.6}
    assert window.services.document.undo_stack.count() == count + 1


def test_without_the_chain_each_side_has_a_slider(click, show_group, move_slider, made, idle):
    show_group("Brows")
    click("Left and right together")
    move_slider("Lowered, left", -40)
    idle()
    assert made()[0].wanted.weights == {"browDownLeft": -0.4}


def test_sliders_and_a_class_add_up(click, show_group, move_slider, made, idle):
    click("Surprised")
    idle()
    show_group("Jaw")
    move_slider("Open", 30)
    idle()
    wanted = made()[0].wanted
    assert wanted == Expressed(Expression.SURPRISED, {"jawOpen": 0.3})
    assert describe_settings(made()[0]) == "Surprised, 1 slider"


def test_a_drag_is_previewed_before_it_is_made(run, panel, show_group, idle, made):
    idle()
    show_group("Mouth")
    slider = next(one for one in panel.findChildren(Slider) if one.accessibleName() == "Pucker")
    slider.setSliderDown(True)
    slider.setValue(50)
    idle()
    assert made() == []
    last = run.requests_of(ExpressionRequest)[-1]
    assert last.draft
    assert last.weights == {"mouthPucker": 0.5}


def test_the_pad_turns_both_eyes_the_same_way(qtbot, panel, show_group, made, idle):
    show_group("Gaze")
    pad = panel.findChild(DirectionPad)
    qtbot.mousePress(pad, LEFT, pos=QPoint(SIDE_PX - 1, SIDE_PX // 2))
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(SIDE_PX - 1, SIDE_PX // 2))
    idle()
    weights = made()[0].wanted.weights
    assert weights["eyeLookOutLeft"] == weights["eyeLookInRight"] == 1.0
    assert "eyeLookInLeft" not in weights


def test_all_of_it_is_taken_away_at_once(click, show_group, move_slider, made, idle):
    click("Fearful")
    idle()
    show_group("Nose")
    move_slider("Wrinkled", 80)
    idle()
    click("Take all of it away")
    idle()
    assert made() == []


def test_an_exemplar_dropped_on_the_panel_is_imitated(window, panel, make_face, made, idle):
    exemplars = window.services.document.exemplars
    exemplars.add([ListedExemplar("Anna", _PIXELS, make_face().landmarks)])
    anna = exemplars.items[0]
    data = exemplar_mime_data(anna.number)
    actions, no_keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    panel.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), actions, data, LEFT, no_keys))
    panel.dropEvent(QDropEvent(QPointF(9, 9), actions, data, LEFT, no_keys))
    idle()
    assert made()[0].wanted.like == tuple(map(tuple, anna.landmarks.tolist()))


def test_a_preset_comes_back_from_its_file(
    window, click, show_group, move_slider, made, idle, tmp_path
):
    click("Sad")
    idle()
    show_group("Shape")
    move_slider("Nose width", -50)
    idle()
    saved = made()[0].wanted
    expressions = window.services.expressions
    expressions.save_preset(tmp_path / "sad.json")
    assert json.loads((tmp_path / "sad.json").read_text())["weights"] == {"noseWidth": -0.5}
    click("Take all of it away")
    idle()
    expressions.load_preset(tmp_path / "sad.json")
    idle()
    assert made()[0].wanted == saved


def test_a_file_that_is_no_preset_is_told_of_and_changes_nothing(window, made, idle, tmp_path):
    said = []
    window.services.expressions.posted.connect(said.append)
    path = tmp_path / "words.json"
    path.write_text("words")
    window.services.expressions.load_preset(path)
    idle()
    assert made() == []
    assert "no preset" in said[0]


def test_sliders_whose_sheets_do_not_pass_are_not_shown():
    shown = {slider.shape for group in SLIDER_GROUPS for slider in group.sliders}
    assert shown.isdisjoint(HIDDEN_SLIDERS)
    assert {"eyeBlink", "jawOpen", "browDown", "browInnerUp", "mouthPucker", "mouthFrown"} <= shown


@pytest.mark.parametrize("group", SLIDER_GROUPS, ids=lambda group: group.name)
def test_every_group_shows_its_sliders(panel, show_group, group):
    show_group(group.name)
    names = {one.accessibleName() for one in panel.findChildren(Slider)}
    assert {one.name for one in group.sliders} <= names
