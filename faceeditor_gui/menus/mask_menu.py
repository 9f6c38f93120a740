"""What is done with the mask."""

from __future__ import annotations

from functools import partial

from core.anatomy.parts import FacePart
from faceeditor_gui.commands.masks import MaskCommands
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.tool_state import ToolState


def mask_actions(context: ActionContext) -> list[ActionSpec]:
    """List what is done with the mask."""
    menu, document = "mask", context.document
    return [
        ActionSpec(
            "mask.fill",
            menu,
            "&Fill",
            "Ctrl+Return Ctrl+Enter",
            context.runner.fill,
            Needs.PHOTO,
            "auto-fix",
            ends_group=True,
        ),
        ActionSpec(
            "mask.clear", menu, "&Clear", "Ctrl+D", document.mask.clear, Needs.MASK, "selection-off"
        ),
        ActionSpec(
            "mask.invert",
            menu,
            "&Invert",
            "Ctrl+I",
            document.mask.invert,
            Needs.PHOTO,
            "invert-colors",
            ends_group=True,
        ),
        ActionSpec(
            "sketch.clear",
            menu,
            "Clear s&ketch",
            "Ctrl+Shift+D",
            document.sketch.clear,
            Needs.SKETCH,
            "eraser-variant",
            ends_group=True,
        ),
        *_edge_actions(menu, context.masks),
        *_face_part_actions(menu, context.masks),
        *_mask_mode_actions(menu, context.tool_state),
        ActionSpec(
            "mask.import", menu, "I&mport mask…", "", context.masks.open, Needs.PHOTO, "import"
        ),
        ActionSpec(
            "mask.export", menu, "E&xport mask…", "", context.masks.save, Needs.MASK, "export"
        ),
    ]


def _edge_actions(menu: str, masks: MaskCommands) -> list[ActionSpec]:
    mask = Needs.MASK
    return [
        ActionSpec(
            "mask.grow", menu, "&Grow", "Ctrl+Shift+.", masks.grow, mask, "arrow-expand-all"
        ),
        ActionSpec(
            "mask.shrink", menu, "&Shrink", "Ctrl+Shift+,", masks.shrink, mask, "arrow-collapse-all"
        ),
        ActionSpec("mask.feather", menu, "F&eather", "Shift+F6", masks.feather, mask, "blur"),
        ActionSpec(
            "mask.fill_enclosed",
            menu,
            "Fill enclose&d",
            "Ctrl+Shift+F",
            masks.fill_enclosed,
            mask,
            "format-color-fill",
            ends_group=True,
        ),
    ]


def _face_part_actions(menu: str, masks: MaskCommands) -> list[ActionSpec]:
    parts = (
        ("mask.add_mouth", "M&outh", FacePart.MOUTH, "lipstick"),
        ("mask.add_eyes", "E&yes", FacePart.EYES, "eye-outline"),
        ("mask.add_brows", "&Brows", FacePart.BROWS, "face-woman-outline"),
        ("mask.add_nose", "&Nose", FacePart.NOSE, "face-man-profile"),
        ("mask.add_face", "Face o&val", FacePart.FACE, "ellipse-outline"),
    )
    return [
        ActionSpec(
            action_id,
            menu,
            text,
            f"Alt+{number}",
            partial(masks.add_part, part),
            Needs.PHOTO,
            icon,
            ends_group=number == len(parts),
        )
        for number, (action_id, text, part, icon) in enumerate(parts, start=1)
    ]


def _mask_mode_actions(menu: str, state: ToolState) -> list[ActionSpec]:
    modes = (
        ("shape.add", "Shapes &add", MaskMode.ADD, "vector-union"),
        ("shape.subtract", "Shapes sub&tract", MaskMode.SUBTRACT, "vector-difference"),
        ("shape.replace", "Shapes &replace", MaskMode.REPLACE, "vector-square"),
    )
    return [
        ActionSpec(
            action_id,
            menu,
            text,
            "",
            partial(state.set_mask_mode, mode),
            Needs.PHOTO,
            icon,
            is_on=partial(state.has_mask_mode, mode),
            ends_group=mode is MaskMode.REPLACE,
        )
        for action_id, text, mode, icon in modes
    ]
