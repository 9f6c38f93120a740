"""A field for a whole number that gives the keyboard back when the number is in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

_LEAVING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class NumberBox(QSpinBox):
    """Return takes the number, Esc the one before; both give up the focus, as the canvas expects.

    A double click selects the whole number, not its unit.
    """

    def __init__(self, minimum: int, maximum: int, suffix: str = "") -> None:
        super().__init__()
        self.setRange(minimum, maximum)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self._before = self.value()
        """What it was when it got the focus."""
        self.setLineEdit(_Field(self))

    def _leave(self, key: Qt.Key) -> None:
        if key is Qt.Key.Key_Escape:
            self.setValue(self._before)
        else:
            self.interpretText()
        self.clearFocus()

    # Qt overrides.

    def event(self, event: QEvent) -> bool:
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in _LEAVING_KEYS:
            event.accept()  # else Esc cancels the work under way
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _LEAVING_KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._leave(key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._before = self.value()
        super().focusInEvent(event)


class _Field(QLineEdit):
    """The text of a number box."""

    def __init__(self, box: NumberBox) -> None:
        super().__init__(box)
        self._select_number = box.selectAll

    # Qt overrides.

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._select_number()


def takes_text(widget: QWidget | None) -> bool:
    """Tell whether letters and Tab are meant for a widget."""
    return widget is not None and bool(widget.inputMethodQuery(Qt.InputMethodQuery.ImEnabled))
