"""Processes that work off tasks, each within its share of the computer's memory and cores.

A task that crashes its process, or asks for more memory than its share, costs itself only.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Generic, TypeVar, cast

import cv2

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_TASKS_EACH = 100
"""A fresh process after so many tasks takes back what libraries leak, for 1 % of the time."""
_WORKER_BYTES = 3 << 29
"""1.5 GB: what an edit of a photo of 24 megapixels takes, with all networks loaded."""
_MEMORY_SHARE = 0.75
"""Of the computer's memory: what all workers together may take."""

_SPAWN = get_context("spawn")  # a fork would copy threads of libraries in the midst of their work


@dataclass(frozen=True)
class PoolSize:
    """How many processes work side by side, and what each may take."""

    jobs: int
    threads: int
    """Of each process."""
    memory_bytes: int | None
    """Of each process; None where the system does not tell how much there is."""


def pool_size(jobs: int | None = None) -> PoolSize:
    """Share the computer's cores and memory.

    Args:
        jobs: how many processes at most, as far as the memory reaches; None is one a core.
    """
    cores, memory = os.cpu_count() or 1, _memory_bytes()
    jobs = jobs or cores
    if memory is None:
        return PoolSize(jobs, max(1, cores // jobs), None)
    jobs = max(1, min(jobs, int(memory // _WORKER_BYTES)))
    return PoolSize(jobs, max(1, cores // jobs), int(memory / jobs))


def run_tasks(
    work: Callable[[Task], Answer], tasks: Iterable[Task], size: PoolSize
) -> Iterator[tuple[Task, Answer | None]]:
    """Yield each task with what `work` answers, as they get done; None if its process ended.

    Processes that still work when the iterator is closed are ended.

    Args:
        work: can be pickled, as can tasks and answers; raises nothing.
        tasks: what to do.
        size: how many processes work, and within which bounds.
    """
    waiting = deque(tasks)
    workers = [_Worker(work, size) for _ in range(min(size.jobs, len(waiting)))]
    try:
        while waiting or any(worker.is_busy for worker in workers):
            for worker in workers:
                if waiting and not worker.is_busy:
                    worker.give(waiting.popleft())
            for worker in _ready(workers):
                yield worker.take()
    finally:
        for worker in workers:
            worker.end()


def _ready(workers: list[_Worker[Task, Answer]]) -> list[_Worker[Task, Answer]]:
    """Wait until some of the busy workers have answered, or ended."""
    busy = {worker.pipe: worker for worker in workers if worker.is_busy}
    return [busy[cast(Connection, pipe)] for pipe in connection.wait(list(busy))]


class _Worker(Generic[Task, Answer]):
    """One process at a time, started when there is something to do."""

    def __init__(self, work: Callable[[Task], Answer], size: PoolSize) -> None:
        self._work, self._size = work, size
        self._process: BaseProcess | None = None
        self._tasks: list[Task] = []
        self._given = 0

    @cached_property
    def pipe(self) -> Connection:
        """This side's end of the way to the process, which is started."""
        ours, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_serve, args=(theirs, self._work, self._size), daemon=True
        )
        self._process.start()
        theirs.close()  # that the end of the process is heard
        return ours

    @property
    def is_busy(self) -> bool:
        return bool(self._tasks)

    def give(self, task: Task) -> None:
        self._tasks.append(task)
        self._given += 1
        with suppress(OSError):  # the process has ended, as `take` will find
            self.pipe.send(task)

    def take(self) -> tuple[Task, Answer | None]:
        try:
            answer: Answer | None = self.pipe.recv()
        except (EOFError, OSError):
            answer = None
        if answer is None or self._given >= _TASKS_EACH:
            self.end()
        return self._tasks.pop(), answer

    def end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.join()
        self.pipe.close()
        del self.pipe
        self._process, self._given = None, 0


def _serve(pipe: Connection, work: Callable[[Task], Answer], size: PoolSize) -> None:
    """Answer tasks until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl+C is for the process that asks
    Thread(target=_end_with_parent, daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = str(size.threads)  # torch is not imported yet
    cv2.setNumThreads(size.threads)
    if size.memory_bytes is not None:
        _bound_memory(size.memory_bytes)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))


def _end_with_parent() -> None:
    """End this process, whatever it does, once the one that asks has been killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _memory_bytes() -> float | None:
    """Tell how much memory all workers together may take, where the system says so."""
    try:
        pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return _MEMORY_SHARE * pages * page_bytes


def _bound_memory(size: int) -> None:
    """Let what this process allocates beyond a size fail, where the system can (Linux does)."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # a lower bound is set already
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))
