"""What is done with regions."""

from __future__ import annotations

from functools import partial

from core.anatomy.regions import Region
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.action_spec import ActionSpec
from faceeditor_gui.menus.needs import Needs
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.overlay_state import Overlay


def region_actions(context: ActionContext) -> list[ActionSpec]:
    """List what is done with regions."""
    menu, photo, regions = "regions", Needs.PHOTO, context.regions
    state, overlays = context.tool_state.regions, context.tool_state.overlays
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
            context.followed_maps.toggle,
            photo,
            "link-variant",
            is_on=lambda: state.is_followed,
        ),
        ActionSpec(
            "region.restore", menu, "&Restore all regions", "", regions.restore, photo, "restore"
        ),
    ]
