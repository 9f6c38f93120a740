"""Before and after: while a key is held, on two sides of a line, or side by side."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QPainter

from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.items import outline_pens

SPLIT_GRAB_PX = 4
KNOB_PX = 9
LABEL_MARGIN_PX = 10
MIN_SHARE = 0.02


class CompareMode(Enum):
    """How the photo is compared with its edits."""

    OFF = auto()
    SPLIT = auto()
    SIDE_BY_SIDE = auto()


class Comparison(QObject):
    """Which part of the canvas shows the photo before all edits."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = CompareMode.OFF
        self.is_held = False
        """Whether everything shows the photo before its edits for now."""
        self._split_share = 0.5
        self._size = (1, 1)
        self._unit = 1.0

    def resize(self, size: tuple[int, int], pixel_ratio: float) -> None:
        """Set the canvas's size in device pixels, and device pixels per logical pixel."""
        self._size, self._unit = size, pixel_ratio

    def hold(self, held: bool) -> None:
        """Show the photo before its edits while a key is held."""
        if held is not self.is_held:
            self.is_held = held
            self.changed.emit()

    def toggle(self, mode: CompareMode) -> None:
        """Switch a mode on or off."""
        self.mode = CompareMode.OFF if self.mode is mode else mode
        self.changed.emit()

    def has_mode(self, mode: CompareMode) -> bool:
        """Tell whether this mode is on."""
        return self.mode is mode

    @property
    def before_rect(self) -> QRect:
        """The part of the canvas that shows the photo before its edits, in device pixels."""
        width, height = self._size
        if self.is_held:
            return QRect(0, 0, width, height)
        if self.mode is CompareMode.SPLIT:
            return QRect(0, 0, self._line_x, height)
        return QRect()

    def is_on_split_line(self, position: tuple[float, float]) -> bool:
        """Tell whether a position, in device pixels, is on the split line or its knob."""
        if self.mode is not CompareMode.SPLIT or self.is_held:
            return False
        across, down = position[0] - self._line_x, position[1] - self._size[1] / 2
        is_on_knob = max(abs(across), abs(down)) <= (KNOB_PX + 2) * self._unit
        return is_on_knob or abs(across) <= SPLIT_GRAB_PX * self._unit

    def move_split_line(self, x: float) -> None:
        """Move the split line to a position in device pixels."""
        self._split_share = min(max(x / self._size[0], MIN_SHARE), 1 - MIN_SHARE)
        self.changed.emit()

    def paint(self, painter: QPainter, font: QFont, *, is_edited: bool) -> None:
        """Paint the split line, its knob, and what each part of the canvas shows."""
        after = self.tr("After") if is_edited else self.tr("After: nothing is changed yet")
        margin, width = LABEL_MARGIN_PX * self._unit, self._size[0]
        if self.is_held:
            return
        if self.mode is CompareMode.SIDE_BY_SIDE:
            paint_label(painter, font, QRectF(margin, margin, width, width), after, self._unit)
        elif self.mode is CompareMode.SPLIT:
            self._paint_split(painter, font, after)

    def _paint_split(self, painter: QPainter, font: QFont, after: str) -> None:
        x, middle = float(self._line_x), self._size[1] / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        knob = KNOB_PX * self._unit
        for pen in outline_pens(colours.CURSOR, self._unit):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 0), QPointF(x, self._size[1]))
            painter.setBrush(colours.HALO)
            painter.drawEllipse(QPointF(x, middle), knob, knob)
        for side in (-1, 1):
            tip = QPointF(x + side * 0.6 * knob, middle)
            for end in (-1, 1):
                painter.drawLine(tip, QPointF(x + side * 0.2 * knob, middle + end * 0.4 * knob))
        self._paint_labels(painter, font, x, after)

    def _paint_labels(self, painter: QPainter, font: QFont, x: float, after: str) -> None:
        margin, width = LABEL_MARGIN_PX * self._unit, self._size[0]
        left = QRectF(0, margin, x - margin, width)
        right = QRectF(x + margin, margin, width, width)
        paint_label(painter, font, left, self.tr("Before"), self._unit, align_right=True)
        paint_label(painter, font, right, after, self._unit)

    @property
    def _line_x(self) -> int:
        return round(self._split_share * self._size[0])


def paint_label(
    painter: QPainter,
    font: QFont,
    area: QRectF,
    text: str,
    pixel_ratio: float,
    *,
    align_right: bool = False,
) -> None:
    """Paint a text on a dark plate at the top of an area, in device pixels."""
    shown = QFont(font)
    shown.setPixelSize(round(12 * pixel_ratio))
    painter.setFont(shown)
    text_size = QSizeF(painter.fontMetrics().size(0, text))
    plate = QRectF(area.topLeft(), text_size + QSizeF(12 * pixel_ratio, 6 * pixel_ratio))
    if align_right:
        plate.moveRight(area.right())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.PLATE)
    painter.drawRoundedRect(plate, 4 * pixel_ratio, 4 * pixel_ratio)
    painter.setPen(colours.CURSOR)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
