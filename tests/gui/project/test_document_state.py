"""What a project keeps of a document; every kind of edit is in `test_edit_contract.py`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from core.anatomy.parts import Component
from core.anatomy.regions import Region
from core.edit.requests import SmileKind
from core.imaging.windows import whole_window, window_at
from core.progress import silent
from core.project.project import Project
from core.project.project_file import read_project, write_project
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import (
    ComponentSettings,
    ExemplarSettings,
    FillSettings,
    HairColour,
    HairColourSettings,
    MakeUp,
    MakeUpSettings,
    MapSettings,
    ReshapeSettings,
    RestoreSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.sparse_mask import SparseMask
from faceeditor_gui.project import project_requests
from faceeditor_gui.project.document_state import project_of, snapshot_of
from faceeditor_gui.project.project_requests import OpenProjectRequest, handle_project
from faceeditor_gui.state.exemplar_parts import WholePart

WINDOW = window_at(100, 60, 200, 160)
RANDOM = np.random.default_rng(0)


def _noise(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, shape, np.uint8)


@pytest.fixture
def landmarks(make_face) -> np.ndarray:
    return make_face().landmarks + RANDOM.random((68, 2)) / 3


@pytest.fixture
def document(document: Document, landmarks, make_face) -> Document:
    """One step of every kind, and everything else that is kept, none of it at its default."""
    hole, sketch = Patch(120, 80, _noise(20, 30)), Patch(110, 70, _noise(9, 8))
    pixels = [StoredArray(_noise(50, 40, 3)) for _ in range(2)]
    document.exemplars.add(
        [ListedExemplar(name, one, landmarks / 7) for name, one in zip("AB", pixels, strict=True)]
    )
    anna, bert = document.exemplars.items
    document.exemplars.choose(anna.number)
    painted = SparseMask().with_coverage(WINDOW, _noise(160, 200))
    parts = (WholePart.MASK,)
    every = [
        FillSettings(hole, WINDOW, (landmarks,), 3, painted, "ctsdg", sketch),
        SmileSettings(WINDOW, landmarks, -0.1, SmileKind.WIDE),
        ReshapeSettings(WINDOW, landmarks, landmarks + 0.1, 7, 0.4),
        HairColourSettings(WINDOW, landmarks, HairColour((90, 58, 34), -0.2, 0.3, 0.6)),
        MakeUpSettings(WINDOW, landmarks, MakeUp((170, 32, 44), blush=(9, 8, 7), brows=-0.4)),
        MapSettings(WINDOW, landmarks, painted),
        ComponentSettings(WINDOW, landmarks, bert, (Component.SKIN, Component.HAIR)),
        RestoreSettings(WINDOW, landmarks, 0.3),
        ExemplarSettings(WINDOW, landmarks, anna, parts, 8, hole, 0.3, 0.7),
        StyleSettings(WINDOW, landmarks, parts, 9, anna, hole, sketch, bert, (4, 8), 11, 0.9),
    ]
    for number, settings in enumerate(every):
        below = document.steps.items
        outcome = Outcome.of(_noise(30, 40, 3), _noise(30, 40), 130, 90 + number, below, landmarks)
        step = EditStep(settings, outcome, 0, 0.1 * number, number != 2, painted)
        document.apply("Edit", (*below, step))
    document.exemplars.delete(bert.number)
    document.mask.paint(Patch(10, 20, _noise(30, 40)))
    document.sketch.paint(Patch(300, 20, _noise(30, 40)))
    document.regions.paint(Patch(50, 60, np.full((9, 9), 255, np.uint8)), Region.EARS)
    document.faces.set_found((make_face(), make_face(400.0)))
    document.faces.add(make_face(300.0, 300.0))
    return document


@pytest.fixture
def saved(document, tmp_path) -> Project:
    path = tmp_path / "mine.ora"
    write_project(project_of(document.snapshot(), "noise"), path)
    return read_project(path)


@pytest.fixture
def reopened(saved, tmp_path) -> Document:
    snapshot, is_whole = snapshot_of(saved)
    assert is_whole
    document = Document()
    document.restore(snapshot, tmp_path / "mine.ora")
    return document


def _plain(value: object) -> object:
    """Turn what a document holds into what can be compared, exactly and with its types."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, StoredArray):
        return _plain(value.array)
    if is_dataclass(value):
        kept = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return type(value), kept
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return type(value), value if not isinstance(value, slice) else repr(value)


def test_everything_that_is_kept_comes_back_exactly(document, reopened):
    before, after = document.snapshot(), reopened.snapshot()
    for field in fields(before):
        if field.name not in ("photo", "photo_file"):
            assert _plain(getattr(after, field.name)) == _plain(getattr(before, field.name))
    whole = whole_window(*document.shape)
    np.testing.assert_array_equal(reopened.composited(whole), document.composited(whole))


def test_what_is_opened_again_has_nothing_unsaved_and_nothing_to_undo(reopened):
    assert not reopened.has_unsaved_work
    assert not reopened.undo_stack.canUndo()
    reopened.mask.clear()
    assert reopened.has_unsaved_work


def test_exemplar_that_only_an_edit_holds_is_kept_and_not_listed(document, reopened):
    style = reopened.steps.items[-1].settings
    assert [one.name for one in reopened.exemplars.items] == ["A"]
    assert style.second.name == "B"
    assert style.exemplar is reopened.exemplars.items[0]
    assert style.exemplar is reopened.steps.items[-2].settings.exemplar


def test_numbers_go_on_after_those_that_are_taken(document, reopened):
    taken = {one.number for one in reopened.steps.items} | {7, 8, 9}
    assert reopened.steps.new_number() not in taken
    listed = reopened.exemplars.items[0]
    reopened.exemplars.add([listed])
    assert reopened.exemplars.items[1].number not in {listed.number, 2}


def test_state_says_nothing_of_the_folders_of_whoever_made_it(document, tmp_path):
    document.open(document.photo, "mine.png", tmp_path / "mine.png")
    assert str(tmp_path) not in repr(project_of(document.snapshot(), "mine").state)


@pytest.mark.parametrize("name", ["smile", "fill"])
def test_edit_of_an_unknown_kind_is_left_out_and_the_others_open(saved, name):
    for step in saved.state["steps"]:
        if step["settings"]["kind"] == name:
            step["settings"]["kind"] = "dream"
    snapshot, is_whole = snapshot_of(saved)
    assert not is_whole
    assert len(snapshot.steps) == len(saved.state["steps"]) - 1


@pytest.mark.parametrize(
    "change",
    [
        {"left": 620},
        {"below": [1]},
        {"landmark_offsets": [[0, 0]]},
        {"patch": "nothing"},
        {"coverage": "1"},
        {"settings": None},
        {"number": "first"},
    ],
    ids=str,
)
def test_edit_that_makes_no_sense_is_left_out_and_the_others_open(saved, change):
    saved.state["steps"][1].update(change)
    snapshot, is_whole = snapshot_of(saved)
    assert not is_whole
    assert len(snapshot.steps) == len(saved.state["steps"]) - 1
    assert snapshot.mask is not None


@pytest.mark.parametrize("key", ["mask", "sketch", "faces", "exemplars", "regions", "steps"])
@pytest.mark.parametrize("value", ["what", [3], {"left": 1}, 4.5], ids=str)
def test_state_that_makes_no_sense_opens_at_least_the_photo(saved, key, value):
    saved.state[key] = value
    snapshot, is_whole = snapshot_of(saved)
    assert not is_whole
    assert snapshot.photo is saved.photo


def test_results_that_take_much_memory_lie_on_the_disk(document, saved, tmp_path, monkeypatch):
    monkeypatch.setattr(project_requests, "MEMORY_BYTES", 10_000)
    snapshot = handle_project(OpenProjectRequest(tmp_path / "mine.ora"), silent).snapshot
    outcomes = [step.outcome for step in snapshot.steps]
    kept = sum(one.patch.bytes_in_memory + one.coverage.bytes_in_memory for one in outcomes)
    assert 0 < kept <= 10_000
    for before, after in zip(document.steps.items, outcomes, strict=True):
        np.testing.assert_array_equal(after.patch.array, before.outcome.patch.array)


def test_photo_of_no_file_is_kept_with_its_samples(document, reopened, photo):
    assert reopened.photo_file.name == "noise.png"
    np.testing.assert_array_equal(reopened.photo.samples, photo.samples)
    assert replace(reopened.snapshot(), photo=photo).photo_file is reopened.photo_file
