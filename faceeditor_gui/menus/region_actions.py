"""The rows of the table of actions about regions of the face."""

from __future__ import annotations

from functools import partial

from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.menus.action_spec import ActionSpec, Needs
from faceeditor_gui.state.mask_mode import Combine
from faceeditor_gui.state.tool_state import ToolState


def region_actions(regions: RegionCommands, tool_state: ToolState) -> list[ActionSpec]:
    """List what is done with regions."""
    menu, photo, state = "&Regions", Needs.PHOTO, tool_state.regions
    modes = (
        ("Regions make a &new mask", Combine.REPLACE, "selection"),
        ("Regions &add to the mask", Combine.ADD, "plus"),
        ("Regions are &taken away", Combine.SUBTRACT, "minus"),
    )
    return [
        ActionSpec(
            menu,
            "&Show the regions",
            "Ctrl+Shift+R",
            state.toggle_shown,
            photo,
            "eye-outline",
            is_on=lambda: state.is_shown,
            ends_group=True,
        ),
        ActionSpec(
            menu, "&Mask of the region", "Alt+6", regions.take_chosen, photo, "vector-selection"
        ),
        *(
            ActionSpec(
                menu,
                text,
                "",
                partial(state.set_combine, mode),
                photo,
                icon,
                is_on=partial(state.has_combine, mode),
                ends_group=mode is Combine.SUBTRACT,
            )
            for text, mode, icon in modes
        ),
        ActionSpec(
            menu,
            "&Paint regions",
            "Shift+W",
            regions.toggle_painting,
            photo,
            "format-paint",
            is_on=lambda: state.paints,
        ),
        ActionSpec(menu, "&Restore all regions", "", regions.restore, photo, "restore"),
    ]
