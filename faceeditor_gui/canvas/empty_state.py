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
from faceeditor_gui.appearance.display import for_display

TITLE_SCALE = 1.6
THUMBNAIL_SIZE = QSize(150, 110)
"""Of a project, in logical pixels."""


class EmptyState(QWidget):
    """Invites to drop a photo, to open one or the sample, or to go on with a recent one."""

    open_requested = Signal()
    sample_requested = Signal()
    recent_requested = Signal(object)  # Path
    restore_requested = Signal(object)  # Path: the folder of what was lost
    discard_requested = Signal(object)  # the same

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
        self._recent, self._lost = QHBoxLayout(), QHBoxLayout()
        self._recent_title = QLabel(self.tr("Recent"))
        self._recent_title.hide()
        layout.addSpacing(24)
        layout.addLayout(self._lost)
        layout.addSpacing(24)
        layout.addWidget(self._recent_title, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._recent)
        layout.addStretch()

    def show_lost(self, folder: Path, name: str, when: str, thumbnail: Image8 | None) -> None:
        """Offer what a crash has left.

        Args:
            folder: where it lies.
            name: of the photo or project.
            when: it was last changed, in words.
            thumbnail: (h, w, 3) uint8.
        """
        tile = QWidget()
        restore = _tile(self.tr("Restore unsaved work"), thumbnail)
        restore.setToolTip(self.tr("{0}, {1}").format(name, when))
        restore.setAccessibleName(self.tr("Restore unsaved work: {0}, {1}").format(name, when))
        restore.clicked.connect(lambda: self.restore_requested.emit(folder))
        discard = QPushButton(self.tr("Discard"))
        discard.setAccessibleName(self.tr("Discard unsaved work: {0}, {1}").format(name, when))
        discard.clicked.connect(lambda: self.discard_requested.emit(folder))
        discard.clicked.connect(tile.hide)
        column = QVBoxLayout(tile)
        for widget in (restore, QLabel(_elided(name, restore)), QLabel(when), discard):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        if not self._lost.count():
            self._lost.addStretch()
            self._lost.addStretch()
        self._lost.insertWidget(self._lost.count() - 1, tile)

    def show_recent(self, thumbnails: Mapping[Path, Image8]) -> None:
        """Offer photos and projects, the latest first, each with a thumbnail, (h, w, 3) uint8."""
        self._recent_title.setVisible(bool(thumbnails))
        self._recent.addStretch()
        for path, thumbnail in thumbnails.items():
            self._recent.addWidget(self._recent_button(path, thumbnail))
        self._recent.addStretch()

    def _recent_button(self, path: Path, thumbnail: Image8) -> QToolButton:
        button = _tile("", thumbnail)
        button.setText(_elided(path.name, button).replace("&", "&&"))
        button.setToolTip(str(path))
        button.setAccessibleName(self.tr("Open {0}").format(path.name))
        button.clicked.connect(lambda: self.recent_requested.emit(path))
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


def _tile(text: str, thumbnail: Image8 | None) -> QToolButton:
    """Make a button that shows a picture with a text below it."""
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setText(text)
    if thumbnail is not None:
        button.setIcon(QIcon(QPixmap.fromImage(for_display(qimage.from_rgb(thumbnail)))))
    button.setIconSize(THUMBNAIL_SIZE)
    return button


def _elided(name: str, widget: QWidget) -> str:
    metrics, width = widget.fontMetrics(), THUMBNAIL_SIZE.width()
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
