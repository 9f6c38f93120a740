"""What the status line and the progress plate tell of all that happens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.jobs.job import BACKGROUND, Job, Urgency
from faceeditor_gui.panels.status_bar import StatusBar
from faceeditor_gui.panels.tool_options import tool_hint
from faceeditor_gui.services import Services
from faceeditor_gui.state.tool_state import BRUSHES
from faceeditor_gui.widgets.progress_plate import ProgressPlate

_SILENT = tuple(urgency for urgency in BACKGROUND if urgency is not Urgency.FACES)
"""Background jobs whose failures the window does not post."""


class Messages(QObject):
    """Brings to the eye what services and commands post, what runs, and what has failed."""

    def __init__(
        self,
        window: QMainWindow,
        services: Services,
        status: StatusBar,
        progress: ProgressPlate,
    ) -> None:
        """`window` is what the message of an error stands in front of."""
        super().__init__(window)
        self._window = window
        self._services = services
        self._status = status
        self._progress = progress
        self._connect_posts()
        self._connect_jobs()
        services.tool_state.tool_changed.connect(self._on_tool_changed)
        services.tool_state.paint_target_changed.connect(self._on_paint_target_changed)

    def _connect_posts(self) -> None:
        services = self._services
        for source in (
            services.runner,
            services.face_finder,
            services.exemplar_finder,
            services.exemplar_edits,
            services.components,
            services.region_commands,
            services.followed_maps,
            services.landmark_edits,
            services.expressions,
            services.hair_colours,
            services.make_ups,
            services.restorations,
            services.library,
            services.series,
            services.carry_over,
            services.step_commands,
            services.paint_targets,
            services.fills,
            services.photo_files,
            services.project_files,
            services.document.undo_memory,
        ):
            source.posted.connect(self._status.post)
        for source in (services.photo_files, services.project_files, services.face_finder):
            source.noticed.connect(self._status.show_notice)

    def _connect_jobs(self) -> None:
        services = self._services
        services.job_queue.busy_changed.connect(self._progress.set_busy)
        services.job_queue.progressed.connect(self._progress.set_progress)
        for files in (services.photo_files, services.project_files):
            files.written.connect(self._on_file_written)
        services.document.undo_stack.indexChanged.connect(
            self._status.show_hint  # what was said is past
        )
        services.job_queue.ended.connect(self._on_job_ended)
        services.face_finder.face_missed.connect(self._on_face_missed)

    def _on_tool_changed(self) -> None:
        tool = self._services.tool_state.tool
        self._status.set_hint(tool_hint(tool))
        if tool in BRUSHES:
            self._on_paint_target_changed()

    def _on_paint_target_changed(self) -> None:
        if self._services.paint_targets.is_result:
            self._status.post(
                self.tr("The eraser brings the photo back in this result, the brush restores it.")
            )

    def _on_file_written(self, path: Path) -> None:
        self._status.offer_folder(path)
        self._services.settings.add_recent(path)

    def _on_face_missed(self) -> None:
        self._status.post(
            self.tr("No face was found: draw a box around one with the Face box tool.")
        )

    def _on_job_ended(self, job: Job) -> None:
        if job.error is None or job.urgency in _SILENT:
            return
        self._status.post(str(job.error))
        if dialogs.needs_dialog(job.error):
            dialogs.show_error(self._window, str(job.error))
