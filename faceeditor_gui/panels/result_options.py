"""What can be set of one result: its opacity, and what it is run again with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from core.edit.requests import FillSource
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    MAX_GROW_PX,
    EditSettings,
    FillSettings,
    RestoreSettings,
    moves_pixels,
)
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import StyleVariations
from faceeditor_gui.panels.exemplar_options import ExemplarOptions
from faceeditor_gui.panels.model_choice import ModelChoice, SourceButtons
from faceeditor_gui.panels.strength_options import StrengthOptions
from faceeditor_gui.panels.style_options import StyleOptions
from faceeditor_gui.widgets.number_box import NumberBox
from faceeditor_gui.widgets.percent_slider import PercentSlider


class ResultOptions(QWidget):
    """Shows and changes one result."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        exemplar_edits: ExemplarEdits,
        variations: StyleVariations,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._number: int | None = None
        self._settings: EditSettings | None = None
        self._undo_gesture = document.steps.new_gesture()
        """One drag of the slider is one undo step."""
        self._opacity_label = QLabel(self.tr("Opacity"))
        self._opacity = PercentSlider(
            0,
            100,
            self.tr("Opacity of the result"),
            self.tr("How much of the result shows. Double click: all"),
        )
        self._strength_options = StrengthOptions(document.steps, runner)
        self._grow = NumberBox(0, MAX_GROW_PX, " px")
        self._model = ModelChoice()
        self._fill_again_button = QPushButton(self.tr("Fill again"))
        self._sources = SourceButtons()
        self._exemplar_options = ExemplarOptions(document, runner, exemplar_edits)
        self._style_options = StyleOptions(document, runner, exemplar_edits, variations)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._grow.setAccessibleName(self.tr("By how many pixels the hole grows"))
        self._grow.setToolTip(self.tr("Fill a larger hole than was painted"))
        self._grow.setPrefix("+ ")
        self._fill_again_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fill_again_button.setToolTip(self.tr("Fill this hole anew"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._opacity_label, 0, 0)
        grid.addWidget(self._opacity, 0, 1, 1, 2)
        grid.addWidget(self._strength_options, 4, 0, 1, 3)
        row = QHBoxLayout()
        row.addWidget(self._fill_again_button)
        row.addWidget(self._model, 1)
        grid.addLayout(row, 1, 0, 1, 2)
        grid.addWidget(self._grow, 1, 2)
        grid.addWidget(self._sources, 5, 0, 1, 3)
        grid.addWidget(self._exemplar_options, 2, 0, 1, 3)
        grid.addWidget(self._style_options, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        self._opacity.changed.connect(self._on_opacity_changed)
        self._opacity.settled.connect(self._begin_gesture)
        self._fill_again_button.clicked.connect(lambda: self._fill_again())
        self._sources.chosen.connect(self._fill_again)

    def show_step(self, step: EditStep | None) -> None:
        """Show a result, or none."""
        self.setEnabled(step is not None)
        percent = round(100 * step.opacity) if step is not None else 100
        settings = step.settings if step is not None else None
        is_fill = isinstance(settings, FillSettings)
        number = step.number if step is not None else None
        self._opacity.show_value(percent)
        has_strength = settings is not None and (
            moves_pixels(settings) or isinstance(settings, RestoreSettings)
        )
        fades = not has_strength or percent < 100
        self._opacity_label.setVisible(fades)
        self._opacity.setVisible(fades)
        self._strength_options.show_step(step if has_strength else None)
        self._exemplar_options.show_step(step)
        self._style_options.show_step(step)
        for widget in (self._fill_again_button, self._model, self._grow, self._sources):
            widget.setVisible(is_fill)
        if number != self._number:
            self._number = number
            self._begin_gesture()
        if settings is not self._settings:
            self._settings = settings  # else what is set for the next time stays
            if isinstance(settings, FillSettings):
                self._grow.setValue(settings.grow)
                self._model.show_model(settings.model)
                self._sources.show_source(settings.source)

    def _begin_gesture(self) -> None:
        self._undo_gesture = self._document.steps.new_gesture()

    def _on_opacity_changed(self, percent: int) -> None:
        if self._number is not None:
            self._document.steps.set_opacity(
                self._number, percent / 100, gesture=self._undo_gesture
            )

    def _fill_again(self, source: FillSource | None = None) -> None:
        if self._number is not None:
            self._runner.fill_again(self._number, self._grow.value(), self._model.name, source)
