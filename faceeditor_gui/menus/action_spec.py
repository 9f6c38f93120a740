"""The row type of the action table, and the window's own commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Needs(Enum):
    """What has to be there for an action to make sense."""

    NOTHING = auto()
    PHOTO = auto()
    PAGES = auto()
    FACES = auto()
    MASK = auto()
    UNDO = auto()
    REDO = auto()
    RESULT = auto()
    SKETCH = auto()
    EXEMPLAR = auto()
    SERIES = auto()


@dataclass(frozen=True)
class ActionSpec:
    """One row of the table."""

    id: str
    """By which code finds it, as "view.zoom_in"; the same in every language."""
    menu: str
    """Id of its menu."""
    text: str
    keys: str
    """Shortcuts, separated by spaces."""
    run: Callable[[], object]
    needs: Needs = Needs.NOTHING
    icon: str = ""
    is_on: Callable[[], bool] | None = None
    """For what is switched on and off: whether it is on now."""
    ends_group: bool = False

    @property
    def is_for_canvas(self) -> bool:
        """Tell whether only the canvas hears the keys: in a panel Tab goes on to the next control.

        Letters act in panels, too; a field that takes text keeps them by itself.
        """
        return "Tab" in self.keys.split()


@dataclass(frozen=True)
class GestureHint:
    """A gesture of mouse, pen or keys that is no action; for the shortcut sheet."""

    keys: str
    text: str


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
