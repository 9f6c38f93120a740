"""Buttons that are actions, and buttons that tell the key of one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QToolButton


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


def tell_key(button: QAbstractButton, tip: str, action: QAction) -> None:
    """Give a button a tooltip with the key of the action that does the same, whichever it is."""

    def show() -> None:
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tip} ({key})" if key else tip)

    action.changed.connect(show)
    show()
