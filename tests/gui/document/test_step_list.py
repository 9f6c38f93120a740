"""Results that are shown, hidden, faded, painted and deleted."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from core.imaging.windows import whole, window_at
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome, SparseMask
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.step_list import EditList

EVERYTHING = whole(480, 640)


@pytest.fixture
def edits(document) -> EditList:
    """A list of two white results that overlap."""
    document.apply("Fill", (_result(100, 100),))
    document.apply("Fill", (*document.steps, _result(120, 100)))
    return document.edits


def _result(left: int, top: int) -> EditStep:
    hole = Patch(left, top, np.full((40, 60), 255, np.uint8))
    patch = np.full((40, 60, 3), 255, np.uint8)
    return EditStep(FillSettings(hole, EVERYTHING, ()), Outcome.of(patch, hole.pixels, left, top))


def _stroke(left: int, top: int, side: int = 10) -> Patch:
    return Patch(left, top, np.full((side, side), 255, np.uint8))


def _at(document: Document, x: int, y: int) -> np.ndarray:
    return document.composed(window_at(x, y, 1, 1))[0, 0]


def test_a_hidden_result_is_not_shown_and_comes_back(document, edits):
    first, _ = document.steps
    edits.show(first.number, False)
    assert (_at(document, 105, 110) == document.original()[110, 105]).all()
    assert document.undo_stack.undoText() == "Hide Fill"
    edits.show(first.number, True)
    assert (_at(document, 105, 110) == 255).all()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.steps[0] is first


def test_opacity_mixes_a_result_with_what_is_below(document, edits):
    first, _ = document.steps
    edits.fade(first.number, 0.5)
    photo = document.original()[110, 105].astype(float)
    assert np.abs(_at(document, 105, 110) - (photo + 255) / 2).max() <= 1


def test_one_drag_of_the_opacity_is_one_undo_step(document, edits):
    first, _ = document.steps
    count = document.undo_stack.count()
    for percent in (90, 60, 30):
        edits.fade(first.number, percent / 100, gesture=7)
    edits.fade(first.number, 0.2, gesture=8)
    assert document.undo_stack.count() == count + 2
    document.undo_stack.undo()
    assert document.steps[0].opacity == 0.3
    document.undo_stack.undo()
    assert document.steps[0] is first


def test_a_result_in_the_middle_is_deleted(document, edits):
    first, second = document.steps
    edits.delete(first.number)
    assert document.steps == (second,)
    assert (_at(document, 105, 110) == document.original()[110, 105]).all()
    document.undo_stack.undo()
    assert document.steps == (first, second)


def test_the_eraser_brings_the_photo_back_and_the_brush_the_result(document, edits):
    _, second = document.steps
    edits.paint(second.number, _stroke(165, 110), erase=True)
    assert (_at(document, 170, 115) == document.original()[115, 170]).all()
    assert (_at(document, 155, 115) == 255).all()
    edits.paint(document.steps[1].number, _stroke(165, 110), erase=False)
    assert (_at(document, 170, 115) == 255).all()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.steps[1] is second


def test_a_result_is_never_restored_beyond_itself(document, edits):
    first, _ = document.steps
    before = document.composed(EVERYTHING)
    count = document.undo_stack.count()
    edits.paint(first.number, Patch(0, 0, np.full((480, 640), 255, np.uint8)), erase=False)
    edits.paint(first.number, _stroke(400, 300), erase=True)
    assert document.undo_stack.count() == count
    np.testing.assert_array_equal(document.composed(EVERYTHING), before)


def test_a_stroke_on_a_result_repaints_only_where_it_passed(qtbot, document, edits):
    first, _ = document.steps
    with qtbot.waitSignal(document.image_changed) as heard:
        edits.paint(first.number, _stroke(105, 110), erase=True)
    rows, columns = heard.args[0]
    assert columns.stop <= 128
    assert rows.start >= 100


def test_the_mask_is_painted_until_the_result_is_asked_for(qtbot, document, edits):
    first, second = document.steps
    edits.select(first.number)
    assert edits.target is None
    with qtbot.waitSignal(edits.target_changed):
        edits.paint_on_result(True)
    assert edits.target is first
    edits.select(second.number)
    assert edits.target is second
    edits.swap_target()
    assert edits.target is None


def test_asking_for_the_result_without_a_choice_takes_the_newest(document, edits):
    edits.paint_on_result(True)
    assert edits.target is document.steps[-1]


def test_a_result_that_is_not_shown_is_not_painted(document, edits):
    edits.paint_on_result(True)
    edits.show(document.steps[-1].number, False)
    assert edits.target is None


def test_a_deleted_result_leaves_the_hand(qtbot, document, edits):
    edits.paint_on_result(True)
    with qtbot.waitSignals([edits.selection_changed, edits.target_changed]):
        edits.delete(document.steps[-1].number)
    assert edits.selected is None
    assert edits.target is None


def test_steps_can_be_serialised(document, edits):
    first, _ = document.steps
    edits.paint(first.number, _stroke(105, 110), erase=True)
    for step in document.steps:
        again = pickle.loads(pickle.dumps(step))
        assert again.look == step.look
        assert isinstance(again.kept, SparseMask)
        np.testing.assert_array_equal(again.coverage(again.window), step.coverage(step.window))
