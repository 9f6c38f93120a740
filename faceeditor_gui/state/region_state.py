"""How regions of a face are worked on: which is chosen, what a click does, how they are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.anatomy.regions import Region
from faceeditor_gui.state.mask_mode import Combine

OPACITY = 0.5
MIN_OPACITY = 0.1


class RegionState(QObject):
    """What the Regions panel sets; none of it is undone."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = Region.SKIN
        """The region that is painted."""
        self.combine = Combine.REPLACE
        """What a click on a region does to the mask if no modifier says otherwise."""
        self.paints = False
        """Whether brush and eraser paint on the map of regions."""
        self.is_shown = False
        """Whether the map is shown whatever tool is in hand."""
        self.opacity = OPACITY
        """0..1: how much a pixel takes on its region's colour."""

    def choose(self, region: Region) -> None:
        """Choose the region that is painted."""
        self.chosen = region
        self.changed.emit()

    def set_combine(self, combine: Combine) -> None:
        """Set what a click on a region does to the mask."""
        self.combine = combine
        self.changed.emit()

    def has_combine(self, combine: Combine) -> bool:
        """Tell whether this is what a click on a region does to the mask."""
        return self.combine is combine

    def set_paints(self, paints: bool) -> None:
        """Let brush and eraser paint on the map, or on the mask."""
        if paints is not self.paints:
            self.paints = paints
            self.changed.emit()

    def toggle_shown(self) -> None:
        """Show or hide the map."""
        self.is_shown = not self.is_shown
        self.changed.emit()

    def set_opacity(self, opacity: float) -> None:
        """Set how strongly the map is shown."""
        self.opacity = min(max(opacity, MIN_OPACITY), 1.0)
        self.changed.emit()
