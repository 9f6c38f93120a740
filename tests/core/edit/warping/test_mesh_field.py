"""A mesh that moves takes its pixels along; what is in front hides what is not."""

import numpy as np

from core.edit.warping.face_fade import faded
from core.edit.warping.mesh_field import fill_unknown, mesh_field

SQUARE = np.array([[10, 10], [40, 10], [40, 40], [10, 40]], float)
TRIANGLES = np.array([[0, 2, 1], [0, 3, 2]])  # as seen from in front, y down


def test_a_moved_square_says_where_its_cells_come_from():
    field, known = mesh_field(SQUARE, SQUARE + np.array([5, 3]), np.zeros(4), TRIANGLES, 64)
    assert known[20, 20] == 255
    assert known[5, 5] == 0
    assert np.allclose(field[30, 30], [-5, -3], atol=1e-4)


def test_every_cell_inside_is_known():
    _, known = mesh_field(SQUARE, SQUARE * 1.3, np.zeros(4), TRIANGLES, 64)
    assert known[14:51, 14:51].all()


def test_what_is_nearer_hides_what_is_behind():
    both = np.concatenate([SQUARE, SQUARE])
    target = both + np.repeat([[4.0, 0.0], [0.0, 6.0]], 4, axis=0)
    triangles = np.concatenate([TRIANGLES, TRIANGLES + 4])
    for nearer, offset in ((0, [-4, 0]), (1, [0, -6])):
        depths = np.repeat([float(nearer != 0), float(nearer != 1)], 4)
        field, _ = mesh_field(both, target, depths, triangles, 64)
        assert np.allclose(field[30, 30], offset, atol=1e-4)


def test_what_turns_its_back_is_not_seen():
    _, known = mesh_field(SQUARE, SQUARE, np.zeros(4), TRIANGLES[:, ::-1], 64)
    assert not known.any()


def test_unknown_offsets_continue_those_around_them():
    field = np.full((64, 64, 2), 3.0, np.float32)
    known = np.full((64, 64), 255, np.uint8)
    field[20:40, 20:40], known[20:40, 20:40] = 0, 0
    filled = fill_unknown(field, known)
    assert np.allclose(filled, 3.0, atol=1e-3)


def test_a_field_ends_beside_the_face():
    outline = np.array([[100, 100], [156, 100], [156, 156], [100, 156]], float)
    field = faded(np.ones((96, 96, 2), np.float32), outline, 256)
    cell = 256 / 96
    assert (field[int(128 / cell), int(128 / cell)] == 1).all()
    assert not field[:, int(195 / cell) :].any()
    assert 0 < field[int(128 / cell), int(175 / cell), 0] < 1
