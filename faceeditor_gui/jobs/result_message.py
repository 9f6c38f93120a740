"""What an edit did, in one line; the first of each kind also says what can be done now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.edit.requests import EditResult
from faceeditor_gui.document.edit_settings import (
    Adjustable,
    ExemplarSettings,
    FillSettings,
    ReshapeSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.wording import in_words, title_in_words
from faceeditor_gui.jobs.edit_plan import Plan
from faceeditor_gui.state.face_targets import StyleTarget
from faceeditor_gui.state.model_names import painter_in_words


class Explainer:
    """Remembers what has been explained before."""

    def __init__(self) -> None:
        self._explained: set[str] = set()
        self._results: list[EditResult] = []

    def take(self, result: EditResult) -> None:
        """Note one result of the edit that runs."""
        self._results.append(result)

    def edit(self, plan: Plan, seconds: float) -> str:
        """Describe the edit that has just been applied."""
        results, self._results = self._results, []
        sentences = [self._what(plan, results, seconds), *self._notices(results)]
        if results and plan.text not in self._explained:
            self._explained.add(plan.text)
            sentences.append(_what_now(plan))
        return " ".join(sentences)

    def forget(self) -> None:
        """Drop what a cancelled edit has left."""
        self._results.clear()

    def _what(self, plan: Plan, results: list[EditResult], seconds: float) -> str:
        if not results:
            is_smile = plan.replaced is None or isinstance(plan.replaced.settings, SmileSettings)
            return _tr("The smile is gone.") if is_smile else _tr("The points are back.")
        title = painter_in_words(results[0].request.model)
        first = plan.runs[0]
        if not isinstance(first, FillSettings):
            how = _how(first, is_painted=results[0].is_painted)
            return how.format(_named(first), title, seconds)
        if len(plan.runs) == 1:
            return _tr("Filled with {0} in {1:.1f} s.").format(title, seconds)
        return _tr("Filled {0} holes with {1} in {2:.1f} s.").format(len(plan.runs), title, seconds)

    def _notices(self, results: list[EditResult]) -> list[str]:
        return list(dict.fromkeys(notice for result in results for notice in result.notices))


def _named(settings: Adjustable) -> str:
    if isinstance(settings, SmileSettings):
        return _tr("Smile {0:.0f} %").format(100 * settings.strength)
    if isinstance(settings, ReshapeSettings):
        return in_words(settings)
    return title_in_words(settings)


def _how(settings: Adjustable, *, is_painted: bool) -> str:
    """Say how an edit was made; takes its name, the network's and the seconds."""
    match settings:
        case ExemplarSettings() if StyleTarget.HAIR in settings.targets:
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


def _what_now(plan: Plan) -> str:
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
    return QCoreApplication.translate("Explainer", text)


def plan_in_words(plan: Plan) -> str:
    """Name an edit that has been made, for the undo history."""
    run = plan.runs[0] if plan.runs else None
    if isinstance(run, ExemplarSettings | StyleSettings):
        return title_in_words(run)
    return _tr(plan.text)
