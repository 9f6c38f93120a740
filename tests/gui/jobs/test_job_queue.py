"""Which job runs next, and from which state to which it goes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable

import pytest

from core.errors import InvalidRequestError
from core.progress import Cancelled
from faceeditor_gui.jobs.job import FOREGROUND, Job, JobState, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.worker import EditWorker


class Gate:
    """A run function that waits for permission and hears of cancellation."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began: list[object] = []
        self.holds: Callable[[object], bool] = lambda _request: True

    def __call__(self, request, report):
        self.began.append(request)
        while self.holds(request) and not self.open.wait(0.001):
            report(0.5, "Waiting")
        if isinstance(request, Exception):
            raise request
        return request


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def job_queue(qapp, gate):
    worker = EditWorker(lambda: gate)
    yield JobQueue(worker)
    gate.open.set()
    worker.stop()


@pytest.fixture
def ends(job_queue) -> list[tuple[object, JobState]]:
    """The requests of the jobs that have ended, and how."""
    heard = []
    job_queue.ended.connect(lambda job: heard.append((job.key, job.state)))
    return heard


@pytest.fixture
def begin(qtbot, job_queue, gate):
    """Submit a job and wait until the worker is at it."""

    def run(job: Job) -> Job:
        before = len(gate.began)
        job_queue.submit(job)
        qtbot.waitUntil(lambda: len(gate.began) > before)
        return job

    return run


@pytest.fixture
def finish(qtbot, job_queue, gate):
    """Let the worker go on until nothing is left to do."""

    def run() -> None:
        gate.open.set()
        qtbot.waitUntil(lambda: not job_queue.has_work)

    return run


def _job(urgency: Urgency, request: object, results: list) -> Job:
    """Make a job that takes the place of others of its urgency."""
    return Job(urgency, lambda: request, results.append)


def _keyed(urgency: Urgency, request: object, results: list) -> Job:
    """Make a job that takes the place of those with the same request."""
    return Job(urgency, lambda: request, results.append, key=request)


# Which job runs next.


def test_the_newest_preview_takes_the_place_of_a_waiting_one(qtbot, job_queue, gate, finish):
    results = []
    for tick in range(5):
        job_queue.submit(_job(Urgency.PREVIEW, tick, results))
    qtbot.waitUntil(lambda: gate.began == [0])
    finish()
    assert results == [0, 4]


def test_edits_come_before_previews_and_faces(job_queue, begin, finish):
    results = []
    begin(_job(Urgency.PREVIEW, "running", results))
    job_queue.submit(_job(Urgency.FACES, "faces", results))
    job_queue.submit(_job(Urgency.PREVIEW, "preview", results))
    job_queue.submit(_job(Urgency.EDIT, "edit", results))
    finish()
    assert results == ["running", "edit", "preview", "faces"]


def test_jobs_of_one_urgency_run_in_the_order_asked_for(job_queue, finish):
    results = []
    for name in "abc":
        job_queue.submit(_keyed(Urgency.EDIT, name, results))
    finish()
    assert results == ["a", "b", "c"]


def test_only_what_the_user_waits_for_counts_as_busy(qtbot, job_queue, gate):
    job_queue.submit(_job(Urgency.FACES, "faces", []))
    assert not job_queue.is_busy
    with qtbot.waitSignal(job_queue.busy_changed) as heard:
        job_queue.submit(_job(Urgency.EDIT, "edit", []))
    assert heard.args == [True]


def test_background_jobs_are_held_back_while_a_slider_moves(qtbot, job_queue, gate, finish):
    results = []
    gate.open.set()
    job_queue.submit(_job(Urgency.PREVIEW, "tick", results))
    job_queue.submit(_job(Urgency.FACES, "faces", results))
    qtbot.waitUntil(lambda: results == ["tick"])
    job_queue.submit(_job(Urgency.PREVIEW, "tock", results))
    finish()
    assert results == ["tick", "tock", "faces"]


# From state to state.


def test_a_job_waits_runs_and_is_finished(job_queue, begin, finish, ends):
    results = []
    first = begin(_keyed(Urgency.EDIT, "first", results))
    second = _keyed(Urgency.EDIT, "second", results)
    job_queue.submit(second)
    assert (first.state, second.state) == (JobState.RUNNING, JobState.WAITING)
    assert job_queue.jobs(Urgency.EDIT) == (first, second)
    finish()
    assert (first.state, second.state) == (JobState.FINISHED, JobState.FINISHED)
    assert results == ["first", "second"]
    assert ends == [("first", JobState.FINISHED), ("second", JobState.FINISHED)]


def test_a_job_is_finished_when_its_owner_hears_the_result_and_then_that_it_has_ended(
    job_queue, finish
):
    heard = []

    def on_result(result):
        heard.append((result, job.state))

    job = Job(Urgency.FILE, lambda: 1, on_result, lambda ended: heard.append(ended.state))
    job_queue.submit(job)
    finish()
    assert heard == [(1, JobState.FINISHED), JobState.FINISHED]


def test_a_job_that_fails_says_why_and_the_next_one_runs(job_queue, finish):
    error = InvalidRequestError("The memory is full.")
    results = []
    job = _keyed(Urgency.EDIT, error, results)
    job_queue.submit(job)
    job_queue.submit(_keyed(Urgency.EDIT, "next", results))
    finish()
    assert (job.state, job.error) == (JobState.FAILED, error)
    assert results == ["next"]


def test_a_request_that_cannot_be_made_fails_and_the_next_job_runs(job_queue, gate, finish):
    def refuse():
        raise InvalidRequestError("Paint first.")

    results, failures = [], []
    gate.open.set()
    job_queue.ended.connect(lambda job: failures.append(str(job.error)) if job.error else None)
    job_queue.submit(Job(Urgency.EDIT, refuse, results.append))
    job_queue.submit(_job(Urgency.EDIT, "next", results))
    finish()
    assert failures == ["Paint first."]
    assert results == ["next"]


def test_a_job_whose_reason_has_gone_ends_cancelled(job_queue, gate, begin, finish, ends):
    def refuse():
        raise Cancelled

    begin(_keyed(Urgency.EDIT, "first", []))
    job = Job(Urgency.EDIT, refuse, lambda _: None, key="second")
    job_queue.submit(job)
    finish()
    assert job.state is JobState.CANCELLED
    assert ends[-1] == ("second", JobState.CANCELLED)
    assert gate.began == ["first"]


def test_a_job_with_nothing_to_ask_is_finished_at_once(job_queue, gate, ends):
    job_queue.submit(Job(Urgency.EDIT, lambda: None, lambda _: None))
    assert ends == [(None, JobState.FINISHED)]
    assert gate.began == []


# Cancelling in each state.


def test_a_cancelled_job_delivers_no_result(qtbot, job_queue, begin):
    results = []
    job = begin(_job(Urgency.EDIT, "edit", results))
    with qtbot.waitSignal(job_queue.ended):
        job_queue.cancel(Urgency.EDIT)
    assert job.state is JobState.CANCELLED
    qtbot.waitUntil(lambda: not job_queue.is_busy)
    assert results == []


def test_the_user_waits_until_a_cancelled_job_has_stopped(qtbot, job_queue, begin):
    begin(_job(Urgency.EDIT, "edit", []))
    with qtbot.waitSignal(job_queue.busy_changed) as heard:
        job_queue.cancel(*FOREGROUND)
        assert job_queue.is_busy
        assert not job_queue.has(Urgency.EDIT)
    assert heard.args == [False]


def test_a_waiting_job_that_is_cancelled_never_runs(job_queue, gate, begin, finish, ends):
    begin(_keyed(Urgency.EDIT, "first", []))
    job_queue.submit(_keyed(Urgency.FILE, "second", []))
    job_queue.cancel(Urgency.FILE)
    assert ends == [("second", JobState.CANCELLED)]
    finish()
    assert gate.began == ["first"]


def test_an_interrupted_job_can_be_cancelled(job_queue, gate, begin, finish, ends):
    begin(_keyed(Urgency.FACES, "faces", []))
    job_queue.submit(_keyed(Urgency.EDIT, "edit", []))
    job_queue.cancel(Urgency.FACES)
    finish()
    assert gate.began == ["faces", "edit"]
    assert ends == [("faces", JobState.CANCELLED), ("edit", JobState.FINISHED)]


def test_cancelling_what_has_ended_changes_nothing(job_queue, finish, ends):
    job = _job(Urgency.EDIT, "edit", [])
    job_queue.submit(job)
    finish()
    job_queue.cancel(Urgency.EDIT)
    assert job.state is JobState.FINISHED
    assert len(ends) == 1


def test_a_failure_after_cancelling_is_not_told(job_queue, begin, finish, qtbot, gate, ends):
    job = begin(_keyed(Urgency.EDIT, InvalidRequestError("Too late."), []))
    gate.open.set()
    job_queue.cancel(Urgency.EDIT)
    finish()
    assert job.state is JobState.CANCELLED
    assert len(ends) == 1


# Interrupted, replaced, made anew.


def test_face_detection_is_interrupted_and_starts_again(qtbot, job_queue, gate, begin, finish):
    results = []
    faces = begin(_job(Urgency.FACES, "faces", results))
    job_queue.submit(_job(Urgency.EDIT, "edit", results))
    assert faces.state is JobState.WAITING
    qtbot.waitUntil(lambda: gate.began == ["faces", "edit"])
    finish()
    assert results == ["edit", "faces"]


def test_nobody_is_told_of_an_interruption(job_queue, begin, finish, ends):
    begin(_keyed(Urgency.REFRESH, "step", []))
    job_queue.submit(_keyed(Urgency.EDIT, "edit", []))
    finish()
    assert ends == [("edit", JobState.FINISHED), ("step", JobState.FINISHED)]


def test_an_interrupted_job_makes_its_request_anew(job_queue, begin, finish):
    pictures, results = iter(["before", "after"]), []
    begin(Job(Urgency.REFRESH, lambda: next(pictures), results.append))
    job_queue.submit(_job(Urgency.EDIT, "edit", []))
    finish()
    assert results == ["after"]


@pytest.mark.parametrize("urgency", [Urgency.EDIT, Urgency.PREVIEW, Urgency.FILE])
def test_what_the_user_waits_for_is_not_interrupted(job_queue, begin, urgency):
    job = begin(_keyed(urgency, "first", []))
    job_queue.submit(_keyed(Urgency.EDIT, "second", []))
    assert job.state is JobState.RUNNING


def test_background_jobs_do_not_interrupt_each_other(job_queue, begin):
    job = begin(_job(Urgency.STYLES, "styles", []))
    job_queue.submit(_job(Urgency.FACES, "faces", []))
    assert job.state is JobState.RUNNING


def test_a_newer_wish_replaces_an_older_one_without_a_word(job_queue, begin, finish, ends):
    results = []
    older = begin(_job(Urgency.REGIONS, "older", results))
    newer = _job(Urgency.REGIONS, "newer", results)
    job_queue.submit(newer)
    assert (older.state, newer.state) == (JobState.STALE, JobState.WAITING)
    finish()
    assert results == ["newer"]
    assert ends == [(None, JobState.FINISHED)]


def test_the_user_goes_on_waiting_when_a_newer_wish_replaces_what_waits(job_queue, begin):
    begin(_job(Urgency.REFRESH, "step", []))
    job_queue.submit(_job(Urgency.EDIT, "older", []))
    news = []
    job_queue.busy_changed.connect(news.append)
    job_queue.submit(_job(Urgency.EDIT, "newer", []))
    assert news == []


def test_another_key_replaces_nothing(job_queue, begin, finish):
    results = []
    begin(_keyed(Urgency.FILE, "one.png", results))
    for name in ("two.png", "three.png", "two.png"):
        job_queue.submit(_keyed(Urgency.FILE, name, results))
    finish()
    assert results == ["one.png", "three.png", "two.png"]


@pytest.mark.parametrize("is_under_way", [True, False])
def test_a_stale_job_delivers_nothing_and_another_is_made_of_the_changed_picture(
    job_queue, begin, finish, ends, is_under_way
):
    picture, results = ["before"], []

    def job() -> Job:
        return Job(Urgency.FACES, lambda: picture[0], results.append)

    if not is_under_way:
        begin(_keyed(Urgency.FILE, "first", []))
    stale = job()
    (begin if is_under_way else job_queue.submit)(stale)
    job_queue.outdate(stale)
    assert stale.state is JobState.STALE
    assert not job_queue.has(Urgency.FACES)
    picture[0] = "after"
    job_queue.submit(job())
    finish()
    assert results == ["after"]
    assert ends[-1] == (None, JobState.FINISHED)


def test_a_result_can_lead_to_the_next_job_of_its_kind(job_queue, finish, ends):
    results = []

    def ask() -> None:
        job_queue.submit(Job(Urgency.REFRESH, lambda: len(results), on_result))

    def on_result(result):
        results.append(result)
        if len(results) < 3:
            ask()

    ask()
    finish()
    assert results == [0, 1, 2]
    assert ends == [(None, JobState.FINISHED)] * 3


def test_a_job_that_has_ended_is_let_go(job_queue, finish):
    job = _job(Urgency.EDIT, "edit", [])
    job_queue.submit(job)
    finish()
    known, job = weakref.ref(job), None
    assert known() is None


# Several requests in a row.


@pytest.fixture
def series(job_queue):
    """A job of three requests."""
    results: list[object] = []
    return Job(
        Urgency.VARIATIONS,
        lambda: len(results) if len(results) < 3 else None,
        results.append,
        key=results,
        repeats=True,
    )


def test_a_repeating_job_asks_until_nothing_is_left_to_ask(job_queue, series, finish, ends):
    job_queue.submit(series)
    finish()
    assert series.key == [0, 1, 2]
    assert ends == [(series.key, JobState.FINISHED)]


def test_a_more_urgent_job_runs_between_two_requests(job_queue, series, begin, finish):
    begin(series)
    job_queue.submit(Job(Urgency.FACES, lambda: "faces", series.key.append))
    finish()
    assert series.key == [0, "faces", 2]


def test_an_interrupted_series_goes_on_with_the_request_it_was_at(
    qtbot, job_queue, gate, series, finish
):
    gate.holds = lambda request: request == 1
    job_queue.submit(series)
    qtbot.waitUntil(lambda: gate.began == [0, 1])
    job_queue.submit(_job(Urgency.EDIT, "edit", []))
    finish()
    assert gate.began == [0, 1, "edit", 1, 2]
    assert series.key == [0, 1, 2]


def test_a_failure_in_the_middle_ends_the_series(job_queue, finish, ends):
    requests = [1, InvalidRequestError("No."), 3]
    results = []
    job = Job(
        Urgency.EDIT, lambda: requests[len(results)], results.append, key="series", repeats=True
    )
    job_queue.submit(job)
    finish()
    assert results == [1]
    assert ends == [("series", JobState.FAILED)]


def test_a_series_can_go_on_after_a_request_that_was_refused(job_queue, finish, ends):
    requests = [1, InvalidRequestError("No."), 3, None]
    results = []

    class Series(Job):
        def goes_on_after(self, error):
            requests.remove(error)
            return True

    job_queue.submit(
        Series(
            Urgency.EDIT, lambda: requests[len(results)], results.append, key="series", repeats=True
        )
    )
    finish()
    assert results == [1, 3]
    assert ends == [("series", JobState.FINISHED)]
