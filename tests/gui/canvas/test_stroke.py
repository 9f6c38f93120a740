"""Brush strokes as coverage."""

from __future__ import annotations

import numpy as np
import pytest

from faceeditor_gui.canvas.stroke import Brush, Stroke, capsule

SHAPE = (100, 120)
EVERYTHING = (slice(0, 100), slice(0, 120))


def test_a_hard_dab_covers_the_area_of_its_disc():
    covered = capsule(EVERYTHING, (60, 50), (60, 50), Brush(40, 1.0))
    assert covered.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_the_middle_is_covered_fully_and_the_outside_not_at_all():
    covered = capsule(EVERYTHING, (60, 50), (60, 50), Brush(40, 0.5))
    assert covered[50, 60] == 255
    assert covered[50, 60 + 22] == 0
    assert 0 < covered[50, 60 + 15] < 255


def test_a_softer_brush_has_a_wider_border():
    widths = [
        np.count_nonzero((capsule(EVERYTHING, (60, 50), (60, 50), Brush(60, hardness)) % 255) > 0)
        for hardness in (1.0, 0.5, 0.0)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[1] < widths[2]


def test_a_line_is_covered_evenly_from_end_to_end():
    covered = capsule(EVERYTHING, (20, 50), (100, 50), Brush(10, 1.0))
    assert (covered[50, 20:101] == 255).all()
    assert covered[50, 13] == 0
    assert covered[50, 107] == 0


def test_a_stroke_has_the_same_pixels_in_one_piece_or_many_windows():
    whole = capsule(EVERYTHING, (12.3, 20.7), (90.1, 71.2), Brush(23, 0.6))
    part = capsule((slice(30, 61), slice(40, 77)), (12.3, 20.7), (90.1, 71.2), Brush(23, 0.6))
    np.testing.assert_array_equal(part, whole[30:61, 40:77])


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


def test_the_smallest_brush_covers_the_pixel_under_it():
    covered = capsule(EVERYTHING, (60, 50), (60, 50), Brush(1, 1.0))
    assert covered[50, 60] == 255
    assert np.count_nonzero(covered) == 1
