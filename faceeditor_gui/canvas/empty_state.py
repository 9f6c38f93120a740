"""What an empty window says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

TITLE_SCALE = 1.6


class EmptyState(QWidget):
    """Invites to drop a photo, to open one, or to try the sample."""

    open_requested = Signal()
    sample_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Drop a photo here"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * TITLE_SCALE)
        title.setFont(font)
        hint = QLabel(self.tr("Everything stays on this machine."))
        hint.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch()
        for label in (title, hint):
            layout.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._buttons())
        layout.addStretch()

    def _buttons(self) -> QHBoxLayout:
        open_photo = QPushButton(self.tr("Open a photo…"))
        open_photo.clicked.connect(self.open_requested)
        sample = QPushButton(self.tr("Try the sample portrait"))
        sample.clicked.connect(self.sample_requested)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(open_photo)
        row.addWidget(sample)
        row.addStretch()
        return row
