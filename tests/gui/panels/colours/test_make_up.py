"""The make-up panel, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QDockWidget, QToolButton

from core.edit.requests import MakeUpRequest
from faceeditor_gui.document.edit_settings import MakeUp
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.colours.make_up import MakeUpPanel
from faceeditor_gui.state.make_up_swatches import MAKE_UP_SWATCHES, MakeUpLayer
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton
RED, BERRY = (dict(MAKE_UP_SWATCHES[MakeUpLayer.LIPS])[name] for name in ("Red", "Berry"))
SMOKE = dict(MAKE_UP_SWATCHES[MakeUpLayer.SHADOW])["Smoke"]


@pytest.fixture
def panel(window) -> MakeUpPanel:
    window.findChild(QDockWidget, "Make-up").raise_()
    return window.findChild(MakeUpPanel)


@pytest.fixture
def click(qtbot, panel, idle):
    def run(name: str) -> None:
        buttons = panel.findChildren(QToolButton)
        qtbot.mouseClick(next(one for one in buttons if one.toolTip() == name), LEFT)
        idle()

    return run


@pytest.fixture
def slider(panel):
    def find(name: str) -> Slider:
        sliders = panel.findChildren(Slider)
        return next(one for one in sliders if one.accessibleName().startswith(name))

    return find


@pytest.fixture
def made(window):
    """List the make-up in the document."""
    return lambda: [step.settings.wanted for step in window.services.document.steps.items]


def _checked(panel: MakeUpPanel) -> set[str]:
    return {one.toolTip() for one in panel.findChildren(QToolButton) if one.isChecked()}


def test_swatches_of_two_layers_are_one_edit_and_two_undo_steps(window, panel, click, made):
    click("Lips: Red")
    click("Shadow: Smoke")
    assert made() == [MakeUp(lips=RED, shadow=SMOKE)]
    assert {"Lips: Red", "Shadow: Smoke", "Liner: none", "Blush: none"} <= _checked(panel)
    assert window.services.document.undo_stack.count() == 2
    window.undo()
    assert made() == [MakeUp(lips=RED)]
    assert {"Lips: Red", "Shadow: none"} <= _checked(panel)


def test_another_swatch_takes_the_place_of_the_first(click, made):
    click("Lips: Red")
    click("Lips: Berry")
    assert made() == [MakeUp(lips=BERRY)]


def test_none_of_the_last_layer_takes_the_edit_away(click, made):
    click("Lips: Red")
    click("Lips: none")
    assert made() == []


@pytest.mark.parametrize("name", ["Strength of the brows", "Strength of the make-up"])
def test_a_drag_shows_previews_and_ends_as_one_undo_step(
    name, qtbot, window, click, slider, made, idle
):
    click("Lips: Red")
    previews = []
    window.services.runner.preview_changed.connect(previews.append)
    held = slider(name)
    qtbot.mousePress(held, LEFT, pos=held.rect().center())
    qtbot.mouseMove(held, held.rect().center() + QPoint(25, 0))
    qtbot.waitUntil(lambda: any(one is not None and one.result is not None for one in previews))
    assert window.services.document.undo_stack.count() == 1
    qtbot.mouseRelease(held, LEFT)
    idle()
    (one,) = made()
    assert one.lips == RED
    assert (one.brows, one.strength) != (0.0, MakeUp.strength)
    assert window.services.document.undo_stack.count() == 2


def test_brows_need_no_colour_but_strength_waits_for_something_to_show(qtbot, slider, made, idle):
    assert not slider("Strength of the make-up").isEnabled()
    brows = slider("Strength of the brows")
    qtbot.mousePress(brows, LEFT, pos=brows.rect().center())
    qtbot.mouseMove(brows, brows.rect().center() + QPoint(20, 0))
    qtbot.mouseRelease(brows, LEFT)
    idle()
    (one,) = made()
    assert one.brows > 0
    assert slider("Strength of the make-up").isEnabled()


def test_all_chosen_faces_are_made_up_as_one_undo_step(window, click, made):
    window.services.document.faces.toggle_all()
    click("Blush: Rose")
    assert len(made()) == 2
    assert window.services.document.undo_stack.count() == 1


def test_the_panel_shows_the_make_up_of_the_face_in_hand(window, panel, click):
    click("Liner: Black")
    window.services.document.faces.choose(1)
    assert "Liner: none" in _checked(panel)


def test_selecting_the_edit_brings_the_panel_to_the_front(window, panel, click):
    click("Lips: Nude")
    steps = window.services.document.steps
    steps.select(None)
    window.findChild(QDockWidget, "Smile").raise_()
    steps.select(steps.items[0].number)
    assert not panel.visibleRegion().isEmpty()


def test_any_other_colour_shows_while_it_is_chosen_and_is_one_undo_step(
    qtbot, window, panel, run, click, made, idle
):
    click("Lips: any other colour")
    asked = window.findChild(QColorDialog)
    asked.setCurrentColor(QColor(10, 20, 30))
    qtbot.waitUntil(lambda: bool(run.requests_of(MakeUpRequest)))
    assert made() == []
    asked.accept()
    idle()
    assert made() == [MakeUp(lips=(10, 20, 30))]
    assert "Lips: any other colour" in _checked(panel)
    assert window.services.document.undo_stack.count() == 1


def test_the_list_of_edits_names_layers_and_amount(window, click):
    click("Lips: Red")
    click("Shadow: Smoke")
    (step,) = window.services.document.steps.items
    assert describe_settings(step.settings) == "Make-up: lips red, shadow smoke, 50 %"
