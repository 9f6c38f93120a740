"""Which job runs next."""

from __future__ import annotations

import threading

import pytest

from core.errors import InvalidRequestError
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.jobs.worker import EditWorker, Job, Urgency


class Gate:
    """A run function that waits for permission and hears of cancellation."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began: list[object] = []

    def __call__(self, request, report):
        self.began.append(request)
        while not self.open.wait(0.001):
            report(0.5, "Waiting")
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


def _job(urgency: Urgency, request: object, results: list) -> Job:
    return Job(urgency, lambda: request, results.append)


def test_the_newest_preview_takes_the_place_of_a_waiting_one(qtbot, job_queue, gate):
    results = []
    for tick in range(5):
        job_queue.submit(_job(Urgency.PREVIEW, tick, results))
    qtbot.waitUntil(lambda: gate.began == [0])
    gate.open.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert results == [0, 4]


def test_edits_come_before_previews_and_faces(qtbot, job_queue, gate):
    results = []
    job_queue.submit(_job(Urgency.PREVIEW, "running", results))
    qtbot.waitUntil(lambda: bool(gate.began))
    job_queue.submit(_job(Urgency.FACES, "faces", results))
    job_queue.submit(_job(Urgency.PREVIEW, "preview", results))
    job_queue.submit(_job(Urgency.EDIT, "edit", results))
    gate.open.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert results == ["running", "edit", "preview", "faces"]


def test_face_detection_is_preempted_and_starts_again(qtbot, job_queue, gate):
    results = []
    job_queue.submit(_job(Urgency.FACES, "faces", results))
    qtbot.waitUntil(lambda: gate.began == ["faces"])
    job_queue.submit(_job(Urgency.EDIT, "edit", results))
    qtbot.waitUntil(lambda: gate.began == ["faces", "edit"])
    gate.open.set()
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert results == ["edit", "faces"]


def test_a_cancelled_job_delivers_no_result(qtbot, job_queue, gate):
    results = []
    job_queue.submit(_job(Urgency.EDIT, "edit", results))
    qtbot.waitUntil(lambda: bool(gate.began))
    with qtbot.waitSignal(job_queue.cancelled):
        job_queue.cancel(Urgency.EDIT)
    assert results == []
    assert not job_queue.is_busy


def test_only_what_the_user_waits_for_counts_as_busy(qtbot, job_queue, gate):
    job_queue.submit(_job(Urgency.FACES, "faces", []))
    assert not job_queue.is_busy
    with qtbot.waitSignal(job_queue.busy_changed) as heard:
        job_queue.submit(_job(Urgency.EDIT, "edit", []))
    assert heard.args == [True]


def test_a_request_that_cannot_be_made_fails_and_the_next_job_runs(qtbot, job_queue, gate):
    def refuse():
        raise InvalidRequestError("Paint first.")

    results, failures = [], []
    gate.open.set()
    job_queue.failed.connect(lambda job, error: failures.append(str(error)))
    job_queue.submit(Job(Urgency.EDIT, refuse, results.append))
    job_queue.submit(_job(Urgency.EDIT, "next", results))
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert failures == ["Paint first."]
    assert results == ["next"]


def test_background_jobs_are_held_back_while_a_slider_moves(qtbot, job_queue, gate):
    results = []
    gate.open.set()
    job_queue.submit(_job(Urgency.PREVIEW, "tick", results))
    job_queue.submit(_job(Urgency.FACES, "faces", results))
    qtbot.waitUntil(lambda: results == ["tick"])
    job_queue.submit(_job(Urgency.PREVIEW, "tock", results))
    qtbot.waitUntil(lambda: not job_queue.has_work)
    assert results == ["tick", "tock", "faces"]
