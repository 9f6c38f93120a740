"""The keys among the preferences: found, changed, and taken from another action if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faceeditor_gui.state.key_bindings import FIXED_KEYS, KeyBindings
from faceeditor_gui.state.key_sets import KeySet

LIST_PX = (460, 260)
_ID = Qt.ItemDataRole.UserRole


class KeyedAction(NamedTuple):
    """An action that can have keys."""

    id: str
    menu: str
    text: str


class KeysPage(QWidget):
    """Lists every action with its keys; what a new key would take away is told before it does."""

    def __init__(
        self,
        bindings: KeyBindings,
        actions: Sequence[KeyedAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bindings = bindings
        self._actions = {one.id: one for one in actions}
        self._search = QLineEdit()
        self._set = QComboBox()
        self._list = QTreeWidget()
        self._key = QKeySequenceEdit()
        self._message = QLabel()
        self._use = QPushButton(self.tr("&Use it"))
        self._clear = QPushButton(self.tr("&No key"))
        self._reset = QPushButton(self.tr("&Reset"))
        self._set_up_controls()
        self._build()
        self._fill()
        self._connect()
        self._show_bindings()
        self._list.setCurrentIndex(self._list.model().index(0, 0))

    def _set_up_controls(self) -> None:
        self._search.setPlaceholderText(self.tr("Search by name or key"))
        self._search.setClearButtonEnabled(True)
        sets: tuple[tuple[KeySet, str], ...] = (
            (KeySet.OURS, self.tr("Ours")),
            (KeySet.PHOTOSHOP, self.tr("Photoshop-like")),
            (KeySet.KRITA, self.tr("Krita-like")),
        )
        for key_set, text in sets:
            self._set.addItem(text, key_set)
        self._list.setHeaderLabels([self.tr("Action"), self.tr("Menu"), self.tr("Keys")])
        self._list.setRootIsDecorated(False)
        self._list.setMinimumSize(*LIST_PX)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._key.setMaximumSequenceLength(1)
        self._message.setWordWrap(True)
        self._message.setMinimumHeight(2 * self.fontMetrics().height())
        self._reset.setToolTip(self.tr("The keys that this action comes with"))
        for widget, name in (
            (self._search, self.tr("Search for an action")),
            (self._set, self.tr("Set of keys")),
            (self._list, self.tr("Actions and their keys")),
            (self._key, self.tr("New key of the action")),
        ):
            widget.setAccessibleName(name)

    def _build(self) -> None:
        head, change = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._search, 1)
        head.addWidget(_label(self.tr("S&et"), self._set))
        head.addWidget(self._set)
        change.addWidget(_label(self.tr("New &key"), self._key))
        change.addWidget(self._key, 1)
        for button in (self._use, self._clear, self._reset):
            button.setAutoDefault(False)
            change.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        layout.addLayout(change)
        layout.addWidget(self._message)

    def _fill(self) -> None:
        for one in self._actions.values():
            item = QTreeWidgetItem([one.text, one.menu, ""])
            item.setData(0, _ID, one.id)
            self._list.addTopLevelItem(item)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._filter)
        self._set.activated.connect(lambda: self._bindings.use_set(self._set.currentData()))
        self._list.currentItemChanged.connect(self._on_action_chosen)
        self._list.itemActivated.connect(lambda: self._key.setFocus())
        self._key.keySequenceChanged.connect(self._show_consequence)
        self._use.clicked.connect(self._on_use)
        self._clear.clicked.connect(lambda: self._bindings.clear(self._chosen))
        self._reset.clicked.connect(lambda: self._bindings.reset(self._chosen))
        self._bindings.changed.connect(self._show_bindings)

    @property
    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    @property
    def _typed(self) -> str:
        return self._key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        for item in self._items():
            words = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(wanted not in words)

    def _on_action_chosen(self) -> None:
        self._key.clear()
        self._show_consequence()

    def _on_use(self) -> None:
        self._bindings.assign(self._chosen, self._typed)
        self._key.clear()

    def _show_bindings(self) -> None:
        for item in self._items():
            action_id = str(item.data(0, _ID))
            font = item.font(2)
            font.setBold(self._bindings.is_changed(action_id))
            item.setFont(2, font)
            item.setText(2, ", ".join(map(_native, self._bindings.keys(action_id))))
        name = self._bindings.key_set
        with QSignalBlocker(self._set):
            self._set.setCurrentIndex(-1 if name is None else self._set.findData(name))
        self._set.setPlaceholderText(self.tr("My own"))
        self._filter(self._search.text())
        self._show_consequence()

    def _show_consequence(self) -> None:
        """Tell what the typed key does now, before it does something else."""
        key, chosen = self._typed, self._chosen
        owner = self._bindings.owner(key) if key else None
        is_fixed = key in FIXED_KEYS
        self._use.setEnabled(bool(key) and bool(chosen) and not is_fixed and owner != chosen)
        self._clear.setEnabled(bool(chosen) and bool(self._bindings.keys(chosen)))
        self._reset.setEnabled(bool(chosen) and self._bindings.is_changed(chosen))
        if is_fixed:
            text = self.tr("{0} moves about or is the canvas's own; no action can have it.")
        elif owner is not None and owner != chosen:
            text = self.tr("{0} belongs to {1} ({2}), which will lose it.")
        elif owner is not None:
            text = self.tr("{0} is this action's key already.")
        else:
            text = self.tr("{0} is free.") if key else ""
        action = self._actions[owner] if owner is not None else KeyedAction("", "", "")
        self._message.setText(text.format(_native(key), action.text, action.menu))

    def _items(self) -> list[QTreeWidgetItem]:
        rows = map(self._list.topLevelItem, range(self._list.topLevelItemCount()))
        return [item for item in rows if item is not None]


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
