"""Keys that act wherever the focus is, and where the focus goes when nobody wants it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from faceeditor_gui.canvas.canvas import COMPARE_KEYS, Canvas
from faceeditor_gui.widgets.number_box import takes_text


class Keyboard(QObject):
    """Lets panels keep only the keys that they need; fields that take text keep all.

    Tab hides the panels, unless the keyboard has led into one: then it goes on to the next control.
    """

    def __init__(self, window: QMainWindow, canvas: Canvas, hide_panels: QAction) -> None:
        """`hide_panels` is what Tab does, as long as it has that key."""
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._hide_panels = hide_panels
        self._tab = QShortcut(QKeySequence(Qt.Key.Key_Tab), window)
        self._tab.activated.connect(hide_panels.trigger)
        self._tab.setEnabled(False)  # the canvas has it by its action
        for key in COMPARE_KEYS:
            pressed = QShortcut(QKeySequence(key), window)
            pressed.activated.connect(partial(canvas.comparison.hold, True))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def release(self, event: QKeyEvent) -> None:
        """Let go of a key that acts while it is held; the canvas does not hear it in a panel."""
        if Qt.Key(event.key()) in COMPARE_KEYS and not event.isAutoRepeat():
            self._canvas.comparison.hold(False)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None:  # also while the window is being deleted, when it can be asked nothing
            if QApplication.activeWindow() is self._window:
                self._canvas.setFocus()
            return
        is_by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        is_tab_taken = QKeySequence(Qt.Key.Key_Tab) in self._hide_panels.shortcuts()
        self._tab.setEnabled(
            is_tab_taken and is_by_mouse and now is not self._canvas and not takes_text(now)
        )
