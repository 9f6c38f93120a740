"""The main window joins menus, canvas, panels and services; it decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from faceeditor_gui.appearance.theme import Theme
from faceeditor_gui.canvas.canvas import Canvas
from faceeditor_gui.canvas.canvas_area import CanvasArea
from faceeditor_gui.canvas.empty_state import EmptyState
from faceeditor_gui.canvas_gestures import CanvasGestures
from faceeditor_gui.commands.exemplars import ExemplarCommands
from faceeditor_gui.commands.files import FileCommands, has_photo
from faceeditor_gui.commands.masks import MaskCommands
from faceeditor_gui.commands.send_to import SendTo
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.dialogs.preferences_dialog import PreferencesDialog
from faceeditor_gui.docks import Docks
from faceeditor_gui.jobs.job import FOREGROUND
from faceeditor_gui.menus.action_context import ActionContext
from faceeditor_gui.menus.actions import action_table
from faceeditor_gui.menus.keyboard import Keyboard
from faceeditor_gui.menus.menu_bar import MenuBar
from faceeditor_gui.menus.needs import met_needs
from faceeditor_gui.menus.recent_photos_menu import RecentPhotosMenu
from faceeditor_gui.messages import Messages
from faceeditor_gui.panels.checks.checks_line import ChecksLine
from faceeditor_gui.panels.collections.filmstrip import Filmstrip
from faceeditor_gui.panels.quick_edits.quick_column import QuickColumn
from faceeditor_gui.panels.status_bar import StatusBar
from faceeditor_gui.services import Services
from faceeditor_gui.widgets.progress_plate import ProgressPlate

TITLE = "Face Editor"
DEFAULT_SIZE = (1280, 800)
SCREEN_SHARE = 0.92
PHOTO_PAGE = 1
"""Of the pages in the middle; the first is the start page."""
QUICK_MIN_PX = 900
"""Width of the window below which the quick edits leave their room to the photo."""
STRIP_ACTIONS = ("edit.apply_to_all", "exemplar.apply_to_all", "file.close")
"""In the context menu of the filmstrip."""


class MainWindow(QMainWindow):
    """Menus, canvas, panels and status line, joined by signals."""

    closed = Signal()  # nothing in it is wanted any more

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.canvas = Canvas(services.document, services.tool_state)
        self.files = FileCommands(
            services.document,
            services.photo_files,
            services.project_files,
            services.series,
            services.settings,
            self,
        )
        self.send_to = SendTo(services.document, services.photo_files, self)
        self.masks = MaskCommands(
            services.document, services.tool_state, services.job_queue, services.settings, self
        )
        self.exemplars = ExemplarCommands(
            services.exemplar_finder, services.exemplar_edits, services.settings, self
        )
        self.exemplars.connect_drop(self.canvas.exemplar_drop, services.region_finder)
        self._area = CanvasArea(self.canvas)
        self.start_page = EmptyState()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self.filmstrip = Filmstrip(services.series, services.document)
        self.setCentralWidget(_stacked(self._pages, self.filmstrip))
        self.setAcceptDrops(True)
        self._may_close = False
        self.menu_bar = self._make_menu_bar()
        self.quick = self._add_photo_page()
        self.status = StatusBar()
        self.status.add_right(ChecksLine(services.result_checks))
        self.setStatusBar(self.status)
        self.progress = ProgressPlate(self._pages)
        self._docks = Docks(self, services, self.menu_bar.action)
        self.filmstrip.add_actions([self.menu_bar.action(one) for one in STRIP_ACTIONS])
        self._keyboard = Keyboard(self, self.canvas, self.menu_bar.action("view.hide_panels"))
        self._connect()
        self._restore()
        self._show_name()
        self._refresh_actions()

    def _make_menu_bar(self) -> MenuBar:
        menu_bar = MenuBar(
            self, self.canvas, action_table(self._action_context()), self.services.settings
        )
        recent = RecentPhotosMenu(self.services.document, self.services.settings, self)
        recent.chosen.connect(self.files.open_path)
        menu_bar.insert(recent, before="file.open_sample")
        return menu_bar

    def _add_photo_page(self) -> QuickColumn:
        """Put the canvas on its page, and beside it the quick edits."""
        services = self.services
        quick = QuickColumn(
            services.document,
            services.settings,
            services.runner,
            services.hair_colours,
            services.quick_pictures,
            services.glasses_picture,
            self.menu_bar.action,
        )
        self._pages.insertWidget(PHOTO_PAGE, _side_by_side(quick, self._area))
        return quick

    # Actions.

    def undo(self) -> None:
        """Take back the last change, or the edit that runs."""
        if self.canvas.pointer_router.undo() or self.services.runner.cancel_last():
            return
        undo_stack = self.services.document.undo_stack
        text = self.tr("Undone: {0}.").format(undo_stack.undoText())
        undo_stack.undo()
        self.status.post(text)

    def redo(self) -> None:
        """Bring back what was undone."""
        undo_stack = self.services.document.undo_stack
        text = self.tr("Redone: {0}.").format(undo_stack.redoText())
        undo_stack.redo()
        self.status.post(text)

    def cancel(self) -> None:
        """Stop the gesture or the work under way."""
        if self.canvas.pointer_router.cancel():
            return
        self.services.series.stop()
        self.services.tool_state.leave_face_box()
        self.services.runner.cancel()
        self.services.job_queue.cancel(*FOREGROUND)
        if self.services.job_queue.is_busy:
            self.progress.set_cancelling()
            self.status.post(self.tr("Cancelled; nothing has changed."))

    def toggle_panels(self) -> None:
        """Hide or show everything beside the canvas."""
        self._docks.toggle()
        for beside in (self.filmstrip, self.quick):
            beside.set_hidden(self._docks.is_hidden)

    def toggle_quick(self) -> None:
        """Show the column of quick edits, or hide it."""
        self.services.settings.set_shows_quick(not self.services.settings.shows_quick)

    def shows_quick(self) -> bool:
        """Tell whether the column of quick edits is shown."""
        return self.services.settings.shows_quick

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.services.settings.toggle_theme()

    def is_light(self) -> bool:
        """Tell whether the window is light."""
        return self.services.settings.theme is Theme.LIGHT

    def move_focus(self) -> None:
        """Move between canvas and panels."""
        if self.canvas.hasFocus():
            self._docks.focus_first()
        else:
            self.canvas.setFocus()

    def show_shortcuts(self) -> None:
        """Show the shortcut sheet."""
        dialogs.show_shortcuts(self, self.menu_bar.shortcut_groups())

    def show_preferences(self) -> None:
        """Show the preferences."""
        PreferencesDialog(
            self.services.settings,
            self.menu_bar.key_bindings,
            self.menu_bar.keyed_actions(),
            self,
        ).open()

    def show_about(self) -> None:
        """Show version and licences."""
        dialogs.show_about(self)

    # Construction.

    def _action_context(self) -> ActionContext:
        services = self.services
        return ActionContext(
            self,
            self.canvas,
            services.document,
            services.tool_state,
            services.runner,
            services.landmark_edits,
            services.paint_targets,
            services.step_commands,
            services.hair_colours,
            services.restorations,
            services.fills,
            self.files,
            self.masks,
            self.exemplars,
            services.region_commands,
            services.followed_maps,
            self.send_to,
            services.library,
            services.series,
            services.carry_over,
        )

    def _connect(self) -> None:
        Messages(self, self.services, self.status, self.progress)
        CanvasGestures(self.canvas, self.services)
        self._connect_pages()
        self._connect_undo()
        self._connect_actions()

    def _connect_pages(self) -> None:
        """Join canvas and start page to files and menus."""
        services = self.services
        services.settings.theme_changed.connect(self.menu_bar.apply_icons)
        services.document.photo_changed.connect(self._on_photo_changed)
        services.document.name_changed.connect(self._show_name)
        self.canvas.navigation.scale_changed.connect(self._on_scale_changed)
        self.canvas.menu_requested.connect(self.menu_bar.show_canvas_menu)
        self.start_page.open_requested.connect(self.files.open)
        self.start_page.sample_requested.connect(self.files.open_sample)
        self.start_page.recent_requested.connect(self.files.open_path)
        self.progress.cancel_requested.connect(self.cancel)
        for commands in (self.files, self.send_to, self.masks):
            commands.posted.connect(self.status.post)

    def _connect_undo(self) -> None:
        undo_stack = self.services.document.undo_stack
        undo_stack.undoTextChanged.connect(self._on_undo_text_changed)
        undo_stack.redoTextChanged.connect(self._on_redo_text_changed)

    def _connect_actions(self) -> None:
        services = self.services
        for signal in (
            services.document.name_changed,
            services.document.undo_stack.cleanChanged,
            services.document.photo_changed,
            services.document.faces.changed,
            services.document.faces.chosen_changed,
            services.document.mask.changed,
            services.document.sketch.changed,
            services.document.exemplars.changed,
            services.series.changed,
            services.document.undo_stack.indexChanged,
            services.document.steps.selection_changed,
            services.runner.edit_ended,
            services.job_queue.busy_changed,
            services.tool_state.tool_changed,
            services.tool_state.paint_target_changed,
            services.tool_state.brush_changed,
            services.tool_state.shapes_changed,
            services.tool_state.regions.changed,
            self.canvas.comparison.changed,
            self.menu_bar.triggered,
        ):
            signal.connect(self._refresh_actions)

    def _restore(self) -> None:
        self.resize(QSize(*DEFAULT_SIZE).boundedTo(self.screen().availableSize() * SCREEN_SHARE))
        self.services.tool_state.restore(self.services.settings.tools)
        self.restoreGeometry(self.services.settings.geometry)
        self._docks.restore_layout()
        self.files.read_recent(self.start_page.show_recent)

    # Slots.

    def _refresh_actions(self) -> None:
        self.menu_bar.refresh(
            met_needs(self.services.document, self.services.runner, self.services.series)
        )
        self.setWindowModified(self.services.document.has_unsaved_work)

    def _show_name(self) -> None:
        name = self.services.document.name
        self.setWindowTitle(f"{name}[*] \N{EN DASH} {TITLE}" if name else TITLE)

    def _on_undo_text_changed(self, text: str) -> None:
        self.menu_bar.action("edit.undo").setText(self.tr("&Undo {0}").format(text).rstrip())

    def _on_redo_text_changed(self, text: str) -> None:
        self.menu_bar.action("edit.redo").setText(self.tr("&Redo {0}").format(text).rstrip())

    def _on_photo_changed(self) -> None:
        self._pages.setCurrentIndex(PHOTO_PAGE)
        self.canvas.setFocus()
        self.status.forget_notices()
        self.services.tool_state.scale_brushes(max(self.services.document.shape))

    def _on_scale_changed(self, scale: float) -> None:
        height, width = self.services.document.shape
        self.status.set_view(width, height, scale, self.canvas.navigation.viewport.angle)
        self.services.runner.set_screen_scale(scale)

    # Qt overrides.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.quick.set_room(event.size().width() >= QUICK_MIN_PX)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_photo(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.files.open_mime_data(event.mimeData()):
            event.acceptProposedAction()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._keyboard.release(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        is_unsaved = self.services.document.has_unsaved_work or self.services.series.unsaved
        if is_unsaved and not self._may_close:
            event.ignore()
            self.files.confirm_all_unsaved(self._close_now)
            return
        self.cancel()
        self.services.settings.geometry = self.saveGeometry()
        self._docks.save_layout()
        self.services.settings.tools = self.services.tool_state.serialize()
        self.services.series.forget()
        self.closed.emit()
        self.services.document.undo_memory.clear()  # it would still signal while it is destroyed
        event.accept()

    def _close_now(self) -> None:
        self._may_close = True
        self.close()


def _side_by_side(left: QWidget, right: QWidget) -> QWidget:
    """Put two widgets beside each other, without room around them; the right one grows."""
    both = QWidget()
    layout = QHBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(left)
    layout.addWidget(right, 1)
    return both


def _stacked(above: QWidget, below: QWidget) -> QWidget:
    """Put one widget above another, without room around them."""
    both = QWidget()
    layout = QVBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(above, 1)
    layout.addWidget(below)
    return both
