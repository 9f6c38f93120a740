"""The objects behind the window: document, jobs and commands."""

from __future__ import annotations

from dataclasses import dataclass

from core.runtime.weights_folder import has_weights
from faceeditor_gui.commands.carry_over import CarryOver
from faceeditor_gui.commands.components import Components
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.commands.expressions import Expressions
from faceeditor_gui.commands.fills import FillCommands
from faceeditor_gui.commands.followed_maps import FollowedMaps
from faceeditor_gui.commands.hair_colours import HairColours
from faceeditor_gui.commands.landmark_edits import LandmarkEdits
from faceeditor_gui.commands.library import Library
from faceeditor_gui.commands.make_ups import MakeUps
from faceeditor_gui.commands.paint_targets import PaintTargetCommands
from faceeditor_gui.commands.presets import Presets
from faceeditor_gui.commands.regions import RegionCommands
from faceeditor_gui.commands.restorations import Restorations
from faceeditor_gui.commands.series import Series
from faceeditor_gui.commands.steps import StepCommands
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.exemplar_hair import ExemplarHair
from faceeditor_gui.jobs.face_finder import FaceFinder
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.jobs.project_files import ProjectFiles
from faceeditor_gui.jobs.quick.glasses_picture import GlassesPicture
from faceeditor_gui.jobs.quick.quick_pictures import QuickPictures
from faceeditor_gui.jobs.region_finder import RegionFinder
from faceeditor_gui.jobs.result_checks import ResultChecks
from faceeditor_gui.jobs.stale_steps import StaleSteps
from faceeditor_gui.jobs.variations import (
    ExpressionVariations,
    SmileVariations,
    StyleVariations,
)
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.state.model_names import STYLE_MODEL
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import ToolState


@dataclass(frozen=True)
class Services:
    """The objects that the window joins; panels and commands share them."""

    settings: Settings
    document: Document
    tool_state: ToolState
    job_queue: JobQueue
    runner: EditRunner
    stale_steps: StaleSteps
    result_checks: ResultChecks
    face_finder: FaceFinder
    photo_files: PhotoFiles
    project_files: ProjectFiles
    smile_variations: SmileVariations
    expression_variations: ExpressionVariations
    style_variations: StyleVariations
    quick_pictures: QuickPictures
    glasses_picture: GlassesPicture
    exemplar_finder: ExemplarFinder
    exemplar_hair: ExemplarHair
    exemplar_edits: ExemplarEdits
    components: Components
    expressions: Expressions
    hair_colours: HairColours
    make_ups: MakeUps
    restorations: Restorations
    fills: FillCommands
    landmark_edits: LandmarkEdits
    paint_targets: PaintTargetCommands
    step_commands: StepCommands
    region_finder: RegionFinder
    region_commands: RegionCommands
    followed_maps: FollowedMaps
    presets: Presets
    library: Library
    series: Series
    carry_over: CarryOver

    @classmethod
    def create(cls, worker: EditWorker, settings: Settings) -> Services:
        """Create and connect them."""
        document, job_queue = Document(), JobQueue(worker)
        tool_state = ToolState(offers_style=has_weights(STYLE_MODEL))
        stale_steps = StaleSteps(document, job_queue)
        photo_files, project_files = (
            PhotoFiles(document, job_queue),
            ProjectFiles(document, job_queue),
        )
        runner = EditRunner(document, tool_state, job_queue)
        exemplar_edits = ExemplarEdits(document, runner, tool_state.exemplar_mode)
        components, hair_colours = Components(document, runner), HairColours(document, runner)
        make_ups, restorations = MakeUps(document, runner), Restorations(document, runner)
        presets = Presets(runner, hair_colours, make_ups, restorations, exemplar_edits, components)
        series = Series(document, job_queue, photo_files, project_files, runner)
        face_finder = FaceFinder(document, job_queue)
        region_finder = RegionFinder(document, tool_state, job_queue)
        photo_files.exporting.connect(stale_steps.run_now)
        project_files.saving.connect(stale_steps.run_now)

        def set_budget() -> None:
            document.undo_memory.set_budget(settings.undo_megabytes * MEGABYTE)

        def set_click_strength() -> None:
            tool_state.click_strength = settings.smile_percent / 100

        def set_brush_cursor() -> None:
            tool_state.set_brush_cursor(settings.brush_cursor)

        settings.undo_memory_changed.connect(set_budget)
        settings.brush_cursor_changed.connect(set_brush_cursor)
        settings.smile_changed.connect(set_click_strength)
        set_budget()
        set_click_strength()
        set_brush_cursor()
        return cls(
            settings,
            document,
            tool_state,
            job_queue,
            runner,
            stale_steps,
            ResultChecks(document, job_queue),
            face_finder,
            photo_files,
            project_files,
            SmileVariations(document, job_queue),
            ExpressionVariations(document, job_queue),
            StyleVariations(document, job_queue),
            QuickPictures(document, tool_state, job_queue),
            GlassesPicture(document, job_queue),
            ExemplarFinder(document, job_queue),
            ExemplarHair(document.exemplars, job_queue),
            exemplar_edits,
            components,
            Expressions(document, runner, settings),
            hair_colours,
            make_ups,
            restorations,
            FillCommands(document, runner, region_finder),
            LandmarkEdits(document, runner),
            PaintTargetCommands(document, tool_state),
            StepCommands(document.steps),
            region_finder,
            RegionCommands(document, tool_state, region_finder),
            FollowedMaps(document, runner, tool_state.regions),
            presets,
            Library(document, tool_state, job_queue, presets),
            series,
            CarryOver(document, series, presets, runner, face_finder, tool_state.exemplar_mode),
        )
