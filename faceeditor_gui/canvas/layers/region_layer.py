"""The label map on the canvas: coloured, with the regions under the pointer brighter."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, QRect, QRectF, Signal
from PySide6.QtGui import QFont, QPainter

from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Window
from core.imaging.windows import whole_window
from faceeditor_gui.canvas.layers.colours import region_colour_table
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.items import LabelMapItem
from faceeditor_gui.canvas.layers.painted_step import MARGIN_PX
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.wording import describe_region
from faceeditor_gui.state.tool_state import ToolName, ToolState


class RegionLayer(QObject):
    """Shows the document's label map while it is wanted; takes no memory else."""

    changed = Signal(object)  # the window of the photo that changed; None is everything

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._item: LabelMapItem | None = None
        self._highlighted: tuple[Region, ...] = ()
        document.regions.changed.connect(self._on_labels_changed)
        tool_state.tool_changed.connect(self._on_state_changed)
        tool_state.paint_target_changed.connect(self._on_state_changed)
        tool_state.regions.changed.connect(self._on_state_changed)
        tool_state.overlays.changed.connect(self._on_state_changed)

    def open_photo(self) -> None:
        """Show the label map of another photo."""
        self._item, self._highlighted = None, ()
        self._on_state_changed()

    def highlight(self, regions: Collection[Region]) -> None:
        """Show regions brighter while the pointer is on them."""
        highlighted = tuple(sorted(regions))
        if highlighted != self._highlighted:
            self._highlighted = highlighted
            self._on_state_changed()

    def preview_stroke(self, window: Window, painted: LabelMap | None) -> None:
        """Show a window with the (h, w) uint8 labels of a stroke; None shows those kept."""
        if self._item is not None:
            self._item.write(window, self._document.regions.read(window, painted))
            self.changed.emit(window)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint an area of the screen, given in device pixels."""
        if self._item is not None:
            self._item.paint(painter, view, area)

    def paint_caption(self, painter: QPainter, font: QFont, pixel_ratio: float) -> None:
        """Say in the corner of the canvas what is painted, or what a click would take."""
        text = self._caption()
        if text:
            corner = QRectF(MARGIN_PX * pixel_ratio, MARGIN_PX * pixel_ratio, 0, 0)
            paint_label(painter, font, corner, text, pixel_ratio)

    def _caption(self) -> str:
        state = self._tool_state
        if state.paints_regions:
            return self.tr("Painting regions: {0}").format(describe_region(state.regions.chosen))
        return ", ".join(describe_region(region) for region in self._highlighted)

    def _on_labels_changed(self, window: Window) -> None:
        self.preview_stroke(window, None)

    def _on_state_changed(self) -> None:
        state = self._tool_state
        if not state.shows_regions or self._document.photo is None:
            self._item = None
        else:
            if self._item is None:
                self._item = LabelMapItem(
                    self._document.regions.read(whole_window(*self._document.shape))
                )
            highlighted = self._highlighted if state.tool is ToolName.REGION else ()
            self._item.set_colours(region_colour_table(state.regions.opacity, highlighted))
        self.changed.emit(None)
