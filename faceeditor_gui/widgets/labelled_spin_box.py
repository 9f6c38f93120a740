"""A spin box with a label; dragging the label sideways changes the number."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from faceeditor_gui.widgets.number_box import NumberBox

PX_PER_STEP = 2
_SHOWN_SPACING = 4


class ScrubLabel(QLabel):
    """The name of a number; dragging it sideways changes the number."""

    def __init__(self, text: str, box: QSpinBox) -> None:
        super().__init__(text)
        self._box = box
        self._drag_start = QPointF()
        self._start_value = 0
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setBuddy(box)

    # Qt overrides.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag_start, self._start_value = event.position(), self._box.value()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        steps = round((event.position() - self._drag_start).x() / PX_PER_STEP)
        self._box.setValue(self._start_value + steps * self._box.singleStep())


class LabelledSpinBox(QWidget):
    """A whole number beside its name."""

    def __init__(
        self, name: str, description: str, minimum: int, maximum: int, suffix: str
    ) -> None:
        """`name` is shown; `description` says in full what the number is."""
        super().__init__()
        self.box = NumberBox(minimum, maximum, suffix)
        self.box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.box.setAccessibleName(description)
        self.box.setToolTip(description)
        self.label = ScrubLabel(name, self.box)
        self.label.setToolTip(description)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SHOWN_SPACING)
        row.addWidget(self.label)
        row.addWidget(self.box)

    def show_value(self, value: int) -> None:
        """Show a value that has been set elsewhere."""
        with QSignalBlocker(self.box):
            self.box.setValue(value)
