"""How exemplars are used: as pixels or as a style, if there is a network for the latter."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from faceeditor_gui.state.face_targets import Targets


class StyleState(QObject):
    """What the user has chosen."""

    changed = Signal()

    def __init__(self, *, is_offered: bool = False, parent: QObject | None = None) -> None:
        """`is_offered` tells whether the weights are there; without them nothing shows it."""
        super().__init__(parent)
        self.is_offered = is_offered
        self.guide = Guide.PIXELS
        self.targets: Targets = (FacePart.MOUTH,)
        """What the panel's buttons say is to change."""

    def choose(self, guide: Guide) -> None:
        """Set how exemplars are used."""
        if guide is not self.guide:
            self.guide = guide
            self.changed.emit()

    def aim_at(self, targets: Targets) -> None:
        """Set what is to change."""
        self.targets = targets
        self.changed.emit()
