"""State of the Regions panel: the chosen region, the mask mode, and how the map is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.anatomy.regions import Region
from faceeditor_gui.state.mask_mode import MaskMode

OPACITY = 0.5
MIN_OPACITY = 0.1


class RegionState(QObject):
    """Set by the Regions panel; never undone."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = Region.SKIN
        """The region that is painted."""
        self.mask_mode = MaskMode.REPLACE
        """How a clicked region combines with the mask without modifier keys."""
        self.is_followed = False
        """Whether the picture follows the map as it is painted."""
        self.opacity = OPACITY
        """0..1: weight of a region's colour."""

    def choose(self, region: Region) -> None:
        """Choose the region that is painted."""
        self.chosen = region
        self.changed.emit()

    def set_mask_mode(self, mask_mode: MaskMode) -> None:
        """Set how a clicked region combines with the mask."""
        self.mask_mode = mask_mode
        self.changed.emit()

    def has_mask_mode(self, mask_mode: MaskMode) -> bool:
        """Tell whether this is the mask mode of clicked regions."""
        return self.mask_mode is mask_mode

    def set_followed(self, is_followed: bool) -> None:
        """Set whether the picture follows the map."""
        self.is_followed = is_followed
        self.changed.emit()

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity of the map, 0..1."""
        self.opacity = min(max(opacity, MIN_OPACITY), 1.0)
        self.changed.emit()
