"""What the program is made of besides its window."""

from __future__ import annotations

from dataclasses import dataclass

from core.runtime.weights_folder import has_weights
from faceeditor_gui.commands.exemplar_edits import Borrowing
from faceeditor_gui.commands.landmark_edits import Reshaping
from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.face_finder import FaceFinder
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.jobs.stale_steps import Refresher
from faceeditor_gui.jobs.variations import SmileVariations, StyleVariations
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.state.model_names import STYLE_MODEL
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import ToolState


@dataclass(frozen=True)
class Parts:
    """What the window shows and steers."""

    settings: Settings
    document: Document
    tool_state: ToolState
    schedule: Schedule
    runner: EditRunner
    refresher: Refresher
    finder: FaceFinder
    files: PhotoFiles
    variations: SmileVariations
    style_variations: StyleVariations
    exemplar_finder: ExemplarFinder
    borrowing: Borrowing
    reshaping: Reshaping
    region_finder: RegionFinder
    regions: RegionCommands

    @classmethod
    def around(cls, worker: EditWorker, settings: Settings) -> Parts:
        """Make and join them."""
        document, schedule = Document(), Schedule(worker)
        tool_state = ToolState(offers_style=has_weights(STYLE_MODEL))
        refresher, files = Refresher(document, schedule), PhotoFiles(document, schedule)
        runner = EditRunner(document, tool_state, schedule)
        region_finder = RegionFinder(document, tool_state, schedule)
        files.saving.connect(refresher.hurry)

        def set_budget() -> None:
            document.undo_memory.set_budget(settings.undo_megabytes * MEGABYTE)

        settings.undo_memory_changed.connect(set_budget)
        set_budget()
        return cls(
            settings,
            document,
            tool_state,
            schedule,
            runner,
            refresher,
            FaceFinder(document, schedule),
            files,
            SmileVariations(document, schedule),
            StyleVariations(document, schedule),
            ExemplarFinder(document, schedule),
            Borrowing(document, runner, tool_state.style),
            Reshaping(document, runner),
            region_finder,
            RegionCommands(document, tool_state, region_finder),
        )
