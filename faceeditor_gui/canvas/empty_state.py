"""What an empty window says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.imaging.arrays import Image8
from faceeditor_gui.appearance import qimage

TITLE_SCALE = 1.6
PROJECTS_SHOWN = 5
THUMBNAIL_SIZE = QSize(150, 110)
"""Of a project, in logical pixels."""


class EmptyState(QWidget):
    """Invites to drop a photo, to open one, to try the sample, or to go on with a project."""

    open_requested = Signal()
    sample_requested = Signal()
    project_requested = Signal(object)  # Path

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
        self._projects = QHBoxLayout()
        layout.addSpacing(24)
        layout.addLayout(self._projects)
        layout.addStretch()

    def show_projects(self, thumbnails: Mapping[Path, Image8]) -> None:
        """Offer projects, the latest first, each with its thumbnail, (h, w, 3) uint8."""
        self._projects.addStretch()
        for path, thumbnail in list(thumbnails.items())[:PROJECTS_SHOWN]:
            self._projects.addWidget(self._project_button(path, thumbnail))
        self._projects.addStretch()

    def _project_button(self, path: Path, thumbnail: Image8) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(QIcon(QPixmap.fromImage(qimage.from_rgb(thumbnail))))
        button.setIconSize(THUMBNAIL_SIZE)
        width = THUMBNAIL_SIZE.width()
        elided = button.fontMetrics().elidedText(path.stem, Qt.TextElideMode.ElideMiddle, width)
        button.setText(elided.replace("&", "&&"))
        button.setToolTip(str(path))
        button.setAccessibleName(self.tr("Open {0}").format(path.name))
        button.clicked.connect(lambda: self.project_requested.emit(path))
        return button

    def _buttons(self) -> QHBoxLayout:
        open_photo = QPushButton(self.tr("Open a photo or a project…"))
        open_photo.clicked.connect(self.open_requested)
        sample = QPushButton(self.tr("Try the sample portrait"))
        sample.clicked.connect(self.sample_requested)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(open_photo)
        row.addWidget(sample)
        row.addStretch()
        return row
