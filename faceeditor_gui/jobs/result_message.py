"""The message after an edit; the first of each kind also says what can be done next."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.edit.requests import EditResult
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    ComponentSettings,
    EditSettings,
    ExemplarSettings,
    FillSettings,
    HairColourSettings,
    MakeUpSettings,
    MapSettings,
    ReshapeSettings,
    RestoreSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.undo_command import history_text
from faceeditor_gui.document.wording import describe_edit, describe_settings
from faceeditor_gui.jobs.edit_plan import EditPlan
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.state.model_names import DEFAULT_FILL_MODEL, describe_fill

_TOLD_IN_FULL = (
    ReshapeSettings | HairColourSettings | MakeUpSettings | RestoreSettings | MapSettings
)
"""Settings whose description says what was done."""


class ResultMessage:
    """Describes what edits have made; remembers what it has explained before."""

    def __init__(self) -> None:
        self._explained: set[str] = set()

    def describe(self, plan: EditPlan, seconds: float) -> str:
        """Describe the edit that has just been applied."""
        sentences = [
            self._summary(plan, plan.results, seconds),
            *map(_tr("Left one as it is: {0}").format, dict.fromkeys(plan.refusals)),
            *self._notices(plan.results),
        ]
        if plan.results and plan.text not in self._explained:
            self._explained.add(plan.text)
            sentences.append(_next_steps(plan))
        return " ".join(sentences)

    def _summary(self, plan: EditPlan, results: list[EditResult], seconds: float) -> str:
        if not results:
            return _describe_removal([step.settings for step in plan.removed])
        first, count = plan.runs[0].settings, len(plan.runs)
        if not isinstance(first, FillSettings):
            how = _describe_method(first, is_painted=any(one.is_painted for one in results))
            edit = _describe_run(first)
            if count > 1:
                edit = _tr("{0} of {1} faces").format(edit, count)
            return how.format(edit, seconds)
        how = (
            "" if first.model == DEFAULT_FILL_MODEL else f", {describe_fill(first.model).lower()},"
        )
        if count == 1:
            return _tr("Filled{0} in {1:.1f} s.").format(how, seconds)
        return _tr("Filled {0} holes{1} in {2:.1f} s.").format(count, how, seconds)

    def _notices(self, results: list[EditResult]) -> list[str]:
        return list(dict.fromkeys(notice for result in results for notice in result.notices))


def _describe_removal(gone: list[EditSettings]) -> str:
    match gone:
        case [ReshapeSettings(), *_]:
            return _tr("The points are back.")
        case [HairColourSettings(), *_]:
            return _tr("The hair has its own colour again.")
        case [MakeUpSettings(), *_]:
            return _tr("The make-up is gone.")
        case [ComponentSettings(), *_]:
            return _tr("The face has its own components again.")
        case [MapSettings(), *_]:
            return _tr("The picture follows no map any more.")
    return _tr("The smile is gone.")


def _describe_run(settings: AdjustableSettings) -> str:
    if isinstance(settings, SmileSettings):
        return _tr("Smile {0:.0f} %").format(100 * settings.strength)
    if isinstance(settings, _TOLD_IN_FULL):
        return describe_settings(settings)
    return describe_edit(settings)


def _describe_method(settings: AdjustableSettings, *, is_painted: bool) -> str:
    """Return a template of the edit's name and the seconds."""
    match settings:
        case ExemplarSettings() if WholePart.HAIR in settings.parts:
            return _tr("{0}, made of the exemplar's own pixels, {1:.1f} s.")
        case ExemplarSettings() | ComponentSettings():
            return _tr("{0}, fitted to the light, {1:.1f} s.")
        case StyleSettings():
            return _tr("{0}, painted anew, {1:.1f} s.")
        case RestoreSettings():
            return _tr("{0}, its detail made by a network, {1:.1f} s.")
        case SmileSettings() | ReshapeSettings() | MapSettings() if is_painted:
            return _describe_painting(settings)
    return _tr("{0}, made of the photo's own pixels, {1:.1f} s.")


def _describe_painting(settings: SmileSettings | ReshapeSettings | MapSettings) -> str:
    match settings:
        case SmileSettings():
            return _tr("{0}, the open mouth painted, {1:.1f} s.")
        case ReshapeSettings():
            return _tr("{0}, what opened painted, {1:.1f} s.")
        case MapSettings():
            return _tr("{0}, what it bares painted, {1:.1f} s.")


def _next_steps(plan: EditPlan) -> str:
    settings = plan.runs[0].settings
    if isinstance(settings, SmileSettings):
        return _tr("The slider sets how much, \\ held shows the photo before, Ctrl+Z undoes.")
    if isinstance(settings, HairColourSettings | MakeUpSettings):
        panel = _tr("Hair") if isinstance(settings, HairColourSettings) else _tr("Make-up")
        text = _tr("The {0} panel changes it, \\ held shows the photo before, Ctrl+Z undoes.")
        return text.format(panel)
    if isinstance(settings, RestoreSettings):
        return _tr("Strength is in the Edits panel, \\ held shows the photo before, Ctrl+Z undoes.")
    if isinstance(settings, ExemplarSettings):
        return _tr(
            "The Edits panel sets its shape and strength, \\ held shows the photo before, "
            "Ctrl+Z undoes."
        )
    if isinstance(settings, StyleSettings):
        return _tr(
            "The Edits panel offers variations, a second exemplar and the strength, "
            "\\ held shows the photo before, Ctrl+Z undoes."
        )
    if isinstance(settings, ReshapeSettings | MapSettings):
        verb = _tr("Drag") if isinstance(settings, ReshapeSettings) else _tr("Paint")
        text = _tr("{0} on to change it, \\ held shows the photo before, Ctrl+Z undoes.")
        return text.format(verb)
    return _tr("Paint and fill again to refine, \\ held shows the photo before, Ctrl+Z undoes.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultMessage", text)


def describe_plan(plan: EditPlan) -> str:
    """Name an edit that has been made: with its amount in the history, briefly in the menu."""
    run = plan.runs[0].settings if plan.runs else None
    name = amount = _tr(plan.text)
    if run is not None:
        amount = describe_settings(run)
    if isinstance(run, ExemplarSettings | StyleSettings):
        name = describe_edit(run)
    count = len(plan.runs) or len(plan.removed)
    if count > 1 and isinstance(run, FillSettings):
        return history_text(_tr("{0}: {1} holes").format(name, count), name)
    if count > 1:
        amount, name = (_tr("{0} of {1} faces").format(one, count) for one in (amount, name))
    return history_text(amount, name)
