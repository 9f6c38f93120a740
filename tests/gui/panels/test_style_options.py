"""Strength, mix and variation of a result in an exemplar's style."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QApplication, QDockWidget, QSpinBox, QToolButton

from core.edit.request import StyleRequest
from core.face.parts import FacePart
from faceeditor_gui.exemplars import exemplars_of
from faceeditor_gui.panels.exemplars import ExemplarPanel
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.range_slider import RangeSlider
from faceeditor_gui.panels.slider import Slider
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.panels.variation_strip import VariationStrip
from faceeditor_gui.shelf import as_mime
from faceeditor_gui.targets import StyleTarget
from faceeditor_gui.variations import SEEDS

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.parts.has_weights", lambda _name: True)


@pytest.fixture
def shelf(window, make_face):
    picture = np.full((500, 500, 3), 60, np.uint8)
    for name in ("Anna", "Bert"):
        found = exemplars_of(picture, [make_face(250, 200, 80)], name)
        window.parts.document.shelf.add(found.exemplars)
    window.parts.document.shelf.choose(1)
    return window.parts.document.shelf


@pytest.fixture
def options(window, shelf, idle) -> StyleOptions:
    window.parts.borrowing.take_chosen(StyleTarget.HAIR)
    idle()
    return window.findChild(StyleOptions)


@pytest.fixture
def made(window):
    return lambda: window.parts.document.steps[-1].settings


@pytest.fixture
def undo_count(window):
    return window.parts.document.undo_stack.count


def _pictures(options) -> list[QToolButton]:
    strip = options.findChild(VariationStrip)
    return [one for one in strip.findChildren(QToolButton) if one.isCheckable()]


def test_a_style_in_hand_has_its_own_options(window, options, made, undo_count):
    assert options.isVisibleTo(window)
    assert made().exemplar.name == "Anna"
    assert undo_count() == 1
    assert window.parts.document.undo_stack.undoText() == "Hair like Anna"


def test_a_drag_of_the_strength_shows_drafts_and_is_one_undo_step(
    qtbot, run, options, made, idle, undo_count
):
    strength = options.findChild(Slider)
    qtbot.mousePress(strength, LEFT, pos=QPoint(strength.width() // 2, 10))
    qtbot.waitUntil(lambda: any(one.draft for one in run.made(StyleRequest)))
    qtbot.mouseMove(strength, QPoint(strength.width() // 4, 10))
    qtbot.mouseRelease(strength, LEFT, pos=QPoint(strength.width() // 4, 10))
    idle()
    assert undo_count() == 2
    assert made().strength == pytest.approx(strength.value() / 100)
    assert not run.made(StyleRequest)[-1].draft


def test_letting_go_where_it_was_makes_nothing_anew(qtbot, run, options, idle, undo_count):
    strength = options.findChild(Slider)
    end = QPoint(strength.width() - 2, 10)
    before = len(run.made(StyleRequest))
    qtbot.mouseClick(strength, LEFT, pos=end)
    idle()
    assert undo_count() == 1
    assert len(run.made(StyleRequest)) == before


def test_a_thumbnail_dropped_on_the_button_is_mixed_in(window, options, shelf, made, idle):
    mix = options.findChild(MixButton)
    data, at = as_mime(shelf.exemplars[1].number), QPoint(5, 5)
    QApplication.sendEvent(mix, QDragEnterEvent(at, COPY, data, LEFT, NONE))
    QApplication.sendEvent(mix, QDropEvent(at, COPY, data, LEFT, NONE))
    idle()
    assert made().second is shelf.exemplars[1]
    assert window.parts.document.undo_stack.undoText() == "Hair like Anna and Bert"


def test_the_second_exemplar_is_chosen_and_taken_out_by_the_menu(options, made, idle):
    mix = options.findChild(MixButton)
    for text, name in (("Bert", "Bert"), ("Nobody", None)):
        mix.menu().aboutToShow.emit()
        next(action for action in mix.menu().actions() if action.text() == text).trigger()
        idle()
        second = made().second
        assert (second.name if second is not None else None) == name


def test_layers_are_shown_once_there_is_something_to_mix(options, shelf, idle):
    layers = options.findChild(RangeSlider)
    assert layers.isHidden()
    options.findChild(MixButton).chosen.emit(shelf.exemplars[1])
    idle()
    assert not layers.isHidden()


def test_a_drag_of_a_layer_knob_shows_drafts_and_is_one_undo_step(
    qtbot, run, options, shelf, made, idle, undo_count
):
    options.findChild(MixButton).chosen.emit(shelf.exemplars[1])
    idle()
    layers = options.findChild(RangeSlider)
    start = round(layers.position_of(layers.range[0]))
    qtbot.mousePress(layers, LEFT, pos=QPoint(start, 10))
    qtbot.mouseMove(layers, QPoint(round(layers.position_of(6)), 10))
    qtbot.waitUntil(lambda: any(one.draft for one in run.made(StyleRequest)))
    qtbot.mouseRelease(layers, LEFT)
    idle()
    assert made().layers == (6, 14)
    assert run.made(StyleRequest)[-1].layers == (6, 14)
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
    assert made().seed == SEEDS
    names = [one.accessibleName() for one in _pictures(options)]
    assert names == [f"Variation {seed}" for seed in range(SEEDS, 2 * SEEDS)]


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
    assert [one.isChecked() for one in _pictures(options)].index(True) == 17 % SEEDS


def test_changes_in_quick_succession_are_all_kept(options, shelf, made, idle):
    options.findChild(MixButton).chosen.emit(shelf.exemplars[1])
    _pictures(options)[3].click()
    idle()
    assert made().seed == 3
    assert made().second is shelf.exemplars[1]


def test_a_random_style_has_nobody_to_mix_with(window, options, idle):
    window.parts.tool_state.style.aim_at((StyleTarget.LOOK,))
    window.menus.action("Random style").trigger()
    idle()
    assert options.findChild(MixButton).isHidden()
    assert window.parts.document.undo_stack.undoText() == "Whole look in a random style"


def test_other_results_hide_the_options(qtbot, window, options, idle):
    window.parts.borrowing.take_chosen(FacePart.MOUTH)
    idle()
    assert options.isHidden()


@pytest.mark.parametrize("size", [(1178, 736), (1256, 706)])
def test_the_window_keeps_its_size_with_all_options_of_a_style(window, options, shelf, idle, size):
    window.resize(*size)
    options.findChild(MixButton).chosen.emit(shelf.exemplars[1])
    idle()
    window.findChild(QDockWidget, "Exemplars").raise_()
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for widget in (options, window.findChild(ExemplarPanel)):
        assert widget.height() >= widget.minimumSizeHint().height()
