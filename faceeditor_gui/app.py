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

from faceeditor_gui.appearance.icons import icon
from faceeditor_gui.appearance.theme import apply_theme
from faceeditor_gui.jobs.engine import Engine
from faceeditor_gui.jobs.worker import UNEXPECTED, EditWorker, Run
from faceeditor_gui.main_window import TITLE, MainWindow
from faceeditor_gui.services import Parts
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
    application.setWindowIcon(icon("account-edit-outline"))
    engine = Engine(settings.compute)
    settings.compute_changed.connect(lambda: engine.use(settings.compute))
    worker = EditWorker(lambda: engine.run)
    window = make_window(settings, worker)
    sys.excepthook = _reporter(window)
    window.show()
    QTimer.singleShot(0, _beginning(window, path, sample=sample))
    code = application.exec()
    worker.stop()
    return code


def _beginning(window: MainWindow, path: Path | None, *, sample: bool) -> Callable[[], None]:
    if path is not None:
        return lambda: window.files.open_path(path)
    return window.files.open_sample if sample else window.parts.finder.warm_up


def make_editor() -> Run:
    """Make what answers requests; called in the worker thread."""
    return Engine().run


def make_window(settings: Settings, worker: EditWorker) -> MainWindow:
    """Put a window together around a worker; stop the worker when the window is done."""
    return MainWindow(Parts.around(worker, settings))


def _start_log() -> None:
    folder = Path(platformdirs.user_log_dir("faceeditor", appauthor=False, ensure_exists=True))
    handler = RotatingFileHandler(folder / "faceeditor.log", maxBytes=MAX_LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def _reporter(window: MainWindow) -> Hook:
    """Log what nobody expected, and say so in one plain sentence."""

    def report(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        log.critical("Unexpected", exc_info=(kind, error, traceback))
        window.status.post(UNEXPECTED)

    return report
