"""What can be set of a result in an exemplar's style: strength, mix and variation."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from core.edit.requests import RANDOM_STYLE_ROWS, STYLE_ROWS, Guide
from faceeditor_gui.commands.exemplar_edits import Borrowing
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import StyleSettings, asks_for_same
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.exemplar import Exemplar
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import StyleVariations
from faceeditor_gui.panels.instead_button import InsteadButton
from faceeditor_gui.panels.mix_button import MixButton
from faceeditor_gui.panels.variation_strip import VariationStrip
from faceeditor_gui.state.face_targets import Target
from faceeditor_gui.widgets.range_slider import RangeSlider
from faceeditor_gui.widgets.slider import SETTLE_MS, Slider


class StyleOptions(QWidget):
    """A drag shows previews and ends as one undo step; so does a choice."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        borrowing: Borrowing,
        variations: StyleVariations,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._edits = document.edits
        self._runner = runner
        self._borrowing = borrowing
        self._number: int | None = None
        """Of the result in hand."""
        self._wanted: StyleSettings | None = None
        """The result in hand as the user wants it, made already or not."""
        self._made: StyleSettings | None = None
        """As it is."""
        self._gesture = self._edits.new_gesture()
        """One drag of the strength is one undo step."""
        self._strength = Slider(0, 100, 100)
        self._instead = InsteadButton(offers_style=True)
        self._mix = MixButton(document.shelf)
        self._layers = RangeSlider(RANDOM_STYLE_ROWS, STYLE_ROWS)
        self._layers_label = QLabel(self.tr("Layers"))
        self._strip = VariationStrip(variations)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._strength.setAccessibleName(self.tr("Strength of the style"))
        self._strength.setToolTip(self.tr("How much of the style shows. Double click: all"))
        self._layers.setAccessibleName(self.tr("Layers of the second exemplar"))
        self._layers.setToolTip(
            self.tr(
                "What lies between the knobs comes from the second exemplar: shapes on the left, "
                "colours on the right. Arrows move the end, with Shift the start"
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
        row.addWidget(self._instead)
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
        self._instead.chosen.connect(self._take_instead)
        self._strip.chosen.connect(self._on_seed_chosen)
        self._settle.timeout.connect(self._commit)
        self._runner.adjusting_ended.connect(self._on_adjusting_ended)

    def show_step(self, step: EditStep | None) -> None:
        """Show a result; any but a style hides this."""
        settings = step.settings if step is not None else None
        present = settings if isinstance(settings, StyleSettings) else None
        self._made = present
        self._number = step.number if step is not None else None
        self.setVisible(present is not None)
        is_same = present is not None and self._wanted is not None and present.adjusts(self._wanted)
        if not is_same:
            self._settle.stop()
            self._gesture = self._edits.new_gesture()
        if not (is_same and self._is_adjusting):
            self._show_settings(present)

    @property
    def is_settling(self) -> bool:
        """Tell whether a change by keys waits for more of them."""
        return self._settle.isActive()

    @property
    def _is_adjusting(self) -> bool:
        is_held = self._strength.isSliderDown() or self._layers.is_down
        is_asked = self._wanted is not None and self._runner.is_wanted(self._wanted)
        return is_held or is_asked or (self.is_settling and not self._only_weighs)

    @property
    def _only_weighs(self) -> bool:
        """Tell whether what is wanted needs no painting anew."""
        if self._wanted is None or self._made is None:
            return False
        return asks_for_same(self._wanted, self._made)

    def _show_settings(self, settings: StyleSettings | None) -> None:
        self._wanted = settings
        if settings is None:
            return
        with QSignalBlocker(self._strength):
            self._strength.setValue(round(100 * settings.strength))
        self._layers.show_range(*settings.layers)
        for widget in (self._layers, self._layers_label):
            widget.setVisible(settings.second is not None)
        self._instead.show_settings(settings)
        self._mix.show_exemplars(settings.exemplar, settings.second)
        self._mix.setVisible(settings.exemplar is not None)
        self._strip.show_seed(settings.seed)

    def _on_strength_changed(self, percent: int) -> None:
        if self._wanted is None or self._made is None:
            return
        wanted = replace(self._wanted, strength=percent / 100)
        if self._number is not None and asks_for_same(wanted, self._made):
            self._wanted = wanted
            self._edits.weigh(self._number, wanted.strength, gesture=self._gesture)
            self._settle_unless_held()
        else:
            self._preview(wanted)

    def _on_layers_changed(self) -> None:
        if self._wanted is not None:
            self._preview(replace(self._wanted, layers=self._layers.range))

    def _preview(self, wanted: StyleSettings) -> None:
        self._wanted = wanted
        self._runner.preview(wanted)
        self._settle_unless_held()

    def _settle_unless_held(self) -> None:
        if not (self._strength.isSliderDown() or self._layers.is_down):
            self._settle.start()

    def _commit(self) -> None:
        """Make what is wanted, unless it is there already."""
        self._settle.stop()
        self._gesture = self._edits.new_gesture()
        if self._wanted is None or self._made is None:
            return
        if self._only_weighs or self._wanted.is_like(self._made):
            self._runner.stop_preview()
        else:
            self._runner.adjust(self._wanted)

    def _take_instead(self, target: Target, guide: Guide) -> None:
        if self._number is not None:
            self._borrowing.take_other(self._number, target, guide)
            self._show_settings(self._made)

    def _on_second_chosen(self, exemplar: Exemplar | None) -> None:
        if self._wanted is not None:
            self._take(replace(self._wanted, second=exemplar))

    def _on_seed_chosen(self, seed: int) -> None:
        if self._wanted is not None:
            self._take(replace(self._wanted, seed=seed))

    def _take(self, wanted: StyleSettings) -> None:
        self._show_settings(wanted)
        self._commit()

    def _on_adjusting_ended(self) -> None:
        self._settle.stop()
        self._show_settings(self._made)
