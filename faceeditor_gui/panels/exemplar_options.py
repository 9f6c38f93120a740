"""What can be set of a result that transfers an exemplar's parts: shape, strength and parts."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from core.edit.requests import DEFAULT_SHAPE, Guide
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import ExemplarSettings
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.panels.change_part_button import ChangePartButton
from faceeditor_gui.state.exemplar_parts import ExemplarPart, face_parts_of, has_hair
from faceeditor_gui.widgets.slider import COMMIT_DELAY_MS, Slider


class ExemplarOptions(QWidget):
    """A drag of a slider shows previews and ends as one undo step."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        exemplar_edits: ExemplarEdits,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step_list = document.steps
        self._runner = runner
        self._exemplar_edits = exemplar_edits
        self._step: EditStep | None = None
        self._undo_gesture = self._step_list.new_gesture()
        """One drag of the strength that needs only compositing is one undo step."""
        self._grid = QGridLayout(self)
        self._shape_title = QLabel(self.tr("Shape"))
        self._shape = Slider(0, 100, 0)
        self._strength = Slider(0, 100, 100)
        self._keeps_hat = QCheckBox(self.tr("Keep the &hat on"))
        self._part_button = ChangePartButton(offers_style=exemplar_edits.offers_style)
        self._commit_timer = QTimer(self, singleShot=True, interval=COMMIT_DELAY_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._shape.setAccessibleName(self.tr("Shape of what was taken"))
        self._shape.setToolTip(
            self.tr("Left: this face's own shape. Right: the exemplar's. Double click: what suits")
        )
        self._strength.setAccessibleName(self.tr("Strength of what was taken"))
        self._strength.setToolTip(self.tr("How much of the exemplar shows. Double click: all"))
        grid = self._grid
        grid.setContentsMargins(0, 0, 0, 0)
        for column, widget in enumerate(
            (self._shape_title, self._shape, QLabel(self.tr("Strength")), self._strength)
        ):
            grid.addWidget(widget, 0, column)
        self._keeps_hat.setToolTip(
            self.tr(
                "A hat that the face wears stays, and the hair comes out below it; else it goes"
            )
        )
        grid.addWidget(self._part_button, 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._keeps_hat, 1, 2, 1, 2)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)

    def _connect(self) -> None:
        for slider in (self._shape, self._strength):
            slider.valueChanged.connect(self._on_value_changed)
            slider.sliderReleased.connect(self._commit)
        self._keeps_hat.clicked.connect(self._on_hat_clicked)
        self._commit_timer.timeout.connect(self._commit)
        self._part_button.chosen.connect(self._on_part_chosen)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)

    def show_step(self, step: EditStep | None) -> None:
        """Show a result; any but an exemplar's hides this."""
        is_other = step is None or self._step is None or step.number != self._step.number
        is_exemplar = step is not None and isinstance(step.settings, ExemplarSettings)
        self._step = step if is_exemplar else None
        self.setVisible(is_exemplar)
        if is_other:
            self._commit_timer.stop()
            self._undo_gesture = self._step_list.new_gesture()
        if not self._is_adjusting:
            self._show_settings()

    @property
    def _is_adjusting(self) -> bool:
        is_held = self._shape.isSliderDown() or self._strength.isSliderDown()
        return is_held or (self._commit_timer.isActive() and not self._only_strength_changes)

    def _show_settings(self) -> None:
        settings = self._settings
        self.setEnabled(settings is not None)
        if settings is None:
            return
        parts = face_parts_of(settings.parts)
        suiting = sum(DEFAULT_SHAPE[part] for part in parts) / max(len(parts), 1)
        for widget in (self._shape_title, self._shape):
            widget.setVisible(bool(parts))
        self._keeps_hat.setVisible(has_hair(settings.parts))
        self._keeps_hat.setChecked(settings.keeps_hat)
        self._grid.setColumnStretch(1, int(bool(parts)))  # hair has no shape of its own
        self._shape.set_neutral(round(100 * suiting))
        shape = self._shape.neutral if settings.shape is None else round(100 * settings.shape)
        for slider, value in (
            (self._shape, shape),
            (self._strength, round(100 * settings.strength)),
        ):
            with QSignalBlocker(slider):
                slider.setValue(value)
        self._part_button.show_settings(settings)

    @property
    def _settings(self) -> ExemplarSettings | None:
        """The settings as the user wants them; None too while the result becomes a style."""
        if self._step is None:
            return None
        settings = self._exemplar_edits.requested(self._step.number)
        return settings if isinstance(settings, ExemplarSettings) else None

    @property
    def _only_strength_changes(self) -> bool:
        """Tell whether the result can be composited at another strength without a new edit."""
        settings = self._settings
        return (
            settings is not None
            and settings.is_blend_only
            and not self._runner.is_pending(settings)
        )

    @property
    def _requested(self) -> tuple[float | None, float]:
        """Shape and strength as the sliders say; None is the shape that suits the parts."""
        shape = self._shape.value()
        chosen = None if shape == self._shape.neutral else shape / 100
        return chosen, self._strength.value() / 100

    def _on_value_changed(self) -> None:
        if self._step is None:
            return
        if self._only_strength_changes:
            strength = self._strength.value() / 100
            self._step_list.set_strength(self._step.number, strength, gesture=self._undo_gesture)
        else:
            self._exemplar_edits.preview(self._step.number, *self._requested)
        if not self._shape.isSliderDown() and not self._strength.isSliderDown():
            self._commit_timer.start()

    def _commit(self) -> None:
        self._commit_timer.stop()
        self._undo_gesture = self._step_list.new_gesture()
        if self._only_strength_changes:
            self._show_settings()  # it is there already, or was undone
        elif self._step is not None:
            self._exemplar_edits.adjust(self._step.number, *self._requested)

    def _on_adjusting_ended(self) -> None:
        self._commit_timer.stop()
        self._show_settings()

    def _on_hat_clicked(self, keeps_hat: bool) -> None:
        if self._step is not None:
            self._exemplar_edits.keep_hat(self._step.number, keeps_hat=keeps_hat)

    def _on_part_chosen(self, part: ExemplarPart, guide: Guide) -> None:
        if self._step is not None:
            self._exemplar_edits.transfer_instead(self._step.number, part, guide)
            self._show_settings()
