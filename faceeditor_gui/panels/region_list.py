"""The list of regions: a legend of the label map, from which they are picked."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from core.anatomy.regions import LEGEND, Region
from faceeditor_gui.document.wording import describe_region
from faceeditor_gui.state.mask_mode import MaskMode, mask_mode_of
from faceeditor_gui.widgets.swatch import SWATCH_PX, swatch_icon

COLUMNS = 3
ROW_PX = 19
_MODE_KEYS = {
    Qt.Key.Key_Plus: MaskMode.ADD,
    Qt.Key.Key_Minus: MaskMode.SUBTRACT,
}
_PICK_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class RegionList(QListWidget):
    """All regions, in columns."""

    chosen = Signal(object)  # Region
    picked = Signal(object, object)  # Region, MaskMode or None: it is to become the mask

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = -(-len(Region) // COLUMNS) * ROW_PX + 1  # Qt wraps what ends at the last pixel
        self.setFixedHeight(height + 2 * self.frameWidth())
        self.setAccessibleName(self.tr("Regions of the face"))
        self.setToolTip(
            self.tr("Click: mask of the region; with Shift added to it, with Alt taken away")
        )
        for region in Region:
            icon = swatch_icon(QColor(*LEGEND[region].colour))
            self.addItem(QListWidgetItem(icon, describe_region(region)))
        self._pressed: QListWidgetItem | None = None
        self.currentRowChanged.connect(lambda row: self.chosen.emit(Region(row)))

    @property
    def current(self) -> Region:
        """The region that is chosen."""
        return Region(self.currentRow())

    def show_chosen(self, region: Region) -> None:
        """Choose a region."""
        with QSignalBlocker(self):
            self.setCurrentRow(region)

    # Qt overrides.

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setGridSize(QSize(self.viewport().width() // COLUMNS, ROW_PX))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = self.itemAt(event.position().toPoint())
        if self._pressed is not None:
            self.setCurrentItem(self._pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self.itemAt(event.position().toPoint()) is pressed:
            is_right = event.button() is Qt.MouseButton.RightButton
            mask_mode = mask_mode_of(event.modifiers(), is_opposite=is_right)
            self.picked.emit(self.current, mask_mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MODE_KEYS:
            self.picked.emit(self.current, _MODE_KEYS[key])
        elif key in _PICK_KEYS:
            self.picked.emit(self.current, mask_mode_of(event.modifiers()))
        else:
            super().keyPressEvent(event)
