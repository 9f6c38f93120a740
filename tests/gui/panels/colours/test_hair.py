"""The hair panel, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QDockWidget, QToolButton

from core.edit.requests import HairColourRequest
from core.errors import InvalidRequestError
from faceeditor_gui.document.edit_settings import HairColour
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.colours.hair import HairPanel
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton
CHESTNUT = dict(HAIR_SWATCHES)["Chestnut"]
COPPER = dict(HAIR_SWATCHES)["Copper"]


@pytest.fixture
def panel(window) -> HairPanel:
    window.findChild(QDockWidget, "Hair").raise_()
    return window.findChild(HairPanel)


@pytest.fixture
def click(qtbot, panel):
    def run(name: str) -> None:
        buttons = panel.findChildren(QToolButton)
        qtbot.mouseClick(next(one for one in buttons if one.toolTip() == name), LEFT)

    return run


@pytest.fixture
def drag_slider(qtbot, panel):
    def run(name: str, *, release: bool = True) -> Slider:
        sliders = panel.findChildren(Slider)
        slider = next(one for one in sliders if one.accessibleName().startswith(name))
        qtbot.mousePress(slider, LEFT, pos=slider.rect().center())
        qtbot.mouseMove(slider, slider.rect().center() + QPoint(20, 0))
        if release:
            qtbot.mouseRelease(slider, LEFT)
        return slider

    return run


@pytest.fixture
def colours(window):
    """List the hair colours in the document."""
    return lambda: [step.settings.wanted for step in window.services.document.steps.items]


@pytest.fixture
def dialog(qtbot, window):
    """Open the colour dialog by its action and return it."""

    def find() -> QColorDialog:
        window.menu_bar.action("face.hair_colour").trigger()
        return window.findChild(QColorDialog)

    return find


def _checked(panel: HairPanel) -> list[str]:
    return [one.toolTip() for one in panel.findChildren(QToolButton) if one.isChecked()]


def test_a_swatch_colours_the_hair_and_another_one_changes_the_same_edit(
    window, panel, click, colours, idle
):
    click("Chestnut")
    idle()
    click("Copper")
    idle()
    assert colours() == [HairColour(COPPER)]
    assert _checked(panel) == ["Copper"]
    assert window.services.document.undo_stack.count() == 2
    window.undo()
    assert colours() == [HairColour(CHESTNUT)]
    assert _checked(panel) == ["Chestnut"]


def test_a_drag_shows_previews_and_ends_as_one_undo_step(
    qtbot, window, run, click, drag_slider, colours, idle
):
    click("Chestnut")
    idle()
    previews = []
    window.services.runner.preview_changed.connect(previews.append)
    slider = drag_slider("Lightness", release=False)
    qtbot.waitUntil(lambda: any(one is not None and one.result is not None for one in previews))
    assert window.services.document.undo_stack.count() == 1
    qtbot.mouseRelease(slider, LEFT)
    idle()
    (made,) = colours()
    assert made.lightness > 0
    assert made.colour == CHESTNUT
    assert window.services.document.undo_stack.count() == 2


def test_sliders_change_hair_of_its_own_colour_too(panel, drag_slider, colours, idle):
    drag_slider("Warmth")
    idle()
    (made,) = colours()
    assert made.colour is None
    assert made.warmth > 0
    assert _checked(panel) == ["The hair's own colour"]


def test_strength_waits_for_a_colour(panel, click, idle):
    strength = next(
        one for one in panel.findChildren(Slider) if one.accessibleName().startswith("Strength")
    )
    assert not strength.isEnabled()
    click("Blue")
    idle()
    assert strength.isEnabled()


def test_own_colour_takes_the_edit_away(window, click, colours, idle):
    click("Rose")
    idle()
    click("The hair's own colour")
    idle()
    assert colours() == []


def test_all_chosen_faces_take_the_colour_as_one_undo_step(window, click, colours, idle):
    window.services.document.faces.toggle_all()
    click("Silver")
    idle()
    assert [one.colour for one in colours()] == [dict(HAIR_SWATCHES)["Silver"]] * 2
    assert window.services.document.undo_stack.count() == 1


def test_the_panel_shows_the_hair_of_the_face_in_hand(window, panel, click, idle):
    click("Violet")
    idle()
    window.services.document.faces.choose(1)
    assert _checked(panel) == ["The hair's own colour"]


def test_selecting_the_edit_brings_its_face_and_the_panel_to_the_front(window, panel, click, idle):
    click("Violet")
    idle()
    services = window.services
    services.document.steps.select(None)
    window.findChild(QDockWidget, "Smile").raise_()
    services.document.steps.select(services.document.steps.items[0].number)
    assert not panel.visibleRegion().isEmpty()


def test_a_colour_of_the_dialog_shows_while_it_is_chosen_and_is_one_undo_step(
    qtbot, window, panel, run, dialog, colours, idle
):
    asked = dialog()
    asked.setCurrentColor(QColor(10, 20, 30))
    qtbot.waitUntil(lambda: bool(run.requests_of(HairColourRequest)))
    assert colours() == []
    asked.setCurrentColor(QColor(1, 2, 3))
    asked.accept()
    idle()
    assert colours() == [HairColour((1, 2, 3))]
    assert _checked(panel) == ["Choose any colour"]
    assert window.services.document.undo_stack.count() == 1


def test_a_dialog_that_is_left_changes_nothing(window, dialog, colours, idle):
    asked = dialog()
    asked.setCurrentColor(QColor(10, 20, 30))
    asked.reject()
    idle()
    assert colours() == []
    assert window.services.runner.pending_adjustments == ()


def test_where_no_hair_is_seen_the_status_line_says_so_and_nothing_changes(
    window, panel, run, click, colours, idle
):
    def refuse(request: object, _: object) -> None:
        if isinstance(request, HairColourRequest):
            raise InvalidRequestError("No hair is seen here.")

    run.before = refuse
    click("Chestnut")
    idle()
    assert colours() == []
    assert _checked(panel) == ["The hair's own colour"]


def test_the_list_of_edits_names_the_colour(window, click, idle):
    click("Golden blonde")
    idle()
    (step,) = window.services.document.steps.items
    assert describe_settings(step.settings) == "Hair: Golden blonde"
