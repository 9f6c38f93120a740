"""How exemplars are applied: as pixels or as a style, if there is a network for the latter."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from faceeditor_gui.state.exemplar_parts import ExemplarParts


class ExemplarMode(QObject):
    """The chosen guide and exemplar parts."""

    changed = Signal()

    def __init__(self, *, is_offered: bool = False, parent: QObject | None = None) -> None:
        """`is_offered` tells whether the style network's weights are installed."""
        super().__init__(parent)
        self.is_offered = is_offered
        self.guide = Guide.PIXELS
        self.parts: ExemplarParts = (FacePart.MOUTH,)
        """The parts that the panel's buttons choose."""

    def choose(self, guide: Guide) -> None:
        """Choose how exemplars are applied."""
        if guide is not self.guide:
            self.guide = guide
            self.changed.emit()

    def set_parts(self, parts: ExemplarParts) -> None:
        """Set the parts that exemplars are applied to."""
        self.parts = parts
        self.changed.emit()
