"""Edits under way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.edit.requests import EditResult, SmileKind
from faceeditor_gui.document.edit_settings import FillSettings, SmileSettings
from faceeditor_gui.document.edit_step import EditStep, Outcome, Steps
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_plan import EditPlan, adjustment_plan, fill_plan

WINDOW = (slice(0, 480), slice(0, 640))
PHOTO = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture
def smile_settings(make_face) -> SmileSettings:
    return SmileSettings(WINDOW, make_face().landmarks, 0.5, SmileKind.OPEN)


def _fill(left: int, top: int) -> FillSettings:
    return FillSettings(Patch(left, top, np.full((10, 10), 255, np.uint8)), WINDOW, ())


def _finish(plan: EditPlan, steps: Steps = ()) -> list[object]:
    requests = []
    while not plan.is_done:
        request = plan.request(PHOTO, steps)
        requests.append(request)
        patch = np.full((40, 40, 3), len(requests), np.uint8)
        plan.add_result(EditResult(patch, 200, 200, np.full((40, 40), 255, np.uint8), request))
    return requests


def _step(settings, left: int, top: int, number: int = 1) -> EditStep:
    patch = np.full((40, 40, 3), 99, np.uint8)
    made = Outcome.of(patch, np.full((40, 40), 255, np.uint8), left, top)
    return EditStep(settings, made, number)


def test_a_new_smile_comes_on_top(smile_settings):
    below = _step(_fill(10, 10), 10, 10)
    plan = adjustment_plan([smile_settings], ())
    requests = _finish(plan, (below,))
    assert len(requests) == 1
    after = plan.apply_to((below,))
    assert after[0] is below
    assert after[1].settings is smile_settings
    assert (requests[0].image[20, 20] == 99).all()


def test_adjusting_a_smile_takes_its_place(smile_settings):
    old, above = _step(smile_settings, 200, 200), _step(_fill(10, 10), 10, 10, 2)
    plan = adjustment_plan([replace(smile_settings, strength=0.9)], (old,))
    requests = _finish(plan, (old, above))
    after = plan.apply_to((old, above))
    assert [step.number for step in after] == [1, 2]
    assert after[0].settings.strength == 0.9
    assert after[1] is above
    assert (requests[0].image == 0).all()


def test_what_was_painted_on_a_result_stays_when_it_is_adjusted(smile_settings):
    old = _step(smile_settings, 200, 200)
    old = old.with_stroke(Patch(205, 205, np.full((9, 9), 255, np.uint8)), erase=True)
    plan = adjustment_plan([replace(smile_settings, strength=0.9)], (old,))
    _finish(plan, (old,))
    (after,) = plan.apply_to((old,))
    assert after.layer_mask is old.layer_mask


def test_a_smile_of_strength_zero_goes_away(smile_settings):
    old = _step(smile_settings, 200, 200)
    plan = adjustment_plan([replace(smile_settings, strength=0.0)], (old,))
    assert plan.is_done
    assert plan.apply_to((old,)) == ()
    assert plan.text == "Remove Smile"


def test_steps_that_came_meanwhile_stay(smile_settings):
    plan = adjustment_plan([smile_settings], ())
    _finish(plan)
    other = _step(_fill(10, 10), 10, 10)
    assert plan.apply_to((other,))[0] is other


def test_each_hole_sees_what_was_filled_before_it():
    plan = fill_plan([_fill(10, 10), _fill(300, 300)])
    requests = _finish(plan)
    assert len(plan.apply_to(())) == 2
    assert len(plan.filled_holes) == 2
    assert (requests[1].image[220, 220] == 1).all()


def test_progress_goes_on_from_run_to_run():
    plan = fill_plan([_fill(10, 10), _fill(300, 300)])
    assert plan.span == (0.0, 0.5)
    request = plan.request(PHOTO, ())
    plan.add_result(EditResult(PHOTO[:9, :9], 0, 0, np.zeros((9, 9), np.uint8), request))
    assert plan.span == (0.5, 1.0)
    assert not plan.is_done


def test_a_plan_for_several_faces_makes_adjusts_and_removes_each_in_its_place(make_face):
    faces = [make_face(x, 200.0, 30.0).landmarks for x in (100, 250, 400)]
    first, second, third = (SmileSettings(WINDOW, face, 0.5, SmileKind.OPEN) for face in faces)
    steps = (_step(first, 100, 200), _step(_fill(10, 10), 10, 10, 2), _step(third, 400, 200, 3))
    plan = adjustment_plan([replace(first, strength=0.9), second], steps)
    assert plan.text == "Smile"
    requests = _finish(plan, steps)
    after = plan.apply_to(steps)
    assert [step.number for step in after] == [1, 2, 3, 0]
    assert [step.settings.strength for step in (after[0], after[3])] == [0.9, 0.5]
    assert (requests[0].image == 0).all()
    assert (requests[1].image[220, 220] == 1).all(), "the second sees what the first has made"
    gone = adjustment_plan([replace(one, strength=0.0) for one in (first, second, third)], steps)
    assert gone.text == "Remove Smile"
    assert [step.number for step in gone.apply_to(steps)] == [2]


def test_a_hole_that_is_refused_is_left_out_and_the_others_are_filled():
    plan = fill_plan([_fill(10, 10), _fill(30, 10), _fill(50, 10)])
    refused = plan.request(PHOTO, ())
    assert plan.leave_out("No.")
    requests = _finish(plan)
    assert len(requests) == 2
    assert all(request is not refused for request in requests)
    assert [patch.left for patch in plan.filled_holes] == [30, 50]
    assert plan.refusals == ["No."]


def test_a_plan_of_which_all_is_refused_has_failed():
    plan = fill_plan([_fill(10, 10), _fill(30, 10)])
    plan.request(PHOTO, ())
    assert plan.leave_out("No.")
    plan.request(PHOTO, ())
    assert not plan.leave_out("No.")
