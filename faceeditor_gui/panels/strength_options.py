"""How strong a result is: one that moves the face, or a restoration."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from faceeditor_gui.document.edit_settings import (
    ExpressionSettings,
    HairColourSettings,
    ReshapeSettings,
    RestoreSettings,
    SmileSettings,
)
from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.step_list import StepList
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.widgets.percent_slider import PercentSlider

_Strengthened = (
    SmileSettings | ExpressionSettings | ReshapeSettings | RestoreSettings | HairColourSettings
)


class StrengthOptions(QWidget):
    """Moves the face less, where less opacity would show it twice, or restores it less.

    A drag shows previews and ends as one undo step.
    """

    def __init__(
        self,
        step_list: StepList,
        runner: EditRunner,
        parent: QWidget | None = None,
        *,
        is_narrow: bool = False,
    ) -> None:
        """`is_narrow` puts words, slider and number below each other."""
        super().__init__(parent)
        self._step_list = step_list
        self._runner = runner
        self._step: EditStep | None = None
        self._made: _Strengthened | None = None
        self._undo_gesture = step_list.new_gesture()
        self._strength = PercentSlider(
            0,
            100,
            self.tr("Strength of the result"),
            self.tr("How far the result goes. Double click: all the way"),
            is_narrow=is_narrow,
        )
        directions = QBoxLayout.Direction
        row = QBoxLayout(directions.TopToBottom if is_narrow else directions.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(self.tr("Strength")))
        row.addWidget(self._strength, 1)
        self._strength.changed.connect(self._on_strength_changed)
        self._strength.settled.connect(self._commit)
        runner.adjustment_requested.connect(self._show_strength)
        runner.adjustment_ended.connect(self._on_adjusting_ended)

    def show_step(self, step: EditStep | None) -> None:
        """Show a result; any that has no strength of this kind hides this."""
        settings = step.settings if step is not None else None
        made = settings if isinstance(settings, _Strengthened) else None
        is_other = made is None or self._made is None or not made.adjusts(self._made)
        self._step, self._made = step, made
        self.setVisible(made is not None)
        if is_other:
            self._strength.stop()
            self._undo_gesture = self._step_list.new_gesture()
        self._show_strength()

    @property
    def _requested(self) -> _Strengthened | None:
        """The settings as the user wants them, made already or not."""
        requested = self._runner.requested(self._made) if self._made is not None else None
        return requested if isinstance(requested, _Strengthened) else None

    def _show_strength(self) -> None:
        requested = self._requested
        if requested is not None and not self._strength.is_moving:
            self._strength.set_minimum(-100 if isinstance(requested, SmileSettings) else 0)
            self._strength.show_value(round(100 * _strength_of(requested)))

    def _wanted(self) -> _Strengthened | None:
        requested, strength = self._requested, self._strength.value / 100
        return _with_strength(requested, strength) if requested is not None else None

    def _on_strength_changed(self) -> None:
        wanted = self._wanted()
        if isinstance(wanted, RestoreSettings) and self._step is not None:
            self._step_list.set_strength(
                self._step.number, wanted.strength, gesture=self._undo_gesture
            )
        elif wanted is not None:
            self._runner.preview(wanted)

    def _commit(self) -> None:
        wanted = self._wanted()
        if isinstance(wanted, RestoreSettings):
            self._undo_gesture = self._step_list.new_gesture()  # it is there already
        elif wanted is not None and self._made is not None:
            if wanted.has_same_result(self._made):
                self._runner.stop_preview()
            else:
                self._runner.adjust(wanted)

    def _on_adjusting_ended(self) -> None:
        self._strength.stop()
        self._show_strength()


def _strength_of(settings: _Strengthened) -> float:
    if isinstance(settings, HairColourSettings):
        return settings.wanted.strength
    return settings.strength


def _with_strength(settings: _Strengthened, strength: float) -> _Strengthened:
    if isinstance(settings, HairColourSettings):
        return replace(settings, wanted=replace(settings.wanted, strength=strength))
    return replace(settings, strength=strength)
