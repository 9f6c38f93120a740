"""Colours of the window: neutral, because photos are judged on them."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

Role = QPalette.ColorRole


class Theme(StrEnum):
    """The two sets of colours."""

    DARK = "dark"
    LIGHT = "light"


_DARK = {
    Role.Window: "#2d2d2d",
    Role.WindowText: "#dcdcdc",
    Role.Base: "#242424",
    Role.AlternateBase: "#2a2a2a",
    Role.Text: "#dcdcdc",
    Role.PlaceholderText: "#8c8c8c",
    Role.Button: "#383838",
    Role.ButtonText: "#dcdcdc",
    Role.BrightText: "#ffffff",
    Role.Highlight: "#4c7ea8",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#7fb2dd",
    Role.ToolTipBase: "#404040",
    Role.ToolTipText: "#e6e6e6",
    Role.Light: "#4a4a4a",
    Role.Midlight: "#3e3e3e",
    Role.Mid: "#262626",
    Role.Dark: "#1e1e1e",
    Role.Shadow: "#141414",
    Role.Accent: "#4c7ea8",
}
_LIGHT = {
    Role.Window: "#e6e6e6",
    Role.WindowText: "#202020",
    Role.Base: "#f7f7f7",
    Role.AlternateBase: "#eeeeee",
    Role.Text: "#202020",
    Role.PlaceholderText: "#7a7a7a",
    Role.Button: "#dedede",
    Role.ButtonText: "#202020",
    Role.BrightText: "#000000",
    Role.Highlight: "#3f78a8",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#24608f",
    Role.ToolTipBase: "#f7f7f7",
    Role.ToolTipText: "#202020",
    Role.Light: "#ffffff",
    Role.Midlight: "#f0f0f0",
    Role.Mid: "#b4b4b4",
    Role.Dark: "#a9a9a9",
    Role.Shadow: "#6e6e6e",
    Role.Accent: "#3f78a8",
}
STYLE_SHEET = """
QMenuBar, QToolBar { border: none; background: palette(window); }
QToolBar { spacing: 3px; padding: 3px; }
QToolButton {
    border: 1px solid transparent; border-radius: 4px; padding: 4px; background: transparent;
}
QToolButton:focus { border-color: palette(link); }
QToolButton:hover:enabled { background: palette(midlight); }
QToolButton:checked, QToolButton:checked:hover:enabled {
    background: palette(highlight); color: palette(highlighted-text);
}
QToolButton:checked:disabled { background: palette(midlight); color: palette(mid); }
QToolButton#qt_toolbar_ext_button { border: none; padding: 0; }
QDockWidget > QLabel#heading { font-weight: bold; padding: 4px 9px 3px 9px; }
QStatusBar::item { border: none; }
QListView { border: 1px solid transparent; }
QListView:focus { border-color: palette(link); }
* { dialogbuttonbox-buttons-have-icons: 0; }
"""
_FADED = {Theme.DARK: "#757575", Theme.LIGHT: "#979797"}
_FADED_ROLES = (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText)


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Set style, palette and style sheet of the application."""
    application.setStyle("Fusion")
    palette = QPalette()
    for role, colour in (_DARK if theme is Theme.DARK else _LIGHT).items():
        palette.setColor(role, QColor(colour))
    for role in _FADED_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_FADED[theme]))
    application.setPalette(palette)
    application.setStyleSheet(STYLE_SHEET)
