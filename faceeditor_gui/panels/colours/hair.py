"""The hair panel: its colour, how light and how warm, and how much of that."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
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

from faceeditor_gui.commands.hair_colours import HairColours
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import HairColour
from faceeditor_gui.document.wording import describe_colour
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.percent_slider import PercentSlider
from faceeditor_gui.widgets.swatch import swatch_icon

COLUMNS = 7
LARGE_PX = 18
"""Of a swatch: large enough to tell black from dark brown."""
_COLOURS = (*(swatch.colour for swatch in HAIR_SWATCHES), None)
"""By the ids of their buttons; None is the hair's own."""
_OTHER = len(_COLOURS)
"""Id of the button that asks for a colour."""


class HairPanel(QWidget):
    """Sets the hair colour of the chosen faces; a drag shows previews and ends as one undo step."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        hair_colours: HairColours,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._hair_colours = hair_colours
        self._shown = HairColour()
        self._buttons = QButtonGroup(self)
        self._lightness = PercentSlider(
            -100,
            0,
            self.tr("Lightness of the hair"),
            self.tr("Left: darker. Right: lighter. Double click: 0"),
        )
        self._warmth = PercentSlider(
            -100,
            0,
            self.tr("Warmth of the hair"),
            self.tr("Left: ashen. Right: golden. Double click: 0"),
        )
        self._strength = PercentSlider(
            0,
            100,
            self.tr("Strength of the hair colour"),
            self.tr("How much of the colour the hair takes. Double click: all"),
        )
        self._all_faces = action_button(action("face.choose_all"), shows_text=False)
        self._build()
        self._connect()
        self._show_document()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(3)  # no higher than the smile's, whose place it shares
        layout.addLayout(self._swatches())
        sliders = QGridLayout()
        sliders.setVerticalSpacing(1)
        rows = (
            (self.tr("Lightness"), self._lightness),
            (self.tr("Warmth"), self._warmth),
            (self.tr("Strength"), self._strength),
        )
        for row, (text, slider) in enumerate(rows):
            sliders.addWidget(QLabel(text), row, 0)
            sliders.addWidget(slider, row, 1)
        layout.addLayout(sliders)
        layout.addStretch()

    def _swatches(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(0)
        for index, swatch in enumerate(HAIR_SWATCHES):
            button = self._button(index, describe_colour(swatch.colour))
            button.setIcon(swatch_icon(QColor(*swatch.colour)))
            grid.addWidget(button, *divmod(index, COLUMNS))
        own = self._button(_COLOURS.index(None), self.tr("The hair's own colour"))
        own.setText(self.tr("Own"))
        other = self._button(_OTHER, self.tr("Choose any colour"))
        other.setText(self.tr("Other…"))
        row, column = divmod(len(HAIR_SWATCHES), COLUMNS)
        grid.addWidget(own, row, column)
        grid.addWidget(other, row, column + 1, 1, 2)
        grid.addWidget(self._all_faces, row, column + 3)
        return grid

    def _button(self, index: int, name: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(LARGE_PX, LARGE_PX))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.addButton(button, index)
        return button

    def _connect(self) -> None:
        self._buttons.idClicked.connect(self._on_button_clicked)
        for slider in (self._lightness, self._warmth, self._strength):
            slider.changed.connect(lambda _: self._hair_colours.preview(self._wanted()))
            slider.settled.connect(lambda: self._hair_colours.recolour(self._wanted()))
        for fact in (
            self._document.photo_changed,
            self._document.faces.changed,
            self._document.faces.chosen_changed,
            self._document.steps.changed,
            self._runner.adjustment_requested,
        ):
            fact.connect(self._show_document)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)

    def _on_button_clicked(self, index: int) -> None:
        if index == _OTHER:
            self._show_document()  # it is not chosen yet
            self._hair_colours.ask(self)
        else:
            self._stop()
            self._hair_colours.recolour(self._wanted(_COLOURS[index]))
            self._show_document()

    def _wanted(self, *colour: tuple[int, int, int] | None) -> HairColour:
        """Read the sliders, with the colour that is shown or another."""
        return HairColour(
            colour[0] if colour else self._shown.colour,
            self._lightness.value / 100,
            self._warmth.value / 100,
            self._strength.value / 100,
        )

    def _on_adjusting_ended(self) -> None:
        self._stop()
        self._show_document()

    def _stop(self) -> None:
        for slider in (self._lightness, self._warmth, self._strength):
            slider.stop()

    def _show_document(self) -> None:
        """Show the colour that the hair of the face in hand has or is about to have."""
        self.setEnabled(self._document.faces.chosen is not None)
        self._all_faces.setVisible(len(self._document.faces.items) > 1)
        shown = self._shown = self._hair_colours.requested
        is_usual = shown.colour in _COLOURS
        index = _COLOURS.index(shown.colour) if is_usual else _OTHER
        self._buttons.button(index).setChecked(True)
        other = QIcon() if is_usual or shown.colour is None else swatch_icon(QColor(*shown.colour))
        self._buttons.button(_OTHER).setIcon(other)
        self._strength.setEnabled(not shown.is_own)
        for slider, value in (
            (self._lightness, shown.lightness),
            (self._warmth, shown.warmth),
            (self._strength, shown.strength),
        ):
            if not slider.is_moving:
                slider.show_value(round(100 * value))
