"""The shortcut sheet and what the program is."""

from __future__ import annotations

from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec


def help_actions(context: ActionContext) -> list[ActionSpec]:
    """List what tells about the program."""
    menu, window = "help", context.window
    return [
        ActionSpec(
            "help.shortcuts",
            menu,
            "&Shortcuts",
            "? F1",
            window.show_shortcuts,
            icon="keyboard-outline",
        ),
        ActionSpec("help.about", menu, "&About", "", window.show_about),
    ]
