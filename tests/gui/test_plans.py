"""Edits as lists of runs."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.request import EditResult, SmileKind
from faceeditor_gui.plans import Plan, fill_plan, smile_plan
from faceeditor_gui.steps import EditStep, FillSettings, Patch, SmileSettings

WINDOW = (slice(0, 480), slice(0, 640))
PHOTO = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture
def smile_settings(make_face) -> SmileSettings:
    return SmileSettings(WINDOW, make_face().landmarks, 0.5, SmileKind.OPEN)


def _fill(left: int, top: int) -> FillSettings:
    return FillSettings(Patch(left, top, np.full((10, 10), 255, np.uint8)), WINDOW, ())


def _finish(plan: Plan, place: tuple[int, int] = (200, 200), size: int = 40) -> list[object]:
    requests = []
    while not plan.is_done:
        request = plan.request(PHOTO)
        requests.append(request)
        patch = np.full((size, size, 3), len(requests), np.uint8)
        coverage = np.full((size, size), 255, np.uint8)
        plan.take(EditResult(patch, *place, coverage, request))
    return requests


def _step(settings, left: int, top: int, size: int = 40) -> EditStep:
    patch = np.full((size, size, 3), 99, np.uint8)
    return EditStep(settings, patch, np.full((size, size), 255, np.uint8), left, top)


def test_a_new_smile_comes_on_top(smile_settings):
    below = _step(_fill(10, 10), 10, 10)
    plan = smile_plan((below,), None, smile_settings)
    requests = _finish(plan)
    assert len(requests) == 1
    assert plan.steps[0] is below
    assert plan.steps[1].settings is smile_settings
    assert (requests[0].image[20, 20] == 99).all()


def test_adjusting_a_smile_takes_its_place(smile_settings):
    old = _step(smile_settings, 200, 200)
    plan = smile_plan((old,), old, smile_settings.with_strength(0.9))
    requests = _finish(plan)
    assert len(plan.steps) == 1
    assert plan.steps[0].settings.strength == 0.9
    assert (requests[0].image == 0).all()


def test_a_smile_of_strength_zero_goes_away(smile_settings):
    old = _step(smile_settings, 200, 200)
    plan = smile_plan((old,), old, smile_settings.with_strength(0.0))
    assert plan.is_done
    assert plan.steps == ()
    assert plan.text == "Remove Smile"


def test_a_later_fill_that_lies_on_the_smile_runs_again(smile_settings):
    old = _step(smile_settings, 200, 200)
    beside, on_it = _step(_fill(10, 10), 10, 10), _step(_fill(210, 210), 205, 205)
    plan = smile_plan((old, beside, on_it), old, smile_settings.with_strength(0.9))
    requests = _finish(plan)
    assert len(requests) == 2
    assert plan.steps[1] is beside
    assert plan.steps[2] is not on_it
    assert plan.steps[2].settings is on_it.settings
    assert (requests[1].image[230, 230] == 1).all()


def test_each_hole_sees_what_was_filled_before_it():
    plan = fill_plan((), [_fill(10, 10), _fill(300, 300)])
    requests = _finish(plan)
    assert len(plan.steps) == 2
    assert len(plan.filled) == 2
    assert (requests[1].image[220, 220] == 1).all()


def test_progress_goes_on_from_run_to_run():
    plan = fill_plan((), [_fill(10, 10), _fill(300, 300)])
    assert not plan.is_done
    assert plan.span == (0.0, 0.5)
    request = plan.request(PHOTO)
    plan.take(EditResult(PHOTO[:9, :9], 0, 0, np.zeros((9, 9), np.uint8), request))
    assert not plan.is_done
    assert plan.span == (0.5, 1.0)
