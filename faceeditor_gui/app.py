"""Builds the program and runs it until the window is closed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.appearance.theme import apply_theme
from faceeditor_gui.jobs.engine import Engine
from faceeditor_gui.jobs.worker import UNEXPECTED, EditWorker, RequestHandler
from faceeditor_gui.main_window import TITLE, MainWindow
from faceeditor_gui.services import Services
from faceeditor_gui.state.settings import Settings

log = logging.getLogger(__name__)

MAX_LOG_BYTES = 1_000_000


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
    sys.excepthook = _exception_hook(window)
    window.show()
    QTimer.singleShot(0, _startup_action(window, path, sample=sample))
    code = application.exec()
    worker.stop()
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
    return MainWindow(Services.create(worker, settings))


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
