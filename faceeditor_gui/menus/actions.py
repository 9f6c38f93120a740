"""One table of every menu entry, shortcut and tooltip: the menus' rows, in their order."""

from __future__ import annotations

from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.edit_menu import edit_actions
from faceeditor_gui.menus.exemplars_menu import exemplar_actions
from faceeditor_gui.menus.face_menu import face_actions
from faceeditor_gui.menus.file_menu import file_actions
from faceeditor_gui.menus.help_menu import help_actions
from faceeditor_gui.menus.mask_menu import mask_actions
from faceeditor_gui.menus.regions_menu import region_actions
from faceeditor_gui.menus.tools_menu import tool_actions
from faceeditor_gui.menus.view_menu import view_actions

MENU_TITLES = {
    "file": "&File",
    "edit": "&Edit",
    "view": "&View",
    "tools": "&Tools",
    "mask": "&Mask",
    "face": "F&ace",
    "regions": "&Regions",
    "help": "&Help",
}
"""By the menu's id, in the order of the menu bar."""


def action_table(context: ActionContext) -> list[ActionSpec]:
    """List every action, menu by menu."""
    return [
        *file_actions(context),
        *edit_actions(context),
        *view_actions(context),
        *tool_actions(context),
        *mask_actions(context),
        *face_actions(context),
        *exemplar_actions(context),
        *region_actions(context),
        *help_actions(context),
    ]
