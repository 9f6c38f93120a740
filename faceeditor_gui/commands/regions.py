"""What is done with the regions of a face: masks are made of them, and they are painted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.imaging.arrays import Mask, Position
from core.imaging.windows import bounding_window, whole
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.wording import region_in_words
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.state.mask_mode import Combine
from faceeditor_gui.state.tool_state import MASK_TOOLS, ToolName, ToolState


class RegionCommands(QObject):
    """Acts on the map of the chosen face, as soon as there is one; each act is one undo step."""

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
        document.edits.target_changed.connect(self._on_target_changed)

    def choose(self, region: Region) -> None:
        """Choose what the brush paints on the map."""
        self._tool_state.regions.choose(region)
        if self._tool_state.regions.paints:
            self.posted.emit(self._painting_in_words())

    def take(self, region: Region, wish: Combine | None = None) -> None:
        """Make the mask of a region; `wish` in place of what the panel says is done to it."""
        combine = wish or self._tool_state.regions.combine
        self._when_known(lambda: self._cover({region}, combine))

    def take_along(self, positions: Sequence[Position], wish: Combine | None) -> None:
        """Make the mask of the regions at some positions of the photo."""
        combine = wish or self._tool_state.regions.combine

        def cover() -> None:
            regions = self._document.regions.along(positions)
            if len(regions) == 1:
                self._tool_state.regions.choose(next(iter(regions)))
            self._cover(regions, combine)

        self._when_known(cover)

    def take_chosen(self) -> None:
        """Make the mask of the region that is chosen in the panel."""
        self.take(self._tool_state.regions.chosen)

    def toggle_painting(self) -> None:
        """Let the brush paint on the map, or on the mask again."""
        state = self._tool_state
        wanted = not state.regions.paints
        if wanted:
            self._document.edits.paint_on_result(False)
        state.regions.set_paints(wanted)
        if wanted and state.tool not in MASK_TOOLS:
            state.take(ToolName.BRUSH)
        self.posted.emit(self._painting_in_words() if wanted else self.tr("Back to the mask."))

    def restore(self) -> None:
        """Take back all that was painted on the map."""
        before = self._document.undo_stack.index()
        self._document.regions.restore()
        if self._document.undo_stack.index() == before:
            self.posted.emit(self.tr("No region was painted; all are as they were found."))

    def _painting_in_words(self) -> str:
        text = self.tr(
            "The brush makes {0} of what it passes over, the eraser brings back what was found; "
            "fills that know regions follow the map."
        )
        return text.format(region_in_words(self._tool_state.regions.chosen).lower())

    def _when_known(self, act: Callable[[], None]) -> None:
        if not self._finder.find(act):
            self.posted.emit(self.tr("No face is known here: press G and draw a box around one."))
        elif self._finder.is_searching:
            self.posted.emit(self.tr("Looking for the regions of this face…"))

    def _cover(self, regions: Collection[Region], combine: Combine) -> None:
        names = ", ".join(region_in_words(region) for region in sorted(regions))
        covered = self._covered(regions)
        if not covered.any():
            self.posted.emit(
                self.tr("There is no {0} in this face; the brush can paint it.").format(
                    names.lower()
                )
                if names
                else self.tr("That lies outside the photo.")
            )
            return
        window = bounding_window(covered)
        feather = self._tool_state.feather
        window, pixels = (
            mask_operations.feathered(covered, feather) if feather else (window, covered[window])
        )
        patch = Patch(window[1].start, window[0].start, pixels)
        before = self._document.undo_stack.index()
        mask = self._document.mask(whole(*self._document.shape))
        self._document.change_mask(
            self._titles()[combine].format(names), *mask_operations.combined(mask, patch, combine)
        )
        is_same = self._document.undo_stack.index() == before
        self.posted.emit(
            self.tr("The mask is as it was.") if is_same else self._what_now(combine, names)
        )

    def _covered(self, regions: Collection[Region]) -> Mask:
        """Cover some regions, (H, W) 0 or 255."""
        table = np.zeros(256, np.uint8)
        table[list(regions)] = 255
        table[UNKNOWN] = table[Region.BACKGROUND]
        labels = self._document.regions.read(whole(*self._document.shape))
        return np.asarray(cv2.LUT(labels, table), np.uint8)

    def _titles(self) -> dict[Combine, str]:
        return {
            Combine.REPLACE: self.tr("Mask of {0}"),
            Combine.ADD: self.tr("Add {0}"),
            Combine.SUBTRACT: self.tr("Take Away {0}"),
        }

    def _what_now(self, combine: Combine, names: str) -> str:
        if combine is Combine.SUBTRACT:
            return self.tr("{0} no longer in the mask.").format(names)
        return self.tr(
            "{0} in the mask: Ctrl+Return fills it; Shift adds a region, Alt takes one away."
        ).format(names)

    def _on_target_changed(self) -> None:
        if self._document.edits.target is not None:
            self._tool_state.regions.set_paints(False)
