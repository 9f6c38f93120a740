"""The exemplars as thumbnails: chosen, put in order, and dragged onto the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import (
    ExemplarList,
    exemplar_mime_data,
    exemplar_number_in,
)
from faceeditor_gui.jobs.exemplar_hair import ExemplarHair
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, thumbnail_icon
from faceeditor_gui.widgets.list_widget import ListWidget

SIDE_PX = 60
SPACE_PX = 6
FRAME_PX = 3
DRAG_OFFSET_PX = 14
"""From the pointer to the picture that is dragged with it."""
BADGE_PX = 16
BADGE = QColor(255, 176, 32)
"""Like the chosen face's: it lies on a picture, whatever the theme."""
NUMBER = Qt.ItemDataRole.UserRole


class ExemplarListView(ListWidget):
    """Shows the document's exemplars; what the user does goes to their list, or upwards."""

    apply_requested = Signal()  # the parts that are pressed
    paste_requested = Signal()
    chosen_delete_requested = Signal(int)  # an exemplar's number

    def __init__(
        self, exemplar_list: ExemplarList, hair: ExemplarHair, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._exemplar_list = exemplar_list
        self._hair = hair
        self._icons: dict[int, QIcon] = {}
        self._drop_row: int | None = None
        """Where the dragged exemplar would go."""
        self._set_up()
        self.delete_requested.connect(self._delete)
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemActivated.connect(lambda _: self.apply_requested.emit())
        exemplar_list.changed.connect(self._show_exemplars)
        exemplar_list.chosen_changed.connect(self._show_chosen)
        hair.changed.connect(self._show_hair_problems)
        self._show_exemplars()

    def _set_up(self) -> None:
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        name_height = self.fontMetrics().height()
        self.setGridSize(QSize(SIDE_PX + 2 * SPACE_PX, SIDE_PX + SPACE_PX + name_height))
        self.setMinimumHeight(SIDE_PX + 2 * SPACE_PX + name_height)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.viewport().setAcceptDrops(True)  # which static movement has switched off
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # what is pasted after a click goes here
        self.setAccessibleName(self.tr("Exemplars"))
        delete = QAction(self.tr("Delete"), self)
        delete.triggered.connect(self._delete)
        self.add_menu([delete])

    def _show_exemplars(self) -> None:
        exemplars = self._exemplar_list.items
        known, self._icons = self._icons, {}
        with QSignalBlocker(self):
            self.clear()
            for exemplar in exemplars:
                self._icons[exemplar.number] = known.get(exemplar.number) or self._icon(exemplar)
                self.addItem(self._item(exemplar))
        self._show_chosen()

    def _icon(self, exemplar: ListedExemplar) -> QIcon:
        return thumbnail_icon(exemplar.portrait, self.devicePixelRatioF(), SIDE_PX)

    def _item(self, exemplar: ListedExemplar) -> QListWidgetItem:
        item = QListWidgetItem(self._icons[exemplar.number], exemplar.name)
        item.setData(NUMBER, exemplar.number)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, exemplar.name)
        item.setToolTip(self._tip(exemplar))
        return item

    def _tip(self, exemplar: ListedExemplar) -> str:
        tip = self.tr("{0}: drag it onto a part of the face in the photo").format(exemplar.name)
        problem = self._hair.problem(exemplar.number)
        return tip if problem is None else f"{tip}\n{problem}"

    def _show_hair_problems(self) -> None:
        for row, exemplar in enumerate(self._exemplar_list.items):
            self.item(row).setToolTip(self._tip(exemplar))
        self.viewport().update()

    def _show_chosen(self) -> None:
        chosen = self._exemplar_list.chosen
        with QSignalBlocker(self):
            for row, exemplar in enumerate(self._exemplar_list.items):
                if exemplar is chosen:
                    self.setCurrentRow(row)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._exemplar_list.choose(item.data(NUMBER))

    def _delete(self) -> None:
        if self.currentItem() is not None:
            self.chosen_delete_requested.emit(self.currentItem().data(NUMBER))

    # Putting in order.

    def _drop_row_at(self, position: QPoint) -> int:
        """Find before which row something dropped at a position goes."""
        for row in range(self.count()):
            box = self.visualItemRect(self.item(row))
            if position.y() <= box.bottom() and position.x() < box.center().x():
                return row
            if position.y() <= box.bottom() and self._is_last_in_line(row):
                return row + 1
        return self.count()

    def _is_last_in_line(self, row: int) -> bool:
        if row + 1 == self.count():
            return True
        boxes = [self.visualItemRect(self.item(index)) for index in (row, row + 1)]
        return boxes[1].top() > boxes[0].top()

    def _show_drop_row(self, row: int | None) -> None:
        self._drop_row = row
        self.viewport().update()

    def _move_chosen(self, offset: int) -> None:
        chosen = self._exemplar_list.chosen
        if chosen is not None:
            row = self._exemplar_list.items.index(chosen) + offset
            self._exemplar_list.move(chosen.number, max(row, 0))

    # Qt overrides.

    def startDrag(self, _actions: Qt.DropAction) -> None:
        item = self.currentItem()
        if item is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        drag.setPixmap(item.icon().pixmap(THUMBNAIL_PX, THUMBNAIL_PX))
        drag.setHotSpot(
            QPoint(-DRAG_OFFSET_PX, -DRAG_OFFSET_PX)
        )  # what is under the pointer stays visible
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return exemplar_mime_data(items[0].data(NUMBER))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if exemplar_number_in(event.mimeData()) is not None:
            self._show_drop_row(self._drop_row_at(event.position().toPoint()))
            event.acceptProposedAction()
        else:
            event.ignore()  # the panel takes what comes from outside

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop_row(None)

    def dropEvent(self, event: QDropEvent) -> None:
        row = self._drop_row_at(event.position().toPoint())
        self._show_drop_row(None)
        exemplar = self._exemplar_list.find(exemplar_number_in(event.mimeData()))
        if exemplar is not None:
            current_row = self._exemplar_list.items.index(exemplar)
            self._exemplar_list.move(exemplar.number, row - (row > current_row))
            event.acceptProposedAction()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.matches(QKeySequence.StandardKey.Paste):
                event.accept()  # else the window opens what is pasted
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif is_alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move_chosen(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        item = self.currentItem()
        if item is not None:
            self._paint_frame(painter, self.visualItemRect(item))
        for row in range(self.count()):
            if self._hair.problem(self.item(row).data(NUMBER)) is not None:
                self._paint_badge(painter, self.visualItemRect(self.item(row)))
        if self._drop_row is not None and self.count():
            painter.fillRect(self._drop_mark(self._drop_row), self._mark_colour())
        painter.end()

    def _paint_frame(self, painter: QPainter, box: QRect) -> None:
        """Frame the current item: pictures cover what Qt paints behind them."""
        width = FRAME_PX if self.hasFocus() else FRAME_PX - 1
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), width))
        painter.drawRect(box.adjusted(1, 1, -2, -2))

    def _paint_badge(self, painter: QPainter, box: QRect) -> None:
        """Mark hair that cannot be taken, or not whole; the tool tip says why."""
        badge = QRect(0, 0, BADGE_PX, BADGE_PX)
        badge.moveBottomRight(box.bottomRight() - QPoint(SPACE_PX, SPACE_PX))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(BADGE)
        painter.drawEllipse(badge)
        painter.setPen(QColor(Qt.GlobalColor.black))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "!")

    def _drop_mark(self, row: int) -> QRect:
        is_end = row == self.count()
        box = self.visualItemRect(self.item(row - is_end))
        return QRect(box.right() if is_end else box.left(), box.top(), FRAME_PX, box.height())

    def _mark_colour(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.HighlightedText)
