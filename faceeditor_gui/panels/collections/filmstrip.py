"""The filmstrip below the photo: what is open, which is in hand, and what is unsaved."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from faceeditor_gui.appearance import qimage
from faceeditor_gui.appearance.display import for_display
from faceeditor_gui.commands.series import Series, SeriesPhoto
from faceeditor_gui.document.document import Document
from faceeditor_gui.widgets.list_widget import ListWidget

PICTURE_SIZE = QSize(84, 64)
CELL_SIZE = QSize(104, 92)
STRIP_PX = 112
"""Height of the strip, with room for a scroll bar."""
MARK_PX = 14
MARK = QColor(255, 176, 32)
"""Of what is unsaved: it lies on a picture, whatever the theme."""
PLACE = Qt.ItemDataRole.UserRole


class Filmstrip(ListWidget):
    """Shows the series, if there is more than one photo; a click takes another one in hand."""

    def __init__(self, series: Series, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series = series
        self._is_hidden = False
        self._set_up()
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)
        series.changed.connect(self._show)
        document.undo_stack.indexChanged.connect(self._show)
        document.undo_stack.cleanChanged.connect(self._show)
        document.saved.connect(self._show)
        self._show()

    def _set_up(self) -> None:
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(PICTURE_SIZE)
        self.setGridSize(CELL_SIZE)
        self.setFixedHeight(STRIP_PX)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(self.tr("Open photos"))

    def add_actions(self, actions: list[QAction]) -> None:
        """Offer actions on the photo in hand by the right button."""
        self.add_menu(actions)

    def set_hidden(self, hidden: bool) -> None:
        """Hide the strip with the panels, or show it with them."""
        self._is_hidden = hidden
        self._show()

    def _show(self) -> None:
        photos = self._series.items
        self.setVisible(self._series.has_several and not self._is_hidden)
        if not self._series.has_several:
            return
        with QSignalBlocker(self):
            while self.count() > len(photos):
                self.takeItem(self.count() - 1)
            while self.count() < len(photos):
                self.addItem(QListWidgetItem())
            for place, photo in enumerate(photos):
                self._show_photo(self.item(place), photo)
                if photo is self._series.current:
                    self.setCurrentRow(place)
        self.scrollToItem(self.currentItem())

    def _show_photo(self, item: QListWidgetItem, photo: SeriesPhoto) -> None:
        is_unsaved = self._series.is_unsaved(photo)
        shown = id(photo), id(photo.thumbnail), is_unsaved
        if item.data(PLACE) != shown:
            item.setData(PLACE, shown)
            item.setIcon(self._icon(photo, is_unsaved=is_unsaved))
        item.setText(photo.name)
        unsaved = self.tr("{0}: has changes that are in no project yet").format(photo.name)
        item.setToolTip(unsaved if is_unsaved else photo.name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())

    def _icon(self, photo: SeriesPhoto, *, is_unsaved: bool) -> QIcon:
        """Draw a photo, and a mark on it if anything is unsaved."""
        ratio = self.devicePixelRatioF()
        shown = QPixmap(PICTURE_SIZE * ratio)
        shown.fill(Qt.GlobalColor.transparent)
        shown.setDevicePixelRatio(ratio)
        painter = QPainter(shown)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = shown.rect().size() / ratio
        if photo.thumbnail is not None:
            picture = QPixmap.fromImage(for_display(qimage.from_rgb(photo.thumbnail))).scaled(
                PICTURE_SIZE * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            picture.setDevicePixelRatio(ratio)
            size = picture.size() / ratio
            painter.drawPixmap(
                (area.width() - size.width()) // 2, (area.height() - size.height()) // 2, picture
            )
        if is_unsaved:
            painter.setPen(Qt.GlobalColor.black)
            painter.setBrush(MARK)
            painter.drawEllipse(area.width() - MARK_PX - 1, 1, MARK_PX, MARK_PX)
        painter.end()
        icon = QIcon()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            icon.addPixmap(shown, mode)
        return icon

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self._series.stop()
        self._series.show(self._series.items[self.row(item)])
        self._show()  # what is refused is not chosen
