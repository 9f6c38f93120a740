"""The map of the chosen face's regions: as it was found, and over that as the user paints it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.landmarks import Landmarks
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Position, Window
from core.imaging.windows import intersection, is_empty, shifted, union, whole, window_at
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import FULL, SparseMask
from faceeditor_gui.document.wording import region_in_words

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document

_MIDDLE = 128
assert FULL == UNKNOWN, "what nobody has painted on is not known"


@dataclass(frozen=True, eq=False)
class FoundRegions:
    """What was found of one face."""

    window: Window
    """The part of the photo that was looked at."""
    labels: LabelMap
    """(h, w) of that window, a `core.labels.Region` or `UNKNOWN` in each pixel."""
    landmarks: Landmarks
    """(68, 2) of the face, in photo pixels."""


class RegionMap(QObject):
    """Labels of the photo's pixels; painting is undone, finding is not.

    The painted labels are kept apart, so that they survive when the map is found anew, and the
    eraser brings back what was found.
    """

    changed = Signal(object)  # the window in which labels may have changed

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document: Document = weakref.proxy(document)  # who owns this
        self.found: FoundRegions | None = None
        self.painted = SparseMask()
        """A `core.labels.Region` where one was painted, else `UNKNOWN`."""

    def read(self, window: Window, painted: LabelMap | None = None) -> LabelMap:
        """Return the labels in one window, `UNKNOWN` where there is none.

        Args:
            window: of the photo.
            painted: (h, w) in place of what is painted there.
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

    def along(self, positions: Iterable[Position]) -> set[Region]:
        """List the regions at some positions of the photo, in pixels.

        Around the face all is background; before anything is known there are no regions.
        """
        height, width = self._document.shape
        places = {(round(x), round(y)) for x, y in positions}
        inside = [(x, y) for x, y in places if 0 <= x < width and 0 <= y < height]
        labels = {int(self.read(window_at(x, y, 1, 1))[0, 0]) for x, y in inside}
        if UNKNOWN in labels:
            labels = labels - {UNKNOWN} | ({Region.BACKGROUND} if self.found is not None else set())
        return {Region(label) for label in labels}

    # What is not undone.

    def begin(self) -> None:
        """Forget everything, for another photo."""
        self.found, self.painted = None, SparseMask()

    def take(self, found: FoundRegions | None) -> None:
        """Take what was found of the chosen face, or forget what was found of another one."""
        windows = [one.window for one in (self.found, found) if one is not None]
        self.found = found
        if windows:
            self.changed.emit(union(windows[0], windows[-1]))

    # What the user does: each is one undo step.

    def paint(self, stroke: Patch, region: Region | None) -> None:
        """Give what a stroke covers by half or more to a region; None restores what was found."""
        text = self.tr("Restore Regions")
        if region is not None:
            text = self.tr("Paint {0}").format(region_in_words(region))
        self._change(text, self.painted.written(stroke.window, self.with_stroke(stroke, region)))

    def restore(self) -> None:
        """Take everything back that was painted."""
        self._change(self.tr("Restore All Regions"), SparseMask())

    def with_stroke(self, stroke: Patch, region: Region | None) -> LabelMap:
        """Return the painted labels of a stroke's window as they would be with it."""
        painted = self.painted.read(stroke.window)
        painted[stroke.pixels >= _MIDDLE] = UNKNOWN if region is None else region
        return painted

    def _change(self, text: str, after: SparseMask) -> None:
        if self.painted.difference(after) is not None:
            self._document.change_regions(text, self.painted, after)

    # What commands do: nobody else calls this.

    def write(self, painted: SparseMask) -> None:
        """Replace what was painted."""
        window = self.painted.difference(painted)
        self.painted = painted
        if window is not None:
            self.changed.emit(intersection(window, whole(*self._document.shape)))


def _within(part: Window, window: Window) -> Window:
    return shifted(part, down=-window[0].start, right=-window[1].start)
