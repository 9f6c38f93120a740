"""The tools' buttons in one column or two."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QToolButton

from faceeditor_gui.widgets.tool_box import ToolBox

COUNT = 11


@pytest.fixture
def tool_box(qtbot) -> ToolBox:
    bar = QToolBar()
    qtbot.addWidget(bar)
    box = ToolBox([QAction(str(number), bar) for number in range(COUNT)], bar)
    qtbot.addWidget(box)
    box.show()
    return box


def test_a_low_window_has_the_tools_in_two_columns(tool_box):
    tool_box.resize(tool_box.sizeHint())
    assert tool_box.columns == 1
    one = tool_box.sizeHint().width()
    tool_box.resize(QSize(2 * one + 2, tool_box.minimumSizeHint().height()))
    assert tool_box.columns == 2
    assert tool_box.sizeHint().width() > one
    tool_box.resize(QSize(one, tool_box.sizeHint().height()))
    assert tool_box.columns == 1


@pytest.mark.parametrize("hint", ["sizeHint", "minimumSizeHint"])
def test_every_tool_is_seen_at_either_height(qtbot, tool_box, hint):
    tool_box.resize(200, getattr(tool_box, hint)().height())
    tool_box.layout().activate()
    for button in tool_box.findChildren(QToolButton):
        assert tool_box.rect().contains(button.geometry())
        assert button.height() >= button.sizeHint().height()
