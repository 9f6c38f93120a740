"""The map of regions on the canvas: coloured, with the regions under the pointer brighter."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, QRect, QRectF, Signal
from PySide6.QtGui import QFont, QPainter

from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Window
from core.imaging.windows import whole
from faceeditor_gui.canvas.layers.colours import region_table
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.items import LabelItem
from faceeditor_gui.canvas.layers.painted_result import MARGIN_PX
from faceeditor_gui.canvas.layers.viewport import Viewport
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.wording import region_in_words
from faceeditor_gui.state.tool_state import ToolName, ToolState


class RegionLayer(QObject):
    """Shows the document's map while it is wanted; takes no memory else."""

    changed = Signal(object)  # the window of the photo that changed; None is everything

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._item: LabelItem | None = None
        self._pointed: tuple[Region, ...] = ()
        document.regions.changed.connect(self._on_labels_changed)
        tool_state.tool_changed.connect(self._on_state_changed)
        tool_state.regions.changed.connect(self._on_state_changed)

    def open_photo(self) -> None:
        """Show the map of another photo."""
        self._item, self._pointed = None, ()
        self._on_state_changed()

    def point_at(self, regions: Collection[Region]) -> None:
        """Make regions brighter, as long as the pointer is on them."""
        pointed = tuple(sorted(regions))
        if pointed != self._pointed:
            self._pointed = pointed
            self._on_state_changed()

    def show_painted(self, window: Window, painted: LabelMap | None) -> None:
        """Show a window as if other labels were painted; None shows those that are."""
        if self._item is not None:
            self._item.write(window, self._document.regions.read(window, painted))
            self.changed.emit(window)

    def paint(self, painter: QPainter, view: Viewport, area: QRect) -> None:
        """Paint an area of the screen, given in device pixels."""
        if self._item is not None:
            self._item.paint(painter, view, area)

    def paint_caption(self, painter: QPainter, font: QFont, unit: float) -> None:
        """Say in the corner of the canvas what is painted, or what a click would take."""
        text = self._caption()
        if text:
            corner = QRectF(MARGIN_PX * unit, MARGIN_PX * unit, 0, 0)
            paint_label(painter, font, corner, text, unit)

    def _caption(self) -> str:
        state = self._tool_state
        if state.paints_regions:
            return self.tr("Painting regions: {0}").format(region_in_words(state.regions.chosen))
        return ", ".join(region_in_words(region) for region in self._pointed)

    def _on_labels_changed(self, window: Window) -> None:
        self.show_painted(window, None)

    def _on_state_changed(self) -> None:
        state = self._tool_state
        if not state.shows_regions or self._document.photo is None:
            self._item = None
        else:
            if self._item is None:
                self._item = LabelItem(self._document.regions.read(whole(*self._document.shape)))
            pointed = self._pointed if state.tool is ToolName.REGION else ()
            self._item.show_in(region_table(state.regions.opacity, pointed))
        self.changed.emit(None)
