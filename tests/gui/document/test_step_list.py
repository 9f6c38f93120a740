"""Results that are shown, hidden, faded, painted and deleted."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from core.imaging.windows import whole_window, window_at
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings, ReshapeSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome, SparseMask
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.step_list import StepList

EVERYTHING = whole_window(480, 640)


@pytest.fixture
def step_list(document) -> StepList:
    """A list of two white results that overlap."""
    document.apply("Fill", (_result(100, 100),))
    document.apply("Fill", (*document.steps.items, _result(120, 100)))
    return document.steps


def _result(left: int, top: int) -> EditStep:
    hole = Patch(left, top, np.full((40, 60), 255, np.uint8))
    patch = np.full((40, 60, 3), 255, np.uint8)
    return EditStep(FillSettings(hole, EVERYTHING, ()), Outcome.of(patch, hole.pixels, left, top))


def _stroke(left: int, top: int, side: int = 10) -> Patch:
    return Patch(left, top, np.full((side, side), 255, np.uint8))


def _at(document: Document, x: int, y: int) -> np.ndarray:
    return document.composited(window_at(x, y, 1, 1))[0, 0]


def test_a_hidden_result_is_not_shown_and_comes_back(document, step_list):
    first, _ = document.steps.items
    step_list.set_visible(first.number, False)
    assert (_at(document, 105, 110) == document.original()[110, 105]).all()
    assert document.undo_stack.undoText() == "Hide Fill"
    step_list.set_visible(first.number, True)
    assert (_at(document, 105, 110) == 255).all()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.steps.items[0] is first


def test_opacity_mixes_a_result_with_what_is_below(document, step_list):
    first, _ = document.steps.items
    step_list.set_opacity(first.number, 0.5)
    photo = document.original()[110, 105].astype(float)
    assert np.abs(_at(document, 105, 110) - (photo + 255) / 2).max() <= 1


def test_one_drag_of_the_opacity_is_one_undo_step(document, step_list):
    first, _ = document.steps.items
    count = document.undo_stack.count()
    for percent in (90, 60, 30):
        step_list.set_opacity(first.number, percent / 100, gesture=7)
    step_list.set_opacity(first.number, 0.2, gesture=8)
    assert document.undo_stack.count() == count + 2
    document.undo_stack.undo()
    assert document.steps.items[0].opacity == 0.3
    document.undo_stack.undo()
    assert document.steps.items[0] is first


def test_a_result_in_the_middle_is_deleted(document, step_list):
    first, second = document.steps.items
    step_list.delete(first.number)
    assert document.steps.items == (second,)
    assert (_at(document, 105, 110) == document.original()[110, 105]).all()
    document.undo_stack.undo()
    assert document.steps.items == (first, second)


def test_the_eraser_brings_the_photo_back_and_the_brush_the_result(document, step_list):
    _, second = document.steps.items
    step_list.paint(second.number, _stroke(165, 110), erase=True)
    assert (_at(document, 170, 115) == document.original()[115, 170]).all()
    assert (_at(document, 155, 115) == 255).all()
    step_list.paint(document.steps.items[1].number, _stroke(165, 110), erase=False)
    assert (_at(document, 170, 115) == 255).all()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.steps.items[1] is second


def test_a_result_is_never_restored_beyond_itself(document, step_list):
    first, _ = document.steps.items
    before = document.composited(EVERYTHING)
    count = document.undo_stack.count()
    step_list.paint(first.number, Patch(0, 0, np.full((480, 640), 255, np.uint8)), erase=False)
    step_list.paint(first.number, _stroke(400, 300), erase=True)
    assert document.undo_stack.count() == count
    np.testing.assert_array_equal(document.composited(EVERYTHING), before)


def test_a_stroke_on_a_result_repaints_only_where_it_passed(qtbot, document, step_list):
    first, _ = document.steps.items
    with qtbot.waitSignal(document.steps.image_changed) as heard:
        step_list.paint(first.number, _stroke(105, 110), erase=True)
    rows, columns = heard.args[0]
    assert columns.stop <= 128
    assert rows.start >= 100


def test_a_deleted_step_is_no_longer_selected(qtbot, document, step_list):
    newest = document.steps.items[-1].number
    step_list.select(newest)
    with qtbot.waitSignal(step_list.selection_changed):
        step_list.delete(newest)
    assert step_list.selected is None


def test_steps_can_be_serialised(document, step_list):
    first, _ = document.steps.items
    step_list.paint(first.number, _stroke(105, 110), erase=True)
    for step in document.steps.items:
        again = pickle.loads(pickle.dumps(step))
        assert again.fingerprint == step.fingerprint
        assert isinstance(again.layer_mask, SparseMask)
        np.testing.assert_array_equal(again.coverage(again.window), step.coverage(step.window))


def test_a_drag_of_the_opacity_back_to_its_start_leaves_no_undo_step(document, step_list):
    first, count = document.steps.items[0], document.undo_stack.count()
    gesture = step_list.new_gesture()
    for opacity in (0.7, 0.3, 1.0):
        step_list.set_opacity(first.number, opacity, gesture=gesture)
    assert document.undo_stack.count() == count
    assert document.steps.items[0].opacity == 1.0


def test_a_stroke_that_changes_nothing_that_shows_leaves_no_undo_step(document, step_list):
    first, _ = document.steps.items
    step_list.paint(first.number, _stroke(100, 100), erase=True)
    count = document.undo_stack.count()
    step_list.paint(first.number, _stroke(100, 100), erase=True)
    assert document.undo_stack.count() == count
    step_list.set_opacity(first.number, 0.0)
    step_list.paint(first.number, _stroke(130, 120), erase=True)
    assert document.undo_stack.count() == count + 1


def test_a_reshape_is_adjusted_while_nothing_that_shows_lies_over_it(document, make_face):
    points = make_face().landmarks
    reshaped = replace(_result(170, 180), settings=ReshapeSettings(EVERYTHING, points, points, 1))
    document.apply("Reshape", (reshaped,))
    assert document.steps.reshape_of(points) is document.steps.items[0]
    document.apply("Fill", (*document.steps.items, _result(500, 400)))
    assert document.steps.reshape_of(points) is document.steps.items[0]
    document.apply("Fill", (*document.steps.items, _result(180, 190)))
    assert document.steps.reshape_of(points) is None
    document.steps.set_visible(document.steps.items[2].number, False)
    assert document.steps.reshape_of(points) is document.steps.items[0]
