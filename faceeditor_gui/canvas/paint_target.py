"""What brush, eraser and shapes paint on: decided here alone."""

from __future__ import annotations

from enum import Enum, auto

from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import ToolState


class PaintTarget(Enum):
    """What a stroke or a shape changes."""

    MASK = auto()
    RESULT = auto()
    REGIONS = auto()


def paint_target(document: Document, tool_state: ToolState) -> PaintTarget:
    """Find what a stroke or a shape would change now."""
    if tool_state.regions.paints:
        return PaintTarget.REGIONS
    return PaintTarget.MASK if document.steps.painted_step is None else PaintTarget.RESULT
