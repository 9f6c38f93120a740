"""A button that is an action: its text, icon, tooltip, and whether it is on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton


def action_button(action: QAction, *, shows_text: bool = True) -> QToolButton:
    """Make a button of a panel; without text its icon has to tell."""
    button = QToolButton()
    button.setDefaultAction(action)
    styles = Qt.ToolButtonStyle
    button.setToolButtonStyle(
        styles.ToolButtonTextBesideIcon if shows_text else styles.ToolButtonIconOnly
    )
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
