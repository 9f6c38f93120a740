"""The slider under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot) -> Slider:
    slider = Slider(-100, 100, 0)
    qtbot.addWidget(slider)
    slider.resize(214, 24)
    return slider


def _at(slider: Slider, value: int) -> QPoint:
    return QPoint(round(slider.position_of(value)), 12)


def test_it_jumps_to_where_it_is_pressed(qtbot, slider):
    qtbot.mousePress(slider, LEFT, pos=_at(slider, 60))
    assert slider.value() == pytest.approx(60, abs=1)
    assert slider.isSliderDown()


def test_a_drag_is_pressed_once_and_released_once(qtbot, slider):
    heard = []
    slider.sliderPressed.connect(lambda: heard.append("pressed"))
    slider.sliderReleased.connect(lambda: heard.append("released"))
    qtbot.mousePress(slider, LEFT, pos=_at(slider, 10))
    qtbot.mouseMove(slider, _at(slider, 40))
    qtbot.mouseMove(slider, _at(slider, 80))
    qtbot.mouseRelease(slider, LEFT, pos=_at(slider, 80))
    assert heard == ["pressed", "released"]
    assert slider.value() == pytest.approx(80, abs=1)


def test_it_stops_at_its_ends(qtbot, slider):
    qtbot.mousePress(slider, LEFT, pos=_at(slider, 0))
    qtbot.mouseMove(slider, QPoint(5000, 12))
    assert slider.value() == 100
    qtbot.mouseMove(slider, QPoint(-5000, 12))
    assert slider.value() == -100


def test_a_double_click_brings_it_back_to_neutral(qtbot, slider):
    slider.setValue(70)
    qtbot.mouseDClick(slider, LEFT, pos=_at(slider, 70))
    assert slider.value() == 0


def test_it_does_not_take_the_keyboard_from_the_canvas(slider):
    assert not slider.focusPolicy() & Qt.FocusPolicy.ClickFocus
