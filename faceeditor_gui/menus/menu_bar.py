"""Makes Qt's actions and menus from the table, and keeps them true."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from faceeditor_gui.appearance.icons import icon
from faceeditor_gui.dialogs.dialogs import ShortcutGroup
from faceeditor_gui.menus.action_spec import ActionSpec, Needs
from faceeditor_gui.menus.actions import GESTURES


class Menus(QObject):
    """Every action once: in its menu, with its keys, enabled when it makes sense."""

    triggered = Signal()  # some action has run

    def __init__(self, window: QMainWindow, canvas: QWidget, table: Iterable[ActionSpec]) -> None:
        super().__init__(window)
        self._rows = [(spec, self._made(spec)) for spec in table]
        self._menus: dict[str, QMenu] = {}
        for spec, action in self._rows:
            if spec.menu not in self._menus:
                self._menus[spec.menu] = window.menuBar().addMenu(self.tr(spec.menu))
            self._menus[spec.menu].addAction(action)
            if spec.ends_group:
                self._menus[spec.menu].addSeparator()
            (canvas if spec.is_for_canvas else window).addAction(action)
        self.apply_icons()

    def action(self, text: str) -> QAction:
        """Find an action by its text, without the mnemonic's ampersand."""
        for spec, action in self._rows:
            if _plain(spec.text) == text:
                return action
        raise KeyError(text)

    def insert(self, menu: QMenu, *, before: str) -> None:
        """Put a menu of its own before the action with this text."""
        for spec, action in self._rows:
            if _plain(spec.text) == before:
                self._menus[spec.menu].insertMenu(action, menu)

    def apply_icons(self) -> None:
        """Make the icons anew in the colours of the present theme."""
        for spec, action in self._rows:
            if spec.icon:
                action.setIcon(icon(spec.icon))

    def refresh(self, present: set[Needs]) -> None:
        """Enable what makes sense now, and check what is on."""
        for spec, action in self._rows:
            action.setEnabled(spec.needs in present)
            if spec.is_on is not None:
                action.setChecked(spec.is_on())

    def shortcut_groups(self) -> list[ShortcutGroup]:
        """List what the shortcut sheet shows, menu by menu."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec, action in self._rows:
            keys = " / ".join(_shown(key) for key in action.shortcuts())
            if keys:
                groups.setdefault(_plain(spec.menu), []).append((keys, _plain(spec.text)))
        gestures = [(gesture.keys, self.tr(gesture.text)) for gesture in GESTURES]
        return [*groups.items(), (self.tr("On the canvas"), gestures)]

    def _made(self, spec: ActionSpec) -> QAction:
        action = QAction(self.tr(spec.text), self)
        action.setShortcuts([QKeySequence(key) for key in spec.keys.split()])
        if spec.is_for_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setCheckable(spec.is_on is not None)
        keys = ", ".join(_shown(key) for key in action.shortcuts()[:1])
        text = _plain(spec.text).rstrip("…")
        action.setToolTip(f"{text} ({keys})" if keys else text)
        action.triggered.connect(lambda: spec.run())
        action.triggered.connect(lambda: self.triggered.emit())
        return action


def _shown(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def _plain(text: str) -> str:
    return text.replace("&", "")
