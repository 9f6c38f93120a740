"""The label map of the chosen face: as segmented, and over that as the user paints it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Position, Window
from core.imaging.windows import (
    intersection,
    is_empty,
    shift_window,
    union,
    whole_window,
    window_at,
)
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.recorded_change import RegionsChange
from faceeditor_gui.document.sparse_mask import FULL, SparseMask
from faceeditor_gui.document.undo_command import UndoCommand
from faceeditor_gui.document.undo_memory import UndoMemory
from faceeditor_gui.document.wording import describe_region

_HALF_COVERAGE = 128
assert FULL == UNKNOWN, "unpainted tiles read as UNKNOWN"


@dataclass(frozen=True, eq=False)
class FoundRegions:
    """The segmentation of one face."""

    window: Window
    """The part of the photo that was segmented."""
    labels: LabelMap
    """(h, w) uint8 of that window: a `core.anatomy.regions.Region` or `UNKNOWN`."""
    landmarks: Landmarks
    """(68, 2) of the face, in photo pixels."""


class ChangeRegions(UndoCommand):
    """A stroke on the map of regions."""

    def __init__(
        self, regions: RegionMap, text: str, before: SparseMask, after: SparseMask
    ) -> None:
        super().__init__(text)
        self._regions: RegionMap = weakref.proxy(regions)  # which outlives its commands
        self._before = before
        self._after = after
        there = {id(tile) for tile in before.tiles.values()}
        self.set_pixels(tile for tile in after.tiles.values() if id(tile) not in there)

    @property
    def after(self) -> SparseMask:
        """What was painted then."""
        return self._after

    def recorded(self) -> RegionsChange:
        """Say what was painted before and after."""
        return RegionsChange(self.text(), self._before, self._after)

    # Qt overrides.

    def redo(self) -> None:
        self._regions.replace_painted(self._after)

    def undo(self) -> None:
        self._regions.replace_painted(self._before)


class RegionMap(QObject):
    """Labels of the photo's pixels; painting can be undone, segmentation cannot.

    The painted labels are kept apart, so that they survive a new segmentation, and the eraser
    restores the segmented ones.
    """

    changed = Signal(object)  # the window in which labels may have changed
    repainted = Signal()  # by the user, not by undo or redo

    def __init__(self, undo_memory: UndoMemory, parent: QObject) -> None:
        super().__init__(parent)
        self._undo_memory = undo_memory
        self._shape = (0, 0)
        self.found: FoundRegions | None = None
        self.painted = SparseMask()
        """A `core.anatomy.regions.Region` where one was painted, else `UNKNOWN`."""

    def read(self, window: Window, painted: LabelMap | None = None) -> LabelMap:
        """Return the (h, w) uint8 labels in one window, `UNKNOWN` where there is none.

        Args:
            window: of the photo.
            painted: (h, w) uint8 labels in place of those painted there.
        """
        rows, columns = window
        labels = np.full((rows.stop - rows.start, columns.stop - columns.start), UNKNOWN, np.uint8)
        if self.found is not None:
            shared = intersection(window, self.found.window)
            if not is_empty(shared):
                labels[_within(shared, window)] = self.found.labels[
                    _within(shared, self.found.window)
                ]
        painted = self.painted.read(window) if painted is None else painted
        np.copyto(labels, painted, where=painted != UNKNOWN)
        return labels

    def regions_at(self, positions: Iterable[Position]) -> set[Region]:
        """Return the regions at some (x, y) positions in photo pixels.

        Around the face all is background; before a segmentation there are no regions.
        """
        height, width = self._shape
        pixels = {(round(x), round(y)) for x, y in positions}
        inside = [(x, y) for x, y in pixels if 0 <= x < width and 0 <= y < height]
        labels = {int(self.read(window_at(x, y, 1, 1))[0, 0]) for x, y in inside}
        if UNKNOWN in labels:
            labels = labels - {UNKNOWN} | ({Region.BACKGROUND} if self.found is not None else set())
        return {Region(label) for label in labels}

    # Not undone.

    def reset(self, shape: tuple[int, int]) -> None:
        """Clear the map, for another photo of some height and width."""
        self.found, self.painted, self._shape = None, SparseMask(), shape

    def set_found(self, found: FoundRegions | None) -> None:
        """Set the segmentation of the chosen face, or drop that of another one."""
        windows = [one.window for one in (self.found, found) if one is not None]
        self.found = found
        if windows:
            self.changed.emit(union(windows[0], windows[-1]))

    # User actions: each is one undo step.

    def paint(self, stroke: Patch, region: Region | None) -> None:
        """Label what a stroke covers by half or more; None restores the segmentation."""
        text = self.tr("Restore Regions")
        if region is not None:
            text = self.tr("Paint {0}").format(describe_region(region))
        self._change(
            text, self.painted.with_coverage(stroke.window, self.with_stroke(stroke, region))
        )

    def restore(self) -> None:
        """Discard everything that was painted."""
        self._change(self.tr("Restore All Regions"), SparseMask())

    def with_stroke(self, stroke: Patch, region: Region | None) -> LabelMap:
        """Return the (h, w) painted labels of a stroke's window with the stroke applied."""
        painted = self.painted.read(stroke.window)
        painted[stroke.pixels >= _HALF_COVERAGE] = UNKNOWN if region is None else region
        return painted

    def _change(self, text: str, after: SparseMask) -> None:
        if self.painted.changed_window(after) is not None:
            self._undo_memory.push(ChangeRegions(self, text, self.painted, after))
            self.repainted.emit()

    # Called by undo commands only.

    def replace_painted(self, painted: SparseMask) -> None:
        """Replace the painted labels."""
        window = self.painted.changed_window(painted)
        self.painted = painted
        if window is not None:
            self.changed.emit(intersection(window, whole_window(*self._shape)))


def _within(part: Window, window: Window) -> Window:
    return shift_window(part, down=-window[0].start, right=-window[1].start)
