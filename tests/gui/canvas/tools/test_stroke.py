"""One stroke of the brush."""

from __future__ import annotations

import numpy as np
import pytest

from faceeditor_gui.canvas.tools.stroke import Stroke
from faceeditor_gui.state.tool_state import BrushSettings

SHAPE = (100, 120)
EVERYTHING = (slice(0, 100), slice(0, 120))


def test_crossing_itself_does_not_make_a_stroke_denser():
    stroke = Stroke(SHAPE, BrushSettings(20, 0.0))
    stroke.extend((60, 50))
    once = stroke.coverage(EVERYTHING).copy()
    stroke.extend((60, 50))
    np.testing.assert_array_equal(stroke.coverage(EVERYTHING), once)


def test_the_reported_window_holds_every_change():
    stroke = Stroke(SHAPE, BrushSettings(30, 0.7))
    stroke.extend((20.4, 30.2))
    before = stroke.coverage(EVERYTHING).copy()
    window = stroke.extend((80.9, 61.5))
    changed = stroke.coverage(EVERYTHING) != before
    assert window is not None
    assert changed.any()
    changed[window] = False
    assert not changed.any()


def test_a_stroke_beside_the_photo_leaves_nothing():
    stroke = Stroke(SHAPE, BrushSettings(10, 1.0))
    assert stroke.extend((-50, -50)) is None
    assert stroke.patch() is None


def test_the_patch_is_only_as_large_as_the_stroke():
    stroke = Stroke(SHAPE, BrushSettings(10, 1.0))
    stroke.extend((30, 40))
    patch = stroke.patch()
    assert patch is not None
    assert max(patch.pixels.shape) <= 15
    rows, columns = patch.window
    assert rows.start < 40 < rows.stop
    assert columns.start < 30 < columns.stop


def _width_at(stroke: Stroke, x: int) -> int:
    return np.count_nonzero(stroke.coverage(EVERYTHING)[:, x] > 127)


def test_pressure_changes_the_width_evenly_along_the_stroke():
    stroke = Stroke(SHAPE, BrushSettings(40, 1.0))
    stroke.extend((20, 50), 0.25)
    stroke.extend((100, 50), 1.0)
    widths = [_width_at(stroke, x) for x in (20, 60, 100)]
    assert widths == pytest.approx([10, 25, 40], abs=2)


def test_pressure_changes_what_is_covered_only_where_that_is_asked_for():
    for covers, expected in ((True, 128), (False, 255)):
        settings = BrushSettings(40, 1.0, pressure_sizes=False, pressure_covers=covers)
        stroke = Stroke(SHAPE, settings)
        stroke.extend((60, 50), 0.5)
        assert stroke.coverage(EVERYTHING)[50, 60] == pytest.approx(expected, abs=1)
        assert _width_at(stroke, 60) == pytest.approx(40, abs=2)


def test_one_stroke_never_covers_more_than_its_opacity():
    stroke = Stroke(SHAPE, BrushSettings(40, 1.0, opacity=0.4))
    for x in (30, 60, 30, 60):
        stroke.extend((x, 50))
    assert stroke.coverage(EVERYTHING).max() == 102


def test_spaced_dabs_lie_at_even_distances_however_the_pointer_jumps():
    patches = []
    for stops in ((20, 100), (20, 33, 34, 71, 100)):
        stroke = Stroke(SHAPE, BrushSettings(8, 1.0, spacing=2.5))
        for x in stops:
            stroke.extend((x, 50))
        patches.append(stroke.coverage(EVERYTHING).copy())
    np.testing.assert_array_equal(*patches)
    row = patches[0][50] > 127
    starts = np.flatnonzero(row[1:] & ~row[:-1])
    assert set(np.diff(starts)) == {20}


def test_a_smooth_stroke_ignores_a_trembling_hand():
    trembling = [(20 + i, 50 + (3 if i % 2 else -3)) for i in range(80)]
    heights = []
    for string in (0, 20):
        stroke = Stroke(SHAPE, BrushSettings(4, 1.0), string)
        for x, y in trembling:
            stroke.extend((x, y))
        stroke.finish()
        rows = np.flatnonzero(stroke.coverage(EVERYTHING)[:, 50:70].any(axis=1))
        heights.append(rows[-1] - rows[0])
    assert heights[1] < heights[0] / 1.3


def test_a_smooth_stroke_lags_behind_and_catches_up_at_its_end():
    stroke = Stroke(SHAPE, BrushSettings(4, 1.0), 15)
    stroke.extend((20, 50))
    stroke.extend((80, 50))
    assert stroke.at == pytest.approx((65, 50))
    assert stroke.coverage(EVERYTHING)[50, 79] == 0
    stroke.finish()
    assert stroke.coverage(EVERYTHING)[50, 79] == 255


def test_a_fast_hand_draws_curves_and_not_corners():
    y, x = np.mgrid[:400, :400] - 200
    spread = []
    for is_curved in (False, True):
        stroke = Stroke((400, 400), BrushSettings(1, 1.0), is_curved=is_curved)
        for rotate in np.linspace(-np.pi, np.pi, 13):
            stroke.extend((200 + 150 * np.cos(rotate), 200 + 150 * np.sin(rotate)))
        stroke.finish()
        painted = stroke.coverage((slice(0, 400), slice(0, 400))) > 127
        painted &= abs(np.arctan2(y, x)) < 2.5
        spread.append(np.ptp(np.hypot(x, y)[painted]))
    assert spread[0] > 5
    assert spread[1] < 2


def test_a_curved_stroke_reaches_the_pointer_at_its_end():
    stroke = Stroke(SHAPE, BrushSettings(6, 1.0), is_curved=True)
    for position in ((20, 20), (60, 25), (100, 80)):
        stroke.extend(position)
    stroke.finish()
    for x, y in ((20, 20), (100, 80)):
        assert stroke.coverage(EVERYTHING)[y, x] == 255


def test_a_straight_path_is_the_same_curved_or_not():
    patches = []
    for is_curved in (False, True):
        stroke = Stroke(SHAPE, BrushSettings(9, 0.5), is_curved=is_curved)
        for x in (20, 40, 70, 100):
            stroke.extend((x, 50))
        stroke.finish()
        patches.append(stroke.coverage(EVERYTHING).astype(int))
    assert np.abs(patches[0] - patches[1]).max() <= 1


def test_a_pointer_with_very_many_positions_paints_seldom_and_ends_where_it_ends():
    stroke = Stroke(SHAPE, BrushSettings(50, 1.0))
    painted = [stroke.extend((30 + i / 50, 50)) is not None for i in range(2000)]
    assert sum(painted) < 100
    stroke.finish()
    once = Stroke(SHAPE, BrushSettings(50, 1.0))
    once.extend((30, 50))
    once.extend((30 + 1999 / 50, 50))
    difference = stroke.coverage(EVERYTHING).astype(int) - once.coverage(EVERYTHING)
    assert np.abs(difference).max() <= 2


def test_pressing_harder_on_the_spot_is_painted():
    stroke = Stroke(SHAPE, BrushSettings(40, 1.0))
    stroke.extend((60, 50), 0.2)
    assert stroke.extend((60, 50), 1.0) is not None
    assert _width_at(stroke, 60) == pytest.approx(40, abs=2)
