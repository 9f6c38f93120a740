"""The regions panel: the legend of the label map, masks of regions, and painting labels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.anatomy.regions import Region
from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.panels.region_list import RegionList
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.region_state import MIN_OPACITY, OPACITY
from faceeditor_gui.state.tool_state import ToolState
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.slider import Slider

MODE_ACTIONS = (
    "region.replace_mask",
    "region.add_to_mask",
    "region.subtract_from_mask",
)


class RegionsPanel(QWidget):
    """Regions of the chosen face; a click makes the mask, or chooses what the brush paints."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        finder: RegionFinder,
        regions: RegionCommands,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._region_state = tool_state.regions
        self._finder = finder
        self._regions = regions
        self._list = RegionList()
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._opacity = Slider(round(100 * MIN_OPACITY), 100, round(100 * OPACITY))
        self._opacity.setAccessibleName(self.tr("Opacity of the regions on the photo"))
        self._opacity.setToolTip(self._opacity.accessibleName())
        self._build(action)
        self._connect()
        self._show_region_state()
        self._show_hint()

    def _build(self, action: Callable[[str], QAction]) -> None:
        tool_row = QHBoxLayout()
        tool_row.setSpacing(2)
        for action_id in MODE_ACTIONS:
            tool_row.addWidget(action_button(action(action_id), shows_text=False))
        tool_row.addStretch()
        tool_row.addWidget(action_button(action("region.paint")))
        tool_row.addWidget(action_button(action("region.follow"), shows_text=False))
        tool_row.addWidget(action_button(action("region.restore"), shows_text=False))
        visibility_row = QHBoxLayout()
        visibility_row.setSpacing(2)
        visibility_row.addWidget(action_button(action("region.show"), shows_text=False))
        visibility_row.addWidget(self._opacity, 1)
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.setSpacing(4)
        layout.addWidget(self._list)
        layout.addLayout(tool_row)
        layout.addLayout(visibility_row)
        layout.addWidget(self._hint)

    def _connect(self) -> None:
        self._list.chosen.connect(self._regions.choose)
        self._list.picked.connect(self._on_picked)
        self._opacity.valueChanged.connect(lambda at: self._region_state.set_opacity(at / 100))
        self._region_state.changed.connect(self._show_region_state)
        for fact in (
            self._finder.changed,
            self._document.photo_changed,
            self._document.faces.changed,
            self._document.regions.changed,
            self._tool_state.paint_target_changed,
            self._region_state.changed,
        ):
            fact.connect(self._show_hint)

    def _on_picked(self, region: Region, mask_mode: MaskMode | None) -> None:
        """Make the mask, unless the list only says what the brush paints."""
        if mask_mode is not None or not self._regions.is_painting:
            self._regions.mask_region(region, mask_mode)

    def _show_region_state(self) -> None:
        self._list.show_chosen(self._region_state.chosen)
        with QSignalBlocker(self._opacity):
            self._opacity.setValue(round(100 * self._region_state.opacity))

    def _show_hint(self) -> None:
        # A path has to be broken somewhere, or the panel becomes as wide.
        text = self._hint_text().replace("/", "/\N{ZERO WIDTH SPACE}")
        self._hint.setText(text)
        self._fit_hint()

    def _fit_hint(self) -> None:
        """Give the sentence as many lines as it takes; a dock does not ask for them."""
        self._hint.setMinimumHeight(self._hint.heightForWidth(self._hint.width()))

    def _hint_text(self) -> str:
        if self._document.photo is None:
            return self.tr("Open a photo to see the regions of its faces.")
        if self._document.faces.chosen is None:
            return self.tr("No face is known yet: draw a box around one with the Face box tool.")
        if self._finder.is_searching:
            return self.tr("Looking for the regions of this face…")
        if self._finder.failure_reason:
            drawn = self.tr("Until then the face's points tell the regions, but no hair or neck.")
            return f"{self._finder.failure_reason} {drawn}"
        if self._regions.is_painting and self._region_state.is_followed:
            return self.tr("The picture follows the map when the brush lifts; so with the eraser.")
        if self._regions.is_painting:
            return self.tr("Choose what the brush paints; the eraser brings back what was found.")
        return self.tr("Click a region to make a mask of it.")

    # Qt overrides.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_hint()
