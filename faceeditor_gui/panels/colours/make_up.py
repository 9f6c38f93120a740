"""The make-up panel: a row of swatches a layer, the strength of the brows, and how much of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceeditor_gui.commands.make_ups import MakeUps
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import Colour, MakeUp
from faceeditor_gui.document.wording import (
    describe_make_up_colour,
    describe_make_up_layer,
)
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.make_up_swatches import MAKE_UP_SWATCHES, MakeUpLayer
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.percent_slider import PercentSlider
from faceeditor_gui.widgets.swatch import SWATCH_PX, swatch_icon

ROW_PX = SWATCH_PX + 4
"""Of a button: six rows are no higher than the smile's panel, whose place they share."""
USUAL_PERCENT = round(100 * MakeUp.strength)


class _SwatchButtons(QWidget):
    """The colours of one layer: its swatches, none, and any other."""

    chosen = Signal(object)  # RGB, or None
    other_requested = Signal()

    def __init__(self, layer: MakeUpLayer) -> None:
        super().__init__()
        self._title = describe_make_up_layer(layer)
        swatches = MAKE_UP_SWATCHES[layer]
        self._colours: tuple[Colour | None, ...] = (None, *(one.colour for one in swatches))
        self._other = len(self._colours)
        """Id of the button that asks for a colour."""
        self._buttons = QButtonGroup(self)
        self._row = QGridLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._add(0, self.tr("none")).setText("\N{MULTIPLICATION SIGN}")
        for index, colour in enumerate(self._colours[1:], start=1):
            assert colour is not None
            button = self._add(index, describe_make_up_colour(layer, colour))
            button.setIcon(swatch_icon(QColor(*colour)))
        self._add(self._other, self.tr("any other colour")).setText("…")
        self._buttons.idClicked.connect(self._on_clicked)

    def show_colour(self, colour: Colour | None) -> None:
        """Press the button of a colour."""
        is_usual = colour in self._colours
        index = self._colours.index(colour) if is_usual else self._other
        self._buttons.button(index).setChecked(True)
        other = QIcon() if is_usual or colour is None else swatch_icon(QColor(*colour))
        self._buttons.button(self._other).setIcon(other)

    def _add(self, index: int, name: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        text = self.tr("{0}: {1}").format(self._title, name)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFixedHeight(ROW_PX)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.addButton(button, index)
        self._row.addWidget(button, 0, index)
        return button

    def _on_clicked(self, index: int) -> None:
        if index == self._other:
            self.other_requested.emit()
        else:
            self.chosen.emit(self._colours[index])


class MakeUpPanel(QWidget):
    """Makes the chosen faces up; a drag shows previews and ends as one undo step."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        make_ups: MakeUps,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._make_ups = make_ups
        self._shown = MakeUp()
        self._swatches = {layer: _SwatchButtons(layer) for layer in MakeUpLayer}
        self._brows = PercentSlider(
            -100,
            0,
            self.tr("Strength of the brows"),
            self.tr("Left: fainter. Right: stronger. Double click: as they are"),
        )
        self._strength = PercentSlider(
            0,
            USUAL_PERCENT,
            self.tr("Strength of the make-up"),
            self.tr("How much of all of it. Double click: the usual amount"),
        )
        self._all_faces = action_button(action("face.choose_all"), shows_text=False)
        self._build()
        self._connect()
        self._show_document()

    def _build(self) -> None:
        rows = [(describe_make_up_layer(layer), row) for layer, row in self._swatches.items()]
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        for number, (text, widget) in enumerate(
            (*rows, (self.tr("Brows"), self._brows), (self.tr("Strength"), self._strength))
        ):
            grid.addWidget(QLabel(text), number, 0)
            grid.addWidget(widget, number, 1)
        grid.addWidget(self._all_faces, len(rows) + 1, 2)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(3)
        layout.addLayout(grid)
        layout.addStretch()

    def _connect(self) -> None:
        for layer, row in self._swatches.items():
            row.chosen.connect(lambda colour, layer=layer: self._on_chosen(layer, colour))
            row.other_requested.connect(lambda layer=layer: self._on_other(layer))
        for slider in (self._brows, self._strength):
            slider.changed.connect(lambda _: self._make_ups.preview(self._wanted()))
            slider.settled.connect(lambda: self._make_ups.make_up(self._wanted()))
        for fact in (
            self._document.photo_changed,
            self._document.faces.changed,
            self._document.faces.chosen_changed,
            self._document.steps.changed,
            self._runner.adjustment_requested,
        ):
            fact.connect(self._show_document)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)

    def _on_chosen(self, layer: MakeUpLayer, colour: Colour | None) -> None:
        self._stop()
        self._make_ups.make_up(self._wanted().with_colour(layer, colour))
        self._show_document()

    def _on_other(self, layer: MakeUpLayer) -> None:
        self._show_document()  # it is not chosen yet
        self._make_ups.ask(layer, self)

    def _wanted(self) -> MakeUp:
        """Read the sliders, with the colours that are shown."""
        brows, strength = self._brows.value / 100, self._strength.value / 100
        return replace(self._shown, brows=brows, strength=strength)

    def _on_adjusting_ended(self) -> None:
        self._stop()
        self._show_document()

    def _stop(self) -> None:
        for slider in (self._brows, self._strength):
            slider.stop()

    def _show_document(self) -> None:
        """Show the make-up that the face in hand has or is about to have."""
        self.setEnabled(self._document.faces.chosen is not None)
        self._all_faces.setVisible(len(self._document.faces.items) > 1)
        shown = self._shown = self._make_ups.requested
        for layer, row in self._swatches.items():
            row.show_colour(shown.colour(layer))
        self._strength.setEnabled(not shown.is_none)
        for slider, value in ((self._brows, shown.brows), (self._strength, shown.strength)):
            if not slider.is_moving:
                slider.show_value(round(100 * value))
