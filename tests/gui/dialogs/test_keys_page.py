"""The keys among the preferences, under real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QTreeWidget,
)

from faceeditor_gui.dialogs.keys_page import KeysPage
from faceeditor_gui.dialogs.preferences_dialog import PreferencesDialog
from faceeditor_gui.state.tool_state import ToolName


@pytest.fixture
def page(window) -> KeysPage:
    window.menu_bar.action("edit.preferences").trigger()
    dialog = window.findChild(PreferencesDialog)
    dialog.findChild(QTabWidget).setCurrentIndex(1)
    return dialog.findChild(KeysPage)


def _choose(page: KeysPage, action_id: str) -> None:
    actions = page.findChild(QTreeWidget)
    rows = [actions.topLevelItem(row) for row in range(actions.topLevelItemCount())]
    actions.setCurrentItem(
        next(row for row in rows if row.data(0, Qt.ItemDataRole.UserRole) == action_id)
    )


def _type(qtbot, page: KeysPage, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(page.findChild(QKeySequenceEdit), key, modifier)


def _button(page: KeysPage, text: str) -> QPushButton:
    return next(one for one in page.findChildren(QPushButton) if one.text() == text)


def _says(page: KeysPage, words: str) -> bool:
    return any(words in label.text() for label in page.findChildren(QLabel))


def test_a_new_key_acts_and_the_old_one_no_more(qtbot, page, window):
    _choose(page, "tool.lasso")
    _type(qtbot, page, Qt.Key.Key_U)
    assert _says(page, "U is free")
    qtbot.mouseClick(_button(page, "&Use it"), Qt.MouseButton.LeftButton)
    window.findChild(PreferencesDialog).reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.canvas, Qt.Key.Key_L)
    assert window.services.tool_state.tool is not ToolName.LASSO
    qtbot.keyClick(window.canvas, Qt.Key.Key_U)
    assert window.services.tool_state.tool is ToolName.LASSO


def test_a_conflict_is_told_before_it_takes_effect(qtbot, page, window):
    _choose(page, "tool.lasso")
    _type(qtbot, page, Qt.Key.Key_B)
    assert _says(page, "B belongs to Brush (Tools), which will lose it.")
    assert window.menu_bar.key_bindings.keys("tool.brush") == ["B"]
    qtbot.mouseClick(_button(page, "&Use it"), Qt.MouseButton.LeftButton)
    assert window.menu_bar.key_bindings.keys("tool.brush") == []
    assert window.menu_bar.action("tool.lasso").toolTip() == "Lasso (B)"
    assert window.menu_bar.action("tool.brush").toolTip() == "Brush"


def test_a_key_of_the_canvas_is_refused_with_a_reason(qtbot, page):
    _choose(page, "tool.lasso")
    _type(qtbot, page, Qt.Key.Key_C)
    assert _says(page, "no action can have it")
    assert not _button(page, "&Use it").isEnabled()


def test_reset_is_offered_for_what_has_changed_and_brings_it_back(qtbot, page, window):
    _choose(page, "tool.lasso")
    assert not _button(page, "&Reset").isEnabled()
    qtbot.mouseClick(_button(page, "&No key"), Qt.MouseButton.LeftButton)
    assert window.menu_bar.key_bindings.keys("tool.lasso") == []
    qtbot.mouseClick(_button(page, "&Reset"), Qt.MouseButton.LeftButton)
    assert window.menu_bar.key_bindings.keys("tool.lasso") == ["L"]


@pytest.mark.parametrize(("words", "found"), [("lass", "Lasso"), ("ctrl+e", "Export")])
def test_an_action_is_found_by_its_name_and_by_its_key(qtbot, page, words, found):
    qtbot.keyClicks(page.findChild(QLineEdit), words)
    actions = page.findChild(QTreeWidget)
    rows = [actions.topLevelItem(row) for row in range(actions.topLevelItemCount())]
    shown = [row.text(0) for row in rows if not row.isHidden()]
    assert found in shown
    assert len(shown) < 5


def test_a_set_changes_menus_tooltips_and_buttons_at_once(qtbot, page, window):
    sets = page.findChild(QComboBox)
    sets.setCurrentText("Photoshop-like")
    sets.activated.emit(sets.currentIndex())
    action = window.menu_bar.action
    assert action("tool.rectangle").shortcut().toString() == "M"
    assert action("tool.rectangle").toolTip() == "Rectangle (M)"
    assert action("view.mirror").shortcuts() == []
    assert ("M", "Rectangle") in dict(window.menu_bar.shortcut_groups())["Tools"]


def test_buttons_of_panels_tell_the_key_that_their_action_has_now(window):
    buttons = [one for one in window.findChildren(QPushButton) if one.text() == "Smile"]
    assert buttons[0].toolTip().endswith("(S)")
    window.menu_bar.key_bindings.assign("face.smile", "Y")
    assert buttons[0].toolTip().endswith("(Y)")


def test_hidden_panels_come_back_by_whichever_key_they_have(qtbot, window):
    window.menu_bar.key_bindings.assign("view.hide_panels", "Y")
    docks = window._docks
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert docks.is_hidden
    qtbot.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert docks.is_hidden, "Tab is free now"
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert not docks.is_hidden
