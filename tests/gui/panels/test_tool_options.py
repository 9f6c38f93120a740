"""The bar of options."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction

from faceeditor_gui.panels.tool_options import BrushOptions, ToolOptions, tool_hint
from faceeditor_gui.state.tool_state import MAX_DIAMETER_PX, ToolName, ToolState
from faceeditor_gui.widgets.labelled_spin_box import LabelledSpinBox
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def state(qapp) -> ToolState:
    return ToolState()


@pytest.fixture
def options(qtbot, state) -> BrushOptions:
    options = BrushOptions(state)
    qtbot.addWidget(options)
    options.show()
    return options


def test_the_options_show_the_brush_in_hand(options, state):
    state.select_tool(ToolName.ERASER)
    state.set_diameter(77)
    size, hardness, *_ = (number.box for number in options.findChildren(LabelledSpinBox))
    assert size.value() == 77
    state.select_tool(ToolName.BRUSH)
    assert size.value() == state.brush.diameter
    hardness.setValue(35)
    assert state.brush.hardness == 0.35


def test_every_number_sets_its_own_property(options, state):
    for number in options.findChildren(LabelledSpinBox):
        number.box.setValue(number.box.value() // 2 + 7)
    brush = state.brush
    assert brush.diameter == 37
    assert (brush.hardness, brush.opacity) == (0.47, 0.57)
    assert (brush.smoothing, brush.spacing) == (0.07, 0.07)


def test_the_size_slider_reaches_both_ends(options, state):
    slider = options.findChild(Slider)
    slider.setValue(slider.maximum())
    assert state.brush.diameter == MAX_DIAMETER_PX
    slider.setValue(slider.minimum())
    assert state.brush.diameter == 1


def test_dragging_a_name_sideways_changes_its_number(qtbot, options, state):
    label = options.findChildren(LabelledSpinBox)[1].label
    before = state.brush.hardness
    start = label.rect().center()
    qtbot.mousePress(label, LEFT, pos=start)
    qtbot.mouseMove(label, start - QPoint(40, 0))
    qtbot.mouseRelease(label, LEFT, pos=start - QPoint(40, 0))
    assert state.brush.hardness == pytest.approx(before - 0.2)


def test_every_tool_has_a_page_and_a_hint(qtbot, state):
    options = ToolOptions(state, lambda text: QAction(text))
    qtbot.addWidget(options)
    for tool in ToolName:
        state.select_tool(tool)
        assert options.currentWidget() is not None
        assert len(tool_hint(tool)) > 20
