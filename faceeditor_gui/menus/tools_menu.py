"""The tools, and the brush that they share."""

from __future__ import annotations

from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.tool_state import ToolName


def tool_actions(context: ActionContext) -> list[ActionSpec]:
    """List the tools, and what changes their brush."""
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
