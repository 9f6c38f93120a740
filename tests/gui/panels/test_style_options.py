"""Strength, mix and variation of a result in an exemplar's style."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QListWidget,
    QSpinBox,
    QToolButton,
    QToolTip,
)

from core.anatomy.parts import FacePart
from core.edit.requests import Guide, StyleRequest
from core.imaging.masks import scale_coverage
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.jobs.variations import SEEDS_SHOWN
from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.panels.exemplars import ExemplarsPanel
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.panels.variation_strip import VariationStrip
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.widgets.range_slider import RangeSlider
from faceeditor_gui.widgets.slider import Slider

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: True)


@pytest.fixture
def exemplar_list(window, make_face):
    picture = np.full((500, 500, 3), 60, np.uint8)
    for name in ("Anna", "Bert"):
        found = cut_exemplars(picture, [make_face(250, 200, 80)], name)
        window.services.document.exemplars.add(found.exemplars)
    window.services.document.exemplars.choose(1)
    window.services.tool_state.exemplar_mode.choose(Guide.STYLE)
    return window.services.document.exemplars


@pytest.fixture
def options(window, exemplar_list, idle) -> StyleOptions:
    window.services.exemplar_edits.transfer_chosen(WholePart.HAIR)
    idle()
    return window.findChild(StyleOptions)


@pytest.fixture
def made(window):
    return lambda: window.services.document.steps.items[-1].settings


@pytest.fixture
def undo_count(window):
    return window.services.document.undo_stack.count


def _pictures(options) -> list[QToolButton]:
    strip = options.findChild(VariationStrip)
    return [one for one in strip.findChildren(QToolButton) if one.isCheckable()]


def test_a_style_in_hand_has_its_own_options(window, options, made, undo_count):
    assert options.isVisibleTo(window)
    assert made().exemplar.name == "Anna"
    assert undo_count() == 1
    assert window.services.document.undo_stack.undoText() == "Hair like Anna"


@pytest.fixture
def strength(options) -> Slider:
    return options.findChild(Slider)


@pytest.fixture
def drag_strength(qtbot, strength):
    """Drag the strength over some shares of its width."""

    def go(*shares: float) -> None:
        places = [QPoint(round(share * strength.width()), 10) for share in shares]
        qtbot.mousePress(strength, LEFT, pos=places[0])
        for place in places[1:]:
            qtbot.mouseMove(strength, place)
        qtbot.mouseRelease(strength, LEFT, pos=places[-1])

    return go


def test_a_drag_of_the_strength_asks_nobody_and_is_one_undo_step(
    window, run, strength, drag_strength, made, idle, undo_count
):
    before = len(run.requests_of(StyleRequest))
    drag_strength(0.9, 0.6, 0.3)
    idle()
    assert undo_count() == 2
    assert made().strength == strength.value() / 100 < 0.5
    assert len(run.requests_of(StyleRequest)) == before
    assert window.services.document.undo_stack.undoText() == "Strength of Hair like Anna"


def test_the_picture_follows_the_strength_while_it_is_dragged(qtbot, window, strength, options):
    step = window.services.document.steps.items[-1]
    full = step.outcome.coverage.array
    qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, 10))
    for x in (0.4, 0.2):
        qtbot.mouseMove(strength, QPoint(round(x * strength.width()), 10))
        shown = window.services.document.steps.items[-1].coverage(step.window)
        assert np.array_equal(shown, scale_coverage(full, strength.value() / 100))
    qtbot.mouseMove(strength, QPoint(0, 10))
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(0, 10))
    assert not window.services.document.steps.items[-1].coverage(step.window).any()


def test_two_drags_of_the_strength_are_two_undo_steps(window, drag_strength, strength, undo_count):
    drag_strength(0.9, 0.6)
    first = strength.value()
    drag_strength(0.5, 0.3)
    assert undo_count() == 3
    window.undo()
    assert strength.value() == first


def test_a_drag_of_the_strength_that_ends_where_it_began_leaves_no_undo_step(
    window, drag_strength, made, undo_count
):
    drag_strength(0.8, 0.3, 0.999)
    assert made().strength == 1.0
    assert undo_count() == 1
    window.undo()
    assert not window.services.document.steps.items


def test_keys_on_the_strength_settle_into_one_undo_step(
    qtbot, window, strength, options, made, idle, undo_count
):
    for _ in range(4):
        qtbot.keyClick(strength, Qt.Key.Key_Left)
    idle()
    qtbot.waitUntil(lambda: not options.is_commit_pending)
    qtbot.keyClick(strength, Qt.Key.Key_Left)
    assert made().strength == pytest.approx(0.95)
    assert undo_count() == 3


def test_undo_right_after_a_key_on_the_strength_is_not_taken_back(
    qtbot, window, run, strength, options, made, idle
):
    before = len(run.requests_of(StyleRequest))
    qtbot.keyClick(strength, Qt.Key.Key_Left)
    window.undo()
    qtbot.waitUntil(lambda: not options.is_commit_pending)
    idle()
    assert made().strength == 1.0
    assert strength.value() == 100
    assert len(run.requests_of(StyleRequest)) == before


def test_strength_and_opacity_are_undone_one_by_one(qtbot, window, drag_strength, made, undo_count):
    panel = window.findChild(ResultOptions)
    opacity = next(one for one in panel.findChildren(Slider) if "Opacity" in one.accessibleName())
    drag_strength(0.9, 0.6)
    qtbot.mouseClick(opacity, LEFT, pos=QPoint(opacity.width() // 2, 10))
    assert undo_count() == 3
    window.undo()
    assert window.services.document.steps.items[-1].opacity == 1.0
    assert made().strength < 0.8


def test_another_variation_keeps_the_strength(
    qtbot, window, run, options, drag_strength, made, idle
):
    drag_strength(0.9, 0.5)
    wanted = made().strength
    qtbot.mouseClick(_pictures(options)[3], LEFT)
    idle()
    assert (made().seed, made().strength) == (3, wanted)
    step = window.services.document.steps.items[-1]
    assert run.requests_of(StyleRequest)[-1].strength == 1.0
    assert np.array_equal(
        step.coverage(step.window), scale_coverage(step.outcome.coverage.array, wanted)
    )


def test_a_drag_of_layers_shows_drafts_as_strong_as_the_result(
    qtbot, window, run, options, exemplar_list, drag_strength, idle
):
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    drag_strength(0.9, 0.5)
    idle()
    layers, shown = options.findChild(RangeSlider), []
    window.services.runner.preview_changed.connect(shown.append)
    qtbot.mousePress(layers, LEFT, pos=QPoint(round(layers.position_of(layers.range[0])), 10))
    qtbot.mouseMove(layers, QPoint(round(layers.position_of(6)), 10))
    qtbot.waitUntil(lambda: any(one is not None for one in shown))
    coverage = next(one for one in shown if one is not None).result.coverage
    qtbot.mouseRelease(layers, LEFT)
    idle()
    assert coverage.max() == np.ceil(
        255 * window.services.document.steps.items[-1].settings.strength
    )


def test_the_strength_of_a_whole_look_needs_a_new_edit_because_it_moves_the_face(
    qtbot, window, run, options, made, idle, undo_count
):
    window.services.exemplar_edits.transfer_chosen(WholePart.LOOK)
    idle()
    strength = options.findChild(Slider)
    qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, 10))
    qtbot.waitUntil(lambda: any(one.draft for one in run.requests_of(StyleRequest)))
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, 10))
    idle()
    assert run.requests_of(StyleRequest)[-1].strength == made().strength == strength.value() / 100
    assert not run.requests_of(StyleRequest)[-1].draft


def test_letting_go_where_it_was_makes_nothing_anew(
    qtbot, run, options, strength, idle, undo_count
):
    end = QPoint(strength.width() - 2, 10)
    before = len(run.requests_of(StyleRequest))
    qtbot.mouseClick(strength, LEFT, pos=end)
    idle()
    assert undo_count() == 1
    assert len(run.requests_of(StyleRequest)) == before


def test_a_thumbnail_dropped_on_the_button_is_mixed_in(window, options, exemplar_list, made, idle):
    mix = options.findChild(MixButton)
    data, at = exemplar_mime_data(exemplar_list.items[1].number), QPoint(5, 5)
    QApplication.sendEvent(mix, QDragEnterEvent(at, COPY, data, LEFT, NONE))
    QApplication.sendEvent(mix, QDropEvent(at, COPY, data, LEFT, NONE))
    idle()
    assert made().second is exemplar_list.items[1]
    assert window.services.document.undo_stack.undoText() == "Hair like Anna and Bert"


def test_the_second_exemplar_is_chosen_and_taken_out_by_the_menu(options, made, idle):
    mix = options.findChild(MixButton)
    for text, name in (("Bert", "Bert"), ("Nobody", None)):
        mix.menu().aboutToShow.emit()
        next(action for action in mix.menu().actions() if action.text() == text).trigger()
        idle()
        second = made().second
        assert (second.name if second is not None else None) == name


def _offered(options) -> dict[str, QAction]:
    mix = options.findChild(MixButton)
    mix.menu().aboutToShow.emit()
    return {action.text(): action for action in mix.menu().actions()}


def test_only_the_other_exemplars_are_offered_for_a_mix(options, exemplar_list, idle):
    assert list(_offered(options)) == ["Nobody", "Bert"]
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    assert [text for text, action in _offered(options).items() if action.isChecked()] == ["Bert"]


def test_where_there_is_no_other_exemplar_the_menu_says_what_to_do(window, options, exemplar_list):
    window.services.document.exemplars.delete(exemplar_list.items[1].number)
    ((text, action),) = _offered(options).items()
    assert text == "Add another face to the exemplars to mix it in"
    assert not action.isEnabled()


@pytest.mark.qt_log_ignore("propagateSizeHints", "support raise")  # of the tooltip
def test_the_first_exemplar_is_not_mixed_with_itself(options, exemplar_list, made, idle):
    mix = options.findChild(MixButton)
    data, at = exemplar_mime_data(exemplar_list.items[0].number), QPoint(5, 5)
    enter = QDragEnterEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(mix, enter)
    assert not enter.isAccepted()
    assert "already" in QToolTip.text()
    QApplication.sendEvent(mix, QDropEvent(at, COPY, data, LEFT, NONE))
    idle()
    assert made().second is None


def test_a_second_exemplar_that_becomes_the_first_is_mixed_in_no_longer(
    window, options, exemplar_list, made, idle
):
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    exemplar_list.choose(exemplar_list.items[1].number)
    window.services.exemplar_edits.transfer_chosen(WholePart.HAIR)
    idle()
    assert made().exemplar is exemplar_list.items[1]
    assert made().second is None


def test_layers_are_shown_once_there_is_something_to_mix(options, exemplar_list, idle):
    layers = options.findChild(RangeSlider)
    assert layers.isHidden()
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    assert not layers.isHidden()


def test_a_drag_of_a_layer_knob_shows_drafts_and_is_one_undo_step(
    qtbot, run, options, exemplar_list, made, idle, undo_count
):
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    layers = options.findChild(RangeSlider)
    start = round(layers.position_of(layers.range[0]))
    qtbot.mousePress(layers, LEFT, pos=QPoint(start, 10))
    qtbot.mouseMove(layers, QPoint(round(layers.position_of(6)), 10))
    qtbot.waitUntil(lambda: any(one.draft for one in run.requests_of(StyleRequest)))
    qtbot.mouseRelease(layers, LEFT)
    idle()
    assert made().layers == (6, 14)
    assert run.requests_of(StyleRequest)[-1].layers == (6, 14)
    assert undo_count() == 3


def test_a_variation_is_one_undo_step(qtbot, window, options, made, idle, undo_count):
    qtbot.mouseClick(_pictures(options)[2], LEFT)
    idle()
    assert made().seed == 2
    assert undo_count() == 2
    window.undo()
    assert made().seed == 0
    assert [one.isChecked() for one in _pictures(options)] == [True] + [False] * 4


def test_the_dice_offers_other_variations_and_takes_the_first(qtbot, options, made, idle):
    strip = options.findChild(VariationStrip)
    dice = next(one for one in strip.findChildren(QToolButton) if not one.isCheckable())
    qtbot.mouseClick(dice, LEFT)
    idle()
    assert made().seed == SEEDS_SHOWN
    names = [one.accessibleName() for one in _pictures(options)]
    assert names == [f"Variation {seed}" for seed in range(SEEDS_SHOWN, 2 * SEEDS_SHOWN)]


def test_the_dice_follows_the_theme(qapp, options):
    strip = options.findChild(VariationStrip)
    dice = next(one for one in strip.findChildren(QToolButton) if not one.isCheckable())
    before, palette = dice.icon().cacheKey(), qapp.palette()
    other = QPalette(palette)
    other.setColor(QPalette.ColorRole.ButtonText, QColor("#12ab34"))
    qapp.setPalette(other)
    qapp.processEvents()
    after = dice.icon().cacheKey()
    qapp.setPalette(palette)
    qapp.processEvents()
    assert after != before
    assert dice.icon().cacheKey() == before


def test_a_variation_is_found_again_by_its_number(options, made, idle):
    options.findChild(VariationStrip).findChild(QSpinBox).setValue(17)
    idle()
    assert made().seed == 17
    assert [one.isChecked() for one in _pictures(options)].index(True) == 17 % SEEDS_SHOWN


def test_changes_in_quick_succession_are_all_kept(options, exemplar_list, made, idle):
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    _pictures(options)[3].click()
    idle()
    assert made().seed == 3
    assert made().second is exemplar_list.items[1]


def test_a_random_style_has_no_second_exemplar(window, options, idle):
    window.services.tool_state.exemplar_mode.set_parts((WholePart.LOOK,))
    window.menu_bar.action("exemplar.random_style").trigger()
    idle()
    assert options.findChild(MixButton).isHidden()
    assert window.services.document.undo_stack.undoText() == "Whole look in a random style"


def test_other_results_hide_the_options(qtbot, window, options, idle):
    window.services.tool_state.exemplar_mode.choose(Guide.PIXELS)
    window.services.exemplar_edits.transfer_chosen(FacePart.MOUTH)
    idle()
    assert options.isHidden()


@pytest.mark.parametrize("size", [(1178, 736), (1256, 706), (1024, 668)])
def test_the_window_keeps_its_size_with_all_options_of_a_style(
    window, options, exemplar_list, idle, size
):
    window.resize(*size)
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    window.findChild(QDockWidget, "Exemplars").raise_()
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for widget in (options, window.findChild(ExemplarsPanel)):
        assert widget.height() >= widget.minimumSizeHint().height()
    results = window.findChild(EditsPanel).findChild(QListWidget)
    assert results.viewport().height() >= results.sizeHintForRow(0)


def test_a_long_name_of_a_result_is_cut_and_read_in_full_in_its_tooltip(
    window, options, exemplar_list, idle
):
    options.findChild(MixButton).chosen.emit(exemplar_list.items[1])
    idle()
    options.findChild(Slider).setValue(40)
    results = window.findChild(EditsPanel).findChild(QListWidget)
    assert not results.horizontalScrollBar().isVisible()
    assert results.item(0).toolTip() == "Hair like Anna and Bert, 40 %, face 1"
