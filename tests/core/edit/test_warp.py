"""Warping moves what it is asked to move and nothing else."""

import numpy as np
from skimage.data import astronaut

from core.edit.warp import displacement_field, warp
from core.face.align import Frame


def _points():
    angles = np.linspace(0, 2 * np.pi, 68, endpoint=False)
    radius = np.linspace(30, 90, 68)
    return np.stack([128 + radius * np.cos(angles), 128 + radius * np.sin(angles)], axis=1)


def test_no_displacement_leaves_every_pixel():
    frame = Frame(np.array([[1.0, 0, -60], [0, 1, -10]]), 256)
    warped = warp(astronaut(), frame, _points(), _points())
    assert not warped.coverage.any()


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
    warped = warp(astronaut(), frame, source, target)
    assert warped.coverage.any()
    assert not warped.coverage[[0, -1]].any()
    assert not warped.coverage[:, [0, -1]].any()
