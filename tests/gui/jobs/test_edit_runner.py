"""Edits from the request to the undo step."""

from __future__ import annotations

import threading
import weakref

import numpy as np
import pytest

from core.edit.requests import FindFacesRequest, InpaintRequest, SmileKind, SmileRequest
from core.errors import CheckpointError, InvalidRequestError
from core.face.face_windows import face_window
from core.imaging.windows import whole_window
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.job import Job, JobState, Urgency
from faceeditor_gui.jobs.stale_steps import StaleSteps
from faceeditor_gui.state.tool_state import ToolState


@pytest.fixture
def tool_state() -> ToolState:
    return ToolState()


@pytest.fixture
def runner(document, tool_state, job_queue, run) -> EditRunner:
    document.faces.set_found(run.faces)
    return EditRunner(document, tool_state, job_queue)


@pytest.fixture
def stale_steps(document, job_queue) -> StaleSteps:
    return StaleSteps(document, job_queue)


@pytest.fixture
def finish(qtbot, runner, job_queue, stale_steps):
    """Wait until nothing runs any more."""

    def wait() -> None:
        busy = (lambda: job_queue.has_work, lambda: runner.is_running, lambda: stale_steps.is_busy)
        qtbot.waitUntil(lambda: not any(is_busy() for is_busy in busy))

    return wait


def _paint(document, left=190, top=230, size=20) -> None:
    document.mask.paint(Patch(left, top, np.full((size, size), 255, np.uint8)))


def test_a_fill_is_one_undo_step_that_clears_the_mask(document, runner, finish):
    _paint(document)
    runner.fill()
    finish()
    assert document.undo_stack.count() == 2
    assert document.undo_stack.undoText() == "Fill"
    assert document.mask.is_empty
    assert (document.composited((slice(230, 250), slice(190, 210))) == 255).all()


def test_a_fill_sees_a_window_with_context_and_the_face(document, runner, run, finish):
    _paint(document)
    runner.fill()
    finish()
    (request,) = run.requests_of(InpaintRequest)
    assert request.image.shape[0] < 480 or request.image.shape[1] < 640
    (landmarks,) = request.faces
    ys, xs = np.nonzero(request.mask)
    mouth = landmarks[48:].mean(axis=0)
    assert abs(xs.mean() - mouth[0]) < 15
    assert abs(ys.mean() - mouth[1]) < 30


def test_a_fill_away_from_every_face_needs_none(document, runner, run, finish):
    _paint(document, left=20, top=440)
    runner.fill()
    finish()
    assert run.requests_of(InpaintRequest)[0].faces == ()


def test_filling_without_a_mask_says_what_to_do(qtbot, document, runner):
    with qtbot.waitSignal(runner.posted) as heard:
        runner.fill()
    assert "Paint" in heard.args[0]
    assert document.undo_stack.count() == 0


def test_samples_outside_the_mask_stay_bit_identical_after_a_fill(document, runner, finish):
    _paint(document)
    mask = document.mask.read(whole_window(*document.shape))
    runner.fill()
    finish()
    after = document.composited(whole_window(*document.shape))
    np.testing.assert_array_equal(after[mask == 0], document.original()[mask == 0])


def test_one_click_smiles_on_the_largest_face(document, runner, run, finish):
    runner.smile_at_once()
    finish()
    (request,) = run.requests_of(SmileRequest)
    assert request.strength == 0.7
    settings = document.steps.items[0].settings
    np.testing.assert_array_equal(settings.landmarks, run.faces[0].landmarks)


def test_the_chosen_face_smiles(document, runner, run, finish):
    document.faces.choose(1)
    runner.smile_at_once()
    finish()
    np.testing.assert_array_equal(
        document.steps.items[0].settings.landmarks, run.faces[1].landmarks
    )


def test_adjusting_a_smile_adds_no_second_step(document, runner, finish):
    for strength in (1.0, 0.3, -0.5):
        runner.smile(strength)
        finish()
    assert len(document.steps.items) == 1
    assert document.steps.items[0].settings.strength == -0.5
    assert document.undo_stack.count() == 3
    document.undo_stack.undo()
    assert document.steps.items[0].settings.strength == 0.3


def test_two_faces_smile_each_for_itself(document, runner, finish):
    runner.smile(1.0)
    finish()
    document.faces.choose(1)
    runner.smile(0.5)
    finish()
    assert [step.settings.strength for step in document.steps.items] == [1.0, 0.5]


def test_strength_zero_restores_the_photo(document, runner, finish):
    runner.smile(1.0)
    finish()
    runner.smile(0.0)
    finish()
    assert document.steps.items == ()
    np.testing.assert_array_equal(
        document.composited(whole_window(*document.shape)), document.original()
    )


def test_a_smile_that_is_as_wanted_leaves_no_undo_step(document, runner, run, finish):
    runner.smile(0.4)
    finish()
    runner.smile(0.4)
    finish()
    assert document.undo_stack.count() == 1
    assert len(run.requests_of(SmileRequest)) == 1


def test_another_kind_runs_the_smile_again(document, runner, finish):
    runner.smile(0.4)
    finish()
    runner.smile(0.4, SmileKind.WIDE)
    finish()
    assert [step.settings.kind for step in document.steps.items] == [SmileKind.WIDE]


def test_a_fill_on_a_smile_runs_again_when_the_smile_changes(document, runner, run, finish):
    runner.smile(1.0)
    finish()
    _paint(document)
    runner.fill()
    finish()
    runner.smile(0.5)
    finish()
    assert len(run.requests_of(InpaintRequest)) == 2
    assert len(document.steps.items) == 2
    assert document.undo_stack.count() == 4
    document.undo_stack.undo()
    assert document.steps.items[0].settings.strength == 1.0


def test_previews_are_small_and_change_nothing(qtbot, document, runner, run, finish):
    with qtbot.waitSignal(runner.preview_changed) as heard:
        runner.preview_smile(0.7)
    finish()
    assert document.steps.items == ()
    assert document.undo_stack.count() == 0
    (request,) = run.requests_of(SmileRequest)
    assert request.image.shape[0] * request.image.shape[1] <= 1_000_000
    assert heard.args[0].result is not None


def test_previews_start_from_the_image_below_the_smile(document, runner, run, finish):
    runner.smile(1.0)
    finish()
    runner.preview_smile(0.2)
    finish()
    full, preview = run.requests_of(SmileRequest)
    np.testing.assert_array_equal(full.image, preview.image)


def test_previews_are_downscaled_to_screen_resolution(document, runner, run, finish):
    runner.set_screen_scale(0.9)
    runner.preview_smile(0.5)
    finish()
    (request,) = run.requests_of(SmileRequest)
    full = document.faces.items[0].landmarks
    size = np.ptp(request.landmarks, axis=0) / np.ptp(full, axis=0)
    np.testing.assert_allclose(size, 0.9, rtol=0.02)


def test_a_preview_of_strength_zero_runs_no_request(qtbot, runner, run, finish):
    with qtbot.waitSignal(runner.preview_changed) as heard:
        runner.preview_smile(0.0)
    finish()
    assert run.requests_of(SmileRequest) == []
    assert heard.args[0].result is None


def test_a_drag_ends_as_one_undo_step(document, runner, finish):
    for percent in range(0, 100, 10):
        runner.preview_smile(percent / 100)
    runner.smile(0.9)
    finish()
    assert document.undo_stack.count() == 1
    assert document.steps.items[0].settings.strength == 0.9


def test_the_preview_goes_when_the_full_resolution_is_there(document, runner, finish):
    shown = []
    runner.preview_changed.connect(shown.append)
    runner.preview_smile(0.5)
    runner.smile(0.5)
    finish()
    assert shown[-1] is None


def test_a_cancelled_edit_leaves_no_trace(qtbot, document, runner, run, job_queue, finish):
    run.hold()
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    assert runner.cancel()
    finish()
    assert document.steps.items == ()
    assert not document.mask.is_empty
    assert document.undo_stack.count() == 1


@pytest.fixture
def gate(run) -> threading.Event:
    """Lets fills go on; until then they wait."""
    return run.hold(lambda request: isinstance(request, InpaintRequest))


def test_what_is_asked_for_while_a_fill_runs_follows_it(qtbot, document, runner, run, gate, finish):
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    with qtbot.waitSignal(runner.posted) as said:
        runner.smile_at_once()
    assert "follows" in said.args[0]
    _paint(document, left=20, top=440)
    runner.fill()
    gate.set()
    finish()
    assert [step.settings.title for step in document.steps.items] == ["Fill", "Smile", "Fill"]
    assert document.mask.is_empty


def test_a_second_fill_does_not_fill_the_first_hole_again(
    qtbot, document, runner, run, gate, finish
):
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    runner.fill()
    gate.set()
    finish()
    assert len(run.requests_of(InpaintRequest)) == 1


def test_strokes_made_while_a_fill_runs_are_kept_and_undone_first(
    qtbot, document, runner, run, gate, finish
):
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    for left in (20, 60, 100):
        _paint(document, left, top=440)
    assert not runner.cancel_last()
    document.undo_stack.undo()
    gate.set()
    finish()
    assert len(document.steps.items) == 1
    mask = document.mask.read(whole_window(*document.shape))
    assert [bool(mask[450, left]) for left in (30, 70, 110)] == [True, True, False]


def test_the_last_requested_edit_is_cancelled_first(qtbot, document, runner, run, gate, finish):
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    assert runner.cancel_last()
    finish()
    assert document.steps.items == ()
    assert not document.mask.is_empty


def test_the_slider_shows_previews_of_a_face_while_a_fill_runs(
    qtbot, document, runner, run, gate, finish
):
    _paint(document)
    runner.fill()
    runner.preview_smile(0.5)
    gate.set()
    finish()
    assert len(run.requests_of(SmileRequest)) == 1
    assert [step.settings.title for step in document.steps.items] == ["Fill"]


def test_a_fill_runs_again_with_a_larger_hole(document, runner, run, finish):
    _paint(document)
    runner.fill()
    finish()
    (step,) = document.steps.items
    runner.fill_again(step.number, 6, "ctsdg")
    finish()
    first, second = (np.count_nonzero(one.mask) for one in run.requests_of(InpaintRequest))
    assert second > first
    (again,) = document.steps.items
    assert again.number == step.number
    assert document.undo_stack.undoText() == "Fill again"
    document.undo_stack.undo()
    assert document.steps.items == (step,)


def test_a_smile_asked_for_while_faces_are_looked_for_says_so(
    qtbot, document, runner, run, job_queue, finish
):
    go_on = run.hold()
    document.faces.set_found(())
    search = FindFacesRequest(document.original())
    job_queue.submit(Job(Urgency.FACES, lambda: search, lambda _: None))
    with qtbot.waitSignal(runner.posted) as said:
        runner.smile_at_once()
    assert "looking" in said.args[0]
    go_on.set()
    finish()


def test_a_failed_edit_leaves_no_trace(qtbot, document, runner, run, job_queue, finish):
    def fail(_request, _report):
        raise CheckpointError("The weights are missing; install the program again.")

    run.before = fail
    _paint(document)
    with qtbot.waitSignal(job_queue.ended) as heard:
        runner.fill()
    finish()
    assert heard.args[0].state is JobState.FAILED
    assert "weights" in str(heard.args[0].error)
    assert document.steps.items == ()
    assert not document.mask.is_empty


@pytest.fixture
def two_holes(document, monkeypatch) -> None:
    """A mask whose two holes lie so far apart that each is filled for itself."""
    monkeypatch.setattr("faceeditor_gui.jobs.fill_settings.MAX_SINGLE_FILL_PX", 1)
    _paint(document)
    _paint(document, left=20, top=440)


def test_a_fill_of_several_holes_is_one_job_with_one_progress_and_one_undo_step(
    document, runner, run, job_queue, finish, two_holes
):
    ends, fractions = [], []
    job_queue.ended.connect(ends.append)
    job_queue.progressed.connect(lambda fraction, _stage: fractions.append(fraction))
    runner.fill()
    finish()
    assert len(run.requests_of(InpaintRequest)) == 2
    assert len(ends) == 1
    assert fractions == sorted(fractions)
    assert (min(fractions), max(fractions)) == (0.0, 1.0)
    assert len(document.steps.items) == 2
    assert document.undo_stack.count() == 3


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_fill_that_ends_after_its_first_hole_leaves_no_trace(
    qtbot, document, runner, run, finish, two_holes, is_cancelled
):
    def stop(_request, report):
        if len(run.requests_of(InpaintRequest)) == 2:
            if not is_cancelled:
                raise CheckpointError("The weights are missing; install the program again.")
            while True:
                report(0.5, "Working")

    run.before = stop
    said = []
    runner.posted.connect(said.append)
    before = document.mask.read(whole_window(*document.shape)).copy()
    runner.fill()
    qtbot.waitUntil(lambda: len(run.requests_of(InpaintRequest)) == 2)
    if is_cancelled:
        runner.cancel()
    finish()
    assert document.steps.items == ()
    assert document.undo_stack.count() == 2
    np.testing.assert_array_equal(document.mask.read(whole_window(*document.shape)), before)
    assert said == []


def test_a_hole_that_is_refused_stays_in_the_mask_and_is_told_of(
    document, runner, run, finish, two_holes
):
    def refuse_the_first(_request, _report):
        if len(run.requests_of(InpaintRequest)) == 1:
            raise InvalidRequestError("This hole is absurd.")

    run.before = refuse_the_first
    said = []
    runner.posted.connect(said.append)
    runner.fill()
    finish()
    assert [step.settings.title for step in document.steps.items] == ["Fill"]
    assert not document.mask.is_empty
    assert "Left one as it is: This hole is absurd." in said[-1]
    document.undo_stack.undo()
    assert document.steps.items == ()


def test_an_edit_asked_for_between_two_holes_follows_them(
    qtbot, document, runner, run, finish, two_holes, gate
):
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    runner.smile_at_once()
    gate.set()
    finish()
    titles = [step.settings.title for step in document.steps.items]
    assert titles == ["Fill", "Fill", "Smile"]


def test_a_newer_wish_replaces_the_one_under_way_without_a_word(
    qtbot, document, runner, run, finish
):
    go_on = run.hold()
    ends, said = [], []
    runner.edit_ended.connect(lambda: ends.append(len(document.steps.items)))
    runner.posted.connect(said.append)
    runner.smile(1.0)
    qtbot.waitUntil(lambda: bool(run.requests_of(SmileRequest)))
    runner.smile(0.4)
    assert runner.is_running
    assert (ends, said) == ([], [])
    go_on.set()
    finish()
    assert [step.settings.strength for step in document.steps.items] == [0.4]
    assert ends == [1]
    assert document.undo_stack.count() == 1


def test_a_newer_wish_comes_after_those_that_waited(qtbot, document, runner, run, gate, finish):
    _paint(document)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    runner.smile(1.0)
    document.faces.choose(1)
    runner.smile(0.5)
    document.faces.choose(0)
    runner.smile(0.4)
    gate.set()
    finish()
    assert [request.strength for request in run.requests_of(SmileRequest)] == [0.5, 0.4]


@pytest.fixture
def smile_settings(document, runner) -> SmileSettings:
    landmarks = document.faces.chosen.landmarks
    return SmileSettings(face_window(landmarks, document.shape), landmarks, 1.0, SmileKind.OPEN)


def test_an_edit_that_has_ended_is_let_go(runner, smile_settings, finish):
    ended = []
    runner.adjust(smile_settings, on_end=lambda job: ended.append(weakref.ref(job)))
    finish()
    assert [job() for job in ended] == [None]


def test_whoever_asks_for_an_edit_hears_how_it_has_ended(
    document, runner, run, smile_settings, finish
):
    def fail(_request, _report):
        raise CheckpointError("The weights are missing; install the program again.")

    heard = []
    for before in (fail, lambda *_: None):
        run.before = before
        runner.adjust(
            smile_settings, on_end=lambda job: heard.append((job.state, len(document.steps.items)))
        )
        finish()
    assert heard == [(JobState.FAILED, 0), (JobState.FINISHED, 1)]


def test_an_edit_runs_again_when_the_steps_below_it_have_changed(
    qtbot, document, runner, run, gate, finish
):
    runner.smile(1.0)
    finish()
    _paint(document, left=190, top=250)
    runner.fill()
    qtbot.waitUntil(lambda: bool(run.requests_of(InpaintRequest)))
    document.undo_stack.setIndex(0)
    gate.set()
    finish()
    over_smile, over_photo = run.requests_of(InpaintRequest)
    assert (over_smile.image != over_photo.image).any()
    assert [step.settings.title for step in document.steps.items] == ["Fill"]


def test_the_first_result_says_what_can_be_done_now(qtbot, document, runner, finish):
    said = []
    runner.posted.connect(said.append)
    runner.smile(1.0)
    finish()
    runner.smile(0.5)
    finish()
    assert "slider" in said[0]
    assert "100 %" in said[0]
    assert "50 %" in said[1]
    assert len(said[1]) < len(said[0])


def test_a_smile_without_a_face_says_what_to_do(qtbot, document, runner):
    document.faces.set_found(())
    with qtbot.waitSignal(runner.posted) as heard:
        runner.smile_at_once()
    assert "box" in heard.args[0]


def test_a_search_for_faces_does_not_hold_an_edit_up(qtbot, document, runner, job_queue, finish):
    search = FindFacesRequest(document.original())
    job_queue.submit(Job(Urgency.FACES, lambda: search, lambda _: None))
    runner.smile_at_once()
    finish()
    assert len(document.steps.items) == 1


def test_an_edit_stops_the_preview_under_way_and_drops_the_one_that_waits(
    qtbot, document, runner, run, finish
):
    go_on = run.hold(lambda request: request.draft)
    runner.preview_smile(0.3)
    qtbot.waitUntil(lambda: bool(run.requests_of(SmileRequest)))
    runner.preview_smile(0.5)
    runner.smile(0.5)
    qtbot.waitUntil(lambda: len(document.steps.items) == 1)
    go_on.set()
    finish()
    asked = [(request.strength, request.draft) for request in run.requests_of(SmileRequest)]
    assert asked == [(0.3, True), (0.5, False)]
