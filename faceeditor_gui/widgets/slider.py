"""A slider that fills from zero, jumps to the pointer, and leaves keys alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSlider, QWidget

COMMIT_DELAY_MS = 400
"""How long after the last key press or turn of the wheel the full resolution is made."""


KNOB_PX = 14
GROOVE_PX = 4


class Slider(QSlider):
    """A horizontal slider; a double click sets it to its neutral value."""

    def __init__(
        self, minimum: int, maximum: int, neutral: int, parent: QWidget | None = None
    ) -> None:
        """The groove fills from 0, or from the low end."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(minimum, maximum)
        self.setValue(neutral)
        self._neutral = neutral
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def neutral(self) -> int:
        """What a double click sets."""
        return self._neutral

    def set_neutral(self, neutral: int) -> None:
        """Set what a double click sets."""
        self._neutral = neutral

    def position_of(self, value: int) -> float:
        """Find where a value lies, in pixels from the left."""
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return KNOB_PX / 2 + share * (self.width() - KNOB_PX)

    def _value_at(self, x: float) -> int:
        share = (x - KNOB_PX / 2) / max(self.width() - KNOB_PX, 1)
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    def _paint_groove(self, painter: QPainter, middle: float) -> None:
        roles = QPalette.ColorRole
        groove = QRectF(KNOB_PX / 2, middle - GROOVE_PX / 2, self.width() - KNOB_PX, GROOVE_PX)
        painter.setBrush(self.palette().color(roles.Shadow if self.isEnabled() else roles.Mid))
        painter.drawRoundedRect(groove, GROOVE_PX / 2, GROOVE_PX / 2)
        if not self.isEnabled():
            return
        start, end = sorted(
            (self.position_of(max(self.minimum(), 0)), self.position_of(self.value()))
        )
        painter.setBrush(self.palette().color(roles.Highlight))
        painter.drawRect(QRectF(start, groove.top(), end - start, GROOVE_PX))

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return QSize(120, KNOB_PX + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, KNOB_PX + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        self._paint_groove(painter, middle)
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setBrush(self.palette().color(group, QPalette.ColorRole.ButtonText))
        radius = KNOB_PX / 2 - 1
        painter.drawEllipse(QPointF(self.position_of(self.value()), middle), radius, radius)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(self._neutral)
