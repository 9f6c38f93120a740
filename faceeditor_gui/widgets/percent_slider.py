"""A slider with its value in percent beside it: it moves, and it comes to rest."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from faceeditor_gui.widgets.number_box import NumberBox
from faceeditor_gui.widgets.slider import COMMIT_DELAY_MS, Slider


class PercentSlider(QWidget):
    """Slider and number are one value, however it is set."""

    changed = Signal(int)  # while it moves
    settled = Signal()  # let go, or no key has come for a while

    def __init__(
        self, minimum: int, neutral: int, name: str, tip: str, *, is_narrow: bool = False
    ) -> None:
        """Make a slider up to 100 %.

        Args:
            minimum: in percent.
            neutral: what a double click sets, in percent.
            name: what it sets, for those who cannot see it.
            tip: what its ends mean.
            is_narrow: whether the number is below the slider.
        """
        super().__init__()
        self._slider = Slider(minimum, 100, neutral)
        self._number = NumberBox(minimum, 100, " %")
        self._settle_timer = QTimer(self, singleShot=True, interval=COMMIT_DELAY_MS)
        self._slider.setAccessibleName(name)
        self._slider.setToolTip(tip)
        self._number.setAccessibleName(self.tr("{0} in percent").format(name))
        self.show_value(neutral)
        directions = QBoxLayout.Direction
        row = QBoxLayout(directions.TopToBottom if is_narrow else directions.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider, 1)
        row.addWidget(self._number)
        self._slider.valueChanged.connect(self._on_changed)
        self._slider.sliderReleased.connect(self._settle)
        self._number.valueChanged.connect(self._slider.setValue)
        self._settle_timer.timeout.connect(self._settle)

    @property
    def value(self) -> int:
        """In percent."""
        return self._slider.value()

    @property
    def is_moving(self) -> bool:
        """Tell whether it is held, or may still be moved by keys."""
        return self._slider.isSliderDown() or self._settle_timer.isActive()

    def set_minimum(self, minimum: int) -> None:
        """Let it begin elsewhere; in percent."""
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            self._slider.setMinimum(minimum)
            self._number.setMinimum(minimum)

    def show_value(self, percent: int) -> None:
        """Show a value that has been set elsewhere."""
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            self._slider.setValue(percent)
            self._number.setValue(percent)

    def stop(self) -> None:
        """Come to rest without a word: what was set is out of date."""
        self._settle_timer.stop()

    def _on_changed(self, percent: int) -> None:
        self.show_value(percent)
        self.changed.emit(percent)
        if not self._slider.isSliderDown():
            self._settle_timer.start()

    def _settle(self) -> None:
        self._settle_timer.stop()
        self.settled.emit()
