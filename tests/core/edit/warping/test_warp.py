"""Warping moves what it is asked to move and nothing else."""

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from core.edit.warping.thin_plate import displacement_field
from core.edit.warping.warp import Warp
from core.face.align import Frame
from core.imaging.windows import is_empty


def _points():
    angles = np.linspace(0, 2 * np.pi, 68, endpoint=False)
    radius = np.linspace(30, 90, 68)
    return np.stack([128 + radius * np.cos(angles), 128 + radius * np.sin(angles)], axis=1)


def test_no_displacement_leaves_every_pixel():
    frame = Frame(np.array([[1.0, 0, -60], [0, 1, -10]]), 256)
    warp = Warp(frame, _points(), _points())
    image = astronaut()
    assert is_empty(warp.window(image.shape))
    assert not warp.warp_photo(image, frame.window(image.shape)).coverage.any()


def test_field_says_where_a_moved_point_comes_from():
    source, target = _points(), _points()
    target[30] += (5.0, -3.0)
    field = displacement_field(source, target, 256)
    column, row = np.round((target[30] + 0.5) * 96 / 256 - 0.5).astype(int)
    assert np.abs(field[row, column] - (-5.0, 3.0)).max() < 1.5


def test_frame_border_never_moves():
    source, target = _points(), _points()
    target[50:60] += (8.0, 8.0)
    frame = Frame(np.array([[1.0, 0, -100], [0, 1, -100]]), 256)
    image = astronaut()
    warped = Warp(frame, source, target).warp_photo(image, frame.window(image.shape))
    assert warped.coverage.any()
    assert not warped.coverage[[0, -1]].any()
    assert not warped.coverage[:, [0, -1]].any()


@pytest.mark.parametrize("degrees", [0, 40])
@pytest.mark.parametrize("shift", [0.5, 2.0, 9.0])
def test_window_holds_every_pixel_that_moves(degrees, shift):
    source, target = _points(), _points()
    target[40:50] += (shift, -shift)
    image = astronaut()
    matrix = cv2.getRotationMatrix2D((250.0, 250.0), degrees, 0.7)
    frame = Frame(matrix - [[0, 0, 90], [0, 0, 90]], 256)
    warp = Warp(frame, source, target)
    everywhere = warp.warp_photo(image, (slice(0, 512), slice(0, 512)))
    rows, columns = warp.window(image.shape)
    part = warp.warp_photo(image, (rows, columns))
    assert everywhere.coverage.any()
    covered = (part.coverage > 0) & (everywhere.coverage[rows, columns] > 0)
    assert covered.sum() >= (everywhere.coverage > 0).sum() - 4  # at the limit, by rounding
    difference = part.image.astype(int) - everywhere.image[rows, columns]
    assert np.abs(difference[covered]).mean() < 0.1
    everywhere.coverage[rows, columns] = 0
    assert not everywhere.coverage.any()


def test_window_holds_other_points_where_nothing_moves():
    frame = Frame(np.array([[1.0, 0, -60], [0, 1, -10]]), 256)
    warp = Warp(frame, _points(), _points())
    window = warp.window((512, 512, 3), np.array([[100.0, 120.0], [130.0, 150.0]]))
    assert window == (slice(120, 151), slice(100, 131))


def test_another_picture_is_brought_to_its_place_and_what_it_lacks_is_told():
    canonical = Frame(np.eye(2, 3), 256)
    points = np.random.default_rng(0).uniform(60, 200, (68, 2))
    down, across = np.mgrid[0:120, 0:140]
    exemplar = np.stack([across, down, np.zeros_like(down)], axis=2).astype(np.uint8)
    matrix = np.array([[0.5, 0.0, 3.0], [0.0, 0.5, -7.0]])
    window = slice(10, 250), slice(20, 240)
    resampled, shown = Warp(canonical, points, points).warp_exemplar(exemplar, matrix, window)
    assert resampled.shape == (240, 220, 3)
    rows, columns = np.mgrid[window]
    expected = np.stack([columns * 0.5 + 3, rows * 0.5 - 7], axis=2)
    inside = ((expected > -0.5) & (expected < [139.5, 119.5])).all(axis=2)
    assert np.array_equal(shown > 0, inside)
    assert np.abs(resampled[..., :2] - expected)[inside].max() <= 1.5


def test_what_will_be_hidden_costs_what_is_seen_nothing():
    source, target = _points(), _points()
    target[30:40] += (6.0, -4.0)
    frame = Frame(np.array([[0.6, 0, -20], [0, 0.6, -10]]), 256)
    warp, image = Warp(frame, source, target), astronaut()
    window = warp.window(image.shape)
    unseen = np.zeros([side.stop - side.start for side in window], np.uint8)
    unseen[40:, 60:] = 255
    whole, partly = (warp.warp_photo(image, window, unseen=one) for one in (None, unseen))
    seen = (whole.coverage > 0) & (unseen == 0)
    assert np.array_equal(whole.coverage, partly.coverage)
    assert np.abs(whole.image.astype(int) - partly.image)[seen].max() <= 12
    assert np.abs(whole.image.astype(int) - partly.image)[seen].mean() < 0.1
    assert np.abs(whole.image.astype(int) - partly.image).mean() < 2
