"""What is set but not undone: the tool in hand and how it paints."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.edit.request import SmileKind

MIN_DIAMETER_PX = 1
MAX_DIAMETER_PX = 2000
HARDNESS_STEP = 0.1
SIZE_FACTOR = 1.2


class ToolName(StrEnum):
    """The tools of the canvas."""

    HAND = "hand"
    BRUSH = "brush"
    ERASER = "eraser"
    FACE_BOX = "face_box"


class ToolState(QObject):
    """Current tool, brush and kind of smile; panels change it, views listen."""

    tool_changed = Signal()
    brush_changed = Signal()
    smile_kind_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tool = ToolName.HAND
        self._previous = ToolName.HAND
        self._diameter = 60
        self._photo_px = 2000
        self._hardness = 0.8
        self._smile_kind = SmileKind.OPEN

    @property
    def tool(self) -> ToolName:
        """The tool in hand."""
        return self._tool

    @property
    def diameter(self) -> int:
        """Brush size in image pixels."""
        return self._diameter

    @property
    def hardness(self) -> float:
        """0..1: the share of the brush's radius that covers fully."""
        return self._hardness

    @property
    def smile_kind(self) -> SmileKind:
        """The smile that the next one will be."""
        return self._smile_kind

    def take(self, tool: ToolName) -> None:
        """Take a tool in hand."""
        if tool is not self._tool:
            self._previous, self._tool = self._tool, tool
            self.tool_changed.emit()

    def leave_face_box(self) -> None:
        """Return from drawing a box to the tool that was in hand before."""
        if self._tool is ToolName.FACE_BOX:
            self.take(self._previous)

    def swap(self) -> None:
        """Swap brush and eraser; from any other tool, take the brush."""
        brush = self._tool is ToolName.BRUSH
        self.take(ToolName.ERASER if brush else ToolName.BRUSH)

    def set_diameter(self, pixels: float) -> None:
        """Set the brush size in image pixels."""
        diameter = min(max(round(pixels), MIN_DIAMETER_PX), MAX_DIAMETER_PX)
        if diameter != self._diameter:
            self._diameter = diameter
            self.brush_changed.emit()

    def suit_photo(self, longest_side: int) -> None:
        """Keep the brush the same share of a photo of another size."""
        diameter = self._diameter * longest_side / self._photo_px
        self._photo_px = longest_side
        self.set_diameter(diameter)

    def set_hardness(self, hardness: float) -> None:
        """Set the brush hardness, 0..1."""
        hardness = min(max(round(hardness, 2), 0.0), 1.0)
        if hardness != self._hardness:
            self._hardness = hardness
            self.brush_changed.emit()

    def set_smile_kind(self, kind: SmileKind) -> None:
        """Set the kind that the next smile will have."""
        if kind is not self._smile_kind:
            self._smile_kind = kind
            self.smile_kind_changed.emit()

    def enlarge(self) -> None:
        """Make the brush one step larger."""
        self.set_diameter(max(self._diameter * SIZE_FACTOR, self._diameter + 1))

    def shrink(self) -> None:
        """Make the brush one step smaller."""
        self.set_diameter(min(self._diameter / SIZE_FACTOR, self._diameter - 1))

    def harden(self) -> None:
        """Make the brush one step harder."""
        self.set_hardness(self._hardness + HARDNESS_STEP)

    def soften(self) -> None:
        """Make the brush one step softer."""
        self.set_hardness(self._hardness - HARDNESS_STEP)
