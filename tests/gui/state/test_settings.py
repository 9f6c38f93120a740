"""What is remembered."""

from __future__ import annotations

from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.state.settings import Settings


def test_the_window_is_dark_until_light_is_asked_for(qtbot, settings, tmp_path):
    assert settings.theme is Theme.DARK
    with qtbot.waitSignal(settings.theme_changed):
        settings.toggle_theme()
    assert Settings(tmp_path / "settings.ini").theme is Theme.LIGHT


def test_the_folder_is_remembered_while_it_exists(settings, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    settings.folder = folder
    assert settings.folder == folder
    folder.rmdir()
    assert settings.folder != folder
