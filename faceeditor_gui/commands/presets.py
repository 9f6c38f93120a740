"""Makes an edit once more on the chosen faces: one that is kept, or one of another photo."""

from __future__ import annotations

from PySide6.QtCore import QObject

from faceeditor_gui.commands.components import Components
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.commands.hair_colours import HairColours
from faceeditor_gui.commands.make_ups import MakeUps
from faceeditor_gui.commands.restorations import Restorations
from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    EditSettings,
    ExemplarSettings,
    HairColourSettings,
    MakeUpSettings,
    RestoreSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.jobs.edit_runner import EditRunner


class Presets(QObject):
    """Knows who makes each kind of edit; where an edit was made before is of no meaning."""

    def __init__(
        self,
        runner: EditRunner,
        hair_colours: HairColours,
        make_ups: MakeUps,
        restorations: Restorations,
        exemplar_edits: ExemplarEdits,
        components: Components,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._hair_colours = hair_colours
        self._make_ups = make_ups
        self._restorations = restorations
        self._exemplar_edits = exemplar_edits
        self._components = components

    def apply(self, settings: EditSettings) -> None:
        """Make an edit of the chosen faces, as one undo step; one that is there is adjusted."""
        match settings:
            case SmileSettings():
                self._runner.smile(settings.strength, settings.kind)
            case HairColourSettings():
                self._hair_colours.recolour(settings.wanted)
            case MakeUpSettings():
                self._make_ups.make_up(settings.wanted)
            case RestoreSettings():
                self._restorations.restore(settings.strength)
            case ComponentSettings():
                self._components.take_like(settings)
            case ExemplarSettings() | StyleSettings():
                self._exemplar_edits.transfer_like(settings)
