"""What strokes are painted on: the mask, a result, the map of regions, or the sketch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from core.anatomy.regions import Region
from core.imaging.arrays import Mask, Window
from core.imaging.masks import painted
from faceeditor_gui.canvas.layers.items import MaskItem
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.tool_state import BrushSettings, ToolState


class BrushTarget(Protocol):
    """Shows a stroke while it is under way, and keeps it in the end."""

    def suited(self, settings: BrushSettings) -> BrushSettings:
        """Bring a brush to what can be painted here: any, unless a target says otherwise."""
        return settings

    def show(self, part: Patch) -> None:
        """Show a part of the stroke."""

    def take_back(self, window: Window) -> None:
        """Show what was there before the stroke."""

    def keep(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""


@dataclass(frozen=True, eq=False)
class OnCoverage(BrushTarget):
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

    def show(self, part: Patch) -> None:
        """Show a part of the stroke."""
        self._write(part.window, painted(self.read(part.window), part.pixels, erase=self.erase))

    def take_back(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self._write(window, self.read(window))

    def keep(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.paint(stroke)

    def _write(self, window: Window, coverage: Mask) -> None:
        self.item.write(window, coverage)
        self.changed(window)


@dataclass(frozen=True, eq=False)
class OnResult(BrushTarget):
    """Restores a result, or brings the photo back."""

    document: Document
    layers: Layers
    erase: bool
    number: int

    def show(self, part: Patch) -> None:
        """Show a part of the stroke."""
        step = self.document.step(self.number)
        if step is not None:
            self.layers.show_painted(part.window, step.painted(part, erase=self.erase))

    def take_back(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self.layers.show_painted(window, None)

    def keep(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.layers.show_painted(stroke.window, None)
        self.document.edits.paint(self.number, stroke, erase=self.erase)


@dataclass(frozen=True, eq=False)
class OnRegions(BrushTarget):
    """Gives pixels to a region, or brings back what was found."""

    document: Document
    layers: Layers
    region: Region | None
    """None erases."""

    def suited(self, settings: BrushSettings) -> BrushSettings:
        """Make a brush hard and opaque: a pixel has a label or not."""
        return replace(settings, hardness=1.0, opacity=1.0, pressure_covers=False)

    def show(self, part: Patch) -> None:
        """Show a part of the stroke."""
        labels = self.document.regions.with_stroke(part, self.region)
        self.layers.regions.show_painted(part.window, labels)

    def take_back(self, window: Window) -> None:
        """Show what was there before the stroke."""
        self.layers.regions.show_painted(window, None)

    def keep(self, stroke: Patch) -> None:
        """Keep the stroke as one undo step."""
        self.document.regions.paint(stroke, self.region)


def on_mask(document: Document, layers: Layers, *, erase: bool) -> BrushTarget:
    """Paint on the mask."""
    keep = partial(document.paint, erase=erase)
    return OnCoverage(document.mask, layers.mask, layers.changed.emit, keep, erase)


def on_sketch(document: Document, layers: Layers, *, erase: bool) -> BrushTarget:
    """Draw lines, or erase them."""
    keep = partial(document.sketch.draw, erase=erase)
    return OnCoverage(document.sketch.read, layers.sketch, layers.changed.emit, keep, erase)


def target_in_hand(
    document: Document, tool_state: ToolState, layers: Layers, *, erase: bool
) -> BrushTarget:
    """Find what a stroke that begins now paints on."""
    if tool_state.regions.paints:
        return OnRegions(document, layers, None if erase else tool_state.regions.chosen)
    result = document.edits.target
    if result is not None:
        return OnResult(document, layers, erase, result.number)
    return on_mask(document, layers, erase=erase)
