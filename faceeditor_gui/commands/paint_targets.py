"""Commands that choose between the mask and a result as what is painted on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from faceeditor_gui.canvas.paint_target import painted_step
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import PaintTarget, ToolState


class PaintTargetCommands(QObject):
    """Chooses what is painted on; a result is chosen for as long as one is selected."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        document.steps.selection_changed.connect(self._on_selection_changed)

    @property
    def is_result(self) -> bool:
        """Tell whether a result is painted on now."""
        return painted_step(self._document, self._tool_state) is not None

    def choose_mask(self) -> None:
        """Paint on the mask."""
        self._tool_state.choose_paint_target(PaintTarget.MASK)

    def choose_result(self) -> None:
        """Paint on the selected result; if none is, the newest is selected."""
        steps = self._document.steps
        if steps.selected is None and steps.items:
            steps.select(steps.items[-1].number)
        if steps.selected is None:
            self.posted.emit(
                self.tr("There is no result to paint on yet: fill, smile or take something first.")
            )
        else:
            self._tool_state.choose_paint_target(PaintTarget.RESULT)

    def toggle_result(self) -> None:
        """Toggle between painting on the selected result and on the mask."""
        if self.is_result:
            self.choose_mask()
        else:
            self.choose_result()

    def _on_selection_changed(self) -> None:
        """Return to the mask when no result is left to paint on."""
        is_result = self._tool_state.chosen_paint_target is PaintTarget.RESULT
        if is_result and self._document.steps.selected is None:
            self.choose_mask()
