"""The history panel: every stroke and result; a click goes back to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QPalette, QUndoStack
from PySide6.QtWidgets import (
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QWidget,
)

from faceeditor_gui.document.document import Document


class HistoryPanel(QUndoView):
    """Shows the undo stack; what was undone is grey."""

    def __init__(
        self,
        document: Document,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(document.undo_stack, parent)
        self.setEmptyLabel(self.tr("Photo as opened"))
        self.setItemDelegate(_GreyDelegate(document.undo_stack, self))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("History"))
        self.addActions([action("edit.undo"), action("edit.redo")])
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


class _GreyDelegate(QStyledItemDelegate):
    """Greys what redo would bring back."""

    def __init__(self, undo_stack: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack

    # Qt overrides.

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.row() > self._undo_stack.index():  # the photo as opened is the first row
            palette = QPalette(option.palette)
            faded = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            palette.setColor(QPalette.ColorRole.Text, faded)
            option.palette = palette
