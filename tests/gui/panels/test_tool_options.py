"""The bar of options."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from faceeditor_gui.panels.tool_options import (
    EXTENSION_NAME,
    FILE_ACTIONS,
    VIEW_ACTIONS,
    ToolOptions,
    tool_hint,
)
from faceeditor_gui.state.tool_state import MAX_DIAMETER_PX, ToolName, ToolState
from faceeditor_gui.widgets.labelled_spin_box import LabelledSpinBox
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def state(qapp) -> ToolState:
    return ToolState()


@pytest.fixture
def options(qtbot, state) -> ToolOptions:
    state.select_tool(ToolName.BRUSH)
    options = ToolOptions(state, lambda text: QAction(text))
    qtbot.addWidget(options)
    options.show()
    return options


@pytest.fixture
def numbers(options) -> list[LabelledSpinBox]:
    """Those of the brush; the feather of a shape comes last."""
    return options.findChildren(LabelledSpinBox)[:-1]


def test_the_options_show_the_brush_in_hand(numbers, state):
    state.select_tool(ToolName.ERASER)
    state.set_diameter(77)
    size, hardness, *_ = (number.box for number in numbers)
    assert size.value() == 77
    state.select_tool(ToolName.BRUSH)
    assert size.value() == state.brush.diameter
    hardness.setValue(35)
    assert state.brush.hardness == 0.35


def test_every_number_sets_its_own_property(numbers, state):
    for number in numbers:
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


def test_dragging_a_name_sideways_changes_its_number(qtbot, numbers, state):
    label = numbers[1].label
    before = state.brush.hardness
    start = label.rect().center()
    qtbot.mousePress(label, LEFT, pos=start)
    qtbot.mouseMove(label, start - QPoint(40, 0))
    qtbot.mouseRelease(label, LEFT, pos=start - QPoint(40, 0))
    assert state.brush.hardness == pytest.approx(before - 0.2)


def _shown(options: ToolOptions) -> list[QWidget]:
    return [
        widget
        for action in options.actions()
        if action.isVisible() and (widget := options.widgetForAction(action)) is not None
    ]


def test_every_tool_has_a_hint_and_all_keep_file_and_view(options, state):
    always = _shown(options)[: len((*FILE_ACTIONS, *VIEW_ACTIONS)) + 2]
    for tool in ToolName:
        state.select_tool(tool)
        assert _shown(options)[: len(always)] == always
        assert len(tool_hint(tool)) > 20


def test_what_finds_no_room_is_behind_an_arrow_and_nothing_is_cut(options, state):
    for width in (300, 700, 1100, 1600):
        options.resize(width, options.sizeHint().height())
        QApplication.processEvents()
        for widget in _shown(options):
            assert not widget.isVisible() or widget.width() >= widget.minimumSizeHint().width()
            assert not widget.isVisible() or widget.geometry().right() <= width
    options.resize(300, options.sizeHint().height())
    QApplication.processEvents()
    arrow = options.findChild(QToolButton, EXTENSION_NAME)
    assert arrow.isVisible()
    middle = arrow.icon().pixmap(16).toImage()
    ink = {middle.pixelColor(x, y).name() for x in range(16) for y in range(16)}
    assert options.palette().buttonText().color().name() in ink
