"""What strokes are painted on: the mask, a result, the label map, or the sketch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from core.anatomy.regions import Region
from core.imaging.arrays import Mask, Window
from core.imaging.masks import add_stroke
from faceeditor_gui.canvas.layers.items import MaskItem
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.paint_target import paint_target, painted_step
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings, PaintTarget, ToolState


class PaintSurface(Protocol):
    """What is painted on: shows a stroke under way, and keeps it in the end."""

    def adapted(self, settings: BrushSettings) -> BrushSettings:
        """Adapt a brush to what can be painted here: any brush, unless a surface overrides it."""
        return settings

    def show(self, patch: Patch) -> None:
        """Show a part of the stroke."""

    def revert(self, window: Window) -> None:
        """Show what was there before the stroke."""

    def commit(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""


@dataclass(frozen=True, eq=False)
class CoverageSurface(PaintSurface):
    """Covers, or uncovers, what the document keeps as coverage."""

    read: Callable[[Window], Mask]
    """What the document holds."""
    item: MaskItem
    """Where it is shown."""
    changed: Callable[[Window], None]
    """Says that what is shown there has changed."""
    paint: Callable[[Patch], None]
    """Keeps a stroke."""
    erase: bool

    def show(self, patch: Patch) -> None:
        """Show a part of the stroke."""
        self._write(
            patch.window, add_stroke(self.read(patch.window), patch.pixels, erase=self.erase)
        )

    def revert(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self._write(window, self.read(window))

    def commit(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.paint(stroke)

    def _write(self, window: Window, coverage: Mask) -> None:
        self.item.write(window, coverage)
        self.changed(window)


@dataclass(frozen=True, eq=False)
class StepSurface(PaintSurface):
    """Restores a result, or brings the photo back."""

    document: Document
    layers: Layers
    erase: bool
    number: int

    def show(self, patch: Patch) -> None:
        """Show a part of the stroke."""
        step = self.document.steps.find(self.number)
        if step is not None:
            self.layers.preview_stroke(patch.window, step.with_stroke(patch, erase=self.erase))

    def revert(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self.layers.preview_stroke(window, None)

    def commit(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.layers.preview_stroke(stroke.window, None)
        self.document.steps.paint(self.number, stroke, erase=self.erase)


@dataclass(frozen=True, eq=False)
class RegionSurface(PaintSurface):
    """Gives pixels to a region, or brings back what was found."""

    document: Document
    layers: Layers
    region: Region | None
    """None erases."""

    def adapted(self, settings: BrushSettings) -> BrushSettings:
        """Make a brush hard and opaque: a pixel has a label or not."""
        return replace(settings, hardness=1.0, opacity=1.0, pressure_covers=False)

    def show(self, patch: Patch) -> None:
        """Show a part of the stroke."""
        labels = self.document.regions.with_stroke(patch, self.region)
        self.layers.regions.preview_stroke(patch.window, labels)

    def revert(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self.layers.regions.preview_stroke(window, None)

    def commit(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.document.regions.paint(stroke, self.region)


def mask_surface(document: Document, layers: Layers, *, erase: bool) -> PaintSurface:
    """Return the mask as what is painted on."""
    commit = partial(document.mask.paint, erase=erase)
    return CoverageSurface(document.mask.read, layers.mask, layers.changed.emit, commit, erase)


def sketch_surface(document: Document, layers: Layers, *, erase: bool) -> PaintSurface:
    """Return the sketch as what is painted on."""
    commit = partial(document.sketch.paint, erase=erase)
    return CoverageSurface(document.sketch.read, layers.sketch, layers.changed.emit, commit, erase)


def active_paint_surface(
    document: Document, tool_state: ToolState, layers: Layers, *, erase: bool
) -> PaintSurface:
    """Find what a stroke that begins now paints on."""
    step = painted_step(document, tool_state)
    if step is not None:
        return StepSurface(document, layers, erase, step.number)
    if paint_target(document, tool_state) is PaintTarget.REGIONS:
        return RegionSurface(document, layers, None if erase else tool_state.regions.chosen)
    return mask_surface(document, layers, erase=erase)
