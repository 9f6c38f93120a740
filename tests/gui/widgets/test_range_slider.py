"""A slider with two knobs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from faceeditor_gui.widgets.range_slider import RangeSlider

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def slider(qtbot) -> RangeSlider:
    slider = RangeSlider(4, 14)
    qtbot.addWidget(slider)
    slider.resize(214, 22)
    slider.show_range(6, 10)
    return slider


@pytest.fixture
def press(qtbot, slider):
    def run(*values: float) -> None:
        places = [QPoint(round(slider.position_of(value)), 11) for value in values]
        qtbot.mousePress(slider, LEFT, pos=places[0])
        for place in places[1:]:
            qtbot.mouseMove(slider, place)

    return run


@pytest.mark.parametrize(
    ("path", "result"),
    [((6, 5), (5, 10)), ((10, 12), (6, 12)), ((13,), (6, 13)), ((4,), (4, 10)), ((7,), (7, 10))],
)
def test_the_knob_that_is_nearer_is_dragged(slider, press, path, result):
    press(*path)
    assert slider.range == result


def test_knobs_do_not_pass_each_other(slider, press):
    press(6, 13)
    assert slider.range == (9, 10)


def test_arrows_move_the_end_and_with_shift_the_start(qtbot, slider):
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Left, SHIFT)
    assert slider.range == (5, 11)


def test_letting_go_is_told_once(qtbot, slider, press):
    press(6, 5)
    assert slider.is_down
    with qtbot.waitSignal(slider.released):
        qtbot.mouseRelease(slider, LEFT)
    assert not slider.is_down


def test_showing_a_range_is_no_change_by_the_user(qtbot, slider):
    with qtbot.assertNotEmitted(slider.range_changed):
        slider.show_range(5, 9)
    assert slider.range == (5, 9)
