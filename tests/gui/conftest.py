"""A window without a screen, a worker without networks, and no thread left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QThread
from shiboken6 import isValid

from core.anatomy.regions import Region
from core.edit.requests import (
    EditResult,
    ExemplarRequest,
    FacesFound,
    FindFacesRequest,
    InpaintRequest,
    LabelsFound,
    ParseRequest,
    ReshapeRequest,
    SmileRequest,
    StyleRequest,
)
from core.face.face import Face
from core.image_io.photo import Photo, photo_from_array, read_photo
from core.progress import Report
from faceeditor_gui.app import make_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import exemplars_of
from faceeditor_gui.jobs.engine import Engine, FindExemplars, FindFaceInBox, WarmUp
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import ToolName

WIDTH, HEIGHT = 640, 480
LEFT = Qt.MouseButton.LeftButton


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "gui" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(scope="session", autouse=True)
def earlier_tests_are_not_searched() -> None:
    """Keep what they have left, networks and faces, out of every test's search for threads."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    gc.collect()  # else a worker thread may do it, and destroy what an earlier test has left
    yield
    running = [
        thread
        for thread in gc.get_objects()
        if issubclass(type(thread), QThread) and isValid(thread) and thread.isRunning()
    ]
    for thread in running:
        thread.quit()
        thread.wait()
    assert not running, "a worker thread was left running"


@pytest.fixture(autouse=True)
def cache_is_the_tests_own(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("faceeditor_gui.document.array_store.cache_folder", lambda: tmp_path)


@pytest.fixture(autouse=True)
def variations_rest(monkeypatch) -> None:
    """Whoever counts requests need not count those that nobody waits for."""
    monkeypatch.setattr("faceeditor_gui.jobs.variations.Variations._begin", lambda _self: None)


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    """Whether the window offers styles does not depend on the weights that are there."""
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: False)


@pytest.fixture(autouse=True)
def background_begins_soon(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.jobs.job_queue.QUIET_MS", 50)
    monkeypatch.setattr("faceeditor_gui.jobs.stale_steps.SETTLE_MS", 0)


@pytest.fixture
def photo() -> Photo:
    """A photo of noise, so that every displaced sample shows."""
    return photo_from_array(np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


@pytest.fixture
def document(qapp, photo) -> Document:
    document = Document()
    document.open(photo, "noise.png")
    return document


@pytest.fixture
def make_face() -> Callable[..., Face]:
    """Make an upright face with its eyes at a given place and distance."""

    def make(x: float = 200.0, y: float = 200.0, eyes: float = 60.0) -> Face:
        landmarks = np.tile([x, y + 0.5 * eyes], (68, 1))
        landmarks[:17] += np.column_stack([np.linspace(-eyes, eyes, 17), np.zeros(17)])
        landmarks[36:42] = x - eyes / 2, y
        landmarks[42:48] = x + eyes / 2, y
        mouth = np.linspace(-0.4, 0.4, 20) * eyes
        landmarks[48:68] = np.column_stack([x + mouth, np.full(20, y + eyes)])
        landmarks[48], landmarks[54] = (x - 0.4 * eyes, y + eyes), (x + 0.4 * eyes, y + eyes)
        box = x - eyes, y - 0.5 * eyes, x + eyes, y + 1.5 * eyes
        return Face(box, 1.0, landmarks)

    return make


class FakeRun:
    """Answers requests as the engine would, with results that are easy to tell."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        self.requests: list[object] = []
        self.before: Callable[[object, Report], None] = lambda _request, _report: None
        self._engine = Engine()
        self.gives_way = 0.0
        """How far a point moves that was not asked to."""

    def __call__(self, request: object, report: Report) -> object:
        self.requests.append(request)
        report(0.5, "Working")
        self.before(request, report)
        match request:
            case FindFacesRequest():
                return FacesFound(self.faces, request)
            case FindFaceInBox():
                return self.faces[0]
            case FindExemplars(picture, name):
                image = read_photo(picture).work if isinstance(picture, Path) else picture
                return exemplars_of(image, self.faces, name)
            case WarmUp():
                return None
            case ParseRequest():
                return LabelsFound(self._parsed(request), request)
        edited = self._edited(request)
        return self._engine.run(request, report) if edited is None else edited

    def _edited(self, request: object) -> EditResult | None:
        match request:
            case InpaintRequest():
                return self._whitened(request, request.mask)
            case SmileRequest():
                return self._smiling(request)
            case ExemplarRequest():
                return self._borrowed(request)
            case ReshapeRequest():
                return self._reshaped(request)
            case StyleRequest():
                return self._styled(request)
        return None

    def hold(self, is_held: Callable[[object], bool] = lambda _: True) -> threading.Event:
        """Let requests work on, as long as nobody cancels them, until the event is set."""
        go_on = threading.Event()

        def work(request: object, report: Report) -> None:
            while is_held(request) and not go_on.wait(0.001):
                report(0.5, "Working")

        self.before = work
        return go_on

    def made(self, kind: type) -> list:
        """List the requests of one kind."""
        return [request for request in self.requests if isinstance(request, kind)]

    def _whitened(self, request: InpaintRequest, mask: np.ndarray) -> EditResult:
        return EditResult(np.full_like(request.image, 255), 0, 0, mask.copy(), request)

    def _parsed(self, request: ParseRequest) -> np.ndarray:
        """Give all above the eyes to the hair, the rest to the skin but for both lips."""
        labels = np.full(request.image.shape[:2], Region.SKIN, np.uint8)
        (left, eyes), (right, _) = request.landmarks[36].round(), request.landmarks[45].round()
        mouth = round(request.landmarks[48, 1])
        labels[: int(eyes)] = Region.HAIR
        labels[mouth - 8 : mouth, int(left) : int(right)] = Region.UPPER_LIP
        labels[mouth : mouth + 8, int(left) : int(right)] = Region.LOWER_LIP
        labels[:4] = labels[-4:] = Region.BACKGROUND
        return labels

    def _borrowed(self, request: ExemplarRequest) -> EditResult:
        """Paint the exemplar's first sample over the face, as opaque as it is strong."""
        left, top = request.landmarks.min(axis=0).round().astype(int)
        right, bottom = request.landmarks.max(axis=0).round().astype(int)
        patch = np.empty((bottom - top, right - left, 3), np.uint8)
        patch[:] = request.exemplar[0, 0]
        coverage = np.full(patch.shape[:2], round(255 * request.strength), np.uint8)
        return EditResult(patch, int(left), int(top), coverage, request)

    def _styled(self, request: StyleRequest) -> EditResult:
        """Paint the mask, or else the whole window, in a grey that tells the seed."""
        shape = request.image.shape[:2]
        hole = np.full(shape, 255, np.uint8) if request.mask is None else request.mask
        coverage = np.round(hole * request.strength).astype(np.uint8)
        grey = np.uint8(20 * (request.seed + 1) % 256)
        return EditResult(np.full_like(request.image, grey), 0, 0, coverage, request)

    def _reshaped(self, request: ReshapeRequest) -> EditResult:
        """Paint a square where the chin goes."""
        x, y = request.targets[8].round().astype(int)
        patch = np.full((9, 9, 3), 200, np.uint8)
        coverage = np.full((9, 9), 255, np.uint8)
        left, top = int(x) - 4, int(y) - 4
        landmarks = request.targets.copy()
        landmarks[49] += self.gives_way
        return EditResult(
            patch, left, top, coverage, request, is_painted=False, landmarks=landmarks
        )

    def _smiling(self, request: SmileRequest) -> EditResult:
        """Paint a square around the mouth as bright as the smile is strong."""
        x, y = request.landmarks[48:].mean(axis=0).round().astype(int)
        half = int(0.2 * np.ptp(request.landmarks[:17, 0]))
        grey = round(127 + 127 * request.strength)
        patch = np.full((2 * half, 2 * half, 3), grey, np.uint8)
        coverage = np.full((2 * half, 2 * half), 255, np.uint8)
        return EditResult(patch, int(x) - half, int(y) - half, coverage, request)


@pytest.fixture
def run(make_face) -> FakeRun:
    return FakeRun((make_face(), make_face(480.0, 150.0, 40.0)))


@pytest.fixture
def settings(qapp, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def worker(qapp, run: FakeRun) -> Iterator[EditWorker]:
    worker = EditWorker(lambda: run)
    yield worker
    worker.stop()


@pytest.fixture
def schedule(worker: EditWorker) -> Schedule:
    return Schedule(worker)


@pytest.fixture
def empty_window(qtbot, settings: Settings, worker: EditWorker) -> MainWindow:
    window = make_window(settings, worker)
    qtbot.addWidget(
        window, before_close_func=lambda shown: shown.parts.document.undo_stack.setClean()
    )
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def window(qtbot, empty_window: MainWindow, photo: Photo) -> MainWindow:
    """A window with a photo whose two faces have been found."""
    with qtbot.waitSignal(
        empty_window.parts.finder.searching_changed, check_params_cb=lambda on: not on
    ):
        empty_window.parts.document.open(photo, "noise.png")
    qtbot.waitUntil(lambda: not empty_window.parts.schedule.has_work)
    return empty_window


@pytest.fixture
def at(window):
    """Where a position of the photo lies on the canvas."""

    def place(x: float, y: float):
        screen = window.canvas.viewport.to_screen((x + 0.5, y + 0.5))
        return (QPointF(*screen) / window.canvas.unit).toPoint()

    return place


@pytest.fixture
def drag(qtbot, window, at):
    """Drag over positions of the photo; release at the end unless told otherwise."""

    def run(*positions, button=LEFT, release=True) -> None:
        qtbot.mousePress(window.canvas, button, pos=at(*positions[0]))
        for position in positions[1:]:
            qtbot.mouseMove(window.canvas, at(*position))
        if release:
            qtbot.mouseRelease(window.canvas, button, pos=at(*positions[-1]))

    return run


@pytest.fixture
def press_key(qtbot, window):
    def run(key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        window.canvas.setFocus()
        qtbot.keyClick(window.canvas, key, modifier)

    return run


@pytest.fixture
def brush(window):
    window.parts.tool_state.take(ToolName.BRUSH)
    window.parts.tool_state.set_diameter(20)
    window.parts.tool_state.set_hardness(1.0)


@pytest.fixture
def idle(qtbot, empty_window):
    """Wait until nothing is left to do in the background."""

    def wait() -> None:
        parts = empty_window.parts
        qtbot.waitUntil(
            lambda: (
                not (parts.schedule.has_work or parts.runner.is_running or parts.refresher.is_busy)
            )
        )

    return wait
