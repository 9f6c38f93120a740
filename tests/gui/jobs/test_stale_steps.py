"""Stale steps run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.edit.requests import InpaintRequest
from core.errors import CheckpointError
from core.imaging.windows import whole
from faceeditor_gui.document.edit_step import is_stale
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.step_list import EditList
from faceeditor_gui.services import Parts

EVERYTHING = whole(480, 640)


@pytest.fixture
def parts(qapp, settings, worker, photo) -> Parts:
    parts = Parts.around(worker, settings)
    parts.document.open(photo, "noise.png")
    return parts


@pytest.fixture
def finish(qtbot, parts):
    """Wait until nothing runs any more."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: (
                not (parts.schedule.has_work or parts.runner.is_running or parts.refresher.is_busy)
            )
        )

    wait()
    return wait


@pytest.fixture
def steps(parts, finish):
    """A smile, a fill on it, and a fill far away."""
    parts.runner.smile(1.0)
    for left, top in ((195, 255), (20, 440)):
        parts.document.paint(Patch(left, top, np.full((9, 9), 255, np.uint8)))
        parts.runner.fill()
        finish()
    return parts.document.steps


@pytest.fixture
def edits(parts) -> EditList:
    return parts.document.edits


def test_a_change_makes_the_steps_on_it_stale_and_they_run_again(parts, steps, edits, run, finish):
    smile, on_it, far = steps
    made = len(run.made(InpaintRequest))
    edits.fade(smile.number, 0.5)
    assert is_stale(parts.document.steps, 1)
    finish()
    assert len(run.made(InpaintRequest)) == made + 1
    assert parts.document.steps[1].outcome is not on_it.outcome
    assert parts.document.steps[2] is far
    assert not any(is_stale(parts.document.steps, index) for index in range(3))


def test_running_again_is_no_undo_step_and_undo_brings_the_very_pixels_back(
    parts, steps, edits, run, finish
):
    before = parts.document.composed(EVERYTHING)
    count = parts.document.undo_stack.count()
    edits.delete(steps[0].number)
    finish()
    after, made = parts.document.composed(EVERYTHING), len(run.requests)
    assert parts.document.undo_stack.count() == count + 1
    parts.document.undo_stack.undo()
    np.testing.assert_array_equal(parts.document.composed(EVERYTHING), before)
    parts.document.undo_stack.redo()
    np.testing.assert_array_equal(parts.document.composed(EVERYTHING), after)
    finish()
    assert len(run.requests) == made


def test_steps_run_again_from_the_lowest_upwards(parts, steps, edits, run, finish):
    parts.document.paint(Patch(197, 257, np.full((5, 5), 255, np.uint8)))
    parts.runner.fill()
    finish()
    made = len(run.made(InpaintRequest))
    edits.show(steps[0].number, False)
    finish()
    lower, _ = run.made(InpaintRequest)[made:]
    assert np.count_nonzero(lower.mask) == 81


def test_what_was_painted_on_a_step_stays_when_it_runs_again(parts, steps, edits, finish):
    _, on_it, _ = steps
    edits.paint(on_it.number, Patch(197, 257, np.full((3, 3), 255, np.uint8)), erase=True)
    kept = parts.document.steps[1].kept
    edits.fade(steps[0].number, 0.5)
    finish()
    assert parts.document.steps[1].kept is kept
    assert parts.document.steps[1].outcome is not on_it.outcome


def test_a_hidden_step_runs_again_only_when_it_is_shown(parts, steps, edits, run, finish):
    edits.show(steps[1].number, False)
    edits.fade(steps[0].number, 0.5)
    finish()
    made = len(run.made(InpaintRequest))
    edits.show(steps[1].number, True)
    finish()
    assert len(run.made(InpaintRequest)) == made + 1


def test_a_file_that_is_saved_holds_what_stale_steps_become(
    qtbot, parts, steps, edits, run, finish, tmp_path: Path
):
    edits.fade(steps[0].number, 0.5)
    with qtbot.waitSignal(parts.files.saved):
        parts.files.save(tmp_path / "out.png")
    assert not is_stale(parts.document.steps, 1)
    finish()


def test_an_edit_of_the_user_goes_first(qtbot, parts, steps, edits, run, finish):
    go_on = run.hold()
    made = len(run.requests)
    edits.fade(steps[0].number, 0.5)
    qtbot.waitUntil(lambda: len(run.requests) > made)
    parts.document.choose_face(1)
    parts.runner.smile(0.7)
    qtbot.waitUntil(lambda: len(run.requests) > made + 1)
    go_on.set()
    finish()
    assert len(parts.document.steps) == 4
    assert not any(is_stale(parts.document.steps, index) for index in range(4))


def test_a_step_that_cannot_be_made_is_not_tried_for_ever(qtbot, parts, steps, edits, run, finish):
    def fail(_request, _report):
        raise CheckpointError("The weights are missing; install the program again.")

    run.before = fail
    with qtbot.waitSignal(parts.schedule.failed):
        edits.fade(steps[0].number, 0.5)
    finish()
    assert parts.document.steps[1].outcome is steps[1].outcome
