"""Makes Qt's actions and menus from the table, and keeps their state up to date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.dialogs.dialogs import ShortcutGroup
from faceeditor_gui.dialogs.keys_page import KeyedAction
from faceeditor_gui.menus.action_spec import CANVAS_KEY, ActionSpec
from faceeditor_gui.menus.actions import MENU_TITLES
from faceeditor_gui.menus.gesture_hints import GESTURE_HINTS
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.key_bindings import KeyBindings
from faceeditor_gui.state.settings import Settings

CANVAS_MENU = (
    ("face.smile", "face.choose_all", "face.reset_landmarks", "face.delete"),
    ("view.face", "view.fit", "view.actual_pixels", "view.split"),
    ("edit.undo", "edit.redo"),
)
"""Ids of the actions in the menu of the canvas, group by group."""


class MenuBar(QObject):
    """Every action once: in its menu, with its keys, enabled when it makes sense."""

    triggered = Signal()  # some action has run

    def __init__(
        self,
        window: QMainWindow,
        canvas: QWidget,
        table: Sequence[ActionSpec],
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.key_bindings = KeyBindings(settings, {spec.id: spec.keys for spec in table}, self)
        self._rows = {spec.id: (spec, self._make_action(spec)) for spec in table}
        self._apply_keys()
        self.key_bindings.changed.connect(self._apply_keys)
        self._menus = {
            menu: window.menuBar().addMenu(self.tr(title)) for menu, title in MENU_TITLES.items()
        }
        for spec, action in self._rows.values():
            self._menus[spec.menu].addAction(action)
            if spec.ends_group:
                self._menus[spec.menu].addSeparator()
            window.addAction(action)
            if spec.is_for_canvas:
                canvas.addAction(action)
        self.apply_icons()

    def action(self, action_id: str) -> QAction:
        """Find an action by its id."""
        return self._rows[action_id][1]

    def show_canvas_menu(self, at: QPoint) -> None:
        """Show what can be done to the photo and its chosen faces, at a place on the screen."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in CANVAS_MENU:
            menu.addActions([self.action(action_id) for action_id in group])
            menu.addSeparator()
        menu.popup(at)

    def insert(self, menu: QMenu, *, before: str) -> None:
        """Put a submenu before the action with this id."""
        spec, action = self._rows[before]
        self._menus[spec.menu].insertMenu(action, menu)

    def apply_icons(self) -> None:
        """Remake the icons in the colours of the present theme."""
        for spec, action in self._rows.values():
            if spec.icon:
                action.setIcon(themed_icon(spec.icon))

    def refresh(self, met: set[Needs]) -> None:
        """Enable actions whose needs are met, and check those that are on."""
        for spec, action in self._rows.values():
            action.setEnabled(spec.needs in met)
            if spec.is_on is not None:
                action.setChecked(spec.is_on())

    def shortcut_groups(self) -> list[ShortcutGroup]:
        """List what the shortcut sheet shows, menu by menu."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec, action in self._rows.values():
            keys = " / ".join(_native_text(key) for key in action.shortcuts())
            if keys:
                groups.setdefault(_without_mnemonic(MENU_TITLES[spec.menu]), []).append(
                    (keys, _without_mnemonic(spec.text))
                )
        gestures = [(gesture.keys, self.tr(gesture.text)) for gesture in GESTURE_HINTS]
        return [*groups.items(), (self.tr("On the canvas"), gestures)]

    def keyed_actions(self) -> list[KeyedAction]:
        """List the actions whose keys can be changed."""
        return [
            KeyedAction(
                spec.id,
                _without_mnemonic(self.tr(MENU_TITLES[spec.menu])),
                _without_mnemonic(self.tr(spec.text)).rstrip("…"),
            )
            for spec, _ in self._rows.values()
        ]

    def _apply_keys(self) -> None:
        """Give every action the keys that it has now, and its tooltip the first of them."""
        for spec, action in self._rows.values():
            keys = self.key_bindings.keys(spec.id)
            action.setShortcuts([QKeySequence(key) for key in keys])
            contexts = Qt.ShortcutContext
            is_for_canvas = spec.is_for_canvas and CANVAS_KEY in keys
            action.setShortcutContext(
                contexts.WidgetShortcut if is_for_canvas else contexts.WindowShortcut
            )
            text = _without_mnemonic(spec.text).rstrip("…")
            first = _native_text(QKeySequence(keys[0])) if keys else ""
            action.setToolTip(f"{text} ({first})" if first else text)

    def _make_action(self, spec: ActionSpec) -> QAction:
        action = QAction(self.tr(spec.text), self)
        action.setObjectName(spec.id)
        action.setCheckable(spec.is_on is not None)
        action.triggered.connect(lambda: spec.run())
        action.triggered.connect(lambda: self.triggered.emit())
        return action


def _native_text(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def _without_mnemonic(text: str) -> str:
    return text.replace("&", "")
