"""Asks how small a JPEG file may be, and says how small that is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.image_io.jpeg_options import JpegOptions

MEASURE_DELAY_MS = 250
"""How long after the last change the size is measured."""
Measure = Callable[[JpegOptions, Callable[[int], None]], None]
"""Measures in the background, then tells the bytes."""


class JpegDialog(QDialog):
    """Quality, subsampling and the size that results."""

    def __init__(
        self,
        jpeg: JpegOptions,
        measure: Measure,
        chosen: Callable[[JpegOptions], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._measure = measure
        self._chosen = chosen
        self._is_open = True
        self._quality = QSpinBox()
        self._subsampling = QComboBox()
        self._size = QLabel()
        self._timer = QTimer(self, singleShot=True, interval=MEASURE_DELAY_MS)
        self._timer.timeout.connect(self._ask)
        self.setWindowTitle(self.tr("Export as JPEG"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build(jpeg)
        self._quality.valueChanged.connect(self._on_changed)
        self._subsampling.currentIndexChanged.connect(self._on_changed)
        self._on_changed()

    def _build(self, jpeg: JpegOptions) -> None:
        self._quality.setRange(1, 100)
        self._quality.setValue(jpeg.quality)
        self._quality.setToolTip(self.tr("95 is hardly told from the photo, below 80 it shows"))
        for text in (
            self.tr("4:4:4, all colours"),
            self.tr("4:2:2, half across"),
            self.tr("4:2:0, half across and down"),
        ):
            self._subsampling.addItem(text)
        self._subsampling.setCurrentIndex(jpeg.subsampling)
        form = QFormLayout()
        for title, widget in (
            (self.tr("&Quality"), self._quality),
            (self.tr("&Colours"), self._subsampling),
        ):
            label = QLabel(title)
            label.setBuddy(widget)
            widget.setAccessibleName(title.replace("&", ""))
            form.addRow(label, widget)
        form.addRow(QLabel(self.tr("Size")), self._size)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self._chosen(self.options))
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @property
    def options(self) -> JpegOptions:
        """What is chosen."""
        return JpegOptions(self._quality.value(), self._subsampling.currentIndex())

    def _on_changed(self) -> None:
        self._size.setText(self.tr("measuring…"))
        self._timer.start()

    def _ask(self) -> None:
        asked = self.options

        def tell(count: int) -> None:
            if self._is_open and asked == self.options:
                self._size.setText(_size_text(count))

        self._measure(asked, tell)

    # Qt overrides.

    def done(self, result: int) -> None:
        self._timer.stop()
        self._is_open = False
        super().done(result)


def _size_text(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
