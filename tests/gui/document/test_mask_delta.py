"""Changes of the mask that are their own inverse."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.imaging.windows import window_at
from faceeditor_gui.document.mask_delta import MaskDelta


def _flip(mask: np.ndarray, change: MaskDelta) -> None:
    for window, bits in change.flips():
        mask[window] ^= np.asarray(bits, np.uint8)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 150),
    st.integers(0, 150),
    st.integers(1, 250),
    st.integers(1, 250),
)
def test_flipping_applies_the_change_and_flipping_again_reverts_it(seed, left, top, width, height):
    random = np.random.default_rng(seed)
    levels = np.array([0, 0, 0, 128, 255], np.uint8)
    before = np.repeat(np.repeat(random.choice(levels, (10, 10)), 40, 0), 40, 1)
    window = window_at(left, top, width, height)
    after = np.repeat(np.repeat(random.choice(levels, (10, 10)), 40, 0), 40, 1)[window]
    change = MaskDelta.between(before[window], after, window)
    mask = before.copy()
    _flip(mask, change)
    np.testing.assert_array_equal(mask[window], after)
    _flip(mask, change)
    np.testing.assert_array_equal(mask, before)


def test_no_difference_is_no_change():
    mask = np.zeros((300, 300), np.uint8)
    assert not MaskDelta.between(mask, mask, window_at(0, 0, 300, 300))


def test_uniform_tiles_take_no_memory():
    mask = np.zeros((300, 300), np.uint8)
    change = MaskDelta.between(mask, ~mask, window_at(0, 0, 300, 300))
    assert change
    assert sum(one.bytes_in_memory for one in change.pixels) == 0
