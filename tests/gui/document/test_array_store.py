"""Arrays that leave memory."""

from __future__ import annotations

import gc
import pickle

import numpy as np
import pytest

from faceeditor_gui.document import array_store
from faceeditor_gui.document.array_store import ArrayStore, StoredArray


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_array_comes_back_as_it_went(dtype):
    array = np.random.default_rng(0).integers(0, 255, (31, 17, 3)).astype(dtype)
    stored = ArrayStore().store(array)
    np.testing.assert_array_equal(stored, array)
    assert stored.dtype == dtype
    assert not stored.flags.writeable


def test_arrays_of_any_size_fit_beside_each_other(monkeypatch):
    monkeypatch.setattr(array_store, "SEGMENT_BYTES", 1000)
    arrays = [np.full(size, size % 251, np.uint8) for size in (0, 300, 900, 5000, 1, 999)]
    store = ArrayStore()
    for array, stored in zip(arrays, [store.store(array) for array in arrays], strict=True):
        np.testing.assert_array_equal(stored, array)


def test_an_array_outlives_its_store():
    store = ArrayStore()
    stored = store.store(np.arange(1000))
    del store
    gc.collect()
    np.testing.assert_array_equal(stored, np.arange(1000))


def test_a_spilled_array_takes_no_memory_but_reads_the_same():
    stored = StoredArray(np.arange(1000, dtype=np.uint8))
    assert stored.bytes_in_memory == 1000
    stored.spill(ArrayStore())
    stored.spill(ArrayStore())
    assert stored.bytes_in_memory == 0
    np.testing.assert_array_equal(stored.array, np.arange(1000, dtype=np.uint8))


def test_a_spilled_array_can_be_pickled():
    stored = StoredArray(np.arange(10))
    stored.spill(ArrayStore())
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(stored.array)), np.arange(10))
