"""What brush, eraser and shapes paint on: decided here alone."""

from __future__ import annotations

from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.state.tool_state import PaintTarget, ToolState


def paint_target(document: Document, tool_state: ToolState) -> PaintTarget:
    """Find what a stroke or a shape would change now."""
    if tool_state.chosen_paint_target is not PaintTarget.RESULT:
        return tool_state.chosen_paint_target
    step = document.steps.selected
    return PaintTarget.RESULT if step is not None and step.is_visible else PaintTarget.MASK


def painted_step(document: Document, tool_state: ToolState) -> EditStep | None:
    """Find the step whose result a stroke or a shape would change now, if it would."""
    is_result = paint_target(document, tool_state) is PaintTarget.RESULT
    return document.steps.selected if is_result else None
