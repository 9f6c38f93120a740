"""The message after an edit; the first of each kind also says what can be done next."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.edit.requests import EditResult
from faceeditor_gui.document.edit_settings import (
    AdjustableSettings,
    ExemplarSettings,
    FillSettings,
    ReshapeSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.wording import describe_edit, describe_settings
from faceeditor_gui.jobs.edit_plan import EditPlan
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.state.model_names import describe_network


class ResultMessage:
    """Describes what edits have made; remembers what it has explained before."""

    def __init__(self) -> None:
        self._explained: set[str] = set()

    def describe(self, plan: EditPlan, seconds: float) -> str:
        """Describe the edit that has just been applied."""
        sentences = [self._summary(plan, plan.results, seconds), *self._notices(plan.results)]
        if plan.results and plan.text not in self._explained:
            self._explained.add(plan.text)
            sentences.append(_next_steps(plan))
        return " ".join(sentences)

    def _summary(self, plan: EditPlan, results: list[EditResult], seconds: float) -> str:
        if not results:
            is_smile = plan.replaced is None or isinstance(plan.replaced.settings, SmileSettings)
            return _tr("The smile is gone.") if is_smile else _tr("The points are back.")
        title = describe_network(results[0].request.model)
        first = plan.runs[0]
        if not isinstance(first, FillSettings):
            how = _describe_method(first, is_painted=results[0].is_painted)
            return how.format(_describe_run(first), title, seconds)
        if len(plan.runs) == 1:
            return _tr("Filled with {0} in {1:.1f} s.").format(title, seconds)
        return _tr("Filled {0} holes with {1} in {2:.1f} s.").format(len(plan.runs), title, seconds)

    def _notices(self, results: list[EditResult]) -> list[str]:
        return list(dict.fromkeys(notice for result in results for notice in result.notices))


def _describe_run(settings: AdjustableSettings) -> str:
    if isinstance(settings, SmileSettings):
        return _tr("Smile {0:.0f} %").format(100 * settings.strength)
    if isinstance(settings, ReshapeSettings):
        return describe_settings(settings)
    return describe_edit(settings)


def _describe_method(settings: AdjustableSettings, *, is_painted: bool) -> str:
    """Return a template of the edit's name, the network's and the seconds."""
    match settings:
        case ExemplarSettings() if WholePart.HAIR in settings.parts:
            return _tr("{0}, made of the exemplar's own pixels, {2:.1f} s.")
        case ExemplarSettings():
            return _tr("{0}, fitted by {1}, {2:.1f} s.")
        case StyleSettings():
            return _tr("{0}, painted by {1}, {2:.1f} s.")
        case SmileSettings() if is_painted:
            return _tr("{0}, mouth painted by {1}, {2:.1f} s.")
        case ReshapeSettings() if is_painted:
            return _tr("{0}, what opened painted by {1}, {2:.1f} s.")
    return _tr("{0}, made of the photo's own pixels, {2:.1f} s.")


def _next_steps(plan: EditPlan) -> str:
    if isinstance(plan.runs[0], SmileSettings):
        return _tr("The slider sets how much, \\ held shows the photo before, Ctrl+Z undoes.")
    if isinstance(plan.runs[0], ExemplarSettings):
        return _tr(
            "The Edits panel sets its shape and strength, \\ held shows the photo before, "
            "Ctrl+Z undoes."
        )
    if isinstance(plan.runs[0], StyleSettings):
        return _tr(
            "The Edits panel offers variations, a second exemplar and the strength, "
            "\\ held shows the photo before, Ctrl+Z undoes."
        )
    if isinstance(plan.runs[0], ReshapeSettings):
        return _tr("Drag on to change it, \\ held shows the photo before, Ctrl+Z undoes.")
    return _tr("Paint and fill again to refine, \\ held shows the photo before, Ctrl+Z undoes.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultMessage", text)


def describe_plan(plan: EditPlan) -> str:
    """Name an edit that has been made, for the undo history."""
    run = plan.runs[0] if plan.runs else None
    if isinstance(run, ExemplarSettings | StyleSettings):
        return describe_edit(run)
    return _tr(plan.text)
