"""The library panel: what is kept between starts, how much room it takes, and a search."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from faceeditor_gui.commands.library import Library
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.panels.collections.library_list import LibraryList
from faceeditor_gui.widgets.elided_label import ElidedLabel


class LibraryPanel(QWidget):
    """Takes faces that are dropped on it; what is in it is used, renamed, grouped and deleted."""

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._search = QLineEdit()
        self._list = LibraryList(library)
        self._hint = QLabel(
            self.tr(
                "What you keep is here at every start: drop photos of faces, or choose Keep in the "
                "library for an exemplar, an edit or a brush."
            )
        )
        self._damage, self._size = QLabel(), ElidedLabel()
        self._delete_button = QPushButton(self.tr("Delete…"))
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Search the library"))
        for label in (self._hint, self._damage):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._delete_button.setToolTip(self.tr("Delete what is selected for ever (Del)"))
        row = QHBoxLayout()
        row.addWidget(self._size, 1)
        self._delete_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self._delete_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self._search)
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._damage)
        layout.addLayout(row)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._list.search)
        self._list.use_requested.connect(self._library.use)
        self._list.delete_requested.connect(self._ask_delete)
        self._list.itemSelectionChanged.connect(self._show_selection)
        self._delete_button.clicked.connect(self._ask_delete)
        self._library.changed.connect(self._show)

    def _show(self) -> None:
        entries, damaged = self._library.entries, len(self._library.damaged)
        self._hint.setVisible(not entries)
        self._search.setVisible(bool(entries))
        self._list.setVisible(bool(entries))
        self._size.set_sentence(
            self.tr("{0} kept, {1:.1f} MB").format(len(entries), self._library.size / MEGABYTE)
        )
        self._size.setToolTip(self.tr("It lies in {0}").format(self._library.folder))
        self._damage.setText(
            self.tr("{0} of the files in the library cannot be read and were left out.").format(
                damaged
            )
        )
        self._damage.setToolTip("\n".join(self._library.damaged))
        self._damage.setVisible(damaged > 0)
        self._show_selection()

    def _show_selection(self) -> None:
        self._delete_button.setEnabled(bool(self._list.chosen_keys))

    def _ask_delete(self) -> None:
        keys = self._list.chosen_keys
        found = [one for one in map(self._library.find, keys) if one is not None]
        if not found:
            return
        text = self.tr("{0} goes from the library for ever.").format(found[0].name)
        if len(found) > 1:
            text = self.tr("{0} entries go from the library for ever.").format(len(found))
        dialogs.ask_delete(self, text, lambda: self._library.delete(keys))

    def _read_if_seen(self) -> None:
        """Read anew when it comes in sight, as another window may have changed it."""
        if not self.visibleRegion().isEmpty():
            self._library.read()

    # Qt overrides.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._read_if_seen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if self._library.can_keep(data):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._library.add_mime_data(event.mimeData()):
            event.acceptProposedAction()
