"""Work off the window's thread, with a plain function instead of networks."""

from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtCore import QThread

from core.errors import DeviceError
from faceeditor_gui.jobs.worker import UNEXPECTED, EditWorker, Run


@pytest.fixture
def submit(qtbot):
    """Run one request on a function; returns which signal ended it, and with what."""
    workers = []

    def submit_to(function, run: Run) -> list[tuple[str, tuple]]:
        worker = EditWorker(lambda: function)
        workers.append(worker)
        heard = []
        for name in ("finished", "failed", "cancelled"):
            getattr(worker, name).connect(
                lambda *arguments, name=name: heard.append((name, arguments))
            )
        worker.submit(run)
        qtbot.waitUntil(lambda: bool(heard))
        return heard

    yield submit_to
    for worker in workers:
        worker.stop()


def test_a_run_ends_with_its_result(submit):
    run = Run(20)
    heard = submit(lambda request, _report: request + 1, run)
    assert heard == [("finished", (run, 21))]


def test_a_core_error_reaches_the_window_as_it_is(submit):
    error = DeviceError("The memory is full; use a smaller part.")

    def fail(_request, _report):
        raise error

    run = Run("request")
    assert submit(fail, run) == [("failed", (run, error))]


def test_crash_is_logged_and_the_worker_lives_on(qtbot, caplog):
    def work(request, _report):
        return 1 / request

    worker = EditWorker(lambda: work)
    with caplog.at_level(logging.ERROR):
        with qtbot.waitSignal(worker.failed) as failed:
            worker.submit(Run(0))
        with qtbot.waitSignal(worker.finished) as finished:
            worker.submit(Run(2))
    worker.stop()
    assert str(failed.args[1]) == UNEXPECTED
    assert finished.args[1] == 0.5
    assert "ZeroDivisionError" in caplog.text


def test_cancel_is_heard_at_the_next_report(submit):
    passed = []

    def work(_request, report):
        run.cancel()
        passed.append("before")
        report(0.5, "Half")
        passed.append("after")

    run = Run("request")
    assert submit(work, run) == [("cancelled", (run,))]
    assert passed == ["before"]


def test_a_run_cancelled_before_its_turn_never_runs(submit):
    def work(_request, _report):
        raise AssertionError

    run = Run("request")
    run.cancel()
    assert submit(work, run)[0][0] == "cancelled"


def test_requests_are_handled_off_the_windows_thread_and_signals_arrive_on_it(qtbot):
    threads = {}

    def work(_request, _report):
        threads["work"] = QThread.currentThread()

    worker = EditWorker(lambda: work)
    worker.finished.connect(lambda *_: threads.update(news=threading.get_ident()))
    with qtbot.waitSignal(worker.finished):
        worker.submit(Run("request"))
    worker.stop()
    assert threads["work"] is not QThread.currentThread()
    assert threads["news"] == threading.get_ident()


def test_the_request_handler_is_made_once_and_in_the_worker_thread(qtbot):
    made = []

    def make():
        made.append(threading.get_ident())
        return lambda request, _report: request

    worker = EditWorker(make)
    for _ in range(2):
        with qtbot.waitSignal(worker.finished):
            worker.submit(Run("request"))
    worker.stop()
    assert len(made) == 1
    assert made[0] != threading.get_ident()


def test_stopping_waits_for_the_run_under_way(qtbot):
    began, ended, never = (threading.Event() for _ in range(3))

    def work(_request, report):
        began.set()
        try:
            while not never.wait(0.001):
                report(0.1, "Forever")
        finally:
            ended.set()

    worker = EditWorker(lambda: work)
    worker.submit(Run("request"))
    assert began.wait(5)
    worker.stop()
    assert ended.is_set()
