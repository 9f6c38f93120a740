"""Keys as users of other programs know them, where they differ from our own. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class KeySet(StrEnum):
    """Sets of keys to begin with."""

    OURS = "ours"
    PHOTOSHOP = "photoshop"
    KRITA = "krita"


KEY_SETS: Mapping[KeySet, Mapping[str, str]] = {
    KeySet.OURS: {},
    KeySet.PHOTOSHOP: {
        "edit.preferences": "Ctrl+K",
        "edit.redo": "Ctrl+Shift+Z",
        "file.export_as": "Ctrl+Alt+Shift+W",
        "file.next": "Ctrl+Tab",
        "file.previous": "Ctrl+Shift+Tab",
        "file.revert": "F12",
        "mask.fill": "Shift+F5 Ctrl+Return Ctrl+Enter",
        "mask.invert": "Ctrl+Shift+I",
        "tool.ellipse": "Shift+M",
        "tool.rectangle": "M",
        "view.actual_pixels": "Ctrl+1",
        "view.fit": "Ctrl+0",
        "view.mirror": "",
        "view.sketch": "",
    },
    KeySet.KRITA: {
        "edit.delete": "Shift+Del Del",
        "edit.lower": "Ctrl+PgDown",
        "edit.raise": "Ctrl+PgUp",
        "face.reset_landmarks": "",
        "file.next": "Ctrl+Tab",
        "file.previous": "Ctrl+Shift+Tab",
        "mask.clear": "Ctrl+Shift+A",
        "mask.fill": "Shift+Backspace Ctrl+Return Ctrl+Enter",
        "mask.invert": "Ctrl+Shift+I",
        "tool.ellipse": "J",
        "tool.heal": "Shift+J",
        "tool.rectangle": "Ctrl+R",
        "view.actual_pixels": "1 Ctrl+0",
        "view.fit": "2",
    },
}
"""Keys are separated by spaces; none at all makes room for another action's."""
