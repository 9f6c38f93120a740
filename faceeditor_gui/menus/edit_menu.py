"""Undo, the clipboard, the selected edit, the preferences."""

from __future__ import annotations

from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs


def edit_actions(context: ActionContext) -> list[ActionSpec]:
    """List undo, the clipboard, what is done to the selected edit, and the preferences."""
    menu, window, targets = "edit", context.window, context.paint_targets
    edits = context.document.steps
    return [
        ActionSpec("edit.undo", menu, "&Undo", "Ctrl+Z", window.undo, Needs.UNDO, "undo"),
        ActionSpec(
            "edit.redo", menu, "&Redo", "Ctrl+Shift+Z Ctrl+Y", window.redo, Needs.REDO, "redo"
        ),
        ActionSpec(
            "edit.cancel", menu, "&Cancel", "Esc", window.cancel, icon="cancel", ends_group=True
        ),
        ActionSpec(
            "edit.copy",
            menu,
            "Cop&y the picture",
            "Ctrl+C",
            context.files.copy,
            Needs.PHOTO,
            "content-copy",
        ),
        ActionSpec(
            "edit.paste",
            menu,
            "&Paste a picture",
            "Ctrl+V",
            context.files.paste,
            icon="content-paste",
            ends_group=True,
        ),
        ActionSpec(
            "edit.delete",
            menu,
            "&Delete the edit",
            "Del",
            context.steps.delete,
            Needs.RESULT,
            "delete-outline",
        ),
        ActionSpec(
            "edit.duplicate",
            menu,
            "Dup&licate the edit",
            "Ctrl+J",
            context.steps.duplicate,
            Needs.RESULT,
            "content-duplicate",
        ),
        ActionSpec(
            "edit.raise", menu, "&Move the edit up", "Ctrl+]", context.steps.raise_, Needs.RESULT
        ),
        ActionSpec(
            "edit.lower", menu, "Move the edit do&wn", "Ctrl+[", context.steps.lower, Needs.RESULT
        ),
        ActionSpec(
            "edit.hide",
            menu,
            "&Hide the edit",
            "",
            edits.toggle_selected,
            Needs.RESULT,
            is_on=lambda: edits.selected is not None and not edits.selected.is_visible,
        ),
        ActionSpec(
            "edit.paint_on_result",
            menu,
            "Paint on the re&sult",
            "Q",
            targets.toggle_result,
            Needs.PHOTO,
            is_on=lambda: targets.is_result,
        ),
        ActionSpec(
            "edit.keep",
            menu,
            "Keep in the li&brary",
            "",
            context.library.keep_selected_edit,
            Needs.RESULT,
            "bookmark-plus-outline",
        ),
        ActionSpec(
            "edit.apply_to_all",
            menu,
            "Apply to all &open photos",
            "",
            context.carry_over.carry_selected_edit,
            Needs.SERIES,
            "image-multiple-outline",
            ends_group=True,
        ),
        ActionSpec(
            "edit.preferences",
            menu,
            "Pr&eferences…",
            "Ctrl+,",
            window.show_preferences,
            icon="cog-outline",
        ),
    ]
