"""A slider with two knobs: a range of whole numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from faceeditor_gui.widgets.slider import GROOVE_PX, KNOB_PX

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class RangeSlider(QWidget):
    """Sets a half-open range; arrows move its end, with Shift its start."""

    range_changed = Signal()
    released = Signal()

    def __init__(self, minimum: int, maximum: int, parent: QWidget | None = None) -> None:
        """The range lies between two numbers and holds at least one."""
        super().__init__(parent)
        self._minimum, self._maximum = minimum, maximum
        self._range = minimum, maximum
        self._held: int | None = None
        """Which end the mouse holds: 0 or 1."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def range(self) -> tuple[int, int]:
        """First number, and the one behind the last."""
        return self._range

    @property
    def is_down(self) -> bool:
        """Tell whether a knob is held."""
        return self._held is not None

    def show_range(self, start: int, stop: int) -> None:
        """Show a range that was set elsewhere."""
        self._range = start, stop
        self.update()

    def position_of(self, value: int) -> float:
        """Find where a number lies, in pixels from the left."""
        share = (value - self._minimum) / (self._maximum - self._minimum)
        return KNOB_PX / 2 + share * (self.width() - KNOB_PX)

    def _value_at(self, x: float) -> int:
        share = (x - KNOB_PX / 2) / max(self.width() - KNOB_PX, 1)
        return round(self._minimum + share * (self._maximum - self._minimum))

    def _move(self, end: int, value: int) -> None:
        """Move one end as far as the other one allows."""
        start, stop = self._range
        if end == 0:
            start = min(max(value, self._minimum), stop - 1)
        else:
            stop = max(min(value, self._maximum), start + 1)
        if (start, stop) != self._range:
            self._range = start, stop
            self.update()
            self.range_changed.emit()

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return QSize(120, KNOB_PX + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, KNOB_PX + 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            x = event.position().x()
            start, stop = (self.position_of(value) for value in self._range)
            self._held = int(abs(x - stop) <= abs(x - start) or x > stop)
            self._move(self._held, self._value_at(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._move(self._held, self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        end = 0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._move(end, self._range[end] + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        roles, palette, middle = QPalette.ColorRole, self.palette(), self.height() / 2
        groove = QRectF(KNOB_PX / 2, middle - GROOVE_PX / 2, self.width() - KNOB_PX, GROOVE_PX)
        painter.setBrush(palette.color(roles.Shadow))
        painter.drawRoundedRect(groove, GROOVE_PX / 2, GROOVE_PX / 2)
        start, stop = (self.position_of(value) for value in self._range)
        painter.setBrush(palette.color(roles.Highlight))
        painter.drawRect(QRectF(start, groove.top(), stop - start, GROOVE_PX))
        if self.hasFocus():
            painter.setPen(palette.color(roles.Highlight))
        painter.setBrush(palette.color(roles.ButtonText))
        for x in (start, stop):
            painter.drawEllipse(QPointF(x, middle), KNOB_PX / 2 - 1, KNOB_PX / 2 - 1)
        painter.end()
