"""The bar above the canvas: how the tool in hand works."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QLabel,
    QToolBar,
    QToolButton,
    QWidget,
)

from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.panels.model_choice import SourceChoice
from faceeditor_gui.state.tool_state import (
    BRUSHES,
    MAX_DIAMETER_PX,
    MAX_SOFT_PX,
    MAX_SPACING,
    MIN_DIAMETER_PX,
    SHAPES,
    STROKES,
    BrushSettings,
    ToolName,
    ToolState,
)
from faceeditor_gui.widgets.labelled_spin_box import LabelledSpinBox
from faceeditor_gui.widgets.slider import Slider

SLIDER_WIDTH = 100
FILE_ACTIONS = ("file.open", "file.save", "file.export", "edit.undo", "edit.redo")
VIEW_ACTIONS = ("view.fit", "view.actual_pixels", "view.split", "view.side_by_side")
PRESSURE_ACTIONS = ("brush.pressure_size", "brush.pressure_opacity")
SHAPE_ACTIONS = ("shape.add", "shape.subtract", "shape.replace")
POINT_ACTIONS = ("face.landmarks_only", "face.reset_landmarks")
SKETCH_ACTIONS = ("view.sketch", "sketch.clear", "mask.fill")
REGION_ACTIONS = (
    "region.replace_mask",
    "region.add_to_mask",
    "region.subtract_from_mask",
)
MASK_ACTIONS = ("mask.fill", "mask.clear", "mask.invert")
LABELLED_ACTIONS = {*MASK_ACTIONS, *POINT_ACTIONS, *SKETCH_ACTIONS}
"""Actions whose buttons say what they do."""
EXTENSION_NAME = "qt_toolbar_ext_button"
"""What Qt calls the arrow at the end of a tool bar."""
_STEPS = 1000


class ToolOptions(QToolBar):
    """File, history and view, always; then the options of the tool in hand.

    What finds no room is behind the arrow at the end.
    """

    def __init__(
        self,
        tool_state: ToolState,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._tool_state = tool_state
        self._action = action
        self._brush_options = BrushOptions(tool_state)
        self._options: list[tuple[QAction, tuple[ToolName, ...]]] = []
        """What is shown with which tools."""
        for group in (FILE_ACTIONS, VIEW_ACTIONS):
            for action_id in group:
                self.addWidget(_button(action(action_id)))
            self.addSeparator()
        self._build()
        self._show_arrow()
        tool_state.tool_changed.connect(self._show_tool)
        self._show_tool()

    def _build(self) -> None:
        edge_tools = (*SHAPES, ToolName.REGION)
        self._add(STROKES, *self._brush_options.widgets)
        self._add_buttons(BRUSHES, PRESSURE_ACTIONS)
        self._add_buttons(SHAPES, SHAPE_ACTIONS)
        self._add_buttons((ToolName.REGION,), REGION_ACTIONS)
        self._add(edge_tools, ShapeOptions(self._tool_state))
        self._add_buttons((*BRUSHES, *edge_tools), MASK_ACTIONS)
        self._add_buttons((ToolName.PEN,), SKETCH_ACTIONS)
        self._add((ToolName.HEAL,), SourceChoice(self._tool_state))
        self._add_buttons((ToolName.LANDMARKS,), POINT_ACTIONS)
        self._add((ToolName.FACE_BOX,), QLabel(tool_hint(ToolName.FACE_BOX)))

    def _show_arrow(self) -> None:
        """Draw the arrow in the colours of the theme; Qt's own is black."""
        arrow = self.findChild(QToolButton, EXTENSION_NAME)
        assert arrow is not None
        arrow.setIcon(themed_icon("chevron-right"))
        arrow.setToolTip(self.tr("More options"))

    def _add_buttons(self, tools: tuple[ToolName, ...], action_ids: tuple[str, ...]) -> None:
        self._add(tools, *(_button(self._action(action_id)) for action_id in action_ids))

    def _add(self, tools: tuple[ToolName, ...], *widgets: QWidget) -> None:
        self._options += [(self.addWidget(widget), tools) for widget in widgets]

    def _show_tool(self) -> None:
        for option, tools in self._options:
            option.setVisible(self._tool_state.tool in tools)

    # Qt overrides.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_arrow()


class BrushOptions(QObject):
    """How brush, eraser or pen paints, whichever is in hand."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__()
        self._tool_state = tool_state
        self._slider = Slider(0, _STEPS, _STEPS // 2)
        self._slider.setFixedWidth(SLIDER_WIDTH)
        self._slider.setAccessibleName(self.tr("Brush size"))
        self._slider.setToolTip(self.tr("Brush size ([ and ])"))
        self._size = LabelledSpinBox(
            self.tr("Size"),
            self.tr("Brush size in pixels of the photo"),
            MIN_DIAMETER_PX,
            MAX_DIAMETER_PX,
            " px",
        )
        percent_box = self._percent_box
        self._hardness = percent_box(self.tr("Hardness"), self.tr("Hardness of the brush's border"))
        self._opacity = percent_box(
            self.tr("Opacity"), self.tr("What one stroke covers at most"), 1
        )
        self._smoothing = percent_box(
            self.tr("Smoothing"), self.tr("How far a stroke lags behind to be steady")
        )
        self._spacing = percent_box(
            self.tr("Spacing"),
            self.tr("From dab to dab, in sizes of the brush; 0 paints without gaps"),
            maximum=round(100 * MAX_SPACING),
        )
        self._connect()
        self._show_brush()

    def _percent_box(
        self, name: str, description: str, minimum: int = 0, maximum: int = 100
    ) -> LabelledSpinBox:
        return LabelledSpinBox(name, description, minimum, maximum, " %")

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """In the order in which they are shown."""
        numbers = self._hardness, self._opacity, self._smoothing, self._spacing
        return self._slider, self._size, *numbers

    def _connect(self) -> None:
        state = self._tool_state
        self._slider.valueChanged.connect(lambda at: state.set_diameter(_diameter_at(at)))
        changes: dict[LabelledSpinBox, Callable[[BrushSettings, int], BrushSettings]] = {
            self._size: lambda brush, value: replace(brush, diameter=value),
            self._hardness: lambda brush, value: replace(brush, hardness=value / 100),
            self._opacity: lambda brush, value: replace(brush, opacity=value / 100),
            self._smoothing: lambda brush, value: replace(brush, smoothing=value / 100),
            self._spacing: lambda brush, value: replace(brush, spacing=value / 100),
        }
        for number, change in changes.items():
            number.box.valueChanged.connect(
                lambda value, change=change: state.set_brush(change(state.brush, value))
            )
        state.brush_changed.connect(self._show_brush)

    def _show_brush(self) -> None:
        brush = self._tool_state.brush
        with QSignalBlocker(self._slider):
            self._slider.setValue(_slider_position(brush.diameter))
        self._size.show_value(brush.diameter)
        self._hardness.show_value(round(100 * brush.hardness))
        self._opacity.show_value(round(100 * brush.opacity))
        self._smoothing.show_value(round(100 * brush.smoothing))
        self._spacing.show_value(round(100 * brush.spacing))


class ShapeOptions(LabelledSpinBox):
    """The soft edge of a new shape."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(
            QCoreApplication.translate("ToolOptions", "Feather"),
            QCoreApplication.translate(
                "ToolOptions", "Width of a new shape's soft edge in pixels of the photo"
            ),
            0,
            MAX_SOFT_PX,
            " px",
        )
        self.show_value(tool_state.feather)
        self.box.valueChanged.connect(tool_state.set_feather)
        tool_state.shapes_changed.connect(lambda: self.show_value(tool_state.feather))


def tool_hint(tool: ToolName) -> str:
    """Say in one line what a tool does."""
    shapes = "Shift adds to the mask, Alt or the right button takes away."
    hints = {
        ToolName.HAND: "Drag to pan, turn the wheel to zoom, click a face to choose it.",
        ToolName.ZOOM: "Click to zoom in, Alt+click to zoom out, or drag sideways.",
        ToolName.BRUSH: "Paint over what is to be filled, then press Ctrl+Return. "
        "[ and ] change the size, X erases.",
        ToolName.ERASER: "Erase the mask where the photo is to stay. "
        "[ and ] change the size, X paints.",
        ToolName.LASSO: f"Draw around what is to be filled. {shapes}",
        ToolName.POLYGON: "Click corner by corner; a double click or Return closes the shape, "
        "Backspace takes a corner back.",
        ToolName.RECTANGLE: f"Drag a rectangle; Shift while dragging makes it square. {shapes}",
        ToolName.ELLIPSE: f"Drag an ellipse; Shift while dragging makes it round. {shapes}",
        ToolName.PEN: "Draw lines for fills to follow; the right button erases them. Then paint "
        "over what is to be filled (B).",
        ToolName.HEAL: "Dab on spots: each is filled when the pen or the button lifts, and is one "
        "undo step. [ and ] change the size.",
        ToolName.REGION: "Click a region of the face to make a mask of it, or drag over several. "
        f"{shapes}",
        ToolName.FACE_BOX: "Drag a box around the face, from brows to chin and from ear to ear.",
        ToolName.LANDMARKS: "Drag points and the photo follows; Shift moves a whole part of the "
        "face, Ctrl both sides alike. With Alt only the points move, and steer the next fill.",
    }
    return QCoreApplication.translate("ToolOptions", hints[tool])


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    shows_text = action.objectName() in LABELLED_ACTIONS
    styles = Qt.ToolButtonStyle
    button.setToolButtonStyle(
        styles.ToolButtonTextBesideIcon if shows_text else styles.ToolButtonIconOnly
    )
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _diameter_at(position: int) -> float:
    """Map the slider to sizes so that each step is the same factor."""
    span = math.log(MAX_DIAMETER_PX / MIN_DIAMETER_PX)
    return MIN_DIAMETER_PX * math.exp(span * position / _STEPS)


def _slider_position(diameter: float) -> int:
    span = math.log(MAX_DIAMETER_PX / MIN_DIAMETER_PX)
    return round(_STEPS * math.log(diameter / MIN_DIAMETER_PX) / span)
