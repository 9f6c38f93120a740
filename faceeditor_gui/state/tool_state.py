"""State that is never undone: the current tool and its settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import Enum, StrEnum, auto

from PySide6.QtCore import QObject, Signal

from core.edit.requests import FillSource, Guide, SmileKind
from faceeditor_gui.state.brush_cursor import BrushCursor
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL, FILL_MODELS
from faceeditor_gui.state.overlay_state import Overlay, OverlayState
from faceeditor_gui.state.region_state import RegionState

MIN_DIAMETER_PX = 1
MAX_DIAMETER_PX = 1000
MAX_SPACING = 2.0
MAX_SOFT_PX = 200
HARDNESS_STEP = 0.1
OPACITY_STEP = 0.1
SIZE_FACTOR = 1.2


class ToolName(StrEnum):
    """The tools of the canvas."""

    HAND = "hand"
    ZOOM = "zoom"
    BRUSH = "brush"
    ERASER = "eraser"
    LASSO = "lasso"
    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    FACE_BOX = "face_box"
    LANDMARKS = "landmarks"
    REGION = "region"
    PEN = "pen"
    HEAL = "heal"


class PaintTarget(Enum):
    """What a stroke or a shape changes."""

    MASK = auto()
    RESULT = auto()
    REGIONS = auto()


BRUSHES = (ToolName.BRUSH, ToolName.ERASER)
SHAPES = (ToolName.LASSO, ToolName.POLYGON, ToolName.RECTANGLE, ToolName.ELLIPSE)
MASK_TOOLS = (*BRUSHES, *SHAPES)
STROKES = (*BRUSHES, ToolName.PEN, ToolName.HEAL)
"""The tools that paint strokes; each has its own settings."""
PEN_PX = 5
HEAL_PX = 40


@dataclass(frozen=True)
class BrushSettings:
    """How brush, eraser or pen paints; each has its own."""

    diameter: int = 60
    """In image pixels."""
    hardness: float = 0.8
    """0..1: the share of the radius that covers fully."""
    opacity: float = 1.0
    """0..1: most that one stroke covers."""
    spacing: float = 0.0
    """From one dab to the next, as a share of the diameter; 0 paints without gaps."""
    smoothing: float = 0.0
    """0..1: how far the stroke may lag behind to be steady."""
    pressure_sizes: bool = True
    """Whether a pen's pressure changes the size."""
    pressure_covers: bool = False
    """Whether a pen's pressure changes the opacity."""

    def clipped(self) -> BrushSettings:
        """Clip every value to its range."""
        return replace(
            self,
            diameter=min(max(round(self.diameter), MIN_DIAMETER_PX), MAX_DIAMETER_PX),
            hardness=_share(self.hardness),
            opacity=max(_share(self.opacity), 0.01),
            spacing=min(max(round(self.spacing, 2), 0.0), MAX_SPACING),
            smoothing=_share(self.smoothing),
            pressure_sizes=bool(self.pressure_sizes),
            pressure_covers=bool(self.pressure_covers),
        )


class ToolState(QObject):
    """Current tool, brushes and kind of smile; panels change it, views listen."""

    tool_changed = Signal()
    paint_target_changed = Signal()
    brush_changed = Signal()
    shapes_changed = Signal()
    smile_kind_changed = Signal()
    fill_model_changed = Signal()
    fill_source_changed = Signal()

    def __init__(self, parent: QObject | None = None, *, offers_style: bool = False) -> None:
        """`offers_style` tells whether the style network's weights are installed."""
        super().__init__(parent)
        self._tool = ToolName.HAND
        self._previous = ToolName.HAND
        self._paint_target = PaintTarget.MASK
        self._brushes = {name: BrushSettings() for name in BRUSHES}
        self._brushes[ToolName.PEN] = BrushSettings(PEN_PX, hardness=1.0, smoothing=0.2)
        self._brushes[ToolName.HEAL] = BrushSettings(HEAL_PX, hardness=0.6)
        self._photo_px = 2000
        self._mask_mode = MaskMode.ADD
        self._feather = 0
        self._edge = 8
        self._smile_kind = SmileKind.OPEN
        self.click_strength = 0.7
        """Of the smile that one click makes, 0..1; a preference."""
        self._brush_cursor = BrushCursor.OUTLINE
        self.overlays = OverlayState(self)
        self.regions = RegionState(self)
        self.exemplar_mode = ExemplarMode(is_offered=offers_style, parent=self)
        self._landmarks_only = False
        self._fill_model = DEFAULT_FILL_MODEL
        self._fill_source = FillSource.AUTO

    @property
    def brush_cursor(self) -> BrushCursor:
        """What the pointer looks like while a brush is in hand; a preference."""
        return self._brush_cursor

    def set_brush_cursor(self, cursor: BrushCursor) -> None:
        """Change what the pointer looks like while a brush is in hand."""
        self._brush_cursor = cursor
        self.brush_changed.emit()

    # The current tool.

    @property
    def tool(self) -> ToolName:
        """The current tool."""
        return self._tool

    def select_tool(self, tool: ToolName) -> None:
        """Select a tool."""
        if tool is not self._tool:
            self._previous, self._tool = self._tool, tool
            self.tool_changed.emit()
            self.brush_changed.emit()

    @property
    def chosen_paint_target(self) -> PaintTarget:
        """What brush, eraser and shapes are to paint on, whether or not it is there."""
        return self._paint_target

    def choose_paint_target(self, target: PaintTarget) -> None:
        """Choose what brush, eraser and shapes are to paint on."""
        if target is not self._paint_target:
            self._paint_target = target
            self.paint_target_changed.emit()

    @property
    def paints_regions(self) -> bool:
        """Tell whether the current tool paints on the region map."""
        return self._paint_target is PaintTarget.REGIONS and self._tool in MASK_TOOLS

    @property
    def shows_regions(self) -> bool:
        """Tell whether the region map is shown: switched on, or edited by the current tool."""
        is_on = self.overlays.shows(Overlay.REGIONS)
        return is_on or self.paints_regions or self._tool is ToolName.REGION

    def leave_face_box(self) -> None:
        """Return from drawing a face box to the previous tool."""
        if self._tool is ToolName.FACE_BOX:
            self.select_tool(self._previous)

    def swap_eraser(self) -> None:
        """Swap brush and eraser; from any other tool, select the brush."""
        brush = self._tool is ToolName.BRUSH
        self.select_tool(ToolName.ERASER if brush else ToolName.BRUSH)

    # Brush and eraser.

    def brush_of(self, tool: ToolName) -> BrushSettings:
        """Return the brush settings of a stroke tool."""
        return self._brushes[tool]

    @property
    def brush(self) -> BrushSettings:
        """The brush settings of the current stroke tool, else of the brush."""
        return self._brushes[self.brush_tool]

    @property
    def brush_tool(self) -> ToolName:
        """The current stroke tool, else the brush."""
        return self._tool if self._tool in STROKES else ToolName.BRUSH

    def set_brush(self, brush: BrushSettings) -> None:
        """Set the brush settings of the current stroke tool, else of the brush."""
        brush = brush.clipped()
        if brush != self.brush:
            self._brushes[self.brush_tool] = brush
            self.brush_changed.emit()

    def set_diameter(self, pixels: float) -> None:
        """Set the brush size in image pixels."""
        self.set_brush(replace(self.brush, diameter=round(pixels)))

    def set_hardness(self, hardness: float) -> None:
        """Set the brush hardness, 0..1."""
        self.set_brush(replace(self.brush, hardness=hardness))

    def set_opacity(self, opacity: float) -> None:
        """Set what one stroke covers at most, 0..1."""
        self.set_brush(replace(self.brush, opacity=opacity))

    def scale_brushes(self, longest_side: int) -> None:
        """Scale the brushes with the photo's longest side, in pixels."""
        factor = longest_side / self._photo_px
        self._photo_px = longest_side
        for name, brush in self._brushes.items():
            diameter = round(brush.diameter * factor)
            self._brushes[name] = replace(brush, diameter=diameter).clipped()
        self.brush_changed.emit()

    def enlarge_brush(self) -> None:
        """Make the brush one step larger."""
        diameter = self.brush.diameter
        self.set_diameter(max(diameter * SIZE_FACTOR, diameter + 1))

    def shrink_brush(self) -> None:
        """Make the brush one step smaller."""
        diameter = self.brush.diameter
        self.set_diameter(min(diameter / SIZE_FACTOR, diameter - 1))

    def harden_brush(self) -> None:
        """Make the brush one step harder."""
        self.set_hardness(self.brush.hardness + HARDNESS_STEP)

    def soften_brush(self) -> None:
        """Make the brush one step softer."""
        self.set_hardness(self.brush.hardness - HARDNESS_STEP)

    def increase_opacity(self) -> None:
        """Make the brush one step more opaque."""
        self.set_opacity(self.brush.opacity + OPACITY_STEP)

    def decrease_opacity(self) -> None:
        """Make the brush one step more transparent."""
        self.set_opacity(self.brush.opacity - OPACITY_STEP)

    def toggle_pressure_sizes(self) -> None:
        """Let a pen's pressure change the size, or not."""
        self.set_brush(replace(self.brush, pressure_sizes=not self.brush.pressure_sizes))

    def toggle_pressure_covers(self) -> None:
        """Let a pen's pressure change the opacity, or not."""
        self.set_brush(replace(self.brush, pressure_covers=not self.brush.pressure_covers))

    # Shapes and the mask's edge.

    @property
    def mask_mode(self) -> MaskMode:
        """How a new shape combines with the mask."""
        return self._mask_mode

    @property
    def feather(self) -> int:
        """Feather of a new shape, a standard deviation in image pixels."""
        return self._feather

    @property
    def edge(self) -> int:
        """By how many image pixels the mask grows, shrinks or is feathered."""
        return self._edge

    def set_mask_mode(self, mask_mode: MaskMode) -> None:
        """Set how a new shape combines with the mask."""
        self._mask_mode = mask_mode
        self.shapes_changed.emit()

    def has_mask_mode(self, mask_mode: MaskMode) -> bool:
        """Tell whether this is the mask mode of new shapes."""
        return self._mask_mode is mask_mode

    def set_feather(self, pixels: int) -> None:
        """Set the feather of new shapes, in image pixels."""
        self._feather = min(max(pixels, 0), MAX_SOFT_PX)
        self.shapes_changed.emit()

    def set_edge(self, pixels: int) -> None:
        """Set by how many image pixels the mask grows, shrinks or is feathered."""
        self._edge = min(max(pixels, 1), MAX_SOFT_PX)
        self.shapes_changed.emit()

    # The fill.

    @property
    def fill_model(self) -> str:
        """The network of the next fill."""
        return self._fill_model

    def set_fill_model(self, name: str) -> None:
        """Set the network of the next fill."""
        if name != self._fill_model and name in FILL_MODELS:
            self._fill_model = name
            self.fill_model_changed.emit()

    @property
    def fill_source(self) -> FillSource:
        """Where the pixels of the next fill come from."""
        return self._fill_source

    def set_fill_source(self, source: FillSource) -> None:
        """Set where the pixels of the next fill come from."""
        if source is not self._fill_source:
            self._fill_source = source
            self.fill_source_changed.emit()

    # The landmarks of a face.

    @property
    def landmarks_only(self) -> bool:
        """Whether dragged landmarks leave the photo as it is, and only guide the next fill."""
        return self._landmarks_only

    def toggle_landmarks_only(self) -> None:
        """Toggle whether the photo is warped with dragged landmarks."""
        self._landmarks_only = not self._landmarks_only

    # The smile.

    @property
    def smile_kind(self) -> SmileKind:
        """The kind of the next smile."""
        return self._smile_kind

    def set_smile_kind(self, kind: SmileKind) -> None:
        """Set the kind of the next smile."""
        if kind is not self._smile_kind:
            self._smile_kind = kind
            self.smile_kind_changed.emit()

    # From one start to the next.

    def serialize(self) -> str:
        """Serialize the state that is stored between starts."""
        return json.dumps(
            {
                "photo_px": self._photo_px,
                "brushes": {str(name): asdict(brush) for name, brush in self._brushes.items()},
                "feather": self._feather,
                "fill_model": self._fill_model,
                "fill_source": str(self._fill_source),
                "edge": self._edge,
                "overlay": [self.overlays.mask_colour, self.overlays.mask_opacity],
                "regions": self.regions.opacity,
                "guide": self.exemplar_mode.guide,
            }
        )

    def restore(self, text: str) -> None:
        """Restore a serialized state; if it cannot be parsed, nothing changes."""
        try:
            stored = json.loads(text)
            brushes = {
                ToolName(name): BrushSettings(**brush).clipped()
                for name, brush in dict(stored["brushes"]).items()
            }
            photo_px = max(int(stored["photo_px"]), 1)
            feather, edge = int(stored["feather"]), int(stored["edge"])
            fill_model = str(stored.get("fill_model", DEFAULT_FILL_MODEL))
            fill_source = FillSource(stored.get("fill_source", self._fill_source))
            colour, opacity = str(stored["overlay"][0]), float(stored["overlay"][1])
            regions = float(stored.get("regions", self.regions.opacity))
            guide = Guide(stored.get("guide", self.exemplar_mode.guide))
        except (ValueError, TypeError, KeyError, IndexError):
            return
        self._brushes |= {name: brushes[name] for name in brushes if name in STROKES}
        self._photo_px = photo_px
        self.brush_changed.emit()
        self.set_feather(feather)
        self.set_edge(edge)
        self.set_fill_model(fill_model)
        self.set_fill_source(fill_source)
        self.overlays.show_mask_in(colour, opacity)
        self.regions.set_opacity(regions)
        self.exemplar_mode.choose(guide)


def _share(value: float) -> float:
    return min(max(round(value, 2), 0.0), 1.0)
