"""Coverage that is full except where somebody has painted."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.imaging.windows import window_at
from faceeditor_gui.document.sparse_mask import SparseMask

EVERYWHERE = window_at(0, 0, 400, 300)
windows = st.builds(
    window_at, st.integers(0, 300), st.integers(0, 200), st.integers(1, 100), st.integers(1, 100)
)


def test_a_new_mask_is_full():
    assert (SparseMask().read(EVERYWHERE) == 255).all()


@given(st.lists(st.tuples(windows, st.integers(0, 255)), max_size=6), windows)
def test_reading_gives_what_was_written_last(writes, window):
    mask, expected = SparseMask(), np.full((300, 400), 255, np.uint8)
    for window, value in writes:
        expected[window] = value
        mask = mask.with_coverage(window, expected[window])
    np.testing.assert_array_equal(mask.read(window), expected[window])


@given(windows)
def test_writing_leaves_the_mask_before_as_it_was(window):
    before = SparseMask().with_coverage(window_at(50, 50, 9, 9), np.zeros((9, 9), np.uint8))
    expected = before.read(EVERYWHERE)
    before.with_coverage(window, np.zeros_like(before.read(window)))
    np.testing.assert_array_equal(before.read(EVERYWHERE), expected)


def test_writing_what_is_there_changes_nothing():
    mask = SparseMask().with_coverage(window_at(5, 5, 9, 9), np.zeros((9, 9), np.uint8))
    assert mask.with_coverage(window_at(5, 5, 9, 9), np.zeros((9, 9), np.uint8)) is mask
    assert SparseMask().with_coverage(EVERYWHERE, np.full((300, 400), 255, np.uint8)).tiles == {}


def test_tiles_that_are_not_painted_on_are_shared():
    first = SparseMask().with_coverage(window_at(5, 5, 9, 9), np.zeros((9, 9), np.uint8))
    second = first.with_coverage(window_at(300, 5, 9, 9), np.zeros((9, 9), np.uint8))
    assert second.tiles[0, 0] is first.tiles[0, 0]
    assert second.changed_window(first)[1].start >= 256


def test_the_fingerprint_tells_coverage_apart_and_nothing_else():
    first = SparseMask().with_coverage(window_at(5, 5, 9, 9), np.zeros((9, 9), np.uint8))
    again = SparseMask().with_coverage(window_at(5, 5, 9, 9), np.zeros((9, 9), np.uint8))
    other = SparseMask().with_coverage(window_at(6, 5, 9, 9), np.zeros((9, 9), np.uint8))
    back = first.with_coverage(window_at(5, 5, 9, 9), np.full((9, 9), 255, np.uint8))
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert back.fingerprint == SparseMask().fingerprint
