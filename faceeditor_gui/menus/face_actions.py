"""The Face menu's rows of the table of actions."""

from __future__ import annotations

from functools import partial

from core.anatomy.parts import FacePart
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.commands.landmark_edits import Reshaping
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.menus.action_spec import ActionSpec, Needs
from faceeditor_gui.state.face_targets import StyleTarget, Target
from faceeditor_gui.state.tool_state import ToolState

_MENU = "F&ace"


def face_actions(
    runner: EditRunner, reshaping: Reshaping, tool_state: ToolState
) -> list[ActionSpec]:
    """List what is done to the chosen face."""
    photo = Needs.PHOTO
    return [
        ActionSpec(
            _MENU,
            "&Smile",
            "S",
            runner.smile_fully,
            photo,
            "emoticon-happy-outline",
            ends_group=True,
        ),
        ActionSpec(
            _MENU,
            "Move p&oints only",
            "Shift+V",
            tool_state.toggle_points_only,
            photo,
            "vector-point",
            is_on=lambda: tool_state.points_only,
        ),
        ActionSpec(
            _MENU, "&Reset points", "Ctrl+R", reshaping.reset, photo, "restore", ends_group=True
        ),
    ]


def exemplar_actions(exemplars: ExemplarCommands, *, offers_style: bool) -> list[ActionSpec]:
    """List what is done with exemplars."""
    menu, photo = _MENU, Needs.PHOTO
    targets: list[tuple[str, Target]] = [
        ("Take &mouth", FacePart.MOUTH),
        ("Take &eyes", FacePart.EYES),
        ("Take &brows", FacePart.BROWS),
        ("Take &nose", FacePart.NOSE),
        ("Take &inner face", FacePart.FACE),
        ("Take &hair", StyleTarget.HAIR),
        ("Take whole &look", StyleTarget.LOOK),
        ("Take what the mas&k covers", StyleTarget.MASK),
    ]
    return [
        ActionSpec(menu, "&Add exemplars…", "Ctrl+Shift+O", exemplars.add, icon="account-plus"),
        ActionSpec(
            menu, "&Paste an exemplar", "Ctrl+Shift+V", exemplars.paste, icon="content-paste"
        ),
        ActionSpec(
            menu,
            "Add the &chosen face",
            "",
            exemplars.add_chosen_face,
            photo,
            "face-recognition",
            ends_group=True,
        ),
        *(
            ActionSpec(
                menu, text, f"Alt+Shift+{number}", partial(exemplars.take, target), Needs.EXEMPLAR
            )
            for number, (text, target) in enumerate(targets, start=1)
        ),
        *([_random_style(exemplars)] if offers_style else []),
    ]


def _random_style(exemplars: ExemplarCommands) -> ActionSpec:
    run, icon = exemplars.paint_randomly, "dice-5-outline"
    return ActionSpec(_MENU, "&Random style", "Alt+Shift+R", run, Needs.PHOTO, icon)
