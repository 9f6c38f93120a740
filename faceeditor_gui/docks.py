"""What lies around the canvas: tool bars and panels, where they are and whether they show."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar, QWidget

from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.panels.exemplars import ExemplarPanel
from faceeditor_gui.panels.faces import FacesPanel
from faceeditor_gui.panels.history import HistoryPanel
from faceeditor_gui.panels.mask import MaskPanel
from faceeditor_gui.panels.regions import RegionsPanel
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.panels.tool_options import ToolOptions
from faceeditor_gui.services import Parts
from faceeditor_gui.state.tool_state import MASK_TOOLS, ToolName
from faceeditor_gui.widgets.dock_title import Heading
from faceeditor_gui.widgets.scroll_area import Scrolling

PANEL_WIDTH = 260
GROUPS = (("Faces", "Exemplars", "Mask", "Regions"), ("Smile",), ("Edits", "History"))
"""Panels that lie one behind the other, by name; the first of each is in front."""
PANEL_HEIGHTS = [235, 110, 215]
PANEL_MARGINS = (9, 3, 9, 5)
LAYOUT_VERSION = 5
TOOLS = (
    "Hand",
    "Zoom",
    "Brush",
    "Eraser",
    "Lasso",
    "Polygon",
    "Rectangle",
    "Ellipse",
    "Sketch pen",
    "Face box",
    "Face points",
    "Face region",
)
FILE_ACTIONS = ("Open…", "Save as…", "Undo", "Redo")


class Surround(QObject):
    """The tool bars and panels of one window."""

    def __init__(self, window: QMainWindow, parts: Parts, action: Callable[[str], QAction]) -> None:
        """`action` finds an action by its text."""
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._action = action
        self._tool_bars = self._build_tool_bars()
        self._set_up_docking()
        by_name = {dock.objectName(): dock for dock in self._build_panels()}
        self._panels = list(by_name.values())
        self._front = [by_name[group[0]] for group in GROUPS]
        self._mask, self._regions = by_name["Mask"], by_name["Regions"]
        for news in (parts.document.shelf.chosen_changed, parts.exemplar_finder.refused):
            news.connect(by_name["Exemplars"].raise_)
        for group in GROUPS:
            for first, second in pairwise(group):
                window.tabifyDockWidget(by_name[first], by_name[second])
        for panel in self._panels:
            panel.dockLocationChanged.connect(self._show_titles)
        parts.tool_state.tool_changed.connect(self._on_tool_changed)

    @property
    def is_shown(self) -> bool:
        """Tell whether the panels are shown."""
        return any(panel.isVisible() for panel in self._panels)

    def show(self, shown: bool) -> None:
        """Show or hide everything."""
        for part in (*self._panels, *self._tool_bars):
            part.setVisible(shown)

    def take_focus(self) -> None:
        """Move the keyboard to the panels; Tab goes on from there."""
        inside = self._window.rect()  # those behind others lie outside
        seen = (one for one in self._panels if inside.intersects(one.geometry()))
        panel = next(seen, self._front[0])
        takers = (one for one in panel.widget().findChildren(QWidget) if _takes_focus(one))
        next(takers, panel).setFocus(Qt.FocusReason.TabFocusReason)

    def restore(self) -> None:
        """Put everything where it was when the window was closed last."""
        window, front = self._window, self._front
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks(self._panels, [PANEL_WIDTH] * len(self._panels), across)
        window.resizeDocks(front, PANEL_HEIGHTS, down)
        window.restoreState(self._parts.settings.layout, LAYOUT_VERSION)
        self.show(True)  # hidden ones would be hard to find again
        for panel in front:
            panel.raise_()
        self._show_titles()
        for tabs in window.findChildren(QTabBar):
            tabs.setChangeCurrentOnDrag(True)  # a picture can be dropped on a panel behind

    def remember(self) -> None:
        """Remember where everything is."""
        self._parts.settings.layout = self._window.saveState(LAYOUT_VERSION)

    def _set_up_docking(self) -> None:
        """Put tabs on top, by which panels can be dragged elsewhere."""
        options = QMainWindow.DockOption
        self._window.setDockOptions(
            options.AnimatedDocks | options.AllowTabbedDocks | options.GroupedDragging
        )
        self._window.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North
        )

    def _show_titles(self) -> None:
        """Give a title to panels that stand alone; the others have their tabs."""
        for panel in self._panels:
            heading = panel.titleBarWidget()
            assert isinstance(heading, Heading)
            heading.set_needed(not self._window.tabifiedDockWidgets(panel))

    def _build_tool_bars(self) -> tuple[QToolBar, QToolBar]:
        areas = Qt.ToolBarArea
        tools = self._tool_bar("Tools", self.tr("Tools"), areas.LeftToolBarArea)
        tools.addActions([self._action(text) for text in TOOLS])
        options = self._tool_bar("Tool options", self.tr("Tool options"), areas.TopToolBarArea)
        options.addActions([self._action(text) for text in FILE_ACTIONS])
        options.addSeparator()
        options.addWidget(ToolOptions(self._parts.tool_state, self._action))
        return tools, options

    def _build_panels(self) -> list[QDockWidget]:
        """Make the panels in the order in which Tab goes through them."""
        parts, document = self._parts, self._parts.document
        faces = FacesPanel(document, parts.tool_state, parts.finder)
        exemplars = ExemplarPanel(
            document,
            parts.exemplar_finder,
            parts.borrowing,
            parts.tool_state.style,
            self._action,
        )
        mask = MaskPanel(parts.tool_state, self._action)
        regions = RegionsPanel(
            document, parts.tool_state, parts.region_finder, parts.regions, self._action
        )
        smile = SmilePanel(document, parts.tool_state, parts.runner, parts.variations)
        edits = EditsPanel(document, parts.runner, parts.borrowing, parts.style_variations)
        return [
            self._panel("Faces", self.tr("Faces"), faces),
            self._panel("Exemplars", self.tr("Exemplars"), exemplars, scrolls=True),
            self._panel("Mask", self.tr("Mask"), mask, scrolls=True),
            self._panel("Regions", self.tr("Regions"), regions, scrolls=True),
            self._panel("Smile", self.tr("Smile"), smile),
            self._panel("Edits", self.tr("Edits"), edits),
            self._panel("History", self.tr("History"), HistoryPanel(document)),
        ]

    def _tool_bar(self, name: str, title: str, area: Qt.ToolBarArea) -> QToolBar:
        """Make a tool bar; it is remembered by its name, which is the same in every language."""
        bar = QToolBar(title)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        self._window.addToolBar(area, bar)
        return bar

    def _panel(
        self, name: str, title: str, widget: QWidget, *, scrolls: bool = False
    ) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setTitleBarWidget(Heading(title))
        layout = widget.layout()
        if layout is not None:
            layout.setContentsMargins(*PANEL_MARGINS)
        dock.setWidget(Scrolling(widget) if scrolls else widget)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        return dock

    def _on_tool_changed(self) -> None:
        state = self._parts.tool_state
        if state.tool is ToolName.REGION or state.paints_regions:
            self._regions.raise_()
        elif state.tool in MASK_TOOLS:
            self._mask.raise_()


def _takes_focus(widget: QWidget) -> bool:
    """Tell whether Tab would stop there; the order of a scrolling panel's own parts is kept."""
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
