"""A number with its name: type it, step it, or drag the name sideways."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

PX_PER_STEP = 2
_SHOWN_SPACING = 4


class ScrubLabel(QLabel):
    """The name of a number; dragging it sideways changes the number."""

    def __init__(self, text: str, box: QSpinBox) -> None:
        super().__init__(text)
        self._box = box
        self._from = QPointF()
        self._value = 0
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setBuddy(box)

    # Qt overrides.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from, self._value = event.position(), self._box.value()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        steps = round((event.position() - self._from).x() / PX_PER_STEP)
        self._box.setValue(self._value + steps * self._box.singleStep())


class NamedNumber(QWidget):
    """A whole number beside its name."""

    def __init__(self, name: str, what: str, low: int, high: int, unit: str) -> None:
        """`name` is shown; `what` says in full what the number is."""
        super().__init__()
        self.box = QSpinBox()
        self.box.setRange(low, high)
        self.box.setSuffix(unit)
        self.box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.box.setKeyboardTracking(False)
        self.box.setAccessibleName(what)
        self.box.setToolTip(what)
        self.label = ScrubLabel(name, self.box)
        self.label.setToolTip(what)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SHOWN_SPACING)
        row.addWidget(self.label)
        row.addWidget(self.box)

    def show_value(self, value: int) -> None:
        """Show a value that has been set elsewhere."""
        with QSignalBlocker(self.box):
            self.box.setValue(value)
