"""The bar above the canvas: how the tool in hand works."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QStackedWidget, QToolButton, QWidget

from faceeditor_gui.panels.slider import Slider
from faceeditor_gui.tool_state import MAX_DIAMETER_PX, MIN_DIAMETER_PX, ToolName, ToolState

SLIDER_WIDTH = 140
_STEPS = 1000


class ToolOptions(QStackedWidget):
    """One page for each kind of tool."""

    def __init__(
        self,
        tool_state: ToolState,
        hand_actions: list[QAction],
        mask_actions: list[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tool_state = tool_state
        self._size = Slider(0, _STEPS, _STEPS // 2)
        self._size_px = QSpinBox()
        self._hardness = Slider(0, 100, 80)
        self._hardness_percent = QSpinBox()
        self._set_up_controls()
        self._pages = {
            ToolName.HAND: self._page(*map(_button, hand_actions)),
            ToolName.BRUSH: self._brush_page(mask_actions),
            ToolName.FACE_BOX: self._page(QLabel(hint(ToolName.FACE_BOX))),
        }
        self._pages[ToolName.ERASER] = self._pages[ToolName.BRUSH]
        tool_state.tool_changed.connect(self._show_tool)
        tool_state.brush_changed.connect(self._show_brush)
        self._show_tool()
        self._show_brush()

    def _set_up_controls(self) -> None:
        self._size_px.setRange(MIN_DIAMETER_PX, MAX_DIAMETER_PX)
        self._size_px.setSuffix(" px")
        self._hardness_percent.setRange(0, 100)
        self._hardness_percent.setSuffix(" %")
        for slider in (self._size, self._hardness):
            slider.setFixedWidth(SLIDER_WIDTH)
        for box in (self._size_px, self._hardness_percent):
            box.setKeyboardTracking(False)
        self._size.setAccessibleName(self.tr("Brush size"))
        self._size_px.setAccessibleName(self.tr("Brush size in pixels of the photo"))
        self._hardness.setAccessibleName(self.tr("Brush hardness"))
        self._hardness_percent.setAccessibleName(self.tr("Brush hardness in percent"))
        self._size.valueChanged.connect(
            lambda value: self._tool_state.set_diameter(_diameter(value))
        )
        self._size_px.valueChanged.connect(self._tool_state.set_diameter)
        self._hardness.valueChanged.connect(
            lambda value: self._tool_state.set_hardness(value / 100)
        )
        self._hardness_percent.valueChanged.connect(self._hardness.setValue)

    def _brush_page(self, mask_actions: list[QAction]) -> QWidget:
        return self._page(
            QLabel(self.tr("Size")),
            self._size,
            self._size_px,
            QLabel(self.tr("Hardness")),
            self._hardness,
            self._hardness_percent,
            *map(_button, mask_actions),
        )

    def _page(self, *widgets: QWidget) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(8, 2, 8, 2)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch()
        self.addWidget(page)
        return page

    def _show_tool(self) -> None:
        self.setCurrentWidget(self._pages[self._tool_state.tool])

    def _show_brush(self) -> None:
        shown = (
            (self._size, _position(self._tool_state.diameter)),
            (self._size_px, self._tool_state.diameter),
            (self._hardness, round(100 * self._tool_state.hardness)),
            (self._hardness_percent, round(100 * self._tool_state.hardness)),
        )
        for widget, value in shown:
            with QSignalBlocker(widget):
                widget.setValue(value)


def hint(tool: ToolName) -> str:
    """Say in one line what a tool does."""
    hints = {
        ToolName.HAND: "Drag to pan, turn the wheel to zoom, click a face to choose it.",
        ToolName.BRUSH: "Paint over what is to be filled, then press Ctrl+Return. "
        "[ and ] change the size, X erases.",
        ToolName.ERASER: "Erase the mask where the photo is to stay. "
        "[ and ] change the size, X paints.",
        ToolName.FACE_BOX: "Drag a box around the face, from brows to chin and from ear to ear.",
    }
    return QCoreApplication.translate("ToolOptions", hints[tool])


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _diameter(position: int) -> float:
    """Map the slider to sizes so that each step is the same factor."""
    span = math.log(MAX_DIAMETER_PX / MIN_DIAMETER_PX)
    return MIN_DIAMETER_PX * math.exp(span * position / _STEPS)


def _position(diameter: float) -> int:
    span = math.log(MAX_DIAMETER_PX / MIN_DIAMETER_PX)
    return round(_STEPS * math.log(diameter / MIN_DIAMETER_PX) / span)
