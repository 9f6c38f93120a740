"""Zoom and pan."""

from __future__ import annotations

import pytest

from faceeditor_gui.canvas.layers.viewport import MAX_SCALE, Viewport


@pytest.fixture
def viewport() -> Viewport:
    viewport = Viewport()
    viewport.resize((1000, 800))
    viewport.show((6000, 4000))
    return viewport


def test_screen_and_image_positions_undo_each_other(viewport):
    viewport.zoom(3.7, (200, 300))
    x, y = viewport.to_screen(viewport.to_image((123.0, 456.0)))
    assert (x, y) == pytest.approx((123.0, 456.0))


def test_a_fitted_photo_lies_inside_the_canvas_in_the_middle(viewport):
    left, top = viewport.to_screen((0, 0))
    right, bottom = viewport.to_screen((6000, 4000))
    assert left >= 0
    assert right <= 1000
    assert left + right == pytest.approx(1000, abs=1)
    assert top + bottom == pytest.approx(800, abs=1)


def test_a_small_photo_is_opened_at_100_per_cent_and_enlarged_by_fit():
    viewport = Viewport()
    viewport.resize((1000, 800))
    viewport.show((100, 100))
    assert viewport.scale == 1.0
    viewport.resize((900, 700))
    assert viewport.scale == 1.0
    viewport.fit()
    assert 6 < viewport.scale < 7


def test_a_box_of_the_photo_is_shown_as_large_as_it_goes(viewport):
    for turn in (0, 90):
        viewport.rotate_to(turn)
        viewport.show_box((100.0, 50.0, 200.0, 100.0), margin=0.1)
        left, top, right, bottom = viewport.screen_box((100.0, 50.0), (200.0, 100.0))
        assert min(left - 99, top - 79, 901 - right, 721 - bottom) >= 0
        assert max((right - left) / 800, (bottom - top) / 640) == pytest.approx(1)
        assert not viewport.is_fitted


def test_zooming_keeps_the_photo_under_the_pointer(viewport):
    pointer = (700.0, 250.0)
    before = viewport.to_image(pointer)
    for _ in range(6):
        viewport.zoom(1.3, pointer)
    assert viewport.to_image(pointer) == pytest.approx(before, abs=6 / viewport.scale)


def test_zooming_never_skips_100_per_cent(viewport):
    scales = []
    for _ in range(60):
        viewport.zoom(1.19)
        scales.append(viewport.scale)
    assert 1.0 in scales
    assert max(scales) == MAX_SCALE


def test_the_photo_cannot_be_pushed_out_of_sight(viewport):
    viewport.pan(1e6, -1e6)
    assert viewport.left < 1000
    assert viewport.top + 4000 * viewport.scale > 0


def test_a_fitted_photo_stays_fitted_when_the_window_grows(viewport):
    small = viewport.scale
    viewport.resize((2000, 1600))
    assert viewport.scale == pytest.approx(2 * small)


def test_the_middle_stays_in_the_middle_when_the_window_grows(viewport):
    viewport.zoom_to(1.0)
    before = viewport.to_image((500, 400))
    viewport.resize((1600, 1000))
    assert viewport.to_image((800, 500)) == pytest.approx(before, abs=1)


def test_the_photo_lies_on_whole_pixels(viewport):
    viewport.zoom(1.37, (333.3, 222.2))
    assert viewport.left == int(viewport.left)
    assert viewport.top == int(viewport.top)


@pytest.mark.parametrize("angle", [0, 15, 90, -137.5, 180])
@pytest.mark.parametrize("mirrored", [False, True])
def test_positions_undo_each_other_however_the_view_is_turned(viewport, angle, mirrored):
    viewport.rotate_to(angle)
    if mirrored:
        viewport.mirror()
    viewport.zoom(2.3, (200, 300))
    x, y = viewport.to_screen(viewport.to_image((123.0, 456.0)))
    assert (x, y) == pytest.approx((123.0, 456.0))


def test_turning_keeps_the_middle_of_the_screen_there(viewport):
    viewport.zoom_to(1.0)
    before = viewport.to_image((500, 400))
    viewport.rotate_to(35)
    assert viewport.to_image((500, 400)) == pytest.approx(before, abs=1)


def test_a_fitted_photo_stays_inside_the_canvas_when_it_is_turned(viewport):
    for angle in (30, 90, 120):
        viewport.rotate_to(angle)
        left, top, right, bottom = viewport.screen_box((0, 0), (6000, 4000))
        assert min(left, top) >= 0
        assert right <= 1000
        assert bottom <= 800


def test_turning_once_around_ends_upright(viewport):
    for _ in range(24):
        viewport.rotate_to(viewport.angle + 15)
    assert viewport.angle == 0
    assert viewport.is_axis_aligned


def test_a_mirrored_photo_runs_from_right_to_left(viewport):
    viewport.mirror()
    assert viewport.to_screen((0, 0))[0] > viewport.to_screen((6000, 0))[0]
    assert viewport.is_fitted


def test_a_turned_photo_cannot_be_pushed_out_of_sight(viewport):
    viewport.rotate_to(60)
    viewport.pan(-1e6, 1e6)
    _, top, right, _ = viewport.screen_box((0, 0), (6000, 4000))
    assert right > 0
    assert top < 800


def test_another_photo_is_shown_upright(viewport):
    viewport.rotate_to(40)
    viewport.mirror()
    viewport.show((300, 200))
    assert viewport.angle == 0
    assert not viewport.is_mirrored
