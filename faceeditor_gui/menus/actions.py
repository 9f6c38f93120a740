"""One table of every menu entry, shortcut and tooltip, and of the gestures beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.anatomy.parts import FacePart
from core.anatomy.regions import Region
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.layers.comparison import CompareMode
from faceeditor_gui.commands.carry_over import CarryOver
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.commands.files import FileCommands
from faceeditor_gui.commands.fills import FillCommands
from faceeditor_gui.commands.followed_maps import FollowedMaps
from faceeditor_gui.commands.hair_colours import HairColours
from faceeditor_gui.commands.landmark_edits import LandmarkEdits
from faceeditor_gui.commands.library import Library
from faceeditor_gui.commands.masks import MaskCommands
from faceeditor_gui.commands.paint_targets import PaintTargetCommands
from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.commands.restorations import Restorations
from faceeditor_gui.commands.send_to import SendTo
from faceeditor_gui.commands.series import Series
from faceeditor_gui.commands.steps import StepCommands
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.menus.action_spec import ActionSpec, GestureHint, Needs, WindowCommands
from faceeditor_gui.state.exemplar_parts import ExemplarPart, WholePart
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.overlay_state import Overlay
from faceeditor_gui.state.tool_state import ToolName, ToolState

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
GESTURE_HINTS = (
    GestureHint("Wheel, pinch", "Zoom at the pointer"),
    GestureHint("Space + drag, middle button, two fingers, arrows", "Pan"),
    GestureHint("\\ or C, held", "Show the photo before all edits"),
    GestureHint("Shift + click", "Straight line from the last stroke"),
    GestureHint("Right button, pen's eraser", "Erase with the brush, take away with a shape"),
    GestureHint("Alt + right button, dragged", "Brush size sideways, hardness up and down"),
    GestureHint("Shift, Alt before a shape", "Add to the mask, take away from it"),
    GestureHint("Shift while dragging a shape", "Square or circle"),
    GestureHint("Return, Backspace", "Close a polygon, take a corner back"),
    GestureHint("Shift, Ctrl, Alt with a face point", "Its whole part, both sides, the point only"),
    GestureHint("Shift, Alt or right button on a region", "Add it to the mask, take it away"),
    GestureHint("Return, + and - in the list of regions", "Mask of the region, add, take away"),
    GestureHint("Right button with the hand, menu key", "What can be done here"),
    GestureHint("Double click on a face", "Zoom to it"),
    GestureHint("Shift or Ctrl + click on a face", "Choose it too: edits change all chosen faces"),
    GestureHint("Exemplar, dragged onto a face", "Take what is named under the pointer"),
    GestureHint("Return, Alt + arrows, Del on an exemplar", "Apply, move, delete it"),
    GestureHint("Del in the list of faces", "Forget the face"),
    GestureHint("Return, Esc in a number", "Take it, leave it; the photo has the keys again"),
)


@dataclass(frozen=True)
class ActionContext:
    """Everything that actions act on."""

    window: WindowCommands
    canvas: Canvas
    document: Document
    tool_state: ToolState
    runner: EditRunner
    landmark_edits: LandmarkEdits
    paint_targets: PaintTargetCommands
    steps: StepCommands
    hair_colours: HairColours
    restorations: Restorations
    fills: FillCommands
    files: FileCommands
    masks: MaskCommands
    exemplars: ExemplarCommands
    regions: RegionCommands
    followed_maps: FollowedMaps
    send_to: SendTo
    library: Library
    series: Series
    carry_over: CarryOver


def action_table(context: ActionContext) -> list[ActionSpec]:
    """List every action, menu by menu."""
    return [
        *_file_actions(context),
        *_edit_actions(context),
        *_view_actions(context),
        *_tool_actions(context),
        *_mask_actions(context),
        *_face_actions(context),
        *_exemplar_actions(
            context,
            offers_style=context.tool_state.exemplar_mode.is_offered,
        ),
        *_region_actions(context.regions, context.followed_maps, context.tool_state),
        *_help_actions(context),
    ]


def met_needs(document: Document, runner: EditRunner, series: Series) -> set[Needs]:
    """Return the needs that are met now."""
    undo_stack = document.undo_stack
    is_met = {
        Needs.NOTHING: True,
        Needs.PHOTO: document.photo is not None,
        Needs.PAGES: document.photo is not None and document.photo.pages > 1,
        Needs.FACES: len(document.faces.items) > 1,
        Needs.MASK: not document.mask.is_empty,
        Needs.UNDO: undo_stack.canUndo() or runner.is_running,
        Needs.REDO: undo_stack.canRedo(),
        Needs.RESULT: bool(document.steps.items),
        Needs.SKETCH: not document.sketch.is_empty,
        Needs.EXEMPLAR: document.photo is not None and bool(document.exemplars.items),
        Needs.SERIES: series.has_several,
    }
    return {need for need, met in is_met.items() if met}


def _file_actions(context: ActionContext) -> list[ActionSpec]:
    menu, files, photo = "file", context.files, Needs.PHOTO
    return [
        ActionSpec("file.open", menu, "&Open…", "Ctrl+O", files.open, icon="folder-open-outline"),
        ActionSpec("file.page", menu, "Open another pa&ge…", "", files.open_page, Needs.PAGES),
        ActionSpec(
            "file.open_sample",
            menu,
            "Open the sa&mple portrait",
            "",
            files.open_sample,
            ends_group=True,
        ),
        ActionSpec("file.save", menu, "&Save", "Ctrl+S", files.save, photo, "content-save-outline"),
        ActionSpec(
            "file.save_as",
            menu,
            "Save &as…",
            "Ctrl+Shift+S",
            files.save_as,
            photo,
            "content-save-edit-outline",
        ),
        ActionSpec("file.save_copy", menu, "Save a &copy…", "Ctrl+Alt+S", files.save_copy, photo),
        ActionSpec("file.revert", menu, "Re&vert", "", files.revert, photo, ends_group=True),
        ActionSpec("file.export", menu, "&Export", "Ctrl+E", files.export, photo, "export-variant"),
        ActionSpec(
            "file.export_as",
            menu,
            "E&xport as…",
            "Ctrl+Shift+E",
            files.export_as,
            photo,
            ends_group=not context.send_to.programs,
        ),
        *_send_actions(context.send_to),
        ActionSpec(
            "file.batch",
            menu,
            "Edit a &folder…",
            "",
            files.batch,
            icon="folder-multiple-image",
            ends_group=True,
        ),
        ActionSpec(
            "file.next",
            menu,
            "&Next open photo",
            "Ctrl+PgDown",
            context.series.show_next,
            Needs.SERIES,
            "chevron-right",
        ),
        ActionSpec(
            "file.previous",
            menu,
            "&Previous open photo",
            "Ctrl+PgUp",
            partial(context.series.show_next, -1),
            Needs.SERIES,
            "chevron-left",
        ),
        ActionSpec(
            "file.close",
            menu,
            "Close t&his photo",
            "Ctrl+W",
            files.close_photo,
            Needs.SERIES,
            "close",
            ends_group=True,
        ),
        ActionSpec("file.quit", menu, "&Quit", "Ctrl+Q", context.window.close),
    ]


def _send_actions(send_to: SendTo) -> list[ActionSpec]:
    """List the programs that are there to go on in."""
    last = send_to.programs[-1:]
    return [
        ActionSpec(
            f"file.send_to_{program.name.lower()}",
            "file",
            f"Send to {program.name}, {'with layers' if program.bits is None else 'flattened'}",
            "",
            partial(send_to.send, program),
            Needs.PHOTO,
            "send-outline",
            ends_group=program in last,
        )
        for program in send_to.programs
    ]


def _edit_actions(context: ActionContext) -> list[ActionSpec]:
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


def _view_actions(context: ActionContext) -> list[ActionSpec]:
    menu, canvas, window, photo = "view", context.canvas, context.window, Needs.PHOTO
    overlays, comparison = context.tool_state.overlays, canvas.comparison
    return [
        ActionSpec(
            "view.zoom_in",
            menu,
            "Zoom &in",
            "Ctrl++ Ctrl+=",
            canvas.navigation.zoom_in,
            photo,
            "magnify-plus-outline",
        ),
        ActionSpec(
            "view.zoom_out",
            menu,
            "Zoom &out",
            "Ctrl+-",
            canvas.navigation.zoom_out,
            photo,
            "magnify-minus-outline",
        ),
        ActionSpec(
            "view.fit",
            menu,
            "&Fit",
            "F Ctrl+0",
            canvas.navigation.fit,
            photo,
            "fit-to-page-outline",
        ),
        ActionSpec(
            "view.face",
            menu,
            "Zoom to the fa&ce",
            "Shift+F",
            canvas.zoom_to_chosen_face,
            photo,
            "face-recognition",
        ),
        ActionSpec(
            "view.actual_pixels",
            menu,
            "&100 %",
            "1 Ctrl+1",
            canvas.zoom_to_actual_pixels,
            photo,
            "numeric-1-box-outline",
            ends_group=True,
        ),
        ActionSpec(
            "view.rotate_left",
            menu,
            "Turn l&eft",
            "4",
            canvas.navigation.rotate_left,
            photo,
            "rotate-left",
        ),
        ActionSpec(
            "view.rotate_right",
            menu,
            "Turn &right",
            "6",
            canvas.navigation.rotate_right,
            photo,
            "rotate-right",
        ),
        ActionSpec("view.upright", menu, "&Upright", "5", canvas.navigation.reset_rotation, photo),
        ActionSpec(
            "view.mirror",
            menu,
            "&Mirror",
            "M",
            canvas.navigation.mirror,
            photo,
            "flip-horizontal",
            is_on=canvas.navigation.is_mirrored,
            ends_group=True,
        ),
        ActionSpec(
            "view.split",
            menu,
            "&Split",
            "Shift+\\ Shift+C",
            partial(comparison.toggle, CompareMode.SPLIT),
            photo,
            "compare",
            is_on=partial(comparison.has_mode, CompareMode.SPLIT),
        ),
        ActionSpec(
            "view.side_by_side",
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
            "view.mask",
            menu,
            "M&ask",
            "Ctrl+M",
            partial(overlays.toggle, Overlay.MASK),
            photo,
            is_on=partial(overlays.shows, Overlay.MASK),
        ),
        ActionSpec(
            "view.sketch",
            menu,
            "S&ketch",
            "Ctrl+K",
            partial(overlays.toggle, Overlay.SKETCH),
            photo,
            is_on=partial(overlays.shows, Overlay.SKETCH),
        ),
        ActionSpec(
            "view.face_boxes",
            menu,
            "Face &boxes",
            "Ctrl+H",
            partial(overlays.toggle, Overlay.FACES),
            photo,
            is_on=partial(overlays.shows, Overlay.FACES),
        ),
        ActionSpec(
            "view.landmarks",
            menu,
            "&Landmarks",
            "Ctrl+L",
            partial(overlays.toggle, Overlay.LANDMARKS),
            photo,
            is_on=partial(overlays.shows, Overlay.LANDMARKS),
            ends_group=True,
        ),
        ActionSpec("view.hide_panels", menu, "&Hide panels", "Tab", window.toggle_panels),
        ActionSpec("view.next_area", menu, "&Next area", "F6", window.move_focus, ends_group=True),
        ActionSpec(
            "view.light_theme", menu, "Light &theme", "", window.toggle_theme, is_on=window.is_light
        ),
    ]


def _tool_actions(context: ActionContext) -> list[ActionSpec]:
    menu, state = "tools", context.tool_state

    def tool(
        action_id: str, text: str, keys: str, name: ToolName, icon: str, *, last: bool = False
    ) -> ActionSpec:
        return ActionSpec(
            action_id,
            menu,
            text,
            keys,
            lambda: state.select_tool(name),
            Needs.PHOTO,
            icon,
            is_on=lambda: state.tool is name,
            ends_group=last,
        )

    return [
        tool("tool.hand", "&Hand", "H", ToolName.HAND, "hand-back-right-outline"),
        tool("tool.brush", "&Brush", "B", ToolName.BRUSH, "brush"),
        tool("tool.eraser", "&Eraser", "E", ToolName.ERASER, "eraser"),
        tool("tool.lasso", "&Lasso", "L", ToolName.LASSO, "lasso"),
        tool("tool.polygon", "&Polygon", "Shift+L", ToolName.POLYGON, "vector-polygon"),
        tool("tool.rectangle", "&Rectangle", "R", ToolName.RECTANGLE, "selection"),
        tool("tool.ellipse", "Ell&ipse", "Shift+R", ToolName.ELLIPSE, "selection-ellipse"),
        tool("tool.pen", "S&ketch pen", "P", ToolName.PEN, "draw-pen"),
        tool("tool.heal", "Heal bru&sh", "J", ToolName.HEAL, "bandage"),
        tool("tool.face_box", "Face b&ox", "G", ToolName.FACE_BOX, "face-recognition"),
        tool("tool.landmarks", "Face poi&nts", "V", ToolName.LANDMARKS, "vector-point-select"),
        tool("tool.region", "F&ace region", "W", ToolName.REGION, "select-color"),
        tool("tool.zoom", "&Zoom", "Z", ToolName.ZOOM, "magnify", last=True),
        ActionSpec(
            "brush.swap_eraser", menu, "S&wap brush and eraser", "X", state.swap_eraser, Needs.PHOTO
        ),
        ActionSpec("brush.larger", menu, "Lar&ger", "] .", state.enlarge_brush, Needs.PHOTO),
        ActionSpec("brush.smaller", menu, "S&maller", "[ ,", state.shrink_brush, Needs.PHOTO),
        ActionSpec(
            "brush.harder", menu, "Har&der", "Shift+] Shift+.", state.harden_brush, Needs.PHOTO
        ),
        ActionSpec(
            "brush.softer", menu, "So&fter", "Shift+[ Shift+,", state.soften_brush, Needs.PHOTO
        ),
        ActionSpec(
            "brush.more_opaque", menu, "More opa&que", "O", state.increase_opacity, Needs.PHOTO
        ),
        ActionSpec(
            "brush.more_transparent",
            menu,
            "More &transparent",
            "I",
            state.decrease_opacity,
            Needs.PHOTO,
            ends_group=True,
        ),
        ActionSpec(
            "brush.pressure_size",
            menu,
            "Pen press&ure changes size",
            "",
            state.toggle_pressure_sizes,
            icon="pen",
            is_on=lambda: state.brush.pressure_sizes,
        ),
        ActionSpec(
            "brush.pressure_opacity",
            menu,
            "Pen pressure &changes opacity",
            "",
            state.toggle_pressure_covers,
            icon="opacity",
            is_on=lambda: state.brush.pressure_covers,
            ends_group=True,
        ),
        ActionSpec(
            "brush.keep",
            menu,
            "Keep the brush in the library",
            "",
            context.library.keep_brush,
            Needs.PHOTO,
            "bookmark-plus-outline",
        ),
    ]


def _mask_actions(context: ActionContext) -> list[ActionSpec]:
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


def _face_actions(context: ActionContext) -> list[ActionSpec]:
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


def _exemplar_actions(context: ActionContext, *, offers_style: bool) -> list[ActionSpec]:
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
        *([_random_style(exemplars)] if offers_style else []),
    ]


def _random_style(exemplars: ExemplarCommands) -> ActionSpec:
    run, icon = exemplars.apply_random_style, "dice-5-outline"
    return ActionSpec(
        "exemplar.random_style", "face", "&Random style", "Alt+Shift+R", run, Needs.PHOTO, icon
    )


def _region_actions(
    regions: RegionCommands, followed_maps: FollowedMaps, tool_state: ToolState
) -> list[ActionSpec]:
    """List what is done with regions."""
    menu, photo, state = "regions", Needs.PHOTO, tool_state.regions
    overlays = tool_state.overlays
    modes = (
        ("region.replace_mask", "Regions make a &new mask", MaskMode.REPLACE, "selection"),
        ("region.add_to_mask", "Regions &add to the mask", MaskMode.ADD, "plus"),
        ("region.subtract_from_mask", "Regions are &taken away", MaskMode.SUBTRACT, "minus"),
    )
    return [
        ActionSpec(
            "region.show",
            menu,
            "&Show the regions",
            "Ctrl+Shift+R",
            partial(overlays.toggle, Overlay.REGIONS),
            photo,
            "eye-outline",
            is_on=partial(overlays.shows, Overlay.REGIONS),
            ends_group=True,
        ),
        ActionSpec(
            "region.to_mask",
            menu,
            "&Mask of the region",
            "Alt+6",
            regions.mask_chosen_region,
            photo,
            "vector-selection",
        ),
        ActionSpec(
            "region.glasses_to_mask",
            menu,
            "Mask of the &glasses",
            "Alt+7",
            partial(regions.mask_region, Region.GLASSES),
            photo,
            "glasses",
        ),
        *(
            ActionSpec(
                action_id,
                menu,
                text,
                "",
                partial(state.set_mask_mode, mode),
                photo,
                icon,
                is_on=partial(state.has_mask_mode, mode),
                ends_group=mode is MaskMode.SUBTRACT,
            )
            for action_id, text, mode, icon in modes
        ),
        ActionSpec(
            "region.paint",
            menu,
            "&Paint regions",
            "Shift+W",
            regions.toggle_painting,
            photo,
            "format-paint",
            is_on=lambda: regions.is_painting,
        ),
        ActionSpec(
            "region.follow",
            menu,
            "The picture &follows the map",
            "Alt+8",
            followed_maps.toggle,
            photo,
            "link-variant",
            is_on=lambda: state.is_followed,
        ),
        ActionSpec(
            "region.restore", menu, "&Restore all regions", "", regions.restore, photo, "restore"
        ),
    ]


def _help_actions(context: ActionContext) -> list[ActionSpec]:
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
