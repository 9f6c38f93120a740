"""Gives a batch's tasks to a Dask cluster that runs already (extra `batch`).

The only connection that the program ever opens, and only to the address that `--dask` names. The
cluster's workers need the program itself, and the folders by the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TypeVar

from core.errors import InvalidRequestError

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_ANSWER_WITHIN = "10s"
_turn = Lock()
"""In a worker: what edits print is gathered by process, and a worker may have several threads."""


def run_on_cluster(
    work: Callable[[Task], Answer], tasks: Iterable[Task], address: str
) -> Iterator[tuple[Task, Answer | None]]:
    """Yield each task with what `work` answers, as they get done; None if its worker was lost.

    Tasks that no worker has begun when the iterator is closed are taken back.

    Args:
        work: can be pickled, as can tasks and answers; raises nothing.
        tasks: what to do.
        address: of the scheduler, such as "tcp://host:8786".

    Raises:
        InvalidRequestError: no scheduler answers there, or Dask is not installed.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InvalidRequestError(
            "--dask needs the package distributed; install it, or leave --dask out."
        ) from error
    try:
        client = Client(address, timeout=_ANSWER_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InvalidRequestError(
            f"No Dask scheduler answers at {address}; start one, or name another address."
        ) from error
    with client:
        waiting = {client.submit(_in_turn, work, task, pure=False): task for task in tasks}
        try:
            for future in as_completed(list(waiting), loop=client.loop):
                answer = None if future.status == "error" else future.result()
                yield waiting.pop(future), answer
        finally:
            client.cancel(list(waiting))


def _in_turn(work: Callable[[Task], Answer], task: Task) -> Answer:
    with _turn:
        return work(task)
