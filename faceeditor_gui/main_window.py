"""The main window puts things together and decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from core.errors import CoreError
from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.canvas_area import CanvasArea
from faceeditor_gui.canvas.empty_state import EmptyState
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.commands.files import FileCommands, can_take
from faceeditor_gui.commands.masks import MaskCommands
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.dialogs.preferences import Preferences
from faceeditor_gui.docks import Surround
from faceeditor_gui.jobs.job_queue import BACKGROUND, FOREGROUND
from faceeditor_gui.jobs.worker import Job, Urgency
from faceeditor_gui.menus.actions import Targets, action_table, present_needs
from faceeditor_gui.menus.menu_bar import Menus
from faceeditor_gui.menus.recent_photos import RecentMenu
from faceeditor_gui.panels.status import StatusLine
from faceeditor_gui.panels.tool_options import hint
from faceeditor_gui.services import Parts
from faceeditor_gui.state.tool_state import BRUSHES

TITLE = "Face Editor"
DEFAULT_SIZE = (1280, 800)
SCREEN_SHARE = 0.92
_SILENT = tuple(urgency for urgency in BACKGROUND if urgency is not Urgency.FACES)
"""Whose failures are told by whoever needs them."""


class MainWindow(QMainWindow):
    """Menus, canvas, panels and status line, joined by signals."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.canvas = Canvas(parts.document, parts.tool_state)
        self.files = FileCommands(parts.document, parts.files, parts.settings, self)
        self.masks = MaskCommands(
            parts.document, parts.tool_state, parts.schedule, parts.settings, self
        )
        self.exemplars = ExemplarCommands(
            parts.exemplar_finder, parts.borrowing, parts.settings, self
        )
        self.exemplars.answer(self.canvas.drops, parts.region_finder)
        self._area = CanvasArea(self.canvas)
        self._empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._area)
        self.setCentralWidget(self._stack)
        self.setAcceptDrops(True)
        self._may_close = False
        self.menus = Menus(self, self.canvas, action_table(self._targets()))
        recent = RecentMenu(parts.document, parts.settings, self)
        recent.chosen.connect(self.files.open_path)
        self.menus.insert(recent, before="Open the sample portrait")
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self._surround = Surround(self, parts, self.menus.action)
        self._connect()
        self._restore()
        self._show_name()
        self._refresh_actions()

    # What the actions ask of the window.

    def undo(self) -> None:
        """Take back the last change, or the edit that runs."""
        if self.canvas.gestures.undo() or self.parts.runner.take_back():
            return
        self.status.post(self.tr("Undone: {0}.").format(self.parts.document.undo_stack.undoText()))
        self.parts.document.undo_stack.undo()

    def redo(self) -> None:
        """Bring back what was undone."""
        self.status.post(self.tr("Redone: {0}.").format(self.parts.document.undo_stack.redoText()))
        self.parts.document.undo_stack.redo()

    def cancel(self) -> None:
        """Stop the gesture or the work under way."""
        if self.canvas.gestures.cancel():
            return
        self.parts.tool_state.leave_face_box()
        self.parts.runner.cancel()
        self.parts.schedule.cancel(*FOREGROUND)
        if self.parts.schedule.is_busy:
            self.status.set_cancelling()
            self.status.post(self.tr("Cancelled; nothing has changed."))

    def toggle_panels(self) -> None:
        """Hide or show everything beside the canvas."""
        self._surround.show(not self._surround.is_shown)

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.parts.settings.toggle_theme()

    def is_light(self) -> bool:
        """Tell whether the window is light."""
        return self.parts.settings.theme is Theme.LIGHT

    def move_focus(self) -> None:
        """Move between canvas and panels."""
        if self.canvas.hasFocus():
            self._surround.take_focus()
        else:
            self.canvas.setFocus()

    def show_shortcuts(self) -> None:
        """Show the shortcut sheet."""
        dialogs.show_shortcuts(self, self.menus.shortcut_groups())

    def show_preferences(self) -> None:
        """Show the preferences."""
        Preferences(self.parts.settings, self).open()

    def show_about(self) -> None:
        """Show version and licences."""
        dialogs.show_about(self)

    # Putting together.

    def _targets(self) -> Targets:
        parts = self.parts
        return Targets(
            self,
            self.canvas,
            parts.document,
            parts.tool_state,
            parts.runner,
            parts.reshaping,
            self.files,
            self.masks,
            self.exemplars,
            parts.regions,
        )

    def _connect(self) -> None:
        parts = self.parts
        undo_memory = parts.document.undo_memory
        for speaker in (
            parts.runner,
            parts.finder,
            parts.exemplar_finder,
            parts.borrowing,
            parts.regions,
            parts.reshaping,
            parts.files,
            self.files,
            self.masks,
            undo_memory,
        ):
            speaker.posted.connect(self.status.post)
        parts.files.noticed.connect(self.status.note)
        parts.schedule.busy_changed.connect(self.status.set_busy)
        parts.schedule.progressed.connect(self.status.set_progress)
        parts.schedule.failed.connect(self._on_failed)
        parts.finder.face_missed.connect(self._on_face_missed)
        parts.runner.preview_changed.connect(self.canvas.layers.show_preview)
        parts.settings.theme_changed.connect(self.menus.apply_icons)
        parts.tool_state.tool_changed.connect(self._on_tool_changed)
        parts.document.edits.target_changed.connect(self._on_target_changed)
        parts.document.photo_changed.connect(self._on_photo_changed)
        parts.document.name_changed.connect(self._show_name)
        parts.document.undo_stack.cleanChanged.connect(self._on_clean_changed)
        parts.document.undo_stack.undoTextChanged.connect(self._on_undo_text_changed)
        parts.document.undo_stack.redoTextChanged.connect(self._on_redo_text_changed)
        self.status.cancel_requested.connect(self.cancel)
        self.canvas.scale_changed.connect(self._on_scale_changed)
        self.canvas.gestures.face_box.drawn.connect(self._on_face_box_drawn)
        self.canvas.gestures.landmarks.dragged.connect(parts.reshaping.drag)
        self.canvas.gestures.landmarks.dropped.connect(parts.reshaping.drop)
        self.canvas.gestures.landmarks.let_go.connect(parts.reshaping.let_go)
        parts.reshaping.points_changed.connect(self.canvas.layers.show_landmarks)
        self.canvas.gestures.region.picked.connect(parts.regions.take_along)
        self._empty.open_requested.connect(self.files.open)
        self._empty.sample_requested.connect(self.files.open_sample)
        for fact in (
            parts.document.photo_changed,
            parts.document.faces_changed,
            parts.document.mask_changed,
            parts.document.sketch.changed,
            parts.document.shelf.changed,
            parts.document.undo_stack.indexChanged,
            parts.document.edits.target_changed,
            parts.runner.edit_ended,
            parts.schedule.busy_changed,
            parts.tool_state.tool_changed,
            parts.tool_state.brush_changed,
            parts.tool_state.shapes_changed,
            parts.tool_state.regions.changed,
            self.canvas.comparison.changed,
            self.menus.triggered,
        ):
            fact.connect(self._refresh_actions)

    def _restore(self) -> None:
        self.resize(QSize(*DEFAULT_SIZE).boundedTo(self.screen().availableSize() * SCREEN_SHARE))
        self.parts.tool_state.restore(self.parts.settings.tools)
        self.restoreGeometry(self.parts.settings.geometry)
        self._surround.restore()

    # Answers to signals.

    def _refresh_actions(self) -> None:
        self.menus.refresh(present_needs(self.parts.document, self.parts.runner))

    def _show_name(self) -> None:
        name = self.parts.document.name
        self.setWindowTitle(f"{name}[*] \N{EN DASH} {TITLE}" if name else TITLE)

    def _on_clean_changed(self, clean: bool) -> None:
        self.setWindowModified(not clean)

    def _on_undo_text_changed(self, text: str) -> None:
        self.menus.action("Undo").setText(self.tr("&Undo {0}").format(text).rstrip())

    def _on_redo_text_changed(self, text: str) -> None:
        self.menus.action("Redo").setText(self.tr("&Redo {0}").format(text).rstrip())

    def _on_photo_changed(self) -> None:
        self._stack.setCurrentWidget(self._area)
        self.canvas.setFocus()
        self.parts.tool_state.suit_photo(max(self.parts.document.shape))

    def _on_scale_changed(self, scale: float) -> None:
        height, width = self.parts.document.shape
        self.status.set_view(width, height, scale, self.canvas.viewport.angle)
        self.parts.runner.set_screen_scale(scale)

    def _on_tool_changed(self) -> None:
        tool = self.parts.tool_state.tool
        self.status.post(hint(tool))
        if tool in BRUSHES:
            self._on_target_changed()

    def _on_target_changed(self) -> None:
        if self.parts.document.edits.target is not None:
            self.status.post(
                self.tr("The eraser brings the photo back in this result, the brush restores it.")
            )

    def _on_face_missed(self) -> None:
        self.status.post(self.tr("No face was found: press G and draw a box around one."))

    def _on_face_box_drawn(self, box: tuple[float, float, float, float]) -> None:
        self.parts.finder.place(box)
        self.parts.tool_state.leave_face_box()

    def _on_failed(self, job: Job, error: CoreError) -> None:
        if job.urgency in _SILENT:
            return
        self.status.post(str(error))
        if dialogs.is_for_dialog(error):
            dialogs.show_error(self, str(error))

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.files.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.files.has_unsaved and not self._may_close:
            event.ignore()
            self.files.unless_unsaved(self._close_now)
            return
        self.cancel()
        self.parts.settings.geometry = self.saveGeometry()
        self._surround.remember()
        self.parts.settings.tools = self.parts.tool_state.as_text()
        self.parts.document.undo_memory.begin()  # it would still signal while it is destroyed
        event.accept()

    def _close_now(self) -> None:
        self._may_close = True
        self.close()
