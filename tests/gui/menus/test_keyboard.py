"""The keyboard outlives neither its window nor an error of it."""

from types import SimpleNamespace

import shiboken6
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from faceeditor_gui.menus.keyboard import Keyboard


def test_focus_that_goes_with_the_window_is_no_error(qapp):
    window = QMainWindow()
    canvas = QWidget(window)
    canvas.comparison = SimpleNamespace(hold=lambda _: None)
    keyboard = Keyboard(window, canvas, QAction())
    keyboard.setParent(None)  # as while the window's children are deleted one by one
    shiboken6.delete(window)
    keyboard._on_focus_changed(None, None)
