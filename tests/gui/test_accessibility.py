"""Everything in the window has a name and is reached by the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QListWidget,
    QSlider,
    QUndoView,
    QWidget,
)

from faceeditor_gui.main_window import MainWindow

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QListWidget, QSlider, QUndoView)


@pytest.fixture
def controls(window: MainWindow) -> list[QWidget]:
    window.show_preferences()
    widgets = [widget for kind in CONTROLS for widget in window.findChildren(kind)]
    return [widget for widget in widgets if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus]


def test_every_control_has_a_name_for_those_who_cannot_see_it(controls):
    def name(widget: QWidget) -> str:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        return widget.accessibleName() or text

    assert len(controls) > 30
    assert [widget for widget in controls if not name(widget)] == []


def test_every_control_is_reached_by_tab(controls):
    missed = [one for one in controls if not one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert missed == []
