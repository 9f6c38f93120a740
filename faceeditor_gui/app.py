"""Builds the program and runs it until the window is closed."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from faceeditor_gui.appearance.display import DisplayProfileError, display_space, set_display
from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.appearance.theme import apply_theme
from faceeditor_gui.commands.series import Series, SeriesPhoto
from faceeditor_gui.jobs.engine import Engine
from faceeditor_gui.jobs.journal import Journal
from faceeditor_gui.jobs.recovery import LostDocument, Recovery
from faceeditor_gui.jobs.worker import UNEXPECTED, EditWorker, RequestHandler
from faceeditor_gui.main_window import TITLE, MainWindow
from faceeditor_gui.services import Services
from faceeditor_gui.state.settings import USUAL_DISPLAY, Settings

log = logging.getLogger(__name__)

MAX_LOG_BYTES = 1_000_000
LOST_SHOWN = 4
"""How many crashes the start page shows, the latest ones; the others wait for the next start."""


def run(path: Path | None = None, *, sample: bool = False) -> int:
    """Open the editor, if wanted with a photo or the sample portrait; returns the exit code."""
    _start_log()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName(TITLE)
    settings = Settings()
    apply_theme(application, settings.theme)
    settings.theme_changed.connect(lambda: apply_theme(application, settings.theme))
    application.setWindowIcon(themed_icon("account-edit-outline"))
    engine = Engine(settings.compute)
    settings.compute_changed.connect(lambda: engine.set_compute(settings.compute))
    worker = EditWorker(lambda: engine.run)
    window = make_window(settings, worker)
    journal = keep_journal(window, state_folder() / "recovery")
    sys.excepthook = _exception_hook(window)
    window.show()
    QTimer.singleShot(0, _startup_action(window, path, sample=sample))
    code = application.exec()
    worker.stop()
    if journal is not None:
        journal.close(forget=False)
    return code


def _startup_action(window: MainWindow, path: Path | None, *, sample: bool) -> Callable[[], None]:
    if path is not None:
        return lambda: window.files.open_path(path)
    return window.files.open_sample if sample else window.services.face_finder.warm_up


def make_request_handler() -> RequestHandler:
    """Make the request handler; called in the worker thread."""
    return Engine().run


def make_window(settings: Settings, worker: EditWorker) -> MainWindow:
    """Make a window over a worker, which the caller stops when the window is done."""
    _set_display(settings)
    window = MainWindow(Services.create(worker, settings))

    def show_again() -> None:
        _set_display(settings)
        window.canvas.update()

    settings.display_changed.connect(show_again)
    return window


def _set_display(settings: Settings) -> None:
    """Show pictures in the display's colours; a profile that has gone is sRGB."""
    try:
        set_display(display_space(settings.display))
    except DisplayProfileError:
        log.exception("The display's profile is not used")
        set_display(display_space(USUAL_DISPLAY))


def state_folder() -> Path:
    """Return the folder of what the program keeps from one start to the next."""
    return platformdirs.user_state_path("faceeditor", appauthor=False, ensure_exists=True)


def keep_journal(window: MainWindow, folder: Path) -> Journal | None:
    """Keep what a window has unsaved safe from crashes, and offer what earlier ones have left.

    Args:
        window: the window.
        folder: of all windows' unsaved work.

    Returns:
        The journal, to be closed at the end; None where the folder cannot be written, which the
        window says.
    """
    services = window.services
    own = folder / f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        journal = Journal(services.document, own, window)
        recovery = Recovery(services.document, services.job_queue, journal, folder, window)
        lost = recovery.find()
    except OSError:
        log.exception("No journal in %s", folder)
        window.status.show_notice(
            f"Unsaved work is not kept safe, as {folder} cannot be written; save often."
        )
        return None
    services.series.set_journal(journal)
    journal.noticed.connect(window.status.show_notice)
    recovery.posted.connect(window.status.post)
    window.closed.connect(lambda: journal.close(forget=True))
    page = window.start_page
    page.restore_requested.connect(recovery.restore)
    page.discard_requested.connect(recovery.discard)
    recovery.series_found.connect(lambda found: _adopt(services.series, recovery, found))
    for one in lost[:LOST_SHOWN]:
        name = f"{one.name} and {len(one.others)} more" if one.others else one.name
        page.show_lost(one.folder, name, f"{one.changed:%Y-%m-%d %H:%M}", one.thumbnail)
    return journal


def _adopt(series: Series, recovery: Recovery, found: Sequence[LostDocument]) -> None:
    """Make a series of the photos that a crashed one has left."""
    series.adopt(
        [
            SeriesPhoto(
                one.name,
                thumbnail=one.thumbnail,
                is_unsaved=True,
                parked=recovery.release(one),
            )
            for one in found
        ]
    )


def _start_log() -> None:
    folder = Path(platformdirs.user_log_dir("faceeditor", appauthor=False, ensure_exists=True))
    handler = RotatingFileHandler(folder / "faceeditor.log", maxBytes=MAX_LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


ExceptionHook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def _exception_hook(window: MainWindow) -> ExceptionHook:
    """Log an unexpected exception, and post one plain sentence."""

    def log_exception(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        log.critical("Unexpected", exc_info=(kind, error, traceback))
        window.status.post(UNEXPECTED)

    return log_exception
