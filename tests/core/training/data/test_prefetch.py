"""Batches are drawn ahead in a thread that neither hangs a run nor outlives it."""

import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice

import pytest

from core.training.data.prefetch import prefetch
from tests.core.training.patience import drawing_threads, within_patience


def fail_from(last: int) -> Callable[[int], int]:
    def draw(number: int) -> int:
        if number >= last:
            raise ZeroDivisionError(f"batch {number}")
        return number

    return draw


def test_batches_come_by_number_from_the_first_asked_for():
    with closing(prefetch(lambda number: number, 7)) as batches:
        assert list(islice(batches, 5)) == [7, 8, 9, 10, 11]


@pytest.mark.parametrize("last", [0, 1, 5])
def test_an_error_in_the_thread_ends_the_run_where_its_batch_is_due(last):
    seen: list[int] = []
    error = within_patience(lambda: seen.extend(prefetch(fail_from(last), 0)))
    assert isinstance(error, ZeroDivisionError)
    assert str(error) == f"batch {last}"
    assert not drawing_threads()


def test_an_error_is_heard_by_a_run_that_waits_already():
    def draw(number: int) -> int:
        time.sleep(0.2)
        return fail_from(1)(number)

    error = within_patience(lambda: list(prefetch(draw, 0)))
    assert isinstance(error, ZeroDivisionError)


def test_an_exit_in_the_thread_is_no_hang_either():
    def draw(number: int) -> int:
        raise SystemExit(number)

    assert isinstance(within_patience(lambda: next(prefetch(draw, 0))), SystemExit)


def test_a_run_that_ends_ends_the_thread_with_batches_still_to_be_drawn():
    def stop_early() -> None:
        with closing(prefetch(lambda number: time.sleep(0.01), 0)) as batches:
            next(batches)
            time.sleep(0.2)  # as much is drawn as will be

    assert within_patience(stop_early) is None
    assert not drawing_threads()
