"""One table of every menu entry, shortcut and tooltip, and of the gestures beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.anatomy.parts import FacePart
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.layers.comparison import CompareMode
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.commands.files import FileCommands
from faceeditor_gui.commands.landmark_edits import Reshaping
from faceeditor_gui.commands.masks import MaskCommands
from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.menus.action_spec import ActionSpec, Gesture, Needs, WindowCommands
from faceeditor_gui.menus.face_actions import exemplar_actions, face_actions
from faceeditor_gui.menus.region_actions import region_actions
from faceeditor_gui.state.tool_state import Combine, ToolName, ToolState

GESTURES = (
    Gesture("Wheel, pinch", "Zoom at the pointer"),
    Gesture("Space + drag, middle button, two fingers, arrows", "Pan"),
    Gesture("\\ or C, held", "Show the photo before all edits"),
    Gesture("Shift + click", "Straight line from the last stroke"),
    Gesture("Right button, pen's eraser", "Erase with the brush, take away with a shape"),
    Gesture("Alt + right button, dragged", "Brush size sideways, hardness up and down"),
    Gesture("Shift, Alt before a shape", "Add to the mask, take away from it"),
    Gesture("Shift while dragging a shape", "Square or circle"),
    Gesture("Return, Backspace", "Close a polygon, take a corner back"),
    Gesture("Shift, Ctrl, Alt with a face point", "Its whole part, both sides, the point only"),
    Gesture("Shift, Alt or right button on a region", "Add it to the mask, take it away"),
    Gesture("Return, + and - in the list of regions", "Mask of the region, add, take away"),
    Gesture("Exemplar, dragged onto a face", "Take what is named under the pointer"),
    Gesture("Return, Alt + arrows, Del on an exemplar", "Apply, move, delete it"),
)


@dataclass(frozen=True)
class Targets:
    """Everything that actions act on."""

    window: WindowCommands
    canvas: Canvas
    document: Document
    tool_state: ToolState
    runner: EditRunner
    reshaping: Reshaping
    files: FileCommands
    masks: MaskCommands
    exemplars: ExemplarCommands
    regions: RegionCommands


def action_table(on: Targets) -> list[ActionSpec]:
    """List every action, menu by menu."""
    return [
        *_file_actions(on),
        *_edit_actions(on),
        *_view_actions(on),
        *_tool_actions(on),
        *_mask_actions(on),
        *face_actions(on.runner, on.reshaping, on.tool_state),
        *exemplar_actions(on.exemplars, offers_style=on.tool_state.style.is_offered),
        *region_actions(on.regions, on.tool_state),
        *_help_actions(on),
    ]


def present_needs(document: Document, runner: EditRunner) -> set[Needs]:
    """Tell what is there."""
    stack = document.undo_stack
    claims = {
        Needs.NOTHING: True,
        Needs.PHOTO: document.photo is not None,
        Needs.MASK: document.has_mask,
        Needs.UNDO: stack.canUndo() or runner.is_running,
        Needs.REDO: stack.canRedo(),
        Needs.RESULT: bool(document.steps),
        Needs.SKETCH: not document.sketch.is_empty,
        Needs.EXEMPLAR: document.photo is not None and bool(document.shelf.exemplars),
    }
    return {need for need, is_there in claims.items() if is_there}


def _file_actions(on: Targets) -> list[ActionSpec]:
    menu, files, photo = "&File", on.files, Needs.PHOTO
    return [
        ActionSpec(menu, "&Open…", "Ctrl+O", files.open, icon="folder-open-outline"),
        ActionSpec(menu, "Open the sa&mple portrait", "", files.open_sample, ends_group=True),
        ActionSpec(menu, "&Save", "Ctrl+S", files.save, photo, "content-save-outline"),
        ActionSpec(
            menu,
            "Save &as…",
            "Ctrl+Shift+S",
            files.save_as,
            photo,
            "content-save-edit-outline",
            ends_group=True,
        ),
        ActionSpec(menu, "&Quit", "Ctrl+Q", on.window.close),
    ]


def _edit_actions(on: Targets) -> list[ActionSpec]:
    menu, window, edits = "&Edit", on.window, on.document.edits
    return [
        ActionSpec(menu, "&Undo", "Ctrl+Z", window.undo, Needs.UNDO, "undo"),
        ActionSpec(menu, "&Redo", "Ctrl+Shift+Z Ctrl+Y", window.redo, Needs.REDO, "redo"),
        ActionSpec(menu, "&Cancel", "Esc", window.cancel, icon="cancel", ends_group=True),
        ActionSpec(
            menu,
            "&Paste a picture",
            "Ctrl+V",
            on.files.paste,
            icon="content-paste",
            ends_group=True,
        ),
        ActionSpec(
            menu,
            "Paint on the re&sult",
            "Q",
            edits.swap_target,
            Needs.RESULT,
            is_on=lambda: edits.target is not None,
            ends_group=True,
        ),
        ActionSpec(menu, "Pr&eferences…", "Ctrl+,", window.show_preferences, icon="cog-outline"),
    ]


def _view_actions(on: Targets) -> list[ActionSpec]:
    menu, canvas, window, photo = "&View", on.canvas, on.window, Needs.PHOTO
    layers, comparison = canvas.layers, canvas.comparison
    return [
        ActionSpec(
            menu, "Zoom &in", "Ctrl++ Ctrl+=", canvas.zoom_in, photo, "magnify-plus-outline"
        ),
        ActionSpec(menu, "Zoom &out", "Ctrl+-", canvas.zoom_out, photo, "magnify-minus-outline"),
        ActionSpec(menu, "&Fit", "F", canvas.fit, photo, "fit-to-page-outline"),
        ActionSpec(
            menu,
            "&100 %",
            "1",
            canvas.zoom_to_pixels,
            photo,
            "numeric-1-box-outline",
            ends_group=True,
        ),
        ActionSpec(menu, "Turn l&eft", "4", canvas.turn_left, photo, "rotate-left"),
        ActionSpec(menu, "Turn &right", "6", canvas.turn_right, photo, "rotate-right"),
        ActionSpec(menu, "&Upright", "5", canvas.set_upright, photo),
        ActionSpec(
            menu,
            "&Mirror",
            "M",
            canvas.mirror,
            photo,
            "flip-horizontal",
            is_on=canvas.is_mirrored,
            ends_group=True,
        ),
        ActionSpec(
            menu,
            "&Split",
            "Shift+\\ Shift+C",
            partial(comparison.toggle, CompareMode.SPLIT),
            photo,
            "compare",
            is_on=partial(comparison.has_mode, CompareMode.SPLIT),
        ),
        ActionSpec(
            menu,
            "Side by si&de",
            "Ctrl+\\ Ctrl+Shift+C",
            partial(comparison.toggle, CompareMode.SIDE_BY_SIDE),
            photo,
            "view-split-vertical",
            is_on=partial(comparison.has_mode, CompareMode.SIDE_BY_SIDE),
            ends_group=True,
        ),
        ActionSpec(
            menu,
            "M&ask",
            "Ctrl+M",
            layers.toggle_mask,
            photo,
            is_on=layers.has_mask_shown,
        ),
        ActionSpec(
            menu,
            "S&ketch",
            "Ctrl+K",
            layers.toggle_sketch,
            photo,
            is_on=layers.has_sketch_shown,
        ),
        ActionSpec(
            menu,
            "Face &boxes",
            "Ctrl+H",
            layers.toggle_faces,
            photo,
            is_on=layers.has_faces_shown,
        ),
        ActionSpec(
            menu,
            "&Landmarks",
            "Ctrl+L",
            layers.toggle_landmarks,
            photo,
            is_on=layers.has_landmarks_shown,
            ends_group=True,
        ),
        ActionSpec(menu, "&Hide panels", "Tab", window.toggle_panels),
        ActionSpec(menu, "&Next area", "F6", window.move_focus, ends_group=True),
        ActionSpec(menu, "Light &theme", "", window.toggle_theme, is_on=window.is_light),
    ]


def _tool_actions(on: Targets) -> list[ActionSpec]:
    menu, state = "&Tools", on.tool_state

    def tool(text: str, keys: str, name: ToolName, icon: str, *, last: bool = False) -> ActionSpec:
        return ActionSpec(
            menu,
            text,
            keys,
            lambda: state.take(name),
            Needs.PHOTO,
            icon,
            is_on=lambda: state.tool is name,
            ends_group=last,
        )

    return [
        tool("&Hand", "H", ToolName.HAND, "hand-back-right-outline"),
        tool("&Brush", "B", ToolName.BRUSH, "brush"),
        tool("&Eraser", "E", ToolName.ERASER, "eraser"),
        tool("&Lasso", "L", ToolName.LASSO, "lasso"),
        tool("&Polygon", "Shift+L", ToolName.POLYGON, "vector-polygon"),
        tool("&Rectangle", "R", ToolName.RECTANGLE, "selection"),
        tool("Ell&ipse", "Shift+R", ToolName.ELLIPSE, "selection-ellipse"),
        tool("S&ketch pen", "P", ToolName.PEN, "draw-pen"),
        tool("Face b&ox", "G", ToolName.FACE_BOX, "face-recognition"),
        tool("Face poi&nts", "V", ToolName.LANDMARKS, "vector-point-select"),
        tool("F&ace region", "W", ToolName.REGION, "select-color"),
        tool("&Zoom", "Z", ToolName.ZOOM, "magnify", last=True),
        ActionSpec(menu, "S&wap brush and eraser", "X", state.swap, Needs.PHOTO),
        ActionSpec(menu, "Lar&ger", "] .", state.enlarge, Needs.PHOTO),
        ActionSpec(menu, "S&maller", "[ ,", state.shrink, Needs.PHOTO),
        ActionSpec(menu, "Har&der", "Shift+] Shift+.", state.harden, Needs.PHOTO),
        ActionSpec(menu, "So&fter", "Shift+[ Shift+,", state.soften, Needs.PHOTO),
        ActionSpec(menu, "More opa&que", "O", state.thicken, Needs.PHOTO),
        ActionSpec(menu, "More &transparent", "I", state.thin, Needs.PHOTO, ends_group=True),
        ActionSpec(
            menu,
            "Pen press&ure changes size",
            "",
            state.toggle_pressure_sizes,
            icon="pen",
            is_on=lambda: state.brush.pressure_sizes,
        ),
        ActionSpec(
            menu,
            "Pen pressure &changes opacity",
            "",
            state.toggle_pressure_covers,
            icon="opacity",
            is_on=lambda: state.brush.pressure_covers,
        ),
    ]


def _mask_actions(on: Targets) -> list[ActionSpec]:
    menu, document = "&Mask", on.document
    return [
        ActionSpec(
            menu,
            "&Fill",
            "Ctrl+Return Ctrl+Enter",
            on.runner.fill,
            Needs.PHOTO,
            "auto-fix",
            ends_group=True,
        ),
        ActionSpec(menu, "&Clear", "Ctrl+D", document.clear_mask, Needs.MASK, "selection-off"),
        ActionSpec(
            menu,
            "&Invert",
            "Ctrl+I",
            document.invert_mask,
            Needs.PHOTO,
            "invert-colors",
            ends_group=True,
        ),
        ActionSpec(
            menu,
            "Clear s&ketch",
            "Ctrl+Shift+D",
            document.sketch.clear,
            Needs.SKETCH,
            "eraser-variant",
            ends_group=True,
        ),
        *_edge_actions(menu, on.masks),
        *_part_actions(menu, on.masks),
        *_combine_actions(menu, on.tool_state),
        ActionSpec(menu, "I&mport mask…", "", on.masks.open, Needs.PHOTO, "import"),
        ActionSpec(menu, "E&xport mask…", "", on.masks.save, Needs.MASK, "export"),
    ]


def _edge_actions(menu: str, masks: MaskCommands) -> list[ActionSpec]:
    mask = Needs.MASK
    return [
        ActionSpec(menu, "&Grow", "Ctrl+Shift+.", masks.grow, mask, "arrow-expand-all"),
        ActionSpec(menu, "&Shrink", "Ctrl+Shift+,", masks.shrink, mask, "arrow-collapse-all"),
        ActionSpec(menu, "F&eather", "Shift+F6", masks.feather, mask, "blur"),
        ActionSpec(
            menu,
            "Fill enclose&d",
            "Ctrl+Shift+F",
            masks.fill_enclosed,
            mask,
            "format-color-fill",
            ends_group=True,
        ),
    ]


def _part_actions(menu: str, masks: MaskCommands) -> list[ActionSpec]:
    parts = (
        ("M&outh", FacePart.MOUTH, "lipstick"),
        ("E&yes", FacePart.EYES, "eye-outline"),
        ("&Brows", FacePart.BROWS, "face-woman-outline"),
        ("&Nose", FacePart.NOSE, "face-man-profile"),
        ("Face o&val", FacePart.FACE, "ellipse-outline"),
    )
    return [
        ActionSpec(
            menu,
            text,
            f"Alt+{number}",
            partial(masks.add_part, part),
            Needs.PHOTO,
            icon,
            ends_group=number == len(parts),
        )
        for number, (text, part, icon) in enumerate(parts, start=1)
    ]


def _combine_actions(menu: str, state: ToolState) -> list[ActionSpec]:
    modes = (
        ("Shapes &add", Combine.ADD, "vector-union"),
        ("Shapes sub&tract", Combine.SUBTRACT, "vector-difference"),
        ("Shapes &replace", Combine.REPLACE, "vector-square"),
    )
    return [
        ActionSpec(
            menu,
            text,
            "",
            partial(state.set_combine, mode),
            Needs.PHOTO,
            icon,
            is_on=partial(state.has_combine, mode),
            ends_group=mode is Combine.REPLACE,
        )
        for text, mode, icon in modes
    ]


def _help_actions(on: Targets) -> list[ActionSpec]:
    menu, window = "&Help", on.window
    return [
        ActionSpec(menu, "&Shortcuts", "? F1", window.show_shortcuts, icon="keyboard-outline"),
        ActionSpec(menu, "&About", "", window.show_about),
    ]
