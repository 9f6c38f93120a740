"""Several open photos: each comes back as it was left, and nothing unsaved is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QToolButton

from core.edit.requests import SmileKind
from core.project.project_file import read_project
from faceeditor_gui.app import keep_journal, make_window
from faceeditor_gui.document.edit_settings import ExemplarSettings, SmileSettings
from faceeditor_gui.document.exemplar import cut_exemplars
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.journal import Journal
from faceeditor_gui.jobs.worker import EditWorker
from faceeditor_gui.state.tool_state import ToolName

STROKE = Patch(20, 20, np.full((9, 9), 255, np.uint8))


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def journal(empty_window, recovery) -> Iterator[Journal]:
    journal = keep_journal(empty_window, recovery)
    yield journal
    journal.close(forget=True)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.png" for name in ("a", "b", "c")]
    for seed, path in enumerate(paths):
        noise = np.random.default_rng(seed).integers(0, 256, (480, 640, 3), np.uint8)
        cv2.imwrite(str(path), noise)
    return paths


@pytest.fixture
def idle(qtbot, empty_window, idle):
    """Wait until nothing is left to do, and no photo is being taken in hand."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not empty_window.services.series.is_busy)
        idle()

    return wait


@pytest.fixture
def window(empty_window, journal, paths, idle):
    empty_window.files.open_paths(paths)
    idle()
    return empty_window


@pytest.fixture
def series(window):
    return window.services.series


@pytest.fixture
def document(window):
    return window.services.document


@pytest.fixture
def show(qtbot, series, journal, idle):
    def run(place: int) -> None:
        series.show(series.items[place])
        idle()
        qtbot.waitUntil(lambda: not journal.is_busy)

    return run


@pytest.fixture
def asked(monkeypatch) -> list:
    """What the user was asked: text, and how to answer."""
    questions: list = []
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_unsaved",
        lambda _parent, text, **answers: questions.append((text, answers)),
    )
    return questions


def samples(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def test_dropped_files_become_a_series_and_the_first_is_in_hand(empty_window, journal, paths, idle):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert empty_window.files.open_mime_data(data)
    idle()
    series = empty_window.services.series
    assert [one.name for one in series.items] == ["a.png", "b.png", "c.png"]
    assert series.current is series.items[0]
    assert empty_window.services.document.name == "a.png"
    assert all(one.thumbnail is not None for one in series.items)
    assert empty_window.filmstrip.isVisible()


def test_one_photo_alone_has_no_filmstrip(empty_window, journal, paths, idle):
    empty_window.files.open_paths(paths[:1])
    idle()
    assert not empty_window.filmstrip.isVisible()
    assert len(empty_window.services.series.items) == 1


def test_photo_that_was_open_already_stays_in_the_series(empty_window, journal, paths, idle, qtbot):
    empty_window.files.open_paths(paths[:1])
    idle()
    empty_window.services.document.mask.paint(STROKE)
    empty_window.files.open_paths(paths[1:])
    idle()
    series = empty_window.services.series
    assert [one.name for one in series.items] == ["a.png", "b.png", "c.png"]
    assert (series.current.name, [one.name for one in series.unsaved]) == ("b.png", ["a.png"])


def test_photo_comes_back_with_all_that_can_be_undone(document, show, paths, window, idle):
    document.mask.paint(STROKE)
    window.services.runner.smile(0.5, SmileKind.OPEN)
    idle()
    document.sketch.paint(STROKE)
    document.undo_stack.undo()
    shown = document.composited((slice(0, 480), slice(0, 640)))
    for _ in range(3):
        show(1)
        np.testing.assert_array_equal(document.original(), samples(paths[1]))
        assert document.mask.is_empty
        show(0)
        assert document.mask.bounds() == STROKE.window
        np.testing.assert_array_equal(document.composited((slice(0, 480), slice(0, 640))), shown)
    document.undo_stack.redo()
    assert document.sketch.bounds() == STROKE.window
    for _ in range(3):
        document.undo_stack.undo()
    assert document.mask.is_empty
    assert document.steps.items == ()


def test_each_photo_has_a_history_of_its_own(document, show):
    document.mask.paint(STROKE)
    show(1)
    assert document.undo_stack.count() == 0
    document.sketch.paint(STROKE)
    show(2)
    show(1)
    assert document.undo_stack.undoText() == "Sketch"
    show(0)
    assert document.undo_stack.undoText() == "Paint"


def test_unsaved_photos_are_marked_wherever_they_are(window, document, series, show):
    document.mask.paint(STROKE)
    show(1)
    assert [series.is_unsaved(one) for one in series.items] == [True, False, False]
    tips = [window.filmstrip.item(row).toolTip() for row in range(3)]
    assert "no project" in tips[0]
    assert tips[1:] == ["b.png", "c.png"]
    document.mask.paint(STROKE)
    assert "no project" in window.filmstrip.item(1).toolTip()
    document.undo_stack.undo()
    assert window.filmstrip.item(1).toolTip() == "b.png"


def test_only_photos_with_unsaved_work_lie_on_the_disk(document, show, recovery):
    show(1)
    document.mask.paint(STROKE)
    show(2)
    folders = [one for one in recovery.iterdir() if list(one.glob("journal-*"))]
    assert len(folders) == 1
    show(1)
    show(0)
    assert len(list(recovery.iterdir())) == 2


def test_crash_loses_no_photo_of_the_series(
    qtbot, window, document, show, journal, recovery, settings, run
):
    document.mask.paint(STROKE)
    show(1)
    document.sketch.paint(STROKE)
    qtbot.waitUntil(lambda: not journal.is_busy)
    for one in window.services.series.items:  # what a killed window leaves: locks that are free
        if one.parked is not None:
            one.parked.lock.unlock()
    journal.close(forget=False)

    worker = EditWorker(lambda: run)
    later = make_window(settings, worker)
    qtbot.addWidget(later, before_close_func=lambda shown: shown.services.series.forget())
    later.show()
    kept = keep_journal(later, recovery)
    (button,) = (
        one
        for one in later.start_page.findChildren(QToolButton)
        if one.text() == "Restore unsaved work"
    )
    assert "and 1 more" in button.toolTip()
    button.click()
    series, restored = later.services.series, later.services.document
    qtbot.waitUntil(lambda: not series.is_busy)
    assert {one.name for one in series.unsaved} == {"a.png", "b.png"}
    for photo in series.items:
        series.show(photo)
        qtbot.waitUntil(lambda: not series.is_busy)
        part = restored.mask if photo.name == "a.png" else restored.sketch
        assert part.bounds() == STROKE.window
        restored.undo_stack.undo()
        assert part.is_empty
        restored.undo_stack.redo()
    worker.stop()
    kept.close(forget=True)
    later._may_close = True


def test_saving_makes_the_mark_go(qtbot, window, document, series, show, tmp_path, idle):
    document.mask.paint(STROKE)
    window.services.project_files.save(tmp_path / "mine.ora")
    idle()
    assert series.unsaved == ()
    assert series.current.name == "mine.ora"
    show(1)
    show(0)
    assert document.project_path == tmp_path / "mine.ora"
    assert document.mask.bounds() == STROKE.window


def test_closing_asks_once_for_all(window, document, show, asked, recovery, idle):
    document.mask.paint(STROKE)
    show(1)
    document.sketch.paint(STROKE)
    window.close()
    ((text, answers),) = asked
    assert "2 photos" in text
    assert "a.png" in text
    assert "b.png" in text
    assert window.isVisible()
    answers["discard"]()
    assert not window.isVisible()
    assert list(recovery.iterdir()) == []


def test_all_are_saved_at_once(qtbot, window, document, series, show, asked, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "faceeditor_gui.commands.files.dialogs.ask_folder",
        lambda _parent, _title, _folder, chosen: chosen(tmp_path / "projects"),
    )
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "b.ora").write_bytes(b"mine")
    document.mask.paint(STROKE)
    show(1)
    document.sketch.paint(STROKE)
    show(2)
    window.close()
    asked[0][1]["save"]()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert (tmp_path / "projects" / "b.ora").read_bytes() == b"mine"
    for name, state in (("a.ora", "mask"), ("b-2.ora", "sketch")):
        assert read_project(tmp_path / "projects" / name).state[state] is not None


def test_file_that_has_gone_leaves_the_present_photo(
    qtbot, window, document, series, show, paths, monkeypatch, idle
):
    monkeypatch.setattr("faceeditor_gui.messages.dialogs.show_error", lambda *_: None)
    document.mask.paint(STROKE)
    paths[1].unlink()
    show(1)
    assert series.current is series.items[0]
    assert document.mask.bounds() == STROKE.window
    document.undo_stack.undo()
    document.undo_stack.redo()
    show(2)
    show(0)
    assert document.mask.bounds() == STROKE.window


def test_photo_is_closed_and_its_neighbour_is_in_hand(
    qtbot, window, document, series, show, asked, recovery
):
    document.mask.paint(STROKE)
    window.files.close_photo()
    asked[0][1]["discard"]()
    qtbot.waitUntil(lambda: [one.name for one in series.items] == ["b.png", "c.png"])
    assert document.name == "b.png"
    assert series.unsaved == ()
    assert not any(list(one.glob("journal-*")) for one in recovery.iterdir())


def test_file_opened_beside_a_series_joins_it_without_a_question(
    window, document, series, asked, tmp_path, paths, idle
):
    document.mask.paint(STROKE)
    paths[0].with_name("d.png").write_bytes(paths[0].read_bytes())
    window.files.open_path(paths[0].with_name("d.png"))
    idle()
    assert asked == []
    assert [one.name for one in series.items] == ["a.png", "b.png", "c.png", "d.png"]
    assert document.name == "d.png"


def test_file_that_is_open_already_is_taken_in_hand(window, document, series, paths, idle):
    window.files.open_path(paths[2])
    idle()
    assert len(series.items) == 3
    assert document.name == "c.png"


def test_smile_is_carried_over_to_all_open_photos(qtbot, window, document, series, show, idle):
    services = window.services
    services.runner.smile(0.4, SmileKind.WIDE)
    idle()
    document.steps.select(document.steps.items[0].number)
    with qtbot.waitSignal(
        services.carry_over.posted, check_params_cb=lambda text: text.startswith("Done")
    ) as said:
        services.carry_over.carry_selected_edit()
    assert said.args[0] == "Done in 2 other photos."
    assert series.current is series.items[0]
    for place in (1, 2):
        show(place)
        (step,) = document.steps.items
        assert isinstance(step.settings, SmileSettings)
        assert (step.settings.strength, step.settings.kind) == (0.4, SmileKind.WIDE)
        document.undo_stack.undo()
        assert document.steps.items == ()


def test_exemplar_is_carried_over_and_photos_without_a_face_are_named(
    qtbot, window, document, series, show, idle, make_face, run
):
    services = window.services
    picture = np.full((400, 400, 3), 60, np.uint8)
    document.exemplars.add(cut_exemplars(picture, [make_face(200, 150, 80)], "Anna").exemplars)
    show(1)
    show(0)
    run.faces, known = (), run.faces
    with qtbot.waitSignal(
        services.carry_over.posted, check_params_cb=lambda text: text.startswith("Done")
    ) as said:
        services.carry_over.carry_exemplar()
    run.faces = known
    assert "Not in b.png, c.png" in said.args[0]
    show(1)
    idle()
    services.carry_over.carry_exemplar()
    qtbot.waitUntil(lambda: not series.is_busy)
    show(2)
    (step,) = document.steps.items
    assert isinstance(step.settings, ExemplarSettings)
    assert step.settings.exemplar.name == "Anna"
    assert [one.name for one in document.exemplars.items] == ["Anna"]


def test_panels_and_strip_are_hidden_together(window):
    window.toggle_panels()
    assert not window.filmstrip.isVisible()
    window.toggle_panels()
    assert window.filmstrip.isVisible()


def test_brush_in_hand_stays_in_hand(window, show):
    window.services.tool_state.select_tool(ToolName.BRUSH)
    show(1)
    assert window.services.tool_state.tool is ToolName.BRUSH
