"""The list of results under real mouse and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QSpinBox, QToolButton

from core.edit.requests import InpaintRequest, SmileRequest
from faceeditor_gui.document.edit_step import is_stale
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.state.tool_state import ToolName
from faceeditor_gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(window: MainWindow, idle) -> EditsPanel:
    """Lists a smile and a fill on it."""
    services = window.services
    services.runner.smile(0.7)
    services.document.mask.paint(Patch(190, 250, np.full((20, 20), 255, np.uint8)))
    services.runner.fill()
    idle()
    return window.findChild(EditsPanel)


@pytest.fixture
def rows(panel) -> QListWidget:
    return panel.findChild(QListWidget)


def _button(panel: EditsPanel, text: str) -> QToolButton | QPushButton:
    buttons = (*panel.findChildren(QToolButton), *panel.findChildren(QPushButton))
    return next(button for button in buttons if button.text() == text)


def test_every_result_is_listed_in_words_the_newest_on_top(rows):
    texts = [rows.item(row).text() for row in range(rows.count())]
    assert texts[0] == "Fill, mouth, face 1"
    assert texts[1] == "Smile 70 %, open, face 1"
    assert all(not rows.item(row).icon().isNull() for row in range(2))


def test_unticking_a_result_hides_it(qtbot, window, rows, idle):
    item = rows.item(1)
    box = rows.visualItemRect(item).topLeft() + QPoint(12, rows.visualItemRect(item).height() // 2)
    qtbot.mouseClick(rows.viewport(), LEFT, pos=box)
    assert not window.services.document.steps.items[0].is_visible
    assert item.checkState() is Qt.CheckState.Unchecked
    idle()
    window.undo()
    assert rows.item(1).checkState() is Qt.CheckState.Checked


def test_space_ticks_and_delete_deletes_with_the_keyboard(qtbot, window, rows, idle):
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Home)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert not window.services.document.steps.items[1].is_visible
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert len(window.services.document.steps.items) == 1
    idle()


def test_dragging_the_opacity_is_one_undo_step(qtbot, window, panel, rows, idle):
    rows.setCurrentRow(1)
    slider = panel.findChild(Slider)
    count = window.services.document.undo_stack.count()
    middle = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() - 8, middle))
    for x in range(slider.width() - 8, slider.width() // 2, -5):
        qtbot.mouseMove(slider, QPoint(x, middle))
    qtbot.mouseRelease(slider, LEFT)
    idle()
    assert window.services.document.undo_stack.count() == count + 1
    assert 0.3 < window.services.document.steps.items[0].opacity < 0.8
    window.undo()
    assert slider.value() == 100


def test_choosing_a_smile_chooses_its_face(window, run, rows):
    window.services.document.faces.choose(1)
    rows.setCurrentRow(1)
    assert window.services.document.faces.chosen is run.faces[0]


def test_a_fill_is_run_again_with_a_larger_hole(qtbot, window, panel, rows, run, idle):
    rows.setCurrentRow(0)
    next(box for box in panel.findChildren(QSpinBox) if box.prefix()).setValue(5)
    qtbot.mouseClick(_button(panel, "Fill again"), LEFT)
    idle()
    assert np.count_nonzero(run.requests_of(InpaintRequest)[-1].mask) > 400
    assert "+ 5 px" in rows.item(0).text()
    assert rows.currentRow() == 0


def test_the_eraser_on_the_result_brings_the_photo_back(qtbot, window, panel, rows, idle):
    document, canvas = window.services.document, window.canvas
    rows.setCurrentRow(0)
    qtbot.mouseClick(_button(panel, "Result"), LEFT)
    window.services.tool_state.select_tool(ToolName.ERASER)
    window.services.tool_state.set_diameter(8)
    before = document.steps.items[1]
    x, y = canvas.navigation.viewport.to_screen((200.5, 260.5))
    place = QPoint(
        round(x / canvas.navigation.pixel_ratio), round(y / canvas.navigation.pixel_ratio)
    )
    qtbot.mousePress(canvas, LEFT, pos=place)
    qtbot.mouseRelease(canvas, LEFT, pos=place)
    below = document.composited(before.window, without=before)
    erased = document.composited(before.window)
    assert (erased[10, 10] == below[10, 10]).all()
    assert document.undo_stack.undoText() == "Erase Fill"
    assert document.mask.is_empty
    window.undo()
    assert document.steps.items[1] is before


def test_escape_takes_a_stroke_on_a_result_back(qtbot, window, panel, rows):
    canvas = window.canvas
    window.services.paint_targets.choose_result()
    window.services.tool_state.select_tool(ToolName.ERASER)
    shown = canvas.grab().toImage()
    place = canvas.rect().center()
    x, y = canvas.navigation.viewport.to_screen((200.5, 260.5))
    place = QPoint(
        round(x / canvas.navigation.pixel_ratio), round(y / canvas.navigation.pixel_ratio)
    )
    qtbot.mousePress(canvas, LEFT, pos=place)
    assert canvas.grab().toImage() != shown
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(canvas, LEFT, pos=place)
    window.canvas.pointer_router.leave()
    assert window.services.document.undo_stack.undoText() == "Fill"


def test_the_canvas_shows_what_is_painted(qtbot, window, panel, rows):
    before = window.canvas.grab().toImage()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Q)
    assert window.canvas.grab().toImage() != before
    assert _button(panel, "Result").isChecked()
    assert window.menu_bar.action("edit.paint_on_result").isChecked()
    qtbot.mouseClick(_button(panel, "Mask"), LEFT)
    assert window.canvas.grab().toImage() == before


def test_everything_in_the_list_has_a_name_and_is_reached_by_tab(panel):
    widgets = [
        *panel.findChildren(QSpinBox),
        *panel.findChildren(Slider),
        *panel.findChildren(QListWidget),
    ]
    assert all(widget.accessibleName() for widget in widgets)
    for widget in (*widgets, *panel.findChildren(QPushButton), *panel.findChildren(QToolButton)):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def _names(rows) -> list[str]:
    return [rows.item(row).text().partition("\n")[0] for row in range(rows.count())]


def test_a_result_is_renamed_in_place_and_undo_takes_the_name_back(qtbot, window, rows, idle):
    rows.setCurrentRow(0)
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_F2)
    editor = rows.findChild(QLineEdit)
    qtbot.keyClicks(editor, "A quiet mouth")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _names(rows) == ["A quiet mouth", "Smile 70 %, open, face 1"])
    assert rows.item(0).toolTip() == "Fill, mouth, face 1"
    window.undo()
    assert _names(rows)[0] == "Fill, mouth, face 1"
    idle()


def test_a_dragged_result_changes_its_place_and_what_lies_above_is_made_anew(
    window, run, rows, idle
):
    document = window.services.document
    smile, fill = document.steps.items
    rows.setCurrentRow(0)
    count, asked = document.undo_stack.count(), len(run.requests_of(SmileRequest))
    row = rows.takeItem(0)  # as Qt's own drag and drop does
    rows.insertItem(1, row)
    rows.setCurrentRow(1)
    rows._place_dropped()
    assert [step.number for step in document.steps.items] == [fill.number, smile.number]
    assert document.undo_stack.count() == count + 1
    idle()
    assert len(run.requests_of(SmileRequest)) == asked + 1
    window.undo()
    assert [step.number for step in document.steps.items] == [smile.number, fill.number]
    idle()


def test_alt_and_arrows_and_the_menu_move_a_result(qtbot, window, rows, idle):
    document = window.services.document
    rows.setCurrentRow(0)
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert _names(rows)[1].startswith("Fill")
    assert document.steps.selected is document.steps.items[0]
    window.menu_bar.action("edit.raise").trigger()
    assert _names(rows)[0].startswith("Fill")
    idle()


def test_a_duplicate_lies_on_its_original_and_is_made_over_it(window, rows, idle):
    document = window.services.document
    rows.setCurrentRow(0)
    window.menu_bar.action("edit.duplicate").trigger()
    assert _names(rows)[:2] == ["Fill, mouth, face 1"] * 2
    assert document.undo_stack.undoText() == "Duplicate Fill"
    assert document.steps.selected is document.steps.items[-1]
    idle()
    assert not is_stale(document.steps.items, 2)
    numbers = [step.number for step in document.steps.items]
    assert len(set(numbers)) == 3


def test_a_face_keeps_one_smile_and_says_so(window, rows, idle):
    rows.setCurrentRow(1)
    posted = []
    window.services.step_commands.posted.connect(posted.append)
    window.menu_bar.action("edit.duplicate").trigger()
    assert rows.count() == 2
    assert "one of these only" in posted[0]


def test_results_are_grouped_by_the_face_they_change(window, run, rows, idle):
    window.services.document.faces.choose(1)
    window.services.runner.smile(0.5)
    window.services.document.mask.paint(Patch(0, 0, np.full((8, 8), 255, np.uint8)))
    window.services.runner.fill()
    idle()
    next(one for one in rows.actions() if "Group" in one.text()).trigger()
    assert _names(rows) == [
        "Face 1",
        "Fill, mouth",
        "Smile 70 %, open",
        "Face 2",
        "Smile 50 %, open",
        "Elsewhere",
        "Fill 8 \N{MULTIPLICATION SIGN} 8 px",
    ]
    assert not rows.item(0).flags() & Qt.ItemFlag.ItemIsSelectable


def test_the_history_tells_how_much_and_the_menu_only_what(window, rows):
    stack = window.services.document.undo_stack
    assert [stack.text(index) for index in (1, 2)] == ["Smile 70 %, open", "Fill, mouth"]
    assert stack.undoText() == "Fill"


def test_the_history_tells_the_last_opacity_of_a_drag(window, rows):
    steps = window.services.document.steps
    for opacity in (0.9, 0.4):
        steps.set_opacity(steps.items[1].number, opacity, gesture=9)
    stack = window.services.document.undo_stack
    assert stack.text(stack.index() - 1) == "Opacity of Fill: 40 %"
    assert stack.undoText() == "Opacity of Fill"
