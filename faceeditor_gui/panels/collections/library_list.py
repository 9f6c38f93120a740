"""The rows of the library: exemplars by person, edits and brushes; exemplars can be dragged out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QDrag, QIcon
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.commands.library import Library
from faceeditor_gui.document.exemplar_list import exemplar_mime_data
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, thumbnail_icon
from faceeditor_gui.project.library_folder import EntryKind, LibraryEntry
from faceeditor_gui.widgets.list_widget import ListWidget

ROW_PX = THUMBNAIL_PX + 4
DRAG_OFFSET_PX = 14
"""From the pointer to the picture that is dragged with it."""
KEY, PERSON = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ICONS = {EntryKind.EDIT: "auto-fix", EntryKind.BRUSH: "brush"}


class LibraryList(ListWidget):
    """Shows what is kept; what the user does goes to the library, or upwards."""

    use_requested = Signal(str)  # an entry's key

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._text = ""
        """What is searched for, in lower case."""
        self._icons: dict[str, QIcon] = {}
        """By an entry's key."""
        self._set_up()
        self.itemActivated.connect(self._on_activated)
        self.itemChanged.connect(self._on_changed)
        library.changed.connect(self.show_entries)
        self.show_entries()

    def _set_up(self) -> None:
        self.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(ROW_PX)
        self.setAccessibleName(self.tr("Library"))
        rows: tuple[tuple[str, Callable[[], object]], ...] = (
            (self.tr("Use"), self._use_current),
            (self.tr("Rename"), lambda: self.editItem(self.currentItem())),
            (self.tr("Same person"), lambda: self._library.mark_same_person(self.chosen_keys)),
            (self.tr("Another person"), lambda: self._library.mark_other_person(self.chosen_keys)),
            (self.tr("Delete…"), self.delete_requested.emit),
        )
        actions = []
        for text, run in rows:
            action = QAction(text, self)
            action.triggered.connect(lambda _=False, run=run: run())
            actions.append(action)
        self.add_menu(actions)

    @property
    def chosen_keys(self) -> list[str]:
        """The keys of the entries that are selected, from the top; a heading is all below it."""
        keys: list[str] = []
        for row in range(self.count()):
            item = self.item(row)
            if item.isSelected() and item.data(KEY):
                keys.append(item.data(KEY))
            elif item.isSelected():
                keys += [
                    one.key for one in self._library.entries if one.person == item.data(PERSON)
                ]
        return list(dict.fromkeys(keys))

    def search(self, text: str) -> None:
        """Show only what has a text in its name, or in its person's."""
        self._text = text.strip().lower()
        self.show_entries()

    def show_entries(self) -> None:
        """Show what the library holds now."""
        chosen = set(self.chosen_keys)
        found = [one for one in self._library.entries if self._matches(one)]
        faces = [one for one in found if one.kind is EntryKind.EXEMPLAR]
        with QSignalBlocker(self):
            self.clear()
            for person in dict.fromkeys(one.person for one in faces):
                shown = [one for one in faces if one.person == person]
                self._add_group(person, shown, person)
            for kind, title in (
                (EntryKind.EDIT, self.tr("Edits")),
                (EntryKind.BRUSH, self.tr("Brushes")),
            ):
                self._add_group(title, [one for one in found if one.kind is kind])
            for row in range(self.count()):
                if self.item(row).data(KEY) in chosen:
                    self.item(row).setSelected(True)
        self._icons = {key: icon for key, icon in self._icons.items() if self._library.find(key)}

    def _matches(self, entry: LibraryEntry) -> bool:
        return self._text in entry.name.lower() or self._text in entry.person.lower()

    def _add_group(self, title: str, entries: Iterable[LibraryEntry], person: str = "") -> None:
        shown = sorted(entries, key=lambda one: one.name.lower())
        if not shown:
            return
        heading = QListWidgetItem(title, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        heading.setData(PERSON, person)
        flags = Qt.ItemFlag.ItemIsEnabled
        if person:
            flags |= Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            heading.setToolTip(
                self.tr("{0}: {1} exemplars; F2 gives this person a name").format(
                    person, len(shown)
                )
            )
        heading.setFlags(flags)
        for entry in shown:
            self._add_entry(entry)

    def _add_entry(self, entry: LibraryEntry) -> None:
        item = QListWidgetItem(self._icon(entry), entry.name, self)
        item.setData(KEY, entry.key)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        tips = {
            EntryKind.EXEMPLAR: self.tr("{0}: drag it onto a part of the face in the photo"),
            EntryKind.EDIT: self.tr("{0}: a double click does it to the chosen faces"),
            EntryKind.BRUSH: self.tr("{0}: a double click takes it in hand"),
        }
        item.setToolTip(tips[entry.kind].format(entry.name))

    def _icon(self, entry: LibraryEntry) -> QIcon:
        if entry.portrait is None:
            return themed_icon(_ICONS.get(entry.kind, "account-outline"))
        if entry.key not in self._icons:
            self._icons[entry.key] = thumbnail_icon(entry.portrait, self.devicePixelRatioF())
        return self._icons[entry.key]

    def _use_current(self) -> None:
        if self.currentItem() is not None:
            self._on_activated(self.currentItem())

    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(KEY):
            self.use_requested.emit(item.data(KEY))

    def _on_changed(self, item: QListWidgetItem) -> None:
        """Take a name that was typed; an empty one is forgotten."""
        if item.data(KEY):
            self._library.rename(item.data(KEY), item.text())
        else:
            self._library.rename_person(item.data(PERSON), item.text())
        self.show_entries()

    # Qt overrides.

    def startDrag(self, _actions: Qt.DropAction) -> None:
        item = self.currentItem()
        taken = None if item is None else self._library.take_exemplar(item.data(KEY) or "")
        if taken is None:
            return
        number, is_new = taken
        drag = QDrag(self)
        drag.setMimeData(exemplar_mime_data(number))
        drag.setPixmap(item.icon().pixmap(THUMBNAIL_PX, THUMBNAIL_PX))
        drag.setHotSpot(QPoint(-DRAG_OFFSET_PX, -DRAG_OFFSET_PX))
        dropped = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)
        if is_new and dropped is Qt.DropAction.IgnoreAction:
            self._library.give_back(number)
