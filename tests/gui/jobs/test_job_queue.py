"""Which job runs next."""

from __future__ import annotations

import threading

import pytest

from core.errors import InvalidRequestError
from faceeditor_gui.jobs.job_queue import Schedule
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
def schedule(qapp, gate):
    worker = EditWorker(lambda: gate)
    yield Schedule(worker)
    gate.open.set()
    worker.stop()


def _job(urgency: Urgency, request: object, taken: list) -> Job:
    return Job(urgency, lambda: request, taken.append)


def test_the_newest_preview_takes_the_place_of_a_waiting_one(qtbot, schedule, gate):
    taken = []
    for tick in range(5):
        schedule.submit(_job(Urgency.PREVIEW, tick, taken))
    qtbot.waitUntil(lambda: gate.began == [0])
    gate.open.set()
    qtbot.waitUntil(lambda: not schedule.has_work)
    assert taken == [0, 4]


def test_edits_come_before_previews_and_faces(qtbot, schedule, gate):
    taken = []
    schedule.submit(_job(Urgency.PREVIEW, "running", taken))
    qtbot.waitUntil(lambda: bool(gate.began))
    schedule.submit(_job(Urgency.FACES, "faces", taken))
    schedule.submit(_job(Urgency.PREVIEW, "preview", taken))
    schedule.submit(_job(Urgency.EDIT, "edit", taken))
    gate.open.set()
    qtbot.waitUntil(lambda: not schedule.has_work)
    assert taken == ["running", "edit", "preview", "faces"]


def test_the_search_for_faces_gives_way_and_starts_again(qtbot, schedule, gate):
    taken = []
    schedule.submit(_job(Urgency.FACES, "faces", taken))
    qtbot.waitUntil(lambda: gate.began == ["faces"])
    schedule.submit(_job(Urgency.EDIT, "edit", taken))
    qtbot.waitUntil(lambda: gate.began == ["faces", "edit"])
    gate.open.set()
    qtbot.waitUntil(lambda: not schedule.has_work)
    assert taken == ["edit", "faces"]


def test_a_cancelled_job_gives_no_answer(qtbot, schedule, gate):
    taken = []
    schedule.submit(_job(Urgency.EDIT, "edit", taken))
    qtbot.waitUntil(lambda: bool(gate.began))
    with qtbot.waitSignal(schedule.cancelled):
        schedule.cancel(Urgency.EDIT)
    assert taken == []
    assert not schedule.is_busy


def test_only_what_the_user_waits_for_counts_as_busy(qtbot, schedule, gate):
    schedule.submit(_job(Urgency.FACES, "faces", []))
    assert not schedule.is_busy
    with qtbot.waitSignal(schedule.busy_changed) as heard:
        schedule.submit(_job(Urgency.EDIT, "edit", []))
    assert heard.args == [True]


def test_a_request_that_cannot_be_made_fails_and_the_next_job_runs(qtbot, schedule, gate):
    def refuse():
        raise InvalidRequestError("Paint first.")

    taken, failures = [], []
    gate.open.set()
    schedule.failed.connect(lambda job, error: failures.append(str(error)))
    schedule.submit(Job(Urgency.EDIT, refuse, taken.append))
    schedule.submit(_job(Urgency.EDIT, "next", taken))
    qtbot.waitUntil(lambda: not schedule.has_work)
    assert failures == ["Paint first."]
    assert taken == ["next"]


def test_the_background_keeps_quiet_while_a_slider_moves(qtbot, schedule, gate):
    taken = []
    gate.open.set()
    schedule.submit(_job(Urgency.PREVIEW, "tick", taken))
    schedule.submit(_job(Urgency.FACES, "faces", taken))
    qtbot.waitUntil(lambda: taken == ["tick"])
    schedule.submit(_job(Urgency.PREVIEW, "tock", taken))
    qtbot.waitUntil(lambda: not schedule.has_work)
    assert taken == ["tick", "tock", "faces"]
