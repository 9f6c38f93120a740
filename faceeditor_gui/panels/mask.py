"""The mask panel: parts of the face, the mask's edge, and how the mask is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceeditor_gui.panels.model_choice import ModelChoice, SourceChoice
from faceeditor_gui.state.overlay_state import OverlayState
from faceeditor_gui.state.tool_state import MAX_SOFT_PX, ToolState
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.labelled_spin_box import LabelledSpinBox
from faceeditor_gui.widgets.slider import Slider
from faceeditor_gui.widgets.swatch import SWATCH_PX, swatch_icon

PART_ACTIONS = (
    "mask.add_mouth",
    "mask.add_eyes",
    "mask.add_brows",
    "mask.add_nose",
    "mask.add_face",
)
EDGE_ACTIONS = ("mask.grow", "mask.shrink", "mask.feather", "mask.fill_enclosed")
COLUMNS = 3


class MaskPanel(QWidget):
    """What can be done to the mask besides painting it."""

    def __init__(
        self,
        tool_state: ToolState,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addLayout(_grid([action_button(action(action_id)) for action_id in PART_ACTIONS]))
        edges = [action_button(action(action_id)) for action_id in EDGE_ACTIONS]
        layout.addLayout(_grid([self._edge_width(tool_state), *edges]))
        layout.addWidget(OverlayOptions(tool_state.overlays))
        layout.addLayout(self._model_row(tool_state))
        layout.addWidget(SourceChoice(tool_state))

    def _model_row(self, tool_state: ToolState) -> QHBoxLayout:
        choice, label = ModelChoice(), QLabel(self.tr("Filling"))
        label.setBuddy(choice)
        choice.show_model(tool_state.fill_model)
        choice.chosen.connect(tool_state.set_fill_model)
        tool_state.fill_model_changed.connect(lambda: choice.show_model(tool_state.fill_model))
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(choice, 1)
        return row

    def _edge_width(self, tool_state: ToolState) -> LabelledSpinBox:
        edge = LabelledSpinBox(
            self.tr("Edge"),
            self.tr("By how many pixels of the photo the mask grows, shrinks or is feathered"),
            1,
            MAX_SOFT_PX,
            " px",
        )
        edge.box.setValue(tool_state.edge)
        edge.box.valueChanged.connect(tool_state.set_edge)
        tool_state.shapes_changed.connect(lambda: edge.show_value(tool_state.edge))
        return edge


class OverlayOptions(QWidget):
    """The mask's colour and opacity on the photo."""

    def __init__(self, overlays: OverlayState) -> None:
        super().__init__()
        self._overlays = overlays
        self._opacity = Slider(10, 100, 50)
        self._opacity.setAccessibleName(self.tr("Opacity of the mask on the photo"))
        self._opacity.setToolTip(self._opacity.accessibleName())
        self._opacity.valueChanged.connect(
            lambda percent: overlays.show_mask_in(overlays.mask_colour, percent / 100)
        )
        self._swatches = self._make_swatches()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(QLabel(self.tr("Shown in")))
        row.addSpacing(4)
        for button in self._swatches.values():
            row.addWidget(button)
        row.addWidget(self._opacity, 1)
        overlays.changed.connect(self._show_overlay)
        self._show_overlay()

    def _make_swatches(self) -> dict[str, QToolButton]:
        names = {
            "#ff2030": self.tr("Red"),
            "#20d040": self.tr("Green"),
            "#2080ff": self.tr("Blue"),
            "#ffd000": self.tr("Yellow"),
            "#ff30ff": self.tr("Magenta"),
        }
        group = QButtonGroup(self)
        swatches = {}
        for colour, name in names.items():
            button = QToolButton()
            button.setCheckable(True)
            button.setIcon(swatch_icon(QColor(colour)))
            button.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
            button.setAccessibleName(self.tr("Show the mask in: {0}").format(name))
            button.setToolTip(button.accessibleName())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, colour=colour: self._choose(colour))
            group.addButton(button)
            swatches[colour] = button
        return swatches

    def _choose(self, colour: str) -> None:
        self._overlays.show_mask_in(colour, self._overlays.mask_opacity)

    def _show_overlay(self) -> None:
        button = self._swatches.get(self._overlays.mask_colour)
        if button is not None:
            button.setChecked(True)
        with QSignalBlocker(self._opacity):
            self._opacity.setValue(round(100 * self._overlays.mask_opacity))


def _grid(widgets: list[QWidget]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(2)
    for index, widget in enumerate(widgets):
        grid.addWidget(widget, *divmod(index, COLUMNS), Qt.AlignmentFlag.AlignLeft)
    return grid
