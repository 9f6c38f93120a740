"""The expression panel: eight classes, how much of one, and every slider of the face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.anatomy.expressions import Expression
from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.commands.expressions import Expressions
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import Expressed
from faceeditor_gui.document.exemplar_list import exemplar_number_in
from faceeditor_gui.document.wording import (
    describe_expression,
    describe_slider,
    describe_slider_group,
)
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import ExpressionVariations
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, variation_icon
from faceeditor_gui.state.expression_sliders import (
    GAZE_GROUP,
    SLIDER_GROUPS,
    ExpressionSlider,
)
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.direction_pad import DirectionPad
from faceeditor_gui.widgets.percent_slider import PercentSlider

COLUMNS = 4
_CLASSES = [*Expression]


class ExpressionPanel(QWidget):
    """Sets what the chosen faces express; a drag shows previews and ends as one undo step.

    An exemplar dropped on it is imitated.
    """

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        expressions: Expressions,
        variations: ExpressionVariations,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._expressions = expressions
        self._variations = variations
        self._shown = Expressed()
        self._classes = QButtonGroup(self, exclusive=False)
        self._strength = PercentSlider(
            0,
            100,
            self.tr("Strength of the expression"),
            self.tr("How much of all below the face takes on. Double click: all"),
        )
        self._group = QComboBox()
        self._chain = _tool_button(self.tr("Left and right together"))
        self._all_faces = action_button(action("face.choose_all"), shows_text=False)
        self._sliders = _Sliders(self)
        self._gaze = DirectionPad(
            self.tr("Gaze"), self.tr("Where the eyes look. Double click: as in the photo")
        )
        self._reset = _tool_button(self.tr("Take all of it away"))
        self._load = _tool_button(self.tr("Load an expression from a file"))
        self._save = _tool_button(self.tr("Save the expression as a file"))
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._show_group()
        self._show_document()
        self._show_variations()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(3)
        layout.addLayout(self._class_buttons())
        strength = QHBoxLayout()
        strength.addWidget(QLabel(self.tr("Strength")))
        strength.addWidget(self._strength, 1)
        strength.addWidget(self._all_faces)
        layout.addLayout(strength)
        layout.addLayout(self._group_row())
        layout.addWidget(self._sliders)
        layout.addWidget(self._gaze, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def _class_buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(0)
        for index, expression in enumerate(_CLASSES):
            button = _tool_button(describe_expression(expression))
            button.setText(describe_expression(expression))
            button.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setCheckable(True)
            self._classes.addButton(button, index)
            grid.addWidget(button, *divmod(index, COLUMNS))
        return grid

    def _group_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for group in SLIDER_GROUPS:
            self._group.addItem(describe_slider_group(group), group.name)
        self._group.setAccessibleName(self.tr("Sliders"))
        self._group.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._chain.setCheckable(True)
        self._chain.setChecked(True)
        row.addWidget(self._group, 1)
        for button, icon in (
            (self._chain, "link-variant"),
            (self._reset, "restore"),
            (self._load, "folder-open-outline"),
            (self._save, "content-save-outline"),
        ):
            button.setIcon(themed_icon(icon))
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._classes.idClicked.connect(self._on_class_clicked)
        self._strength.changed.connect(lambda _: self._preview({}))
        self._strength.settled.connect(lambda: self._commit({}))
        self._gaze.changed.connect(lambda: self._preview(self._gaze_weights()))
        self._gaze.settled.connect(lambda: self._commit(self._gaze_weights()))
        self._group.currentIndexChanged.connect(lambda _: self._show_group())
        self._chain.toggled.connect(lambda _: self._show_group())
        self._reset.clicked.connect(lambda: self._expressions.express(Expressed(), 1.0))
        self._load.clicked.connect(lambda: self._expressions.ask_preset(self))
        self._save.clicked.connect(lambda: self._expressions.ask_save_preset(self))
        for fact in (
            self._document.photo_changed,
            self._document.faces.changed,
            self._document.faces.chosen_changed,
            self._document.steps.changed,
            self._runner.adjustment_requested,
        ):
            fact.connect(self._show_document)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)
        self._variations.changed.connect(self._show_variations)

    def _preview(self, weights: Mapping[str, float]) -> None:
        self._expressions.preview(self._shown.with_weights(weights), self._strength.value / 100)

    def _commit(self, weights: Mapping[str, float]) -> None:
        self._expressions.express(self._shown.with_weights(weights), self._strength.value / 100)

    def _on_class_clicked(self, index: int) -> None:
        """Take a class on; the same again takes it away."""
        expression, strength = _CLASSES[index], self._strength.value / 100
        wanted = None if self._shown.expression is expression else expression
        changed = Expressed(wanted, self._shown.weights, None)
        self._expressions.express(changed, strength or 1.0)
        self._show_document()

    def _gaze_weights(self) -> dict[str, float]:
        """Turn the pad's point into weights: both eyes look the same way."""
        across, up = (round(value, 2) for value in self._gaze.value)
        left, right = max(across, 0.0), max(-across, 0.0)  # of the person, as she sees it
        return {
            "eyeLookOutLeft": left,
            "eyeLookInRight": left,
            "eyeLookInLeft": right,
            "eyeLookOutRight": right,
            **dict.fromkeys(("eyeLookUpLeft", "eyeLookUpRight"), max(up, 0.0)),
            **dict.fromkeys(("eyeLookDownLeft", "eyeLookDownRight"), max(-up, 0.0)),
        }

    def _on_adjusting_ended(self) -> None:
        for part in (self._strength, self._gaze, self._sliders):
            part.stop()
        self._show_document()

    def _show_group(self) -> None:
        """Show the sliders of the chosen group."""
        group = SLIDER_GROUPS[self._group.currentIndex()]
        is_gaze = group.name == GAZE_GROUP
        self._gaze.setVisible(is_gaze)
        self._sliders.setVisible(not is_gaze)
        self._chain.setEnabled(any(len(one.shapes) > 1 for one in group.sliders))
        self._sliders.build(
            group.sliders,
            is_chained=self._chain.isChecked(),
            preview=self._preview,
            commit=self._commit,
        )
        self._sliders.show_weights(self._shown.weights)

    def _show_variations(self) -> None:
        """Show on each button how the face would look, once that is known."""
        for index, expression in enumerate(_CLASSES):
            icon = variation_icon(
                self._variations.thumbnail(expression),
                self.devicePixelRatioF(),
                is_outdated=self._variations.is_outdated(expression),
            )
            self._classes.button(index).setIcon(icon)

    def _show_document(self) -> None:
        """Show what the face in hand expresses or is about to, but for what is dragged."""
        self.setEnabled(self._document.faces.chosen is not None)
        self._all_faces.setVisible(len(self._document.faces.items) > 1)
        self._shown, strength = self._expressions.requested
        for index, expression in enumerate(_CLASSES):
            self._classes.button(index).setChecked(self._shown.expression is expression)
        self._reset.setEnabled(not self._shown.is_own)
        self._save.setEnabled(self._shown.expression is not None or bool(self._shown.weights))
        self._strength.setEnabled(not self._shown.is_own)
        if not self._strength.is_moving:
            self._strength.show_value(round(100 * strength))
        if not self._gaze.is_moving:
            weights = self._shown.weights
            across, up = (
                weights.get(more, 0.0) - weights.get(less, 0.0)
                for more, less in (
                    ("eyeLookOutLeft", "eyeLookInLeft"),
                    ("eyeLookUpLeft", "eyeLookDownLeft"),
                )
            )
            self._gaze.show_value(across, up)
        self._sliders.show_weights(self._shown.weights)

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if exemplar_number_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        exemplar = self._document.exemplars.find(exemplar_number_in(event.mimeData()))
        if exemplar is not None:
            event.acceptProposedAction()
            self._expressions.imitate(exemplar)


Weights = Callable[[Mapping[str, float]], None]


class _Sliders(QWidget):
    """The sliders of one group."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(1)
        self._made: list[tuple[tuple[str, ...], PercentSlider]] = []

    def build(
        self,
        sliders: tuple[ExpressionSlider, ...],
        *,
        is_chained: bool,
        preview: Weights,
        commit: Weights,
    ) -> None:
        """Make the sliders anew: one for both sides, or one a side."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None
            widget.deleteLater()
        self._made = []
        for one in sliders:
            every = [one.shapes] if is_chained else [(shape,) for shape in one.shapes]
            for shapes in every:
                name = describe_slider(one, shapes)
                slider = PercentSlider(-100, 0, name, self.tr("Left of 0: less of it, or none"))
                slider.changed.connect(partial(self._send, preview, shapes, slider))
                slider.settled.connect(partial(self._send, commit, shapes, slider))
                row = len(self._made)
                self._grid.addWidget(QLabel(name), row, 0)
                self._grid.addWidget(slider, row, 1)
                self._made.append((shapes, slider))

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """Show weights that have been set elsewhere, but for what is dragged."""
        for shapes, slider in self._made:
            if not slider.is_moving:
                mean = sum(weights.get(shape, 0.0) for shape in shapes) / len(shapes)
                slider.show_value(round(100 * mean))

    def stop(self) -> None:
        """Come to rest without a word: what was set is out of date."""
        for _, slider in self._made:
            slider.stop()

    @staticmethod
    def _send(to: Weights, shapes: tuple[str, ...], slider: PercentSlider, *_: int) -> None:
        to(dict.fromkeys(shapes, slider.value / 100))


def _tool_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
