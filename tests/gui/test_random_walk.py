"""A walk of events at random: nothing is raised, nothing is stuck, memory stays in its bounds."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QListWidget, QWidget

from core.image_io.photo import photo_from_array
from faceeditor_gui.app import make_request_handler
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.state.settings import MIN_UNDO_MEGABYTES

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Modifier = Qt.KeyboardModifier
ASKING = (
    "file.open",
    "file.save",
    "file.save_as",
    "file.save_copy",
    "file.revert",
    "file.export",
    "file.export_as",
    "file.quit",
    "face.hair_colour",
    "exemplar.add",
    "exemplar.paste",
    "edit.paste",
    "edit.preferences",
    "mask.import",
    "mask.export",
    "help.shortcuts",
    "help.about",
    "file.open_sample",
)
"""Actions that ask for a file, or open something else."""
SHORT_STEPS, LONG_S = 250, 20 * 60
PATIENCE_S, LONG_PATIENCE_S = 60, 15 * 60
"""Many results that lie on one another are made anew one by one."""
quiet = pytest.mark.qt_log_ignore("propagateSizeHints", "support raise", "grabbing")


class Walk:
    """One user who tries everything, the same things for the same seed."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self._window = window
        self._random = random.Random(seed)
        actions = window.findChildren(type(window.menu_bar.action("edit.undo")))
        self._actions = [
            one for one in actions if "." in one.objectName() and one.objectName() not in ASKING
        ]
        self._keys = [key[0] for one in self._actions for key in one.shortcuts()]

    def step(self) -> None:
        """Do one thing, and close whatever it has opened."""
        kinds: list[Callable[[], None]] = [self._drag, self._key, self._click, self._action]
        self._random.choices(kinds, (4, 4, 3, 2))[0]()
        QApplication.processEvents()
        for opened in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if opened is not None:
                opened.close()

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(max(widget.width(), 1)),
            self._random.randrange(max(widget.height(), 1)),
        )

    def _drag(self) -> None:
        canvas, button = self._window.canvas, self._random.choice((LEFT, LEFT, LEFT, RIGHT))
        modifier = self._random.choice((Modifier.NoModifier,) * 4 + (Modifier.ShiftModifier,))
        QTest.mousePress(canvas, button, modifier, self._place(canvas))
        for _ in range(self._random.randrange(6)):
            QTest.mouseMove(canvas, self._place(canvas))
            QApplication.processEvents()
        QTest.mouseRelease(canvas, button, modifier, self._place(canvas))

    def _key(self) -> None:
        key = self._random.choice(self._keys)
        self._window.canvas.setFocus()
        QTest.keyClick(self._window.canvas, key.key(), key.keyboardModifiers())

    def _click(self) -> None:
        kinds = QAbstractButton, QAbstractSlider, QListWidget
        seen = [
            one
            for one in self._window.findChildren(QWidget)
            if isinstance(one, kinds) and one.isVisible() and one.isEnabled()
        ]
        offered = [one for one in seen if not _asks(one)]
        if not offered:
            return  # the panels are hidden
        widget = self._random.choice(offered)
        target = widget.viewport() if isinstance(widget, QListWidget) else widget
        QTest.mouseClick(target, LEFT, Modifier.NoModifier, self._place(target))

    def _action(self) -> None:
        action = self._random.choice(self._actions)
        if action.isEnabled():
            action.trigger()


def _asks(widget: QWidget) -> bool:
    """Tell whether a button opens a dialog or a menu."""
    if not isinstance(widget, QAbstractButton):
        return False
    action = getattr(widget, "defaultAction", lambda: None)()
    menu = getattr(widget, "menu", lambda: None)()
    is_asking = action is not None and action.objectName() in ASKING
    return is_asking or menu is not None or widget.text().endswith("…")


def _wait(window: MainWindow, patience: float = PATIENCE_S) -> None:
    services, end = window.services, time.monotonic() + patience
    while services.job_queue.has_work or services.runner.is_running:
        assert time.monotonic() < end, "a job is stuck"
        QTest.qWait(20)


@quiet
@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_random_walk_raises_nothing_and_leaves_no_job(
    qtbot, empty_window, run, photo, make_face, count
):
    run.faces = tuple(make_face(70.0 + 120 * i, 200.0, 30.0) for i in range(count))
    empty_window.services.document.open(photo, "noise.png")
    _wait(empty_window)
    walk = Walk(empty_window, seed=count)
    for _ in range(SHORT_STEPS):
        walk.step()
    _wait(empty_window)
    assert empty_window.services.document.photo is not None


@pytest.mark.slow
@quiet
def test_a_long_walk_on_a_portrait_stays_within_the_undo_memory(qtbot, settings):
    from skimage.data import astronaut

    from faceeditor_gui.app import make_window

    settings.set_undo_megabytes(MIN_UNDO_MEGABYTES)
    worker = EditWorker(make_request_handler)
    window = make_window(settings, worker)
    qtbot.addWidget(
        window, before_close_func=lambda shown: shown.services.document.undo_stack.setClean()
    )
    window.show()
    window.services.document.open(photo_from_array(astronaut()), "astronaut.png")
    try:
        _wait(window)
        walk, end = Walk(window, seed=7), time.monotonic() + LONG_S
        while time.monotonic() < end:
            walk.step()
        _wait(window, LONG_PATIENCE_S)
        gc.collect()
        stack = window.services.document.undo_stack
        held = sum(stack.command(one).bytes_in_memory for one in range(stack.count()))
        assert held <= MIN_UNDO_MEGABYTES * MEGABYTE
    finally:
        worker.stop()
