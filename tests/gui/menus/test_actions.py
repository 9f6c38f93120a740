"""The table of actions."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLabel

from faceeditor_gui.menus.actions import MENU_TITLES, action_table
from faceeditor_gui.menus.gesture_hints import GESTURE_HINTS
from faceeditor_gui.state.overlay_state import Overlay


@pytest.fixture
def table(empty_window):
    return action_table(empty_window._action_context())


def test_ids_are_unique_and_dotted(table):
    ids = Counter(row.id for row in table)
    assert [action_id for action_id, count in ids.items() if count > 1] == []
    assert [action_id for action_id in ids if not re.fullmatch(r"[a-z]+\.[a-z_]+", action_id)] == []


def test_every_action_is_found_by_its_id_and_lies_in_a_menu_with_a_title(empty_window, table):
    for row in table:
        assert empty_window.menu_bar.action(row.id).objectName() == row.id
    assert {row.menu for row in table} == set(MENU_TITLES)


def test_no_key_is_given_twice(table):
    keys = Counter(key for row in table for key in row.keys.split())
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_key_is_one_that_qt_knows(empty_window, table):
    for row in table:
        action = empty_window.menu_bar.action(row.id)
        assert len(action.shortcuts()) == len(row.keys.split())
        assert all(not key.isEmpty() for key in action.shortcuts())


def test_mnemonics_are_unique_within_their_menu(table):
    letters = Counter(
        (row.menu, row.text[row.text.index("&") + 1].lower()) for row in table if "&" in row.text
    )
    assert [letter for letter, count in letters.items() if count > 1] == []


def test_only_tab_is_left_to_the_canvas(table):
    assert [key for row in table if row.is_for_canvas for key in row.keys.split()] == ["Tab"]


def test_without_a_photo_only_what_makes_sense_is_enabled(empty_window):
    action = empty_window.menu_bar.action
    assert action("file.open").isEnabled()
    assert not any(
        action(action_id).isEnabled()
        for action_id in ("file.save", "mask.fill", "face.smile", "tool.brush", "edit.undo")
    )


def test_with_a_photo_tools_and_edits_are_enabled(window):
    action = window.menu_bar.action
    assert all(
        action(action_id).isEnabled()
        for action_id in ("file.save", "mask.fill", "face.smile", "tool.brush")
    )
    assert not action("edit.undo").isEnabled()
    assert not action("mask.clear").isEnabled()


def test_the_shortcut_sheet_shows_every_key_and_gesture(empty_window, table):
    empty_window.show_shortcuts()
    sheet = empty_window.findChild(QDialog)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    sheet.reject()
    for row in table:
        if row.keys:
            assert row.text.replace("&", "") in shown
    assert {gesture.text for gesture in GESTURE_HINTS} <= shown


def test_every_icon_exists_in_dark_and_light(empty_window, table):
    for _ in range(2):
        empty_window.toggle_theme()
        for row in table:
            if row.icon:
                icon = empty_window.menu_bar.action(row.id).icon()
                assert not icon.pixmap(24, 24).isNull()


def test_what_is_on_is_checked(window):
    landmarks = window.menu_bar.action("view.landmarks")
    assert isinstance(landmarks, QAction)
    assert landmarks.isChecked()
    landmarks.trigger()
    assert not landmarks.isChecked()
    assert not window.services.tool_state.overlays.shows(Overlay.LANDMARKS)
