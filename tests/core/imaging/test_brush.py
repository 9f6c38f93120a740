"""The brush that users paint with and networks are trained on."""

import numpy as np
import pytest

from core.imaging.brush import Brush, capsule_window, draw_capsule, draw_stroke

EVERYTHING = (slice(0, 100), slice(0, 120))


def test_a_hard_dab_covers_the_area_of_its_disc():
    covered = draw_capsule(EVERYTHING, (60, 50), (60, 50), Brush(40, 1.0))
    assert covered.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_the_middle_is_covered_fully_and_the_outside_not_at_all():
    covered = draw_capsule(EVERYTHING, (60, 50), (60, 50), Brush(40, 0.5))
    assert covered[50, 60] == 255
    assert covered[50, 60 + 22] == 0
    assert 0 < covered[50, 60 + 15] < 255


def test_a_softer_brush_has_a_wider_border():
    widths = [
        np.count_nonzero(
            (draw_capsule(EVERYTHING, (60, 50), (60, 50), Brush(60, hardness)) % 255) > 0
        )
        for hardness in (1.0, 0.5, 0.0)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[1] < widths[2]


def test_a_line_is_covered_evenly_from_end_to_end():
    covered = draw_capsule(EVERYTHING, (20, 50), (100, 50), Brush(10, 1.0))
    assert (covered[50, 20:101] == 255).all()
    assert covered[50, 13] == 0
    assert covered[50, 107] == 0


def test_a_stroke_has_the_same_pixels_in_one_piece_or_many_windows():
    whole = draw_capsule(EVERYTHING, (12.3, 20.7), (90.1, 71.2), Brush(23, 0.6))
    part = draw_capsule((slice(30, 61), slice(40, 77)), (12.3, 20.7), (90.1, 71.2), Brush(23, 0.6))
    np.testing.assert_array_equal(part, whole[30:61, 40:77])


def test_the_smallest_brush_covers_the_pixel_under_it():
    covered = draw_capsule(EVERYTHING, (60, 50), (60, 50), Brush(1, 1.0))
    assert covered[50, 60] == 255
    assert np.count_nonzero(covered) == 1


@pytest.mark.parametrize("diameter", [0.0, 0.2, 0.9])
def test_a_brush_thinner_than_a_pixel_paints_as_one_of_a_pixel(diameter):
    path = np.array([[20.0, 30.0], [60.0, 44.0]])
    np.testing.assert_array_equal(
        draw_stroke((80, 80), path, Brush(diameter, 1.0)),
        draw_stroke((80, 80), path, Brush(1, 1.0)),
    )


def test_every_segment_of_a_path_is_covered():
    covered = draw_stroke(
        (60, 60), np.array([[10.0, 10.0], [50.0, 10.0], [50.0, 50.0]]), Brush(6, 1.0)
    )
    assert covered[10, 10:51].min() == 255
    assert covered[10:51, 50].min() == 255
    assert not covered[30, :40].any()


def test_a_path_of_one_point_is_a_dab():
    path = np.array([[20.0, 20.0]])
    covered = draw_stroke((41, 41), path, Brush(20, 0.5))
    same = draw_capsule((slice(0, 41), slice(0, 41)), (20, 20), (20, 20), Brush(20, 0.5))
    np.testing.assert_array_equal(covered, same)


@pytest.mark.parametrize("position", [100.0, -100.0])
def test_a_path_outside_the_picture_covers_nothing(position):
    assert not draw_stroke((10, 10), np.array([[position, position]]), Brush(6, 1.0)).any()


def test_the_window_of_a_line_holds_all_it_covers():
    brush = Brush(17, 0.8)
    window = capsule_window((100, 120), (30.3, 95.2), (77.9, 40.1), brush)
    covered = draw_capsule(EVERYTHING, (30.3, 95.2), (77.9, 40.1), brush)
    assert covered.any()
    covered[window] = 0
    assert not covered.any()


def test_a_line_from_one_brush_to_another_is_as_wide_and_dense_at_its_ends_as_they_are():
    first, last = Brush(10, 1.0), Brush(30, 1.0, 0.5)
    covered = draw_capsule(EVERYTHING, (20, 50), (100, 50), first, last)
    widths = [np.count_nonzero(covered[:, x] > covered[50, x] / 2) for x in (20, 60, 100)]
    assert widths == pytest.approx([10, 20, 30], abs=2)
    assert [int(covered[50, x]) for x in (20, 60, 100)] == pytest.approx([255, 191, 128], abs=2)


def test_the_border_of_a_line_from_one_brush_to_another_is_as_soft_at_its_ends_as_theirs():
    first, last = Brush(24, 1.0), Brush(24, 0.0)
    covered = draw_capsule(EVERYTHING, (20, 50), (100, 50), first, last)
    for x, brush in ((20, first), (100, last)):
        alone = draw_capsule(EVERYTHING, (x, 50), (x, 50), brush)
        np.testing.assert_allclose(covered[:, x], alone[:, x], atol=1)


def test_a_line_between_equal_brushes_is_a_plain_line():
    plain = draw_capsule(EVERYTHING, (20, 50), (100, 40), Brush(12, 0.3))
    np.testing.assert_array_equal(
        draw_capsule(EVERYTHING, (20, 50), (100, 40), Brush(12, 0.3), Brush(12, 0.3)), plain
    )
