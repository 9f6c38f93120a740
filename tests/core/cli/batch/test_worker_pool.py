"""Processes that work off tasks, each within its share of memory and cores."""

import os
import time

import pytest

from core.cli.batch import worker_pool
from core.cli.batch.worker_pool import PoolSize, pool_size, run_tasks
from tests.core.cli.batch import stand_ins

TWO = PoolSize(jobs=2, threads=1, memory_bytes=None)
ONE = PoolSize(jobs=1, threads=3, memory_bytes=400 << 20)


def test_every_task_is_answered_once():
    assert sorted(run_tasks(stand_ins.double, range(5), TWO)) == [(n, 2 * n) for n in range(5)]


def test_process_that_is_killed_costs_its_task_alone():
    answers = dict(run_tasks(stand_ins.double_unless_killed, range(6), TWO))
    assert answers == {0: 0, 1: 2, 2: 4, 3: None, 4: 8, 5: 10}


def test_more_memory_than_its_share_is_refused_to_a_process_and_it_works_on():
    answers = dict(run_tasks(stand_ins.allocate, [10, 800, 11], ONE))
    assert answers == {10: 10, 800: "no memory", 11: 11}


def test_process_keeps_to_its_share_of_the_cores():
    assert list(run_tasks(stand_ins.threads, [0], ONE)) == [(0, (3, "3"))]


def test_process_is_replaced_after_many_tasks_so_that_leaks_end(monkeypatch):
    monkeypatch.setattr(worker_pool, "_TASKS_EACH", 2)
    ids = [answer for _, answer in run_tasks(stand_ins.process_id, range(4), ONE)]
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_processes_end_when_nobody_waits_for_them_any_more(tmp_path):
    running = run_tasks(stand_ins.sleep_at, [tmp_path / "first", tmp_path / "second"], TWO)
    workers = iter(running)
    with pytest.raises(RuntimeError):  # as a Ctrl+C, while the answers are waited for
        _interrupted_when_written(workers, tmp_path)
    for name in ("first", "second"):
        number = int((tmp_path / name).read_text("ascii"))
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def _interrupted_when_written(workers, folder):
    original = worker_pool._ready

    def ready(_workers):
        while not all((folder / name).exists() for name in ("first", "second")):
            time.sleep(0.02)
        raise RuntimeError

    worker_pool._ready = ready
    try:
        next(workers)
    finally:
        worker_pool._ready = original


def test_no_more_processes_work_than_memory_is_there_for(monkeypatch):
    monkeypatch.setattr(worker_pool, "_memory_bytes", lambda: 4 << 30)
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 16)
    for asked in (None, 8):
        size = pool_size(asked)
        assert (size.jobs, size.threads, size.memory_bytes) == (2, 8, 2 << 30)
    assert pool_size(1).memory_bytes == 4 << 30


def test_cores_are_shared_where_the_system_does_not_tell_its_memory(monkeypatch):
    monkeypatch.setattr(worker_pool, "_memory_bytes", lambda: None)
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 4)
    assert pool_size() == PoolSize(4, 1, None)
