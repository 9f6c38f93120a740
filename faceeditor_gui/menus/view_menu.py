"""Zoom, rotation, comparison, what is drawn over the photo, the panels."""

from __future__ import annotations

from functools import partial

from faceeditor_gui.canvas.layers.comparison import CompareMode
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.overlay_state import Overlay


def view_actions(context: ActionContext) -> list[ActionSpec]:
    """List what changes the view and nothing in the photo."""
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
        ActionSpec(
            "view.quick",
            menu,
            "&Quick edits",
            "Shift+Q",
            window.toggle_quick,
            is_on=window.shows_quick,
        ),
        ActionSpec("view.hide_panels", menu, "&Hide panels", "Tab", window.toggle_panels),
        ActionSpec("view.next_area", menu, "&Next area", "F6", window.move_focus, ends_group=True),
        ActionSpec(
            "view.light_theme", menu, "Light &theme", "", window.toggle_theme, is_on=window.is_light
        ),
    ]
