"""What can be set of a result in an exemplar's style: strength, mix and variation."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from core.edit.requests import RANDOM_STYLE_ROWS, STYLE_ROWS, Guide
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import StyleSettings, is_same_request
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import StyleVariations
from faceeditor_gui.panels.change_part_button import ChangePartButton
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.variation_strip import VariationStrip
from faceeditor_gui.state.exemplar_parts import ExemplarPart
from faceeditor_gui.widgets.range_slider import RangeSlider
from faceeditor_gui.widgets.slider import COMMIT_DELAY_MS, Slider


class StyleOptions(QWidget):
    """A drag shows previews and ends as one undo step; so does a choice."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        exemplar_edits: ExemplarEdits,
        variations: StyleVariations,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step_list = document.steps
        self._runner = runner
        self._exemplar_edits = exemplar_edits
        self._number: int | None = None
        """Of the selected result."""
        self._requested: StyleSettings | None = None
        """Settings of the selected result as the user wants them, made already or not."""
        self._current: StyleSettings | None = None
        """Its settings as made."""
        self._undo_gesture = self._step_list.new_gesture()
        """One drag of the strength is one undo step."""
        self._strength = Slider(0, 100, 100)
        self._part_button = ChangePartButton(offers_style=True)
        self._mix = MixButton(document.exemplars)
        self._layers = RangeSlider(RANDOM_STYLE_ROWS, STYLE_ROWS)
        self._layers_label = QLabel(self.tr("Coarse … fine"))
        self._strip = VariationStrip(variations)
        self._commit_timer = QTimer(self, singleShot=True, interval=COMMIT_DELAY_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._strength.setAccessibleName(self.tr("Strength of the style"))
        self._strength.setToolTip(self.tr("How much of the style shows. Double click: all"))
        self._layers.setAccessibleName(self.tr("Layers of the second exemplar"))
        self._layers.setToolTip(
            self.tr(
                "What lies between the knobs comes from the second exemplar: coarse shapes on the "
                "left, fine colours on the right. Arrows move the end, with Shift the start"
            )
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(QLabel(self.tr("Strength")), 0, 0)
        grid.addWidget(self._strength, 0, 1)
        grid.addWidget(self._layers_label, 0, 2)
        grid.addWidget(self._layers, 0, 3)
        grid.addWidget(self._strip, 1, 0, 1, 4)
        row = QHBoxLayout()
        row.addWidget(self._part_button)
        row.addWidget(self._mix)
        row.addStretch()
        grid.addLayout(row, 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _connect(self) -> None:
        self._strength.valueChanged.connect(self._on_strength_changed)
        self._strength.sliderReleased.connect(self._commit)
        self._layers.range_changed.connect(self._on_layers_changed)
        self._layers.released.connect(self._commit)
        self._mix.chosen.connect(self._on_second_chosen)
        self._part_button.chosen.connect(self._on_part_chosen)
        self._strip.chosen.connect(self._on_seed_chosen)
        self._commit_timer.timeout.connect(self._commit)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)

    def show_step(self, step: EditStep | None) -> None:
        """Show a result; any but a style hides this."""
        settings = step.settings if step is not None else None
        present = settings if isinstance(settings, StyleSettings) else None
        self._current = present
        self._number = step.number if step is not None else None
        self.setVisible(present is not None)
        is_same = (
            present is not None and self._requested is not None and present.adjusts(self._requested)
        )
        if not is_same:
            self._commit_timer.stop()
            self._undo_gesture = self._step_list.new_gesture()
        if not (is_same and self._is_adjusting):
            self._show_settings(present)

    @property
    def is_commit_pending(self) -> bool:
        """Tell whether a change by keys waits for more of them."""
        return self._commit_timer.isActive()

    @property
    def _is_adjusting(self) -> bool:
        is_held = self._strength.isSliderDown() or self._layers.is_down
        is_asked = self._requested is not None and self._runner.is_pending(self._requested)
        return is_held or is_asked or (self.is_commit_pending and not self._only_strength_changes)

    @property
    def _only_strength_changes(self) -> bool:
        """Tell whether what is requested needs only compositing, no new edit."""
        if self._requested is None or self._current is None:
            return False
        return is_same_request(self._requested, self._current)

    def _show_settings(self, settings: StyleSettings | None) -> None:
        self._requested = settings
        if settings is None:
            return
        with QSignalBlocker(self._strength):
            self._strength.setValue(round(100 * settings.strength))
        self._layers.show_range(*settings.layers)
        for widget in (self._layers, self._layers_label):
            widget.setVisible(settings.second is not None)
        self._part_button.show_settings(settings)
        self._mix.show_exemplars(settings.exemplar, settings.second)
        self._mix.setVisible(settings.exemplar is not None)
        self._strip.show_seed(settings.seed)

    def _on_strength_changed(self, percent: int) -> None:
        if self._requested is None or self._current is None:
            return
        requested = replace(self._requested, strength=percent / 100)
        if self._number is not None and is_same_request(requested, self._current):
            self._requested = requested
            self._step_list.set_strength(
                self._number, requested.strength, gesture=self._undo_gesture
            )
            self._start_timer_unless_held()
        else:
            self._preview(requested)

    def _on_layers_changed(self) -> None:
        if self._requested is not None:
            self._preview(replace(self._requested, layers=self._layers.range))

    def _preview(self, requested: StyleSettings) -> None:
        self._requested = requested
        self._runner.preview(requested)
        self._start_timer_unless_held()

    def _start_timer_unless_held(self) -> None:
        if not (self._strength.isSliderDown() or self._layers.is_down):
            self._commit_timer.start()

    def _commit(self) -> None:
        """Request the edit, unless the result is that already."""
        self._commit_timer.stop()
        self._undo_gesture = self._step_list.new_gesture()
        if self._requested is None or self._current is None:
            return
        if self._only_strength_changes or self._requested.has_same_result(self._current):
            self._runner.stop_preview()
        else:
            self._runner.adjust(self._requested)

    def _on_part_chosen(self, part: ExemplarPart, guide: Guide) -> None:
        if self._number is not None:
            self._exemplar_edits.transfer_instead(self._number, part, guide)
            requested = self._exemplar_edits.requested(self._number)
            self.setEnabled(isinstance(requested, StyleSettings))  # else it becomes pixels
            if isinstance(requested, StyleSettings):
                self._show_settings(requested)

    def _on_second_chosen(self, exemplar: ListedExemplar | None) -> None:
        if self._requested is not None:
            self._request(replace(self._requested, second=exemplar))

    def _on_seed_chosen(self, seed: int) -> None:
        if self._requested is not None:
            self._request(replace(self._requested, seed=seed))

    def _request(self, requested: StyleSettings) -> None:
        self._show_settings(requested)
        self._commit()

    def _on_adjusting_ended(self) -> None:
        self._commit_timer.stop()
        self.setEnabled(True)
        self._show_settings(self._current)
