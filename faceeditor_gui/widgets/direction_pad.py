"""A pad on which a point is dragged: how far across, how far up."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from faceeditor_gui.widgets.slider import COMMIT_DELAY_MS, KNOB_PX

SIDE_PX = 104
KEY_STEP = 0.1
_KEYS = {
    Qt.Key.Key_Left: (-KEY_STEP, 0.0),
    Qt.Key.Key_Right: (KEY_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, KEY_STEP),
    Qt.Key.Key_Down: (0.0, -KEY_STEP),
}


class DirectionPad(QWidget):
    """A square with a point in it; a double click sets it to the middle."""

    changed = Signal()  # while it moves
    settled = Signal()  # let go, or no key has come for a while

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        """`name` says what it sets, for those who cannot see it."""
        super().__init__(parent)
        self._value = (0.0, 0.0)
        self._is_held = False
        self._settle_timer = QTimer(self, singleShot=True, interval=COMMIT_DELAY_MS)
        self._settle_timer.timeout.connect(self.settled)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIDE_PX, SIDE_PX)

    @property
    def value(self) -> tuple[float, float]:
        """To the picture's right and up, -1..1 each."""
        return self._value

    @property
    def is_moving(self) -> bool:
        """Tell whether it is held, or may still be moved by keys."""
        return self._is_held or self._settle_timer.isActive()

    def show_value(self, across: float, up: float) -> None:
        """Show a value that has been set elsewhere."""
        self._value = (min(max(across, -1.0), 1.0), min(max(up, -1.0), 1.0))
        self.update()

    def stop(self) -> None:
        """Come to rest without a word: what was set is out of date."""
        self._settle_timer.stop()

    def _set(self, across: float, up: float) -> None:
        before = self._value
        self.show_value(across, up)
        if self._value != before:
            self.changed.emit()

    def _set_at(self, position: QPointF) -> None:
        reach = (SIDE_PX - KNOB_PX) / 2
        across, up = position.x() - SIDE_PX / 2, SIDE_PX / 2 - position.y()
        self._set(across / reach, up / reach)

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        roles, palette = QPalette.ColorRole, self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(palette.color(roles.Highlight if self.hasFocus() else roles.Shadow))
        painter.setBrush(palette.color(roles.Base))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setPen(palette.color(roles.Shadow))
        middle, reach = frame.center(), (SIDE_PX - KNOB_PX) / 2
        painter.drawLine(QPointF(frame.left(), middle.y()), QPointF(frame.right(), middle.y()))
        painter.drawLine(QPointF(middle.x(), frame.top()), QPointF(middle.x(), frame.bottom()))
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(group, roles.ButtonText))
        across, up = self._value
        knob = middle + QPointF(across * reach, -up * reach)
        painter.drawEllipse(knob, KNOB_PX / 2 - 1, KNOB_PX / 2 - 1)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_held = True
            self._set_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_held:
            self._set_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_held:
            self._is_held = False
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._is_held = True
        self._set(0.0, 0.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._set(self._value[0] + step[0], self._value[1] + step[1])
        self._settle_timer.start()
