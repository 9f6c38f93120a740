"""Which keys every action has: its own, those of a set, or what the user gave it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.state.key_sets import KEY_SETS, KeySet
from faceeditor_gui.state.settings import Settings

FIXED_KEYS = (
    "Tab",
    "Shift+Tab",
    "Space",
    "\\",
    "C",
    "Up",
    "Down",
    "Left",
    "Right",
    "Return",
    "Enter",
)
"""Those of the canvas and of moving about, which no action can be given."""


class KeyBindings(QObject):
    """The keys of all actions; only what differs from the table of actions is stored."""

    changed = Signal()

    def __init__(
        self, settings: Settings, usual: Mapping[str, str], parent: QObject | None = None
    ) -> None:
        """`usual` has the keys of the table by the action's id, separated by spaces."""
        super().__init__(parent)
        self._settings = settings
        self._usual = dict(usual)

    def keys(self, action_id: str) -> list[str]:
        """List the keys of an action, the one that is shown first."""
        return self._settings.changed_keys.get(action_id, self._usual[action_id]).split()

    def owner(self, key: str) -> str | None:
        """Find the id of the action that has a key."""
        return next((one for one in self._usual if key in self.keys(one)), None)

    def is_changed(self, action_id: str) -> bool:
        """Tell whether an action's keys are not those of the table."""
        return self.keys(action_id) != self._usual[action_id].split()

    @property
    def key_set(self) -> KeySet | None:
        """The set that is in use; None after changes of the user's."""
        changed = {one: self.keys(one) for one in self._usual if self.is_changed(one)}
        return next((name for name in KeySet if changed == self._differing(name)), None)

    def use_set(self, name: KeySet) -> None:
        """Take all keys of a set; changes of the user's are forgotten."""
        self._store(dict(KEY_SETS[name]))

    def assign(self, action_id: str, key: str) -> None:
        """Make a key the only one of an action; whichever other action has it loses it.

        Raises:
            ValueError: the key is one of those that cannot be given.
        """
        if key in FIXED_KEYS:
            raise ValueError(f"{key} cannot be given to an action")
        changed = self._settings.changed_keys
        owner = self.owner(key)
        if owner is not None and owner != action_id:
            changed[owner] = " ".join(one for one in self.keys(owner) if one != key)
        changed[action_id] = key
        self._store(changed)

    def clear(self, action_id: str) -> None:
        """Leave an action without a key."""
        self._store({**self._settings.changed_keys, action_id: ""})

    def reset(self, action_id: str) -> None:
        """Give an action the keys of the table again, unless another action has them now."""
        changed = self._settings.changed_keys
        changed.pop(action_id, None)
        taken = {
            key
            for one in self._usual
            if one != action_id
            for key in changed.get(one, self._usual[one]).split()
        }
        free = [key for key in self._usual[action_id].split() if key not in taken]
        if free != self._usual[action_id].split():
            changed[action_id] = " ".join(free)
        self._store(changed)

    def _differing(self, name: KeySet) -> dict[str, list[str]]:
        return {
            one: keys.split()
            for one, keys in KEY_SETS[name].items()
            if one in self._usual and keys != self._usual[one]
        }

    def _store(self, changed: dict[str, str]) -> None:
        self._settings.set_changed_keys(changed)
        self.changed.emit()
