"""Every result as a row, the newest on top: ticked, renamed, put in order, grouped by face."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QDropEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidgetItem, QWidget

from core.anatomy.landmarks import is_same_face
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, is_stale
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.panels.edit_list.name_delegate import NAME, NUMBER, NameDelegate
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, step_thumbnail
from faceeditor_gui.widgets.list_widget import ListWidget

ROW_SPACE_PX = 6
MENU_ACTIONS = (
    "edit.duplicate",
    "edit.hide",
    "edit.paint_on_result",
    "edit.raise",
    "edit.lower",
    "edit.keep",
    "edit.delete",
)
"""In the context menu of a result."""
_ROW_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsEditable
    | Qt.ItemFlag.ItemIsDragEnabled
)
Row = str | EditStep
"""A heading, or a step."""


class EditList(ListWidget):
    """Shows the document's steps; what the user does goes to them."""

    def __init__(
        self,
        document: Document,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._steps = document.steps
        self._thumbnails: dict[tuple[int, int], QIcon] = {}
        self._rename = QAction(self.tr("Re&name"), self)
        self._group = QAction(self.tr("&Group by face"), self)
        self._delegate = NameDelegate(self)
        self._set_up()
        self._add_actions(action)
        self._connect()
        self._show_steps()

    def _set_up(self) -> None:
        self.setItemDelegate(self._delegate)
        self.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.setMinimumHeight(THUMBNAIL_PX + ROW_SPACE_PX)  # the options below come and go
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setAccessibleName(self.tr("Edits"))
        self.setToolTip(
            self.tr("Untick what is not to be shown, drag to reorder, double click to rename")
        )

    def _add_actions(self, action: Callable[[str], QAction]) -> None:
        self._rename.triggered.connect(self._edit_name)  # F2 does it too: see the edit triggers
        self._group.setCheckable(True)
        self._group.toggled.connect(self._show_steps)
        self.add_menu([self._rename, *(action(one) for one in MENU_ACTIONS), self._group])

    def _connect(self) -> None:
        self.itemChanged.connect(self._on_item_changed)
        self.currentItemChanged.connect(self._on_current_changed)
        self.delete_requested.connect(self._delete_selected)
        self._delegate.named.connect(self._steps.rename)
        self._steps.changed.connect(self._show_steps)
        self._document.faces.changed.connect(self._show_steps)
        self._steps.selection_changed.connect(self._show_selection)

    # What the user does.

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        self._steps.set_visible(item.data(NUMBER), item.checkState() is Qt.CheckState.Checked)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        self._steps.select(item.data(NUMBER) if item is not None else None)
        step = self._steps.selected
        if step is not None and not isinstance(step.settings, FillSettings):
            self._document.faces.choose_face_of(step.settings.landmarks)

    def _edit_name(self) -> None:
        if self.currentItem() is not None:
            self.editItem(self.currentItem())

    def _delete_selected(self) -> None:
        step = self._steps.selected
        if step is not None:
            self._steps.delete(step.number)

    def _place_dropped(self) -> None:
        """Move the step whose row was dragged to between those that are its neighbours now."""
        item = self.currentItem()
        if item is None:
            return
        row, number = self.row(item), item.data(NUMBER)
        below, above = self._number_at(row + 1), self._number_at(row - 1)
        others = [step.number for step in self._steps.items if step.number != number]
        if below is not None:
            self._steps.move(number, others.index(below) + 1)
        elif above is not None:
            self._steps.move(number, others.index(above))
        self._show_steps()  # a row that was dropped where it does not belong returns

    def _number_at(self, row: int) -> int | None:
        """Return the number of the step in a row; None for headings and beyond the ends."""
        item = self.item(row) if 0 <= row < self.count() else None
        return item.data(NUMBER) if item is not None else None

    # What the document says.

    def _show_steps(self) -> None:
        rows = self._rows()
        items = [self.item(index) for index in range(self.count())]
        with QSignalBlocker(self):
            if [item.data(NUMBER) or item.text() for item in items] != [*map(_key, rows)]:
                self.clear()
                items = [QListWidgetItem(self) for _ in rows]
            for item, row in zip(items, rows, strict=True):
                if isinstance(row, str):
                    _show_heading(item, row)
                else:
                    self._show_step(item, row)
        keys = map(_thumbnail_key, self._steps.items)
        self._thumbnails = {key: self._thumbnails[key] for key in keys}
        self.setVisible(bool(rows))
        self._show_selection()

    def _rows(self) -> list[Row]:
        """List the steps, the newest first, and the headings that they are to have."""
        steps = list(self._steps.items[::-1])
        if not self._group.isChecked():
            return list[Row](steps)
        rows: list[Row] = []
        for index in (*range(len(self._document.faces.items)), None):
            own = [step for step in steps if self._face_index(step) == index]
            title = self.tr("Elsewhere")
            if index is not None:
                title = self.tr("Face {0}").format(index + 1)
            rows += [title, *own] if own else []
        return rows

    def _face_index(self, step: EditStep) -> int | None:
        """Return the place in the list of faces of the one that a step changes."""
        settings = step.settings
        own = settings.faces if isinstance(settings, FillSettings) else (settings.landmarks,)
        if isinstance(settings, FillSettings) and settings.place is None:
            return None
        for index, landmarks in enumerate(self._document.faces.landmarks):
            if any(is_same_face(landmarks, one) for one in own):
                return index
        return None

    def _show_step(self, item: QListWidgetItem, step: EditStep) -> None:
        described = describe_settings(step.settings) + self._face_suffix(step)
        lines = [step.name or described]
        if step.is_visible and is_stale(self._steps.items, self._steps.items.index(step)):
            lines.append(self.tr("to be made anew…"))
        elif step.opacity < 1:
            lines.append(self.tr("{0:.0f} % opaque").format(100 * step.opacity))
        elif step.name:
            lines.append(described)
        key = _thumbnail_key(step)
        if key not in self._thumbnails:
            self._thumbnails[key] = step_thumbnail(
                self._document.original(), step, self.devicePixelRatioF()
            )
        item.setFlags(_ROW_FLAGS)
        item.setText("\n".join(lines))
        item.setToolTip(described)  # a long one is cut
        item.setIcon(self._thumbnails[key])
        item.setData(NUMBER, step.number)
        item.setData(NAME, lines[0])
        item.setCheckState(Qt.CheckState.Checked if step.is_visible else Qt.CheckState.Unchecked)

    def _face_suffix(self, step: EditStep) -> str:
        """Say whose face a result is of, where there are several."""
        index = self._face_index(step)
        if index is None or len(self._document.faces.items) < 2 or self._group.isChecked():
            return ""
        return self.tr(", face {0}").format(index + 1)

    def _show_selection(self) -> None:
        selected = self._steps.selected
        with QSignalBlocker(self):
            self.setCurrentRow(-1)
            for row in range(self.count()):
                if selected and self._number_at(row) == selected.number:
                    self.setCurrentRow(row)

    # Qt overrides.

    def dropEvent(self, event: QDropEvent) -> None:
        super().dropEvent(event)
        self._place_dropped()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, is_alt = self._steps.selected, event.modifiers() & Qt.KeyboardModifier.AltModifier
        if step is not None and is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if event.key() == Qt.Key.Key_Up else -1
            self._steps.move(step.number, self._steps.items.index(step) + by)
        else:
            super().keyPressEvent(event)


def _key(row: Row) -> str | int:
    return row if isinstance(row, str) else row.number


def _show_heading(item: QListWidgetItem, title: str) -> None:
    item.setText(title)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = item.font()
    font.setBold(True)
    item.setFont(font)


def _thumbnail_key(step: EditStep) -> tuple[int, int]:
    """Tell thumbnails apart: neither opacity nor strength shows in them."""
    return step.outcome.fingerprint, step.layer_mask.fingerprint
