"""One stroke of the brush."""

from __future__ import annotations

import numpy as np

from core.brush import Brush
from faceeditor_gui.canvas.stroke import Stroke

SHAPE = (100, 120)
EVERYTHING = (slice(0, 100), slice(0, 120))


def test_crossing_itself_does_not_make_a_stroke_denser():
    stroke = Stroke(SHAPE, Brush(20, 0.0))
    stroke.extend((60, 50))
    once = stroke.coverage(EVERYTHING).copy()
    stroke.extend((60, 50))
    np.testing.assert_array_equal(stroke.coverage(EVERYTHING), once)


def test_the_reported_window_holds_every_change():
    stroke = Stroke(SHAPE, Brush(30, 0.7))
    stroke.extend((20.4, 30.2))
    before = stroke.coverage(EVERYTHING).copy()
    window = stroke.extend((80.9, 61.5))
    changed = stroke.coverage(EVERYTHING) != before
    assert window is not None
    assert changed.any()
    changed[window] = False
    assert not changed.any()


def test_a_stroke_beside_the_photo_leaves_nothing():
    stroke = Stroke(SHAPE, Brush(10, 1.0))
    assert stroke.extend((-50, -50)) is None
    assert stroke.patch() is None


def test_the_patch_is_only_as_large_as_the_stroke():
    stroke = Stroke(SHAPE, Brush(10, 1.0))
    stroke.extend((30, 40))
    patch = stroke.patch()
    assert patch is not None
    assert max(patch.pixels.shape) <= 15
    rows, columns = patch.window
    assert rows.start < 40 < rows.stop
    assert columns.start < 30 < columns.stop
