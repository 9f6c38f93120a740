"""Results that move the face are weakened by moving it less; restorations by showing less."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core.edit.requests import ReshapeRequest, RestoreRequest, SmileRequest
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.panels.strength_options import StrengthOptions
from faceeditor_gui.state.tool_state import ToolName
from faceeditor_gui.widgets.percent_slider import PercentSlider
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def select(window, idle):
    def select_top() -> None:
        idle()
        window.services.document.steps.select(window.services.document.steps.items[-1].number)

    return select_top


@pytest.fixture
def strength(window) -> Slider:
    return window.findChild(StrengthOptions).findChild(Slider)


@pytest.fixture
def drag_to(qtbot, strength):
    def go(percent: int) -> None:
        place = QPoint(round(strength.position_of(percent)), strength.height() // 2)
        qtbot.mousePress(strength, LEFT, pos=strength.rect().center())
        qtbot.mouseMove(strength, place)
        qtbot.mouseRelease(strength, LEFT, pos=place)

    return go


@pytest.fixture
def top(window):
    return lambda: window.services.document.steps.items[-1]


@pytest.fixture
def reshaped(window, select, top):
    """Drag the chin of the first face down by 20 pixels."""
    window.services.tool_state.select_tool(ToolName.LANDMARKS)
    targets = window.services.document.faces.items[0].landmarks.copy()
    targets[8, 1] += 20
    window.services.landmark_edits.drop(targets, landmarks_only=False)
    select()
    return targets


def test_a_smile_has_a_strength_in_place_of_an_opacity(window, select):
    window.services.runner.smile(0.5)
    select()
    assert window.findChild(StrengthOptions).isVisibleTo(window)
    opacity = window.findChild(ResultOptions).findChildren(PercentSlider)[0]
    assert opacity.isHidden()


def test_dragging_the_strength_of_a_smile_previews_and_is_one_undo_step(
    window, run, select, top, strength, drag_to, idle
):
    window.services.runner.smile(0.8)
    select()
    before = window.services.document.undo_stack.count()
    drag_to(30)
    idle()
    assert top().settings.strength == strength.value() / 100 == pytest.approx(0.3, abs=0.02)
    assert top().opacity == 1
    assert window.services.document.undo_stack.count() == before + 1
    assert any(request.draft for request in run.requests_of(SmileRequest))
    window.undo()
    assert top().settings.strength == 0.8


def test_the_strength_follows_what_the_smile_panel_sets(window, select, strength, idle):
    window.services.runner.smile(0.8)
    select()
    assert strength.value() == 80
    window.services.runner.smile(-0.4)
    idle()
    assert strength.value() == -40


def test_dragged_points_go_half_of_their_way_at_half_strength(
    window, run, reshaped, top, strength, drag_to, idle
):
    drag_to(50)
    idle()
    way = 20 * strength.value() / 100
    assert way == pytest.approx(10, abs=0.5)
    request = run.requests_of(ReshapeRequest)[-1]
    np.testing.assert_allclose((request.targets - request.landmarks)[8], (0, way))
    assert describe_settings(top().settings).endswith(f"{strength.value()} %")
    face = window.services.document.faces.items[0]
    np.testing.assert_allclose(
        (window.services.document.landmarks(face) - face.landmarks)[8], (0, way)
    )


def test_dragged_points_stay_in_the_list_at_strength_zero_and_come_back(
    window, reshaped, top, drag_to, idle
):
    drag_to(0)
    idle()
    assert top().settings.strength == 0
    drag_to(100)
    idle()
    np.testing.assert_array_equal(top().settings.targets, reshaped)


def test_points_are_dragged_on_from_where_they_are_seen(window, reshaped, top, drag_to, idle):
    drag_to(50)
    idle()
    face = window.services.document.faces.items[0]
    seen = window.services.document.landmarks(face)
    dragged = seen.copy()
    dragged[30, 0] += 5
    window.services.landmark_edits.drop(dragged, landmarks_only=False)
    idle()
    assert top().settings.strength == 1
    np.testing.assert_allclose(top().settings.targets[[8, 30]], dragged[[8, 30]])


def test_a_result_that_was_faded_all_the_same_can_be_shown_in_full_again(window, select, top):
    window.services.runner.smile(0.5)
    select()
    opacity = window.findChild(ResultOptions).findChildren(PercentSlider)[0]
    window.services.document.steps.set_opacity(top().number, 0.4)
    assert opacity.isVisibleTo(window)
    window.services.document.steps.set_opacity(top().number, 1.0)
    assert opacity.isHidden()


def test_one_click_restores_the_face_and_the_slider_needs_no_network(
    window, run, select, top, strength, drag_to, idle
):
    window.menu_bar.action("face.restore").trigger()
    select()
    assert strength.value() == round(100 * RestoreRequest.strength)
    before = window.services.document.undo_stack.count()
    drag_to(30)
    idle()
    assert top().settings.strength == strength.value() / 100 == pytest.approx(0.3, abs=0.02)
    assert len(run.requests_of(RestoreRequest)) == 1
    assert window.services.document.undo_stack.count() == before + 1
    window.undo()
    assert top().settings.strength == RestoreRequest.strength


def test_a_face_is_restored_once(window, run, idle, select):
    window.menu_bar.action("face.restore").trigger()
    select()
    said: list[str] = []
    window.services.restorations.posted.connect(said.append)
    window.menu_bar.action("face.restore").trigger()
    idle()
    assert len(run.requests_of(RestoreRequest)) == 1
    assert any("restored already" in one for one in said)


def test_all_chosen_faces_are_restored_as_one_undo_step(window, run, idle):
    window.services.document.faces.toggle_all()
    window.menu_bar.action("face.restore").trigger()
    idle()
    assert len(run.requests_of(RestoreRequest)) == 2
    window.undo()
    assert window.services.document.steps.items == ()
