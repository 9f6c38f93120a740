"""What is shown on top of the photo, and how the mask is; each is set here alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Overlay(StrEnum):
    """What can be shown or hidden; hidden, it stays what it is."""

    MASK = "mask"
    SKETCH = "sketch"
    FACES = "faces"
    LANDMARKS = "landmarks"
    REGIONS = "regions"


class OverlayState(QObject):
    """Set by the View menu and the Mask panel; never undone."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = set(Overlay) - {Overlay.REGIONS}
        self.mask_colour = "#ff2030"
        """On the photo, as #rrggbb."""
        self.mask_opacity = 0.5
        """0..1: weight of the mask's colour."""

    def shows(self, overlay: Overlay) -> bool:
        """Tell whether an overlay is switched on."""
        return overlay in self._shown

    def toggle(self, overlay: Overlay) -> None:
        """Show or hide an overlay."""
        self._shown ^= {overlay}
        self.changed.emit()

    def show_mask_in(self, colour: str, opacity: float) -> None:
        """Set how the mask is shown."""
        self.mask_colour, self.mask_opacity = colour, min(max(round(opacity, 2), 0.0), 1.0)
        self.changed.emit()
