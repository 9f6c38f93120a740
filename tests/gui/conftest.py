"""A window without a screen, a worker without networks, and no thread left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.edit.requests import (
    CheckHairRequest,
    CheckHairResult,
    EditResult,
    ExemplarRequest,
    ExpressionRequest,
    FindFacesRequest,
    FindFacesResult,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    ParseRequest,
    ParseResult,
    ReshapeRequest,
    RestoreRequest,
    SmileRequest,
    StyleRequest,
    TransferRequest,
)
from core.face.face import Face
from core.image_io.photo import Photo, photo_from_array, read_photo
from core.progress import Report
from faceeditor_gui.app import make_window
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.jobs.engine import (
    Engine,
    FindExemplarsRequest,
    FindFaceInBoxRequest,
    WarmUpEditorRequest,
)
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.main_window import MainWindow
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import ToolName

WIDTH, HEIGHT = 640, 480
PATIENCE_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


class PatientBot(QtBot):
    """Waits as long as a machine may take that does ten other things."""

    # The names are pytest-qt's.
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE_MS)  # noqa: N815
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)  # noqa: N815


@pytest.fixture
def qtbot(qapp, request) -> PatientBot:
    return PatientBot(request)


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
def no_thread_is_leaked() -> Iterator[None]:
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
def separate_cache_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("faceeditor_gui.document.array_store.cache_folder", lambda: tmp_path)
    library = tmp_path / "library"
    monkeypatch.setattr("faceeditor_gui.project.library_folder.default_folder", lambda: library)


@pytest.fixture(autouse=True)
def no_variations(monkeypatch) -> None:
    """Keep background requests out of tests that count requests."""
    monkeypatch.setattr("faceeditor_gui.jobs.variations.Variations._restart", lambda _self: None)


@pytest.fixture(autouse=True)
def no_quick_pictures(monkeypatch) -> None:
    """Keep the requests of the quick column's pictures out, too."""
    watched = "faceeditor_gui.panels.quick_edits.quick_column.QuickColumn._set_watched"
    monkeypatch.setattr(watched, lambda _self, *, watched: None)


@pytest.fixture(autouse=True)
def no_checks(monkeypatch) -> None:
    """Check no results; tests of the checks ask for them."""
    start = "faceeditor_gui.jobs.result_checks.ResultChecks._on_changed"
    monkeypatch.setattr(start, lambda _self: None)


@pytest.fixture(autouse=True)
def no_look_at_hair(monkeypatch) -> None:
    """Keep the requests that look at exemplars' hair out of tests that count requests."""
    look = "faceeditor_gui.jobs.exemplar_hair.ExemplarHair._look"
    monkeypatch.setattr(look, lambda _self: None)


@pytest.fixture(autouse=True)
def offers_style(monkeypatch) -> None:
    """Whether the window offers styles does not depend on the weights that are there."""
    monkeypatch.setattr("faceeditor_gui.services.has_weights", lambda _name: False)


@pytest.fixture(autouse=True)
def short_delays(monkeypatch) -> None:
    monkeypatch.setattr("faceeditor_gui.jobs.job_queue.IDLE_DELAY_MS", 50)
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


class FakeEngine:
    """Handles requests as the engine would, with results that are easy to recognize."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        self.requests: list[object] = []
        self.before: Callable[[object, Report], None] = lambda _request, _report: None
        self._engine = Engine()
        self.hair_problem: str | None = None
        """What is said of every exemplar's hair."""
        self.pulled_offset = 0.0
        """By how many pixels a landmark moves that has no target of its own."""

    def __call__(self, request: object, report: Report) -> object:
        self.requests.append(request)
        report(0.5, "Working")
        self.before(request, report)
        match request:
            case FindFacesRequest():
                return FindFacesResult(self.faces, request)
            case FindFaceInBoxRequest():
                return self.faces[0]
            case FindExemplarsRequest(source, name):
                image = read_photo(source).image if isinstance(source, Path) else source
                return cut_exemplars(image, self.faces, name)
            case WarmUpEditorRequest():
                return None
            case CheckHairRequest():
                return CheckHairResult(self.hair_problem, request)
            case ParseRequest():
                return ParseResult(self._parsed(request), request)
        edited = self._edited(request)
        return self._engine.run(request, report) if edited is None else edited

    def _edited(self, request: object) -> EditResult | None:
        if isinstance(request, InpaintRequest):
            return self._whitened(request, request.mask)
        edits = {
            SmileRequest: self._smiling,
            ExpressionRequest: self._expressing,
            ExemplarRequest: self._transferred,
            ReshapeRequest: self._reshaped,
            StyleRequest: self._styled,
            HairColourRequest: self._coloured,
            MakeUpRequest: self._made_up,
            TransferRequest: self._following,
            RestoreRequest: self._restored,
        }
        edit = edits.get(type(request))
        return edit(request) if edit is not None else None

    def hold(self, is_held: Callable[[object], bool] = lambda _: True) -> threading.Event:
        """Let requests work on, as long as nobody cancels them, until the event is set."""
        resume = threading.Event()

        def work(request: object, report: Report) -> None:
            while is_held(request) and not resume.wait(0.001):
                report(0.5, "Working")

        self.before = work
        return resume

    def requests_of(self, kind: type) -> list:
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

    def _transferred(self, request: ExemplarRequest) -> EditResult:
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
        landmarks[49] += self.pulled_offset
        return EditResult(
            patch, left, top, coverage, request, is_painted=False, landmarks=landmarks
        )

    def _coloured(self, request: HairColourRequest) -> EditResult:
        """Paint a square above the eyes in the colour, or else in a grey as light as asked for."""
        x, y = request.landmarks[36:48].mean(axis=0).round().astype(int)
        patch = np.empty((20, 20, 3), np.uint8)
        patch[:] = request.colour or round(127 + 127 * request.lightness)
        coverage = np.full((20, 20), round(255 * request.strength), np.uint8)
        left, top = int(x) - 10, int(y) - 30
        return EditResult(patch, left, top, coverage, request, is_painted=False)

    def _made_up(self, request: MakeUpRequest) -> EditResult:
        """Paint the lips' colour on the mouth, or else a grey as light as the brows are strong."""
        x, y = request.landmarks[48:].mean(axis=0).round().astype(int)
        patch = np.empty((8, 12, 3), np.uint8)
        patch[:] = request.lips or round(127 + 100 * request.brows)
        coverage = np.full((8, 12), round(255 * request.strength), np.uint8)
        return EditResult(patch, int(x) - 6, int(y) - 4, coverage, request, is_painted=False)

    def _following(self, request: TransferRequest) -> EditResult:
        """Whiten what a map names, else paint the exemplar's first sample on the nose."""
        if request.exemplar is not None:
            x, y = request.landmarks[30].round().astype(int)
            patch = np.empty((8, 4 * len(request.parts), 3), np.uint8)
            patch[:] = request.exemplar.image[0, 0]
            coverage = np.full(patch.shape[:2], 255, np.uint8)
            return EditResult(patch, int(x) - 4, int(y) - 4, coverage, request)
        coverage = np.where(request.labels == UNKNOWN, 0, 255).astype(np.uint8)
        return self._whitened(request, coverage)

    def _restored(self, request: RestoreRequest) -> EditResult:
        """Paint a square on the nose, as opaque as it is strong."""
        x, y = request.landmarks[30].round().astype(int)
        coverage = np.full((8, 8), round(255 * request.strength), np.uint8)
        patch = np.full((8, 8, 3), 250, np.uint8)
        return EditResult(patch, int(x) - 4, int(y) - 4, coverage, request)

    def _expressing(self, request: ExpressionRequest) -> EditResult:
        """Paint a square on the nose, as bright as there are weights."""
        x, y = request.landmarks[30].round().astype(int)
        patch = np.full((8, 8, 3), round(127 + 100 * sum(request.weights.values()) / 4), np.uint8)
        coverage = np.full((8, 8), 255, np.uint8)
        return EditResult(patch, int(x) - 4, int(y) - 4, coverage, request)

    def _smiling(self, request: SmileRequest) -> EditResult:
        """Paint a square around the mouth as bright as the smile is strong."""
        x, y = request.landmarks[48:].mean(axis=0).round().astype(int)
        half = int(0.2 * np.ptp(request.landmarks[:17, 0]))
        grey = round(127 + 127 * request.strength)
        patch = np.full((2 * half, 2 * half, 3), grey, np.uint8)
        coverage = np.full((2 * half, 2 * half), 255, np.uint8)
        return EditResult(patch, int(x) - half, int(y) - half, coverage, request)


@pytest.fixture
def run(make_face) -> FakeEngine:
    return FakeEngine((make_face(), make_face(480.0, 150.0, 40.0)))


@pytest.fixture
def settings(qapp, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def worker(qapp, run: FakeEngine) -> Iterator[EditWorker]:
    worker = EditWorker(lambda: run)
    yield worker
    worker.stop()


@pytest.fixture
def job_queue(worker: EditWorker) -> JobQueue:
    return JobQueue(worker)


@pytest.fixture
def empty_window(qtbot, settings: Settings, worker: EditWorker) -> MainWindow:
    window = make_window(settings, worker)
    qtbot.addWidget(
        window, before_close_func=lambda shown: shown.services.document.undo_stack.setClean()
    )
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def window(qtbot, empty_window: MainWindow, photo: Photo) -> MainWindow:
    """A window with a photo whose two faces have been found."""
    with qtbot.waitSignal(
        empty_window.services.face_finder.searching_changed, check_params_cb=lambda on: not on
    ):
        empty_window.services.document.open(photo, "noise.png")
    qtbot.waitUntil(lambda: not empty_window.services.job_queue.has_work)
    return empty_window


@pytest.fixture
def at(window):
    """Map a position of the photo to the canvas."""

    def to_canvas(x: float, y: float):
        screen = window.canvas.navigation.viewport.to_screen((x + 0.5, y + 0.5))
        return (QPointF(*screen) / window.canvas.navigation.pixel_ratio).toPoint()

    return to_canvas


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
    window.services.tool_state.select_tool(ToolName.BRUSH)
    window.services.tool_state.set_diameter(20)
    window.services.tool_state.set_hardness(1.0)


@pytest.fixture
def idle(qtbot, empty_window):
    """Wait until nothing is left to do in the background."""

    def wait() -> None:
        services = empty_window.services
        qtbot.waitUntil(
            lambda: (
                not (
                    services.job_queue.has_work
                    or services.runner.is_running
                    or services.stale_steps.is_busy
                )
            )
        )

    return wait
