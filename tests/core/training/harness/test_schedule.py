"""A run's minutes are counted over all its resumptions."""

import time

import pytest

from core.training.harness.schedule import Clock, learning_rate_at


def test_rate_is_level_and_falls_to_a_tenth_over_the_last_fifth():
    assert learning_rate_at(0.0, 1.0) == learning_rate_at(0.8, 1.0) == 1.0
    assert learning_rate_at(0.9, 1.0) == pytest.approx(0.55)
    assert learning_rate_at(1.0, 1.0) == pytest.approx(0.1)


def test_a_resumed_run_cools_down_at_the_end_of_the_whole_run():
    clock = Clock(minutes=30, spent_before_s=30 * 60)
    assert clock.share == pytest.approx(0.5, abs=0.01)


def test_a_call_ends_with_its_own_minutes_or_with_those_of_the_whole_run():
    now = time.monotonic()
    assert Clock(1, 0, total_minutes=10, started=now - 61).is_over
    assert not Clock(1, 0, total_minutes=10, started=now - 50).is_over
    assert Clock(5, 540, total_minutes=10, started=now - 61).is_over
    assert Clock(1, 0, total_minutes=10, started=now - 61).share == pytest.approx(0.1, abs=0.01)
