"""What a crash leaves: all that was done, and all that could be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.anatomy.regions import Region
from core.edit.requests import SmileKind
from core.errors import CoreError
from core.imaging.windows import whole_window, window_at
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    ExemplarSettings,
    FillSettings,
    MapSettings,
    SmileSettings,
)
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs import journal as journal_module
from faceeditor_gui.jobs.journal import Journal
from faceeditor_gui.jobs.recovery import Recovery
from faceeditor_gui.project.journal_file import JournalFile, read_journal
from faceeditor_gui.project.lost_work import play_back, read_lost_work
from faceeditor_gui.state.exemplar_parts import WholePart

RANDOM = np.random.default_rng(0)


def _noise(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, shape, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def journal(qtbot, folder, photo, document) -> Iterator[Journal]:
    """The journal of a document, as a window keeps it."""
    journal = Journal(document, folder / "mine")
    document.open(photo, "noise.png")
    yield journal
    journal.close(forget=False)


@pytest.fixture
def settle(qtbot, journal) -> Callable[[], None]:
    return lambda: qtbot.waitUntil(lambda: not journal.is_busy)


@pytest.fixture
def stroke() -> Patch:
    return Patch(20, 20, _noise(40, 300))


@pytest.fixture
def smile(make_face) -> EditStep:
    settings = SmileSettings(whole_window(480, 640), make_face().landmarks, 1.0, SmileKind.OPEN)
    return EditStep(settings, Outcome.of(_noise(40, 50, 3), _noise(40, 50), 180, 240))


@pytest.fixture
def recovered(qtbot, folder, settle) -> Callable[[], Document]:
    """Return what the next start would make of the journal."""

    def run() -> Document:
        settle()
        document = Document()
        play_back(read_lost_work(folder / "mine"), document)
        return document

    return run


def _all_of(document: Document) -> list[object]:
    """Return all that can be seen of a document."""
    whole = whole_window(*document.shape)
    return [
        document.composited(whole).tobytes(),
        document.mask.read(whole).tobytes(),
        document.sketch.read(whole).tobytes(),
        document.regions.painted.read(whole).tobytes(),
        [one.tobytes() for one in document.faces.landmarks],
        [(one.name, one.number, one.image.tobytes()) for one in document.exemplars.items],
        [(one.number, one.opacity, one.is_visible) for one in document.steps.items],
    ]


def _assert_same_history(one: Document, other: Document) -> None:
    """Compare two documents at every place of their histories."""
    assert one.undo_stack.count() == other.undo_stack.count()
    assert one.undo_stack.index() == other.undo_stack.index()
    for index in range(one.undo_stack.count(), -1, -1):
        assert one.undo_stack.text(index) == other.undo_stack.text(index)
        one.undo_stack.setIndex(index)
        other.undo_stack.setIndex(index)
        assert _all_of(one) == _all_of(other)


@pytest.fixture
def work(document, stroke, smile, make_face, settle) -> Callable[[], None]:
    """Do something of everything."""

    def run() -> None:
        face = make_face()
        document.faces.set_found((face, make_face(400.0)))
        document.mask.paint(stroke)
        document.apply("Smile", (smile,))
        number = document.steps.items[0].number
        document.mask.invert()
        document.steps.paint(number, Patch(190, 250, _noise(9, 9)), erase=True)
        document.undo_stack.undo()
        document.undo_stack.undo()
        document.sketch.paint(stroke)
        gesture = document.steps.new_gesture()
        for opacity in (0.9, 0.5, 0.2):
            document.steps.set_opacity(number, opacity, gesture=gesture)
        anna, bert = (
            ListedExemplar(name, StoredArray(_noise(20, 20, 3)), face.landmarks) for name in "AB"
        )
        document.exemplars.add([anna, bert])
        document.exemplars.move(document.exemplars.items[1].number, 0)
        anna = document.exemplars.items[0]
        window, below = window_at(0, 0, 300, 200), document.steps.items
        taken = ExemplarSettings(window, face.landmarks, anna, (WholePart.LOOK,), 5)
        outcome = Outcome.of(_noise(30, 30, 3), _noise(30, 30), 40, 50, below)
        document.apply("Look", (*below, EditStep(taken, outcome)))
        document.exemplars.delete(anna.number)
        document.regions.paint(stroke, Region.HAIR)
        document.faces.move_landmarks(document.faces.items[0], face.landmarks + 0.25)
        hole = document.mask.patch_in(window)
        below = document.steps.items
        filled = FillSettings(hole, window, (face.landmarks,))
        outcome = Outcome.of(_noise(30, 30, 3), _noise(30, 30), 40, 50, below)
        document.apply("Fill", (*below, EditStep(filled, outcome)), (hole,))

    return run


def test_everything_comes_back_with_all_that_could_be_undone(work, document, recovered):
    work()
    again = recovered()
    assert _all_of(again) == _all_of(document)
    _assert_same_history(again, document)


def test_what_was_undone_can_be_redone(work, document, recovered):
    work()
    document.undo_stack.setIndex(3)
    again = recovered()
    assert again.undo_stack.index() == 3
    _assert_same_history(again, document)


def test_step_that_has_run_again_comes_back_as_it_became(document, smile, recovered):
    below = Outcome.of(_noise(40, 50, 3), _noise(40, 50), 180, 240)
    document.apply("Below", (replace(smile, outcome=below),))
    lower = document.steps.items
    document.apply("Smile", (*lower, replace(smile, number=0)))
    document.steps.set_opacity(lower[0].number, 0.5)
    stale = document.steps.items[1]
    fresh = Outcome.of(_noise(40, 50, 3), _noise(40, 50), 180, 240, document.steps.items[:1])
    document.steps.refresh_step(replace(stale, outcome=fresh))
    assert document.steps.items[1].outcome is fresh
    assert _all_of(recovered()) == _all_of(document)


def test_slider_that_returns_to_its_start_leaves_nothing_to_undo(document, smile, recovered):
    document.apply("Smile", (smile,))
    number, gesture = document.steps.items[0].number, document.steps.new_gesture()
    for opacity in (0.5, 1.0):
        document.steps.set_opacity(number, opacity, gesture=gesture)
    assert document.undo_stack.count() == 1
    again = recovered()
    assert again.undo_stack.index() == 1
    assert again.steps.items[0].opacity == 1.0


def test_numbers_go_on_after_those_that_were_lost(work, document, recovered):
    work()
    again = recovered()
    assert again.steps.new_number() > max(step.number for step in document.steps.items)
    assert again.steps.new_number() > 5


def test_what_was_lost_counts_as_unsaved(document, stroke, recovered):
    document.mask.paint(stroke)
    again = recovered()
    assert again.has_unsaved_work
    again.undo_stack.undo()
    again.undo_stack.redo()
    assert again.has_unsaved_work


def test_torn_end_is_ignored(document, stroke, smile, recovered, folder, settle):
    document.mask.paint(stroke)
    settle()
    (path,) = folder.glob("mine/journal-*")
    whole = path.stat().st_size
    document.apply("Smile", (smile,))
    settle()
    data = path.read_bytes()
    for end in (whole + 3, (whole + len(data)) // 2, len(data) - 1):
        path.write_bytes(data[:end])
        again = recovered()
        assert again.undo_stack.count() == 1
        assert again.mask.bounds() == document.mask.bounds()


def test_damaged_record_ends_what_comes_back(document, stroke, smile, recovered, folder, settle):
    document.mask.paint(stroke)
    settle()
    (path,) = folder.glob("mine/journal-*")
    place = path.stat().st_size + 40
    document.apply("Smile", (smile,))
    settle()
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert recovered().undo_stack.count() == 1


def test_nothing_is_written_as_long_as_nothing_has_changed(document, make_face, folder, settle):
    document.faces.set_found((make_face(),))
    settle()
    assert not list(folder.glob("mine/journal-*"))


def test_saving_the_project_removes_what_was_written(document, stroke, folder, settle):
    document.mask.paint(stroke)
    settle()
    assert list(folder.glob("mine/journal-*"))
    document.mark_saved(folder / "mine.ora", document.snapshot(), document.revision)
    settle()
    assert not list(folder.glob("mine/journal-*"))


def test_undoing_beyond_what_was_saved_is_kept(document, stroke, smile, folder, recovered):
    document.mask.paint(stroke)
    document.apply("Smile", (smile,))
    document.mark_saved(folder / "mine.ora", document.snapshot(), document.revision)
    document.undo_stack.undo()
    again = recovered()
    assert again.project_path == folder / "mine.ora"
    assert not again.steps.items
    assert again.mask.bounds() == stroke.window
    document.undo_stack.redo()
    assert _all_of(recovered()) == _all_of(document)


def test_another_photo_begins_another_journal(document, photo, stroke, recovered):
    document.mask.paint(stroke)
    document.open(photo, "other.png")
    document.sketch.paint(stroke)
    again = recovered()
    assert again.name == "other.png"
    assert again.mask.is_empty
    assert not again.sketch.is_empty


def test_journal_that_grows_too_long_begins_anew(
    document, stroke, smile, recovered, folder, settle, monkeypatch
):
    monkeypatch.setattr(journal_module, "MAX_JOURNAL_BYTES", 3000)
    document.mask.paint(stroke)
    settle()
    (path,) = folder.glob("mine/journal-*")
    assert path.name == "journal-000002"
    document.apply("Smile", (smile,))
    assert _all_of(recovered()) == _all_of(document)


def test_full_disk_is_told_once_and_harms_nothing(
    qtbot, document, journal, stroke, smile, recovered, folder, settle, monkeypatch
):
    said = []
    journal.noticed.connect(said.append)
    document.mask.paint(stroke)
    settle()
    with monkeypatch.context() as full:
        full.setattr("faceeditor_gui.project.journal_file.os.fsync", _raise_full)
        document.apply("Smile", (smile,))
        settle()
        document.mask.clear()
        settle()
    assert len(said) == 1
    assert "save your project now" in said[0]
    assert recovered().undo_stack.count() == 1
    journal.restart()
    assert _all_of(recovered()) == _all_of(document)


def _raise_full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_folder_that_has_vanished_lets_work_go_on(document, journal, stroke, folder, settle):
    said = []
    journal.noticed.connect(said.append)
    (folder / "mine" / "lock").unlink()
    (folder / "mine").rmdir()
    document.mask.paint(stroke)
    settle()
    assert len(said) == 1
    assert not document.mask.is_empty


def test_work_that_is_damaged_from_its_start_is_told(folder):
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "journal-000001").write_bytes(b"what")
    with pytest.raises(CoreError, match="discard it"):
        read_lost_work(folder / "mine")


def test_record_that_could_not_be_written_hides_none_after_it(tmp_path, monkeypatch):
    file = JournalFile(tmp_path / "journal")
    file.append({"one": 1}, {"a": np.arange(3)})
    with monkeypatch.context() as full:
        full.setattr("faceeditor_gui.project.journal_file.os.fsync", _raise_full)
        with pytest.raises(OSError, match="No space"):
            file.append({"two": 2}, {})
    file.append({"three": 3}, {})
    file.close()
    states = [state for state, _ in read_journal(tmp_path / "journal")]
    assert states == [{"one": 1}, {"three": 3}]


def test_windows_that_are_open_are_no_lost_work(qtbot, document, job_queue, journal, folder):
    recovery = Recovery(document, job_queue, journal, folder)
    assert recovery.find() == []


def test_lost_work_is_offered_restored_and_then_kept_by_this_window(
    qtbot, document, job_queue, journal, folder, stroke, photo, settle
):
    document.mask.paint(stroke)
    settle()
    journal.close(forget=False)
    other = Document()
    mine = Journal(other, folder / "other")
    recovery = Recovery(other, job_queue, mine, folder)
    (lost,) = recovery.find()
    assert (lost.name, lost.thumbnail.shape) == ("noise.png", (192, 256, 3))
    with qtbot.waitSignal(recovery.restored):
        recovery.restore(lost.folder)
    qtbot.waitUntil(lambda: not mine.is_busy)
    assert other.mask.bounds() == stroke.window
    assert not (folder / "mine").exists()
    assert list((folder / "other").glob("journal-*"))
    mine.close(forget=True)
    assert list(folder.iterdir()) == []


def test_faces_that_were_forgotten_come_back_by_undo_after_a_crash(
    document, journal, settle, recovered, make_face
):
    document.faces.set_found((make_face(), make_face(400.0)))
    document.faces.choose(1)
    document.faces.delete_chosen()
    found = recovered()
    assert len(found.faces.items) == 1
    _assert_same_history(found, document)
    assert len(found.faces.items) == 2


def test_a_painted_map_and_the_picture_that_follows_it_are_one_step_afterwards_too(
    document, stroke, smile, settle, recovered
):
    document.regions.paint(stroke, Region.HAIR)
    settle()
    followed = MapSettings(
        smile.settings.window, smile.settings.landmarks, document.regions.painted
    )
    document.apply("Follow Map", (replace(smile, settings=followed),))
    again = recovered()
    _assert_same_history(document, again)
    assert again.undo_stack.count() == 1
