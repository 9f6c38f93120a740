"""Stale steps run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.edit.requests import InpaintRequest
from core.errors import CheckpointError
from core.imaging.windows import whole_window
from faceeditor_gui.document.edit_step import is_stale
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.document.step_list import StepList
from faceeditor_gui.jobs.job import JobState
from faceeditor_gui.services import Services

EVERYTHING = whole_window(480, 640)


@pytest.fixture
def services(qapp, settings, worker, photo) -> Services:
    services = Services.create(worker, settings)
    services.document.open(photo, "noise.png")
    return services


@pytest.fixture
def finish(qtbot, services):
    """Wait until nothing runs any more."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: (
                not (
                    services.job_queue.has_work
                    or services.runner.is_running
                    or services.stale_steps.is_busy
                )
            )
        )

    wait()
    return wait


@pytest.fixture
def steps(services, finish):
    """A smile, a fill on it, and a fill far away."""
    services.runner.smile(1.0)
    for left, top in ((195, 255), (20, 440)):
        services.document.mask.paint(Patch(left, top, np.full((9, 9), 255, np.uint8)))
        services.runner.fill()
        finish()
    return services.document.steps.items


@pytest.fixture
def step_list(services) -> StepList:
    return services.document.steps


def test_a_change_makes_the_steps_on_it_stale_and_they_run_again(
    services, steps, step_list, run, finish
):
    smile, on_it, far = steps
    made = len(run.requests_of(InpaintRequest))
    step_list.set_opacity(smile.number, 0.5)
    assert is_stale(services.document.steps.items, 1)
    finish()
    assert len(run.requests_of(InpaintRequest)) == made + 1
    assert services.document.steps.items[1].outcome is not on_it.outcome
    assert services.document.steps.items[2] is far
    assert not any(is_stale(services.document.steps.items, index) for index in range(3))


def test_running_again_is_no_undo_step_and_undo_brings_the_very_pixels_back(
    services, steps, step_list, run, finish
):
    before = services.document.composited(EVERYTHING)
    count = services.document.undo_stack.count()
    step_list.delete(steps[0].number)
    finish()
    after, made = services.document.composited(EVERYTHING), len(run.requests)
    assert services.document.undo_stack.count() == count + 1
    services.document.undo_stack.undo()
    np.testing.assert_array_equal(services.document.composited(EVERYTHING), before)
    services.document.undo_stack.redo()
    np.testing.assert_array_equal(services.document.composited(EVERYTHING), after)
    finish()
    assert len(run.requests) == made


def test_steps_run_again_from_the_lowest_upwards(services, steps, step_list, run, finish):
    services.document.mask.paint(Patch(197, 257, np.full((5, 5), 255, np.uint8)))
    services.runner.fill()
    finish()
    made = len(run.requests_of(InpaintRequest))
    step_list.set_visible(steps[0].number, False)
    finish()
    lower, _ = run.requests_of(InpaintRequest)[made:]
    assert np.count_nonzero(lower.mask) == 81


def test_what_was_painted_on_a_step_stays_when_it_runs_again(services, steps, step_list, finish):
    _, on_it, _ = steps
    step_list.paint(on_it.number, Patch(197, 257, np.full((3, 3), 255, np.uint8)), erase=True)
    kept = services.document.steps.items[1].layer_mask
    step_list.set_opacity(steps[0].number, 0.5)
    finish()
    assert services.document.steps.items[1].layer_mask is kept
    assert services.document.steps.items[1].outcome is not on_it.outcome


def test_a_hidden_step_runs_again_only_when_it_is_shown(services, steps, step_list, run, finish):
    step_list.set_visible(steps[1].number, False)
    step_list.set_opacity(steps[0].number, 0.5)
    finish()
    made = len(run.requests_of(InpaintRequest))
    step_list.set_visible(steps[1].number, True)
    finish()
    assert len(run.requests_of(InpaintRequest)) == made + 1


def test_a_file_that_is_saved_holds_what_stale_steps_become(
    qtbot, services, steps, step_list, run, finish, tmp_path: Path
):
    step_list.set_opacity(steps[0].number, 0.5)
    with qtbot.waitSignal(services.photo_files.exported):
        services.photo_files.export(tmp_path / "out.png")
    assert not is_stale(services.document.steps.items, 1)
    finish()


def test_an_edit_of_the_user_goes_first(qtbot, services, steps, step_list, run, finish):
    go_on = run.hold()
    made = len(run.requests)
    step_list.set_opacity(steps[0].number, 0.5)
    qtbot.waitUntil(lambda: len(run.requests) > made)
    services.document.faces.choose(1)
    services.runner.smile(0.7)
    qtbot.waitUntil(lambda: len(run.requests) > made + 1)
    go_on.set()
    finish()
    assert len(services.document.steps.items) == 4
    assert not any(is_stale(services.document.steps.items, index) for index in range(4))


def test_a_step_that_cannot_be_made_is_not_tried_for_ever(
    qtbot, services, steps, step_list, run, finish
):
    def fail(_request, _report):
        raise CheckpointError("The weights are missing; install the program again.")

    run.before = fail
    with qtbot.waitSignal(
        services.job_queue.ended, check_params_cb=lambda job: job.state is JobState.FAILED
    ):
        step_list.set_opacity(steps[0].number, 0.5)
    finish()
    assert services.document.steps.items[1].outcome is steps[1].outcome
