"""Shape, strength and parts of a result that was taken from an exemplar."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from core.anatomy.parts import FacePart
from core.edit.requests import SUITING_SHAPE, ExemplarRequest
from faceeditor_gui.document.exemplar import exemplars_of
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.panels.instead_button import InsteadButton
from faceeditor_gui.state.face_targets import StyleTarget
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def take(qtbot, window, run, make_face):
    """Take parts of an exemplar with this name, by the menu's way."""
    names: dict[str, int] = {}

    def go(name: str, *parts: FacePart) -> None:
        shelf, before = window.parts.document.shelf, len(run.made(ExemplarRequest))
        if name not in names:
            picture = np.full((500, 500, 3), 60 * len(names), np.uint8)
            shelf.add(exemplars_of(picture, [make_face(250, 200, 80)], name).exemplars)
            names[name] = shelf.exemplars[-1].number
        shelf.choose(names[name])
        window.parts.borrowing.take_chosen(*parts)
        qtbot.waitUntil(lambda: len(run.made(ExemplarRequest)) > before)
        qtbot.waitUntil(lambda: not window.parts.runner.is_running)

    return go


@pytest.fixture
def options(window, take) -> ExemplarOptions:
    take("Anna", FacePart.MOUTH)
    return window.findChild(ExemplarOptions)


@pytest.fixture
def sliders(options) -> list[Slider]:
    return options.findChildren(Slider)


@pytest.fixture
def taken(window):
    return lambda: window.parts.document.steps[-1].settings


def test_what_was_taken_is_in_hand_with_its_options(window, options, sliders):
    assert window.parts.document.edits.selected is window.parts.document.steps[0]
    assert options.isVisibleTo(window)
    shape, strength = (slider.value() for slider in sliders)
    assert (shape, strength) == (round(100 * SUITING_SHAPE[FacePart.MOUTH]), 100)


def test_a_drag_shows_drafts_and_is_one_undo_step(qtbot, window, run, sliders, taken, idle):
    _, strength = sliders
    middle = strength.height() // 2
    count = window.parts.document.undo_stack.count()
    qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, middle))
    qtbot.waitUntil(lambda: any(one.draft for one in run.made(ExemplarRequest)))
    assert window.parts.document.undo_stack.count() == count
    qtbot.mouseMove(strength, QPoint(strength.width() // 4, middle))
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, middle))
    idle()
    assert window.parts.document.undo_stack.count() == count + 1
    assert len(window.parts.document.steps) == 1
    assert taken().strength == pytest.approx(strength.value() / 100)
    assert not run.made(ExemplarRequest)[-1].draft


def test_the_newest_position_of_a_slider_wins(qtbot, window, run, sliders, taken, idle):
    shape, _ = sliders
    middle = shape.height() // 2
    qtbot.mousePress(shape, LEFT, pos=QPoint(10, middle))
    for x in range(10, 80, 5):
        qtbot.mouseMove(shape, QPoint(x, middle))
    qtbot.mouseRelease(shape, LEFT, pos=QPoint(80, middle))
    idle()
    assert taken().shape == pytest.approx(shape.value() / 100)
    assert len(run.made(ExemplarRequest)) < 14


def test_a_double_click_gives_the_shape_that_suits_the_part(qtbot, sliders, taken, idle):
    shape, _ = sliders
    shape.setValue(90)
    shape.sliderReleased.emit()
    idle()
    assert taken().shape == pytest.approx(0.9)
    qtbot.mouseDClick(shape, LEFT, pos=QPoint(5, 5))
    shape.sliderReleased.emit()
    idle()
    assert taken().shape is None


def test_keys_on_a_slider_settle_into_one_undo_step(qtbot, window, sliders, taken, idle):
    _, strength = sliders
    count = window.parts.document.undo_stack.count()
    for _ in range(5):
        qtbot.keyClick(strength, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: taken().strength == pytest.approx(0.95))
    idle()
    assert window.parts.document.undo_stack.count() == count + 1


def test_undo_gives_the_slider_its_value_back(window, sliders, idle):
    _, strength = sliders
    strength.setValue(40)
    strength.sliderReleased.emit()
    idle()
    window.undo()
    assert strength.value() == 100


def test_another_part_of_the_same_exemplar_takes_its_place(window, options, taken, idle):
    menu = options.findChild(InsteadButton).menu()
    choices = {action.text(): action for action in menu.actions() if action.isVisible()}
    assert list(choices) == [
        "Mouth",
        "Eyes",
        "Brows",
        "Nose",
        "Inner face",
        "Hair",
        "Whole look",
    ]
    assert [text for text, action in choices.items() if action.isChecked()] == ["Mouth"]
    choices["Eyes"].trigger()
    idle()
    assert taken().targets == (FacePart.EYES,)
    assert len(window.parts.document.steps) == 1
    assert window.parts.document.undo_stack.undoText() == "Eyes from Anna"
    assert [text for text, action in choices.items() if action.isChecked()] == ["Eyes"]


def test_another_exemplar_for_the_same_part_takes_the_place_of_the_first(
    window, options, take, taken
):
    take("Bert", FacePart.MOUTH)
    assert [step.settings.exemplar.name for step in window.parts.document.steps] == ["Bert"]
    window.undo()
    assert taken().exemplar.name == "Anna"


def test_another_exemplar_keeps_the_strength_that_was_set(options, sliders, take, taken, idle):
    sliders[1].setValue(60)
    sliders[1].sliderReleased.emit()
    idle()
    take("Bert", FacePart.MOUTH)
    assert taken().strength == pytest.approx(0.6)


def test_other_parts_are_steps_of_their_own(window, options, take):
    take("Bert", FacePart.EYES)
    assert len(window.parts.document.steps) == 2


def test_a_deleted_exemplar_stays_in_its_result(window, run, options, sliders, idle):
    shelf = window.parts.document.shelf
    pixels = shelf.exemplars[0].image
    window.parts.document.delete_exemplar(shelf.exemplars[0].number)
    sliders[1].setValue(50)
    sliders[1].sliderReleased.emit()
    idle()
    assert run.made(ExemplarRequest)[-1].exemplar is pixels


def test_at_strength_zero_the_result_stays_in_the_list(window, sliders, idle):
    sliders[1].setValue(0)
    sliders[1].sliderReleased.emit()
    idle()
    assert len(window.parts.document.steps) == 1


def test_other_results_have_no_such_options(qtbot, window, options, press_key):
    window.parts.runner.smile(0.5)
    qtbot.waitUntil(lambda: len(window.parts.document.steps) == 2)
    window.parts.document.edits.select(window.parts.document.steps[-1].number)
    QApplication.processEvents()
    assert options.isHidden()


def test_cancelling_puts_the_sliders_back(qtbot, window, sliders, idle):
    _, strength = sliders
    middle = strength.height() // 2
    qtbot.mousePress(strength, LEFT, pos=QPoint(20, middle))
    window.cancel()
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(20, middle))
    idle()
    assert len(window.parts.document.steps) == 1


@pytest.mark.parametrize("by_keys", [False, True])
def test_the_strength_of_hair_asks_nobody_and_is_one_undo_step(
    qtbot, window, run, take, taken, idle, by_keys
):
    take("Anna", StyleTarget.HAIR)
    shown = window.findChild(ExemplarOptions).findChildren(Slider)
    strength = next(one for one in shown if "Strength" in one.accessibleName())
    count, asked = window.parts.document.undo_stack.count(), len(run.made(ExemplarRequest))
    if by_keys:
        for _ in range(3):
            qtbot.keyClick(strength, Qt.Key.Key_Left)
    else:
        qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, 10))
        qtbot.mouseMove(strength, QPoint(strength.width() // 4, 10))
        qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, 10))
    step = window.parts.document.steps[-1]
    assert taken().strength == strength.value() / 100 < 1
    assert step.coverage(step.window).max() == np.ceil(255 * taken().strength)
    idle()
    assert len(run.made(ExemplarRequest)) == asked
    assert run.made(ExemplarRequest)[-1].strength == 1.0
    assert window.parts.document.undo_stack.count() == count + 1
    window.undo()
    assert strength.value() == 100
