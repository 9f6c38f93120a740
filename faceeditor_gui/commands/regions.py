"""Region commands: make masks of regions, and paint on the region map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.imaging.arrays import Mask, Position
from core.imaging.windows import bounding_window, whole_window
from faceeditor_gui.canvas.paint_target import paint_target
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import describe_region
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.tool_state import MASK_TOOLS, PaintTarget, ToolName, ToolState


class RegionCommands(QObject):
    """Acts on the chosen face's region map once it is found; each action is one undo step."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        finder: RegionFinder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._finder = finder

    def choose(self, region: Region) -> None:
        """Choose the region that the brush paints on the map."""
        self._tool_state.regions.choose(region)
        if self.is_painting:
            self.posted.emit(self._describe_painting())

    def mask_region(self, region: Region, mode: MaskMode | None = None) -> None:
        """Make the mask of a region; `mode` overrides the panel's."""
        mask_mode = mode or self._tool_state.regions.mask_mode
        self._when_found(lambda: self._mask_regions({region}, mask_mode))

    def mask_regions_at(self, positions: Sequence[Position], mode: MaskMode | None) -> None:
        """Make the mask of the regions at some (x, y) positions in photo pixels."""
        mask_mode = mode or self._tool_state.regions.mask_mode

        def cover() -> None:
            regions = self._document.regions.regions_at(positions)
            if len(regions) == 1:
                self._tool_state.regions.choose(next(iter(regions)))
            self._mask_regions(regions, mask_mode)

        self._when_found(cover)

    def mask_chosen_region(self) -> None:
        """Make the mask of the region that is chosen in the panel."""
        self.mask_region(self._tool_state.regions.chosen)

    @property
    def is_painting(self) -> bool:
        """Tell whether brush, eraser and shapes paint on the map."""
        target = paint_target(self._document, self._tool_state)
        return target is PaintTarget.REGIONS

    def toggle_painting(self) -> None:
        """Let the brush paint on the map, or on the mask again."""
        state = self._tool_state
        wanted = not self.is_painting
        state.choose_paint_target(PaintTarget.REGIONS if wanted else PaintTarget.MASK)
        if wanted and state.tool not in MASK_TOOLS:
            state.select_tool(ToolName.BRUSH)
        self.posted.emit(self._describe_painting() if wanted else self.tr("Back to the mask."))

    def restore(self) -> None:
        """Discard all that was painted on the map."""
        before = self._document.undo_stack.index()
        self._document.regions.restore()
        if self._document.undo_stack.index() == before:
            self.posted.emit(self.tr("No region was painted; all are as they were found."))

    def _describe_painting(self) -> str:
        text = self.tr(
            "The brush makes {0} of what it passes over, the eraser brings back what was found; "
            "fills that know regions follow the map."
        )
        return text.format(describe_region(self._tool_state.regions.chosen).lower())

    def _when_found(self, action: Callable[[], None]) -> None:
        if not self._finder.find(action):
            self.posted.emit(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
        elif self._finder.is_searching:
            self.posted.emit(self.tr("Looking for the regions of this face…"))

    def _mask_regions(self, regions: Collection[Region], mask_mode: MaskMode) -> None:
        names = ", ".join(describe_region(region) for region in sorted(regions))
        covered = self._coverage_of(regions)
        if not covered.any():
            self.posted.emit(
                self.tr("This face shows no {0}; the brush can paint it.").format(names.lower())
                if names
                else self.tr("That lies outside the photo.")
            )
            return
        window = bounding_window(covered)
        feather = self._tool_state.feather
        window, pixels = (
            mask_operations.feather_mask(covered, feather) if feather else (window, covered[window])
        )
        patch = Patch(window[1].start, window[0].start, pixels)
        before = self._document.undo_stack.index()
        mask = self._document.mask.read(whole_window(*self._document.shape))
        self._document.mask.change(
            self._undo_texts()[mask_mode].format(names),
            *mask_operations.combine_patch(mask, patch, mask_mode),
        )
        is_same = self._document.undo_stack.index() == before
        self.posted.emit(
            self.tr("The mask is as it was.")
            if is_same
            else self._describe_result(mask_mode, names)
        )

    def _coverage_of(self, regions: Collection[Region]) -> Mask:
        """Return (H, W) uint8 coverage of some regions, 0 or 255."""
        lookup = np.zeros(256, np.uint8)
        lookup[list(regions)] = 255
        lookup[UNKNOWN] = lookup[Region.BACKGROUND]
        labels = self._document.regions.read(whole_window(*self._document.shape))
        return np.asarray(cv2.LUT(labels, lookup), np.uint8)

    def _undo_texts(self) -> dict[MaskMode, str]:
        return {
            MaskMode.REPLACE: self.tr("Mask of {0}"),
            MaskMode.ADD: self.tr("Add {0}"),
            MaskMode.SUBTRACT: self.tr("Take Away {0}"),
        }

    def _describe_result(self, mask_mode: MaskMode, names: str) -> str:
        if mask_mode is MaskMode.SUBTRACT:
            return self.tr("{0} no longer in the mask.").format(names)
        return self.tr(
            "{0} in the mask: Ctrl+Return fills it; Shift adds a region, Alt takes one away."
        ).format(names)
