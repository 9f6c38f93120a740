"""Lets a row of several lines be renamed by its first."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QWidget

NUMBER = Qt.ItemDataRole.UserRole
NAME = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class NameDelegate(QStyledItemDelegate):
    """Edits what `NAME` holds, and tells it instead of writing it."""

    named = Signal(int, str)  # the row's number, and what it is to be called

    # Qt overrides.

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(index.data(NAME))
            editor.selectAll()

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        if editor.text() != index.data(NAME):
            self.named.emit(index.data(NUMBER), editor.text())
