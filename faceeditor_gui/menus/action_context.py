"""Everything that actions act on, and the window's own commands among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from faceeditor_gui.canvas.canvas import Canvas
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
from faceeditor_gui.state.tool_state import ToolState


class WindowCommands(Protocol):
    """What the window itself can do."""

    def undo(self) -> None:
        """Take back the last change, or the edit that runs."""

    def redo(self) -> None:
        """Bring back what was undone."""

    def cancel(self) -> None:
        """Stop the gesture or the work under way."""

    def toggle_panels(self) -> None:
        """Hide or show everything beside the canvas."""

    def toggle_quick(self) -> None:
        """Show the column of quick edits, or hide it."""

    def shows_quick(self) -> bool:
        """Tell whether the column of quick edits is shown."""

    def toggle_theme(self) -> None:
        """Change between dark and light."""

    def is_light(self) -> bool:
        """Tell whether the window is light."""

    def move_focus(self) -> None:
        """Move between canvas and panels."""

    def show_shortcuts(self) -> None:
        """Show the shortcut sheet."""

    def show_preferences(self) -> None:
        """Show the preferences."""

    def show_about(self) -> None:
        """Show version and licences."""

    def close(self) -> bool:
        """Close the window."""


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
