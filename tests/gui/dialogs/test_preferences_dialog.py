"""The preferences under real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox

from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.dialogs.preferences_dialog import PreferencesDialog
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.state.brush_cursor import BrushCursor
from faceeditor_gui.state.settings import ComputeSettings, Settings


@pytest.fixture
def preferences(empty_window: MainWindow) -> PreferencesDialog:
    empty_window.menu_bar.action("edit.preferences").trigger()
    return empty_window.findChild(PreferencesDialog)


def _named(preferences: PreferencesDialog, name: str) -> QComboBox | QSpinBox:
    widgets = (*preferences.findChildren(QComboBox), *preferences.findChildren(QSpinBox))
    return next(widget for widget in widgets if widget.accessibleName() == name)


def test_the_preferences_open_beside_the_window_and_do_not_wait(preferences):
    assert preferences.isVisible()


def test_escape_closes_the_preferences(qtbot, empty_window, preferences):
    qtbot.keyClick(preferences, Qt.Key.Key_Escape)
    assert not preferences.isVisible()


def test_the_device_and_the_threads_are_remembered(qtbot, preferences, settings, tmp_path):
    with qtbot.waitSignal(settings.compute_changed):
        _named(preferences, "Networks run on").setCurrentText("Processor")
    with qtbot.waitSignal(settings.compute_changed):
        _named(preferences, "Threads").setValue(1)
    assert Settings(tmp_path / "settings.ini").compute == ComputeSettings("cpu", 1)


def test_the_theme_changes_at_once(qtbot, preferences, settings):
    with qtbot.waitSignal(settings.theme_changed):
        _named(preferences, "Theme").setCurrentText("Light")
    assert settings.theme is Theme.LIGHT


def test_a_smaller_undo_memory_holds_at_once(empty_window, preferences, photo):
    document = empty_window.services.document
    budgets = []
    document.undo_memory.set_budget = budgets.append
    _named(preferences, "Undo memory").setValue(128)
    assert budgets == [128 * MEGABYTE]


def test_every_preference_has_a_label_that_a_key_leads_to(preferences):
    labels = [label for label in preferences.findChildren(QLabel) if label.buddy()]
    assert len(labels) >= 5
    assert all("&" in label.text() for label in labels)
    assert all(label.buddy().accessibleName() for label in labels)


def test_one_click_smiles_as_much_as_is_preferred(preferences, empty_window, settings, tmp_path):
    _named(preferences, "Smile of one click").setValue(40)
    assert empty_window.services.tool_state.click_strength == 0.4
    assert Settings(tmp_path / "settings.ini").smile_percent == 40


def test_the_brush_cursor_changes_at_once_and_is_remembered(preferences, empty_window, tmp_path):
    _named(preferences, "Brush cursor").setCurrentText("Crosshair")
    assert empty_window.services.tool_state.brush_cursor is BrushCursor.CROSSHAIR
    assert Settings(tmp_path / "settings.ini").brush_cursor is BrushCursor.CROSSHAIR


def test_the_display_is_remembered(preferences, tmp_path):
    display = _named(preferences, "Display")
    display.setCurrentText("Display P3")
    display.activated.emit(display.currentIndex())
    assert Settings(tmp_path / "settings.ini").display == "Display P3"


def test_a_file_that_is_no_profile_leaves_the_display_as_it_was(
    preferences, settings, tmp_path, monkeypatch
):
    said = []
    monkeypatch.setattr(
        "faceeditor_gui.dialogs.dialogs.show_error", lambda _parent, text: said.append(text)
    )
    monkeypatch.setattr(
        "faceeditor_gui.dialogs.dialogs.ask_profile",
        lambda _parent, _folder, chosen: chosen(tmp_path / "settings.ini"),
    )
    settings._store.sync()
    display = _named(preferences, "Display")
    display.setCurrentText("Profile file…")
    display.activated.emit(display.currentIndex())
    assert "choose another" in said[0]
    assert settings.display == display.currentText() == "sRGB"
