"""Tool bars and docked panels around the canvas, where they are and whether they show."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar, QWidget

from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    ExpressionSettings,
    HairColourSettings,
    MakeUpSettings,
    SmileSettings,
)
from faceeditor_gui.panels.collections.library import LibraryPanel
from faceeditor_gui.panels.colours.hair import HairPanel
from faceeditor_gui.panels.colours.make_up import MakeUpPanel
from faceeditor_gui.panels.components import ComponentsPanel
from faceeditor_gui.panels.edits import EditsPanel
from faceeditor_gui.panels.exemplars import ExemplarsPanel
from faceeditor_gui.panels.expressions.expression import ExpressionPanel
from faceeditor_gui.panels.faces import FacesPanel
from faceeditor_gui.panels.history import HistoryPanel
from faceeditor_gui.panels.mask import MaskPanel
from faceeditor_gui.panels.regions import RegionsPanel
from faceeditor_gui.panels.smile import SmilePanel
from faceeditor_gui.panels.tool_options import ToolOptions
from faceeditor_gui.services import Services
from faceeditor_gui.state.tool_state import MASK_TOOLS, ToolName
from faceeditor_gui.widgets.dock_title import DockTitle
from faceeditor_gui.widgets.scroll_area import ScrollArea
from faceeditor_gui.widgets.tool_box import ToolBox

PANEL_WIDTH = 260
TABBED_PANELS = (
    ("Faces", "Exemplars", "Mask", "Regions"),
    ("Smile", "Expression", "Hair", "Make-up", "Swap"),
    ("Edits", "History", "Library"),
)
"""Panels that lie one behind the other, by name; the first of each is in front."""
PANEL_HEIGHTS = [232, 172, 196]
USUAL_FONT_PX = 17
"""Height of the font for which panels are so large; they grow with it."""
PANEL_MARGINS = (9, 3, 9, 5)
LAYOUT_VERSION = 10
TOOL_ACTIONS = (
    "tool.hand",
    "tool.zoom",
    "tool.brush",
    "tool.eraser",
    "tool.lasso",
    "tool.polygon",
    "tool.rectangle",
    "tool.ellipse",
    "tool.pen",
    "tool.heal",
    "tool.face_box",
    "tool.landmarks",
    "tool.region",
)


class Docks(QObject):
    """The tool bars and panels of one window."""

    def __init__(
        self, window: QMainWindow, services: Services, action: Callable[[str], QAction]
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(window)
        self._window = window
        self._services = services
        self._action = action
        self._hidden_layout: QByteArray | None = None
        """Where everything was when it was hidden."""
        self._tool_bars = self._build_tool_bars()
        self._set_up_docking()
        by_name = {dock.objectName(): dock for dock in self._build_panels()}
        self._panels = list(by_name.values())
        self._front_panels = [by_name[group[0]] for group in TABBED_PANELS]
        self._mask_panel, self._regions_panel = by_name["Mask"], by_name["Regions"]
        self._settings_panels: dict[type, QDockWidget] = {
            SmileSettings: by_name["Smile"],
            ComponentSettings: by_name["Swap"],
            ExpressionSettings: by_name["Expression"],
            HairColourSettings: by_name["Hair"],
            MakeUpSettings: by_name["Make-up"],
        }
        """Where the settings of a selected edit can be changed, by their kind."""
        for signal in (
            services.document.exemplars.chosen_changed,
            services.exemplar_finder.refused,
        ):
            signal.connect(by_name["Exemplars"].raise_)
        for group in TABBED_PANELS:
            for first, second in pairwise(group):
                window.tabifyDockWidget(by_name[first], by_name[second])
        for panel in self._panels:
            panel.dockLocationChanged.connect(self._update_titles)
        services.tool_state.tool_changed.connect(self._on_tool_changed)
        services.document.steps.selection_changed.connect(self._on_step_selected)

    def toggle(self) -> None:
        """Hide everything, or show it as it was."""
        layout = self._hidden_layout
        if layout is None:
            self._hidden_layout = self._window.saveState(LAYOUT_VERSION)
            self._set_visible(False)
        else:
            self._hidden_layout = None
            self._set_visible(True)
            self._window.restoreState(layout, LAYOUT_VERSION)

    @property
    def is_hidden(self) -> bool:
        """Tell whether everything is hidden."""
        return self._hidden_layout is not None

    def _set_visible(self, visible: bool) -> None:
        for part in (*self._panels, *self._tool_bars):
            part.setVisible(visible)

    def focus_first(self) -> None:
        """Move the keyboard focus to the first panel in sight; Tab goes on from there."""
        inside = self._window.rect()  # those behind others lie outside
        in_sight = (panel for panel in self._panels if inside.intersects(panel.geometry()))
        panel = next(in_sight, self._front_panels[0])
        focusable = (
            child for child in panel.widget().findChildren(QWidget) if _accepts_tab_focus(child)
        )
        next(focusable, panel).setFocus(Qt.FocusReason.TabFocusReason)

    def restore_layout(self) -> None:
        """Restore the layout that was stored last."""
        window, front = self._window, self._front_panels
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        scale = window.fontMetrics().height() / USUAL_FONT_PX
        window.resizeDocks(self._panels, [round(scale * PANEL_WIDTH)] * len(self._panels), across)
        window.resizeDocks(front, [round(scale * height) for height in PANEL_HEIGHTS], down)
        window.restoreState(self._services.settings.layout, LAYOUT_VERSION)
        self._set_visible(True)  # hidden ones would be hard to find again
        for panel in front:
            panel.raise_()
        self._update_titles()
        for tabs in window.findChildren(QTabBar):
            tabs.setChangeCurrentOnDrag(True)  # a picture can be dropped on a panel behind

    def save_layout(self) -> None:
        """Store the layout in the settings."""
        shown = self._hidden_layout or self._window.saveState(LAYOUT_VERSION)
        self._services.settings.layout = shown

    def _set_up_docking(self) -> None:
        """Put tabs on top, by which panels can be dragged elsewhere."""
        options = QMainWindow.DockOption
        self._window.setDockOptions(
            options.AnimatedDocks | options.AllowTabbedDocks | options.GroupedDragging
        )
        self._window.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North
        )

    def _update_titles(self) -> None:
        """Give a title to panels that stand alone; the others have their tabs."""
        for panel in self._panels:
            title = panel.titleBarWidget()
            assert isinstance(title, DockTitle)
            title.set_needed(not self._window.tabifiedDockWidgets(panel))

    def _build_tool_bars(self) -> tuple[QToolBar, QToolBar]:
        areas = Qt.ToolBarArea
        tools, options = QToolBar(), ToolOptions(self._services.tool_state, self._action)
        tools.addWidget(ToolBox([self._action(action_id) for action_id in TOOL_ACTIONS], tools))
        self._add_tool_bar(tools, "Tools", self.tr("Tools"), areas.LeftToolBarArea)
        self._add_tool_bar(options, "Tool options", self.tr("Tool options"), areas.TopToolBarArea)
        return tools, options

    def _build_panels(self) -> list[QDockWidget]:
        """Make the panels in the order in which Tab goes through them."""
        services, document = self._services, self._services.document
        faces = FacesPanel(document, services.tool_state, services.face_finder, self._action)
        exemplars = ExemplarsPanel(
            document,
            services.exemplar_finder,
            services.exemplar_hair,
            services.exemplar_edits,
            services.tool_state.exemplar_mode,
            self._action,
        )
        mask = MaskPanel(services.tool_state, self._action)
        regions = RegionsPanel(
            document,
            services.tool_state,
            services.region_finder,
            services.region_commands,
            self._action,
        )
        smile = SmilePanel(
            document,
            services.tool_state,
            services.runner,
            services.smile_variations,
            self._action,
        )
        expression = ExpressionPanel(
            document,
            services.runner,
            services.expressions,
            services.expression_variations,
            self._action,
        )
        hair = HairPanel(document, services.runner, services.hair_colours, self._action)
        make_up = MakeUpPanel(document, services.runner, services.make_ups, self._action)
        swap = ComponentsPanel(document, services.runner, services.components)
        edits = EditsPanel(
            document,
            services.runner,
            services.exemplar_edits,
            services.paint_targets,
            services.tool_state,
            services.style_variations,
            self._action,
        )
        history = HistoryPanel(document, self._action)
        return [
            self._add_panel("Faces", self.tr("Faces"), faces),
            self._add_panel("Exemplars", self.tr("Exemplars"), exemplars),
            self._add_panel("Mask", self.tr("Mask"), mask),
            self._add_panel("Regions", self.tr("Regions"), regions),
            self._add_panel("Smile", self.tr("Smile"), smile, grows=False),
            self._add_panel("Expression", self.tr("Expression"), expression),
            self._add_panel("Hair", self.tr("Hair"), hair),
            self._add_panel("Make-up", self.tr("Make-up"), make_up),
            self._add_panel("Swap", self.tr("Swap"), swap),
            self._add_panel("Edits", self.tr("Edits"), edits),
            self._add_panel("History", self.tr("History"), history, scrolls=False),
            self._add_panel("Library", self.tr("Library"), LibraryPanel(services.library)),
        ]

    def _add_tool_bar(self, bar: QToolBar, name: str, title: str, area: Qt.ToolBarArea) -> None:
        """Add a tool bar; it is remembered by its name, which is the same in every language."""
        bar.setWindowTitle(title)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        self._window.addToolBar(area, bar)

    def _add_panel(
        self, name: str, title: str, widget: QWidget, *, scrolls: bool = True, grows: bool = True
    ) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setTitleBarWidget(DockTitle(title))
        layout = widget.layout()
        if layout is not None:
            layout.setContentsMargins(*PANEL_MARGINS)
        dock.setWidget(ScrollArea(widget, grows=grows) if scrolls else widget)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        return dock

    def _on_tool_changed(self) -> None:
        state = self._services.tool_state
        if state.tool is ToolName.REGION or state.paints_regions:
            self._regions_panel.raise_()
        elif state.tool in MASK_TOOLS:
            self._mask_panel.raise_()

    def _on_step_selected(self) -> None:
        step = self._services.document.steps.selected
        panel = self._settings_panels.get(type(step.settings)) if step is not None else None
        if panel is not None:
            panel.raise_()


def _accepts_tab_focus(widget: QWidget) -> bool:
    """Tell whether Tab would stop there; the order of a scrolling panel's own parts is kept."""
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
