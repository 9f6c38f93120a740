"""The history panel: every stroke and result; a click goes back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QUndoView, QWidget

from faceeditor_gui.document.document import Document


class HistoryPanel(QUndoView):
    """Shows the undo stack."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document.undo_stack, parent)
        self.setEmptyLabel(self.tr("Photo as opened"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("History"))
