"""What is done with exemplars, in the menu of faces."""

from __future__ import annotations

from functools import partial

from core.anatomy.parts import FacePart
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.exemplar_parts import ExemplarPart, WholePart


def exemplar_actions(context: ActionContext) -> list[ActionSpec]:
    """List what is done with exemplars."""
    menu, photo, exemplars = "face", Needs.PHOTO, context.exemplars
    parts: list[tuple[str, str, ExemplarPart]] = [
        ("exemplar.take_mouth", "Take &mouth", FacePart.MOUTH),
        ("exemplar.take_eyes", "Take &eyes", FacePart.EYES),
        ("exemplar.take_brows", "Take &brows", FacePart.BROWS),
        ("exemplar.take_nose", "Take &nose", FacePart.NOSE),
        ("exemplar.take_face", "Take &inner face", FacePart.FACE),
        ("exemplar.take_hair", "Take &hair", WholePart.HAIR),
        ("exemplar.take_look", "Take whole &look", WholePart.LOOK),
        ("exemplar.take_mask", "Take what my mas&k covers", WholePart.MASK),
        ("exemplar.take_glasses", "Take glasses", WholePart.GLASSES),
    ]
    return [
        ActionSpec(
            "exemplar.add",
            menu,
            "&Add exemplars…",
            "Ctrl+Shift+O",
            exemplars.add,
            icon="account-plus",
        ),
        ActionSpec(
            "exemplar.paste",
            menu,
            "&Paste an exemplar",
            "Ctrl+Shift+V",
            exemplars.paste,
            icon="content-paste",
        ),
        ActionSpec(
            "exemplar.add_chosen_face",
            menu,
            "Add the &chosen face",
            "",
            exemplars.add_chosen_face,
            photo,
            "face-recognition",
        ),
        ActionSpec(
            "exemplar.keep",
            menu,
            "Keep the e&xemplar in the library",
            "",
            context.library.keep_chosen_exemplar,
            icon="bookmark-plus-outline",
        ),
        ActionSpec(
            "exemplar.apply_to_all",
            menu,
            "Apply the exemplar to all open photos",
            "",
            context.carry_over.carry_exemplar,
            Needs.SERIES,
            "image-multiple-outline",
            ends_group=True,
        ),
        *(
            ActionSpec(
                action_id,
                menu,
                text,
                f"Alt+Shift+{number}",
                partial(exemplars.transfer, part),
                Needs.EXEMPLAR,
            )
            for number, (action_id, text, part) in enumerate(parts, start=1)
        ),
        *([_random_style(exemplars)] if context.tool_state.exemplar_mode.is_offered else []),
    ]


def _random_style(exemplars: ExemplarCommands) -> ActionSpec:
    run, icon = exemplars.apply_random_style, "dice-5-outline"
    return ActionSpec(
        "exemplar.random_style", "face", "&Random style", "Alt+Shift+R", run, Needs.PHOTO, icon
    )
