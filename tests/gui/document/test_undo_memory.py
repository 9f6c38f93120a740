"""Undo within a budget of memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.image_io.photo import photo_from_array
from core.imaging.windows import whole_window
from faceeditor_gui.document.array_store import MEGABYTE
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome
from faceeditor_gui.document.patch import Patch

SIDE = 1200


@pytest.fixture
def document(qapp) -> Document:
    document = Document()
    pixels = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    document.open(photo_from_array(pixels), "noise.png")
    return document


def _stroke(seed: int) -> Patch:
    random = np.random.default_rng(seed)
    left, top = random.integers(0, SIDE - 300, 2)
    return Patch(int(left), int(top), random.integers(0, 256, (300, 300), np.uint8))


def _result(seed: int) -> EditStep:
    random = np.random.default_rng(seed)
    left, top = (int(side) for side in random.integers(0, SIDE - 400, 2))
    hole = Patch(left, top, np.full((400, 400), 255, np.uint8))
    settings = FillSettings(hole, whole_window(SIDE, SIDE), ())
    patch = random.integers(0, 256, (400, 400, 3), np.uint8)
    return EditStep(settings, Outcome.of(patch, hole.pixels, left, top, ()))


def test_many_strokes_and_results_stay_within_the_budget_and_can_all_be_undone(document):
    everything = whole_window(SIDE, SIDE)
    document.undo_memory.set_budget(4 * MEGABYTE)
    states = []
    for number in range(60):
        states.append((document.mask.read(everything), document.composited(everything)))
        if number % 5:
            document.mask.paint(_stroke(number), erase=number % 3 == 0)
        else:
            document.apply("Fill", (*document.steps.items, _result(number)))
        assert document.undo_memory.bytes_in_memory <= 4 * MEGABYTE
    for mask, composed in reversed(states):
        document.undo_stack.undo()
        np.testing.assert_array_equal(document.mask.read(everything), mask)
        np.testing.assert_array_equal(document.composited(everything), composed)


def test_the_user_is_told_once_when_undo_spills_to_disk(document):
    said = []
    document.undo_memory.posted.connect(said.append)
    document.undo_memory.set_budget(0)
    for seed in range(3):
        document.mask.paint(_stroke(seed))
    assert len(said) == 1
    assert "disk" in said[0]


def test_with_the_next_photo_the_user_is_told_again(document):
    said = []
    document.undo_memory.posted.connect(said.append)
    document.undo_memory.set_budget(0)
    document.mask.paint(_stroke(0))
    document.open(document.photo, "again.png")
    document.mask.paint(_stroke(1))
    assert len(said) == 2


def test_a_full_disk_loses_nothing_and_is_said(document, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    said = []
    document.undo_memory.posted.connect(said.append)
    monkeypatch.setattr("faceeditor_gui.document.array_store._Segment.store", refuse)
    document.undo_memory.set_budget(0)
    document.mask.paint(_stroke(1))
    assert "save" in said[0]
    document.undo_stack.undo()
    assert document.mask.is_empty


def test_the_count_stays_right_when_changes_are_merged_cut_off_made_anew_spilled_and_forgotten(
    document,
):
    stack, steps = document.undo_stack, document.steps

    def assert_right() -> None:
        commands = [stack.command(index) for index in range(stack.count())]
        counted = document.undo_memory.bytes_in_memory
        assert counted == sum(command.bytes_in_memory for command in commands)

    for seed in range(3):
        document.mask.paint(_stroke(seed))
        document.apply("Fill", (*steps.items, _result(seed)))
    assert_right()
    gesture = steps.new_gesture()
    for opacity in (0.5, 0.2, 1.0):  # back where it was: no undo step is left
        steps.set_opacity(steps.items[0].number, opacity, gesture=gesture)
        assert_right()
    assert stack.count() == 6
    for _ in range(2):
        stack.undo()
    document.mask.paint(_stroke(7))
    assert stack.count() == 5
    assert_right()
    whole = np.zeros((SIDE, SIDE, 3), np.uint8), np.full((SIDE, SIDE), 255, np.uint8)
    made_anew = Outcome.of(*whole, 0, 0, steps.items[:1])
    steps.refresh_step(replace(steps.items[1], outcome=made_anew))
    assert document.undo_memory.bytes_in_memory > SIDE * SIDE * 4
    assert_right()
    document.undo_memory.set_budget(MEGABYTE)
    assert 0 < document.undo_memory.bytes_in_memory <= MEGABYTE
    assert_right()
    document.open(document.photo, "again.png")
    assert document.undo_memory.bytes_in_memory == 0


def test_a_result_counts_once_however_often_it_is_named(document):
    document.apply("Fill", (_result(1),))
    before = document.undo_memory.bytes_in_memory
    document.apply("Delete Fill", ())
    document.undo_stack.undo()
    assert document.undo_memory.bytes_in_memory == before == 400 * 400 * 4
