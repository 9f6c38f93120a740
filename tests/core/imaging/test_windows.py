"""Windows of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from core.edit.inpainting.hole_partition import holes
from core.face.align import canonical_frame
from core.face.face_windows import around_face
from core.imaging.windows import is_empty, overlap

SHAPE = (4000, 6000)


def test_the_window_around_a_face_holds_its_frame_at_any_angle(make_face):
    landmarks = make_face(3000.0, 2000.0, 200.0).landmarks
    for degrees in range(0, 360, 30):
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        turned = (landmarks - [3000, 2000]) @ turn + [3000, 2000]
        rows, columns = around_face(turned, SHAPE)
        corners = canonical_frame(turned).corners()
        assert columns.start <= corners[:, 0].min()
        assert corners[:, 0].max() <= columns.stop
        assert rows.start <= corners[:, 1].min()
        assert corners[:, 1].max() <= rows.stop


def test_the_window_around_a_face_stays_inside_the_photo(make_face):
    rows, columns = around_face(make_face(20.0, 20.0, 200.0).landmarks, SHAPE)
    assert (rows.start, columns.start) == (0, 0)


def test_a_face_beside_the_photo_has_an_empty_window(make_face):
    assert is_empty(around_face(make_face(-9000.0, 200.0).landmarks, SHAPE))


def test_holes_far_apart_are_told_apart():
    mask = np.zeros((2000, 3000), np.uint8)
    mask[100:140, 100:150] = 255
    mask[1800:1830, 2500:2560] = 90
    found = sorted(holes(mask), key=lambda window: window[0].start)
    assert found == [
        (slice(100, 140), slice(100, 150)),
        (slice(1800, 1830), slice(2500, 2560)),
    ]


def test_holes_close_to_each_other_are_one():
    mask = np.zeros((500, 500), np.uint8)
    mask[100:140, 100:150] = 255
    mask[100:140, 160:210] = 255
    assert holes(mask) == [(slice(100, 140), slice(100, 210))]


def test_every_covered_pixel_lies_in_exactly_one_hole():
    random = np.random.default_rng(0)
    mask = np.zeros((1500, 2100), np.uint8)
    for y, x in random.integers(0, 1400, (12, 2)):
        mask[y : y + 60, x : x + 30] = 255
    counted = np.zeros(mask.shape, int)
    found = holes(mask)
    for window in found:
        counted[window] += 1
    assert (counted[mask > 0] == 1).all()
    assert not any(
        overlap(first, second) for index, first in enumerate(found) for second in found[index + 1 :]
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3, 7)])
def test_a_mask_of_any_size_is_split(shape):
    assert holes(np.full(shape, 255, np.uint8)) == [(slice(0, shape[0]), slice(0, shape[1]))]
