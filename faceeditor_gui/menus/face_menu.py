"""What is done to the chosen faces."""

from __future__ import annotations

from functools import partial

from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs


def face_actions(context: ActionContext) -> list[ActionSpec]:
    """List what is done to the chosen faces."""
    photo, faces, tool_state = Needs.PHOTO, context.document.faces, context.tool_state
    return [
        ActionSpec(
            "face.choose_all",
            "face",
            "All &faces",
            "A",
            faces.toggle_all,
            Needs.FACES,
            "account-multiple-check-outline",
            is_on=lambda: faces.are_all_chosen,
            ends_group=True,
        ),
        ActionSpec(
            "face.smile",
            "face",
            "&Smile",
            "S",
            context.runner.smile_at_once,
            photo,
            "emoticon-happy-outline",
        ),
        ActionSpec(
            "face.restore",
            "face",
            "Res&tore",
            "",
            lambda: context.restorations.restore(),
            photo,
            "image-auto-adjust",
        ),
        ActionSpec(
            "face.remove_glasses",
            "face",
            "Remo&ve glasses",
            "",
            context.fills.remove_glasses,
            photo,
            "glasses",
        ),
        ActionSpec(
            "face.hair_colour",
            "face",
            "Hair colo&ur…",
            "Shift+H",
            partial(context.hair_colours.ask, context.canvas),
            photo,
            "palette-outline",
            ends_group=True,
        ),
        ActionSpec(
            "face.delete",
            "face",
            "For&get the face",
            "",
            faces.delete_chosen,
            photo,
            "account-minus-outline",
            ends_group=True,
        ),
        ActionSpec(
            "face.landmarks_only",
            "face",
            "Move p&oints only",
            "Shift+V",
            tool_state.toggle_landmarks_only,
            photo,
            "vector-point",
            is_on=lambda: tool_state.landmarks_only,
        ),
        ActionSpec(
            "face.reset_landmarks",
            "face",
            "&Reset points",
            "Ctrl+R",
            context.landmark_edits.reset,
            photo,
            "restore",
            ends_group=True,
        ),
    ]
