"""Windows of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.inpainting.hole_partition import separate_holes
from core.face.align import canonical_frame
from core.face.face_windows import face_window
from core.imaging.windows import is_empty, window_around, windows_overlap
from tests.core.edit.expression.test_smile import face_points

SHAPE = (4000, 6000)


def _landmarks_at(x, y):
    """Return (68, 2) of an upright face whose eyes are 200 pixels apart, around a position."""
    return (face_points() - [128, 121]) * (200 / 64) + [x, y]


def test_the_window_around_a_face_holds_its_frame_at_any_angle():
    landmarks = _landmarks_at(3000.0, 2000.0)
    for degrees in range(0, 360, 30):
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        turned = (landmarks - [3000, 2000]) @ turn + [3000, 2000]
        rows, columns = face_window(turned, SHAPE)
        corners = canonical_frame(turned).corners()
        assert columns.start <= corners[:, 0].min()
        assert corners[:, 0].max() <= columns.stop
        assert rows.start <= corners[:, 1].min()
        assert corners[:, 1].max() <= rows.stop


def test_the_window_around_a_face_stays_inside_the_photo():
    rows, columns = face_window(_landmarks_at(20.0, 20.0), SHAPE)
    assert (rows.start, columns.start) == (0, 0)


def test_a_face_beside_the_photo_has_an_empty_window():
    assert is_empty(face_window(_landmarks_at(-9000.0, 200.0), SHAPE))


def test_holes_far_apart_are_separated():
    mask = np.zeros((2000, 3000), np.uint8)
    mask[100:140, 100:150] = 255
    mask[1800:1830, 2500:2560] = 90
    found = sorted(separate_holes(mask), key=lambda window: window[0].start)
    assert found == [
        (slice(100, 140), slice(100, 150)),
        (slice(1800, 1830), slice(2500, 2560)),
    ]


def test_holes_close_to_each_other_are_one():
    mask = np.zeros((500, 500), np.uint8)
    mask[100:140, 100:150] = 255
    mask[100:140, 160:210] = 255
    assert separate_holes(mask) == [(slice(100, 140), slice(100, 210))]


def test_every_covered_pixel_lies_in_exactly_one_hole():
    random = np.random.default_rng(0)
    mask = np.zeros((1500, 2100), np.uint8)
    for y, x in random.integers(0, 1400, (12, 2)):
        mask[y : y + 60, x : x + 30] = 255
    counted = np.zeros(mask.shape, int)
    found = separate_holes(mask)
    for window in found:
        counted[window] += 1
    assert (counted[mask > 0] == 1).all()
    assert not any(
        windows_overlap(first, second)
        for index, first in enumerate(found)
        for second in found[index + 1 :]
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3, 7)])
def test_a_mask_of_any_size_is_split(shape):
    assert separate_holes(np.full(shape, 255, np.uint8)) == [
        (slice(0, shape[0]), slice(0, shape[1]))
    ]


def test_the_window_around_points_holds_the_pixels_under_them():
    points = np.array([[3.0, 5.0], [9.0, 6.0]])
    assert window_around(points, (20, 30)) == (slice(5, 7), slice(3, 10))
    assert window_around(points + 0.25, (20, 30)) == (slice(5, 8), slice(3, 11))
    assert window_around(points, (20, 30), margin=4.0) == (slice(1, 11), slice(0, 14))
    assert is_empty(window_around(points + 40, (20, 30)))
