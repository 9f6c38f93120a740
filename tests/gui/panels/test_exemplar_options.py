"""Shape, strength and parts of a result that transfers an exemplar's parts."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox

from core.anatomy.parts import FacePart
from core.edit.requests import DEFAULT_SHAPE, ExemplarRequest, Guide
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.panels.change_part_button import ChangePartButton
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def transfer(qtbot, window, run, make_face):
    """Transfer parts of an exemplar with this name, as the menu does."""
    names: dict[str, int] = {}

    def run_transfer(name: str, *parts: FacePart) -> None:
        exemplar_list, before = (
            window.services.document.exemplars,
            len(run.requests_of(ExemplarRequest)),
        )
        if name not in names:
            picture = np.full((500, 500, 3), 60 * len(names), np.uint8)
            exemplar_list.add(cut_exemplars(picture, [make_face(250, 200, 80)], name).exemplars)
            names[name] = exemplar_list.items[-1].number
        exemplar_list.choose(names[name])
        window.services.exemplar_edits.transfer_chosen(*parts)
        qtbot.waitUntil(lambda: len(run.requests_of(ExemplarRequest)) > before)
        qtbot.waitUntil(lambda: not window.services.runner.is_running)

    return run_transfer


@pytest.fixture
def options(window, transfer) -> ExemplarOptions:
    transfer("Anna", FacePart.MOUTH)
    return window.findChild(ExemplarOptions)


@pytest.fixture
def sliders(options) -> list[Slider]:
    return options.findChildren(Slider)


@pytest.fixture
def transferred_settings(window):
    return lambda: window.services.document.steps.items[-1].settings


def test_a_hat_stays_on_by_a_check_box_as_one_undo_step(
    qtbot, window, transfer, transferred_settings, run
):
    transfer("Anna", WholePart.HAIR)
    options = window.findChild(ExemplarOptions)
    (keeps_hat,) = options.findChildren(QCheckBox)
    assert keeps_hat.isVisibleTo(options)
    assert not keeps_hat.isChecked()
    steps = window.services.document.undo_stack.count()
    qtbot.mouseClick(keeps_hat, LEFT, pos=QPoint(8, keeps_hat.height() // 2))
    qtbot.waitUntil(lambda: transferred_settings().keeps_hat)
    assert run.requests_of(ExemplarRequest)[-1].keeps_hat
    assert window.services.document.undo_stack.count() == steps + 1
    window.services.document.undo_stack.undo()
    assert not transferred_settings().keeps_hat
    assert not keeps_hat.isChecked()


def test_a_part_of_the_face_has_no_choice_of_a_hat(options):
    (keeps_hat,) = options.findChildren(QCheckBox)
    assert not keeps_hat.isVisibleTo(options)


def test_glasses_are_taken_as_pixels_whatever_the_guide(window, transfer, run):
    window.services.tool_state.exemplar_mode.choose(Guide.STYLE)
    transfer("Anna", WholePart.GLASSES)
    asked = run.requests_of(ExemplarRequest)[-1]
    assert asked.glasses
    assert not asked.hair
    assert asked.parts == ()


def test_glasses_have_no_random_style(qtbot, window, run):
    window.services.tool_state.exemplar_mode.set_parts((WholePart.GLASSES,))
    with qtbot.waitSignal(window.services.exemplar_edits.posted) as posted:
        window.services.exemplar_edits.apply_random_style()
    assert "Glasses" in posted.args[0]


def test_a_transferred_part_is_selected_with_its_options(window, options, sliders):
    assert window.services.document.steps.selected is window.services.document.steps.items[0]
    assert options.isVisibleTo(window)
    shape, strength = (slider.value() for slider in sliders)
    assert (shape, strength) == (round(100 * DEFAULT_SHAPE[FacePart.MOUTH]), 100)


def test_a_drag_shows_drafts_and_is_one_undo_step(
    qtbot, window, run, sliders, transferred_settings, idle
):
    _, strength = sliders
    middle = strength.height() // 2
    count = window.services.document.undo_stack.count()
    qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, middle))
    qtbot.waitUntil(lambda: any(one.draft for one in run.requests_of(ExemplarRequest)))
    assert window.services.document.undo_stack.count() == count
    qtbot.mouseMove(strength, QPoint(strength.width() // 4, middle))
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, middle))
    idle()
    assert window.services.document.undo_stack.count() == count + 1
    assert len(window.services.document.steps.items) == 1
    assert transferred_settings().strength == pytest.approx(strength.value() / 100)
    assert not run.requests_of(ExemplarRequest)[-1].draft


def test_the_newest_position_of_a_slider_wins(
    qtbot, window, run, sliders, transferred_settings, idle
):
    shape, _ = sliders
    middle = shape.height() // 2
    qtbot.mousePress(shape, LEFT, pos=QPoint(10, middle))
    for x in range(10, 80, 5):
        qtbot.mouseMove(shape, QPoint(x, middle))
    qtbot.mouseRelease(shape, LEFT, pos=QPoint(80, middle))
    idle()
    assert transferred_settings().shape == pytest.approx(shape.value() / 100)
    assert len(run.requests_of(ExemplarRequest)) < 14


def test_a_double_click_gives_the_shape_that_suits_the_part(
    qtbot, sliders, transferred_settings, idle
):
    shape, _ = sliders
    shape.setValue(90)
    shape.sliderReleased.emit()
    idle()
    assert transferred_settings().shape == pytest.approx(0.9)
    qtbot.mouseDClick(shape, LEFT, pos=QPoint(5, 5))
    shape.sliderReleased.emit()
    idle()
    assert transferred_settings().shape is None


def test_keys_on_a_slider_settle_into_one_undo_step(
    qtbot, window, sliders, transferred_settings, idle
):
    _, strength = sliders
    count = window.services.document.undo_stack.count()
    for _ in range(5):
        qtbot.keyClick(strength, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: transferred_settings().strength == pytest.approx(0.95))
    idle()
    assert window.services.document.undo_stack.count() == count + 1


def test_undo_gives_the_slider_its_value_back(window, sliders, idle):
    _, strength = sliders
    strength.setValue(40)
    strength.sliderReleased.emit()
    idle()
    window.undo()
    assert strength.value() == 100


def test_another_part_of_the_same_exemplar_takes_its_place(
    window, options, transferred_settings, idle
):
    menu = options.findChild(ChangePartButton).menu()
    choices = {action.text(): action for action in menu.actions() if action.isVisible()}
    assert list(choices) == [
        "Mouth",
        "Eyes",
        "Brows",
        "Nose",
        "Inner face",
        "Hair",
        "Glasses",
        "Whole look",
    ]
    assert [text for text, action in choices.items() if action.isChecked()] == ["Mouth"]
    choices["Eyes"].trigger()
    idle()
    assert transferred_settings().parts == (FacePart.EYES,)
    assert len(window.services.document.steps.items) == 1
    assert window.services.document.undo_stack.undoText() == "Eyes from Anna"
    assert [text for text, action in choices.items() if action.isChecked()] == ["Eyes"]


def test_another_exemplar_for_the_same_part_takes_the_place_of_the_first(
    window, options, transfer, transferred_settings
):
    transfer("Bert", FacePart.MOUTH)
    assert [step.settings.exemplar.name for step in window.services.document.steps.items] == [
        "Bert"
    ]
    window.undo()
    assert transferred_settings().exemplar.name == "Anna"


def test_another_exemplar_keeps_the_strength_that_was_set(
    options, sliders, transfer, transferred_settings, idle
):
    sliders[1].setValue(60)
    sliders[1].sliderReleased.emit()
    idle()
    transfer("Bert", FacePart.MOUTH)
    assert transferred_settings().strength == pytest.approx(0.6)


def test_other_parts_are_steps_of_their_own(window, options, transfer):
    transfer("Bert", FacePart.EYES)
    assert len(window.services.document.steps.items) == 2


def test_a_deleted_exemplar_stays_in_its_result(window, run, options, sliders, idle):
    exemplar_list = window.services.document.exemplars
    pixels = exemplar_list.items[0].image
    window.services.document.exemplars.delete(exemplar_list.items[0].number)
    sliders[1].setValue(50)
    sliders[1].sliderReleased.emit()
    idle()
    assert run.requests_of(ExemplarRequest)[-1].exemplar is pixels


def test_at_strength_zero_the_result_stays_in_the_list(window, sliders, idle):
    sliders[1].setValue(0)
    sliders[1].sliderReleased.emit()
    idle()
    assert len(window.services.document.steps.items) == 1


def test_other_results_have_no_such_options(qtbot, window, options, press_key):
    window.services.runner.smile(0.5)
    qtbot.waitUntil(lambda: len(window.services.document.steps.items) == 2)
    window.services.document.steps.select(window.services.document.steps.items[-1].number)
    QApplication.processEvents()
    assert options.isHidden()


def test_cancelling_puts_the_sliders_back(qtbot, window, sliders, idle):
    _, strength = sliders
    middle = strength.height() // 2
    qtbot.mousePress(strength, LEFT, pos=QPoint(20, middle))
    window.cancel()
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(20, middle))
    idle()
    assert len(window.services.document.steps.items) == 1


@pytest.mark.parametrize("by_keys", [False, True])
def test_the_strength_of_hair_asks_nobody_and_is_one_undo_step(
    qtbot, window, run, transfer, transferred_settings, idle, by_keys
):
    transfer("Anna", WholePart.HAIR)
    shown = window.findChild(ExemplarOptions).findChildren(Slider)
    strength = next(one for one in shown if "Strength" in one.accessibleName())
    count, asked = (
        window.services.document.undo_stack.count(),
        len(run.requests_of(ExemplarRequest)),
    )
    if by_keys:
        for _ in range(3):
            qtbot.keyClick(strength, Qt.Key.Key_Left)
    else:
        qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, 10))
        qtbot.mouseMove(strength, QPoint(strength.width() // 4, 10))
        qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, 10))
    step = window.services.document.steps.items[-1]
    assert transferred_settings().strength == strength.value() / 100 < 1
    assert step.coverage(step.window).max() == np.ceil(255 * transferred_settings().strength)
    idle()
    assert len(run.requests_of(ExemplarRequest)) == asked
    assert run.requests_of(ExemplarRequest)[-1].strength == 1.0
    assert window.services.document.undo_stack.count() == count + 1
    window.undo()
    assert strength.value() == 100


def test_the_strength_is_set_of_the_part_that_is_on_its_way(
    qtbot, window, run, options, sliders, transferred_settings, idle
):
    resume = run.hold(lambda request: isinstance(request, ExemplarRequest))
    before = len(run.requests_of(ExemplarRequest))
    menu = options.findChild(ChangePartButton).menu()
    next(one for one in menu.actions() if one.text() == "Eyes").trigger()
    qtbot.waitUntil(lambda: len(run.requests_of(ExemplarRequest)) > before)
    strength = sliders[1]
    qtbot.mousePress(strength, LEFT, pos=strength.rect().center())
    qtbot.mouseRelease(strength, LEFT)
    resume.set()
    idle()
    assert transferred_settings().parts == (FacePart.EYES,)
    assert transferred_settings().strength == strength.value() / 100
