"""The row type of the action table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faceeditor_gui.menus.needs import Needs

CANVAS_KEY = "Tab"


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
        return CANVAS_KEY in self.keys.split()
