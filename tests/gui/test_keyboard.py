"""Keys wherever the focus is, fields that take text, and Delete."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QListWidget,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from faceeditor_gui.appearance.theme import STYLE_SHEET
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.panels.exemplar_list_view import ExemplarListView
from faceeditor_gui.panels.faces import FacesPanel
from faceeditor_gui.panels.model_choice import ModelChoice
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.panels.tool_options import ToolOptions
from faceeditor_gui.state.tool_state import ToolName
from faceeditor_gui.widgets.slider import Slider

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
BACKSLASH = Qt.Key.Key_Backslash


@pytest.fixture
def size_box(window) -> QSpinBox:
    """The size of the brush, which is in hand."""
    window.services.tool_state.select_tool(ToolName.BRUSH)
    window.services.tool_state.set_diameter(22)
    return window.findChild(ToolOptions).findChildren(QSpinBox)[0]


@pytest.fixture
def anna(window, make_face) -> ExemplarListView:
    picture = np.full((500, 500, 3), 60, np.uint8)
    found = cut_exemplars(picture, [make_face(250, 200, 80)], "Anna")
    window.services.document.exemplars.add(found.exemplars)
    window.findChild(QDockWidget, "Exemplars").raise_()
    QApplication.processEvents()
    return window.findChild(ExemplarListView)


def _double_click(qtbot, box: QSpinBox) -> None:
    field = box.lineEdit()
    place = QPoint(6, field.height() // 2)
    qtbot.mouseClick(field, LEFT, pos=place)
    qtbot.mouseDClick(field, LEFT, pos=place)
    qtbot.mouseRelease(field, LEFT, pos=place)  # else the button counts as held from now on


def _click_row(qtbot, list_: QListWidget, row: int = 0) -> None:
    qtbot.mouseClick(list_.viewport(), LEFT, pos=list_.visualItemRect(list_.item(row)).center())


def test_a_double_click_selects_the_whole_number_and_return_gives_the_canvas_the_keys(
    qtbot, window, size_box
):
    _double_click(qtbot, size_box)
    qtbot.keyClicks(size_box, "60")
    qtbot.keyClick(size_box, Qt.Key.Key_Return)
    assert window.services.tool_state.brush.diameter == 60
    assert window.canvas.hasFocus()


def test_escape_leaves_a_number_as_it_was_and_cancels_nothing_else(qtbot, window, size_box):
    window.services.tool_state.select_tool(ToolName.BRUSH)
    _double_click(qtbot, size_box)
    qtbot.keyClicks(size_box, "60")
    qtbot.keyClick(size_box, Qt.Key.Key_Escape)
    assert window.services.tool_state.brush.diameter == 22
    assert size_box.value() == 22
    assert window.canvas.hasFocus()


def test_ctrl_z_after_return_is_the_documents(qtbot, window, idle):
    window.services.runner.smile(0.3)
    idle()
    percent = window.findChild(SmilePanel).findChild(QSpinBox)
    _double_click(qtbot, percent)
    qtbot.keyClicks(percent, "50")
    qtbot.keyClick(percent, Qt.Key.Key_Return)
    idle()
    qtbot.waitUntil(lambda: window.services.document.undo_stack.count() == 2)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL)
    assert window.services.document.steps.items[0].settings.strength == 0.3


def test_letters_and_tab_belong_to_a_number_while_it_is_typed(qtbot, window, size_box):
    size_box.setFocus()
    for key in (Qt.Key.Key_E, Qt.Key.Key_H, Qt.Key.Key_1):
        qtbot.keyClick(size_box, key)
    assert window.services.tool_state.tool is ToolName.BRUSH
    qtbot.keyClick(size_box, Qt.Key.Key_Tab)
    assert window.findChild(SmilePanel).isVisible()


@pytest.mark.parametrize("kind", [Slider, QPushButton, QToolButton, ModelChoice, ExemplarListView])
def test_letters_choose_tools_wherever_the_focus_is(qtbot, window, anna, kind):
    widget = window.findChild(SmilePanel).findChild(kind) or window.findChild(kind)
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_B)
    assert window.services.tool_state.tool is ToolName.BRUSH
    qtbot.keyClick(widget, Qt.Key.Key_H)
    assert window.services.tool_state.tool is ToolName.HAND


@pytest.mark.parametrize("key", [BACKSLASH, Qt.Key.Key_C])
def test_the_photo_before_is_shown_while_the_key_is_held_wherever_the_focus_is(
    qtbot, window, anna, key
):
    for widget in (window.canvas, anna, window.findChild(SmilePanel).findChild(Slider)):
        widget.setFocus()
        QTest.keyPress(widget, key)
        assert window.canvas.comparison.is_held
        QTest.keyRelease(widget, key)
        assert not window.canvas.comparison.is_held


def test_tab_goes_through_a_panel_that_the_keyboard_has_entered(qtbot, window):
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F6)
    first = QApplication.focusWidget()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() not in (first, window.canvas)
    assert window.findChild(SmilePanel).isVisible()


def test_tab_hides_the_panels_after_a_click_into_one(qtbot, window, anna):
    _click_row(qtbot, anna)
    assert QApplication.focusWidget() is anna
    qtbot.keyClick(anna, Qt.Key.Key_Tab)
    assert not window.findChild(SmilePanel).isVisible()


def test_where_the_keyboard_is_shows(window):
    window.setStyleSheet(STYLE_SHEET)
    button: QWidget = window.findChild(SmilePanel).findChild(QToolButton)
    without = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != without


def test_delete_takes_the_selected_edit_away_from_the_canvas_too(qtbot, window, press_key, idle):
    window.services.runner.smile(0.3)
    idle()
    _click_row(qtbot, window.findChild(EditsPanel).findChild(QListWidget))
    press_key(Qt.Key.Key_Delete)
    assert window.services.document.steps.items == ()
    assert window.services.document.undo_stack.undoText() == "Delete Smile"


def test_delete_without_a_selected_edit_says_what_to_do(window, press_key, idle):
    window.services.runner.smile(0.3)
    idle()
    press_key(Qt.Key.Key_Delete)
    assert len(window.services.document.steps.items) == 1
    assert "list of edits" in window.status._message.toolTip()


def test_delete_takes_a_corner_of_the_polygon_under_way_and_leaves_the_edit(
    qtbot, window, press_key, at, idle
):
    window.services.runner.smile(0.3)
    idle()
    window.services.document.steps.select(window.services.document.steps.items[0].number)
    window.services.tool_state.select_tool(ToolName.POLYGON)
    for corner in ((100, 100), (200, 100)):
        qtbot.mouseClick(window.canvas, LEFT, pos=at(*corner))
    corners = len(window.canvas.pointer_router.shape)
    press_key(Qt.Key.Key_Delete)
    assert len(window.canvas.pointer_router.shape) < corners
    assert len(window.services.document.steps.items) == 1


def test_delete_forgets_the_chosen_face_and_undo_brings_it_back(qtbot, window, run, idle):
    window.services.runner.smile(0.3)
    idle()
    window.findChild(QDockWidget, "Faces").raise_()
    QApplication.processEvents()
    list_, faces = (
        window.findChild(FacesPanel).findChild(QListWidget),
        window.services.document.faces,
    )
    _click_row(qtbot, list_, row=1)
    qtbot.keyClick(list_, Qt.Key.Key_Delete)
    assert faces.items == run.faces[:1]
    assert len(window.services.document.steps.items) == 1
    assert window.services.document.undo_stack.undoText() == "Delete Face"
    window.undo()
    assert faces.items == run.faces
    assert faces.chosen is run.faces[1]
    window.redo()
    assert faces.items == run.faces[:1]
