"""Frames are similarity transforms: there and back again."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from skimage.data import astronaut

from core.face.align import LEFT_EYE_AT, Frame, canonical_frame, fit_similarity, sub_frame


@given(st.floats(-180, 180), st.floats(0.2, 5.0), st.integers(16, 512))
def test_points_survive_the_way_into_a_frame_and_back(angle, scale, size):
    turn = np.deg2rad(angle)
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    frame = Frame(np.column_stack([linear, [3.0, -7.0]]), size)
    points = np.array([[0.0, 0.0], [100.0, 50.0], [-20.0, 900.0]])
    assert np.allclose(frame.to_photo(frame.to_frame(points)), points, atol=1e-6)


def test_cropping_at_full_size_copies_pixels():
    image = astronaut()
    frame = Frame(np.array([[1.0, 0, -50], [0, 1, -30]]), 128)
    assert np.array_equal(frame.crop(image), image[30:158, 50:178])


def test_halving_the_size_averages_pixels():
    image = astronaut()
    frame = Frame(np.array([[1.0, 0, -50], [0, 1, -30]]), 128).resized(64)
    blocks = image[30:158, 50:178].reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(frame.crop(image)[2:-2, 2:-2] - blocks[2:-2, 2:-2]).mean() < 3.0


def test_labels_are_picked_and_never_averaged():
    labels = np.where(np.arange(8)[None] < 4, 2, 10).repeat(8, axis=0).astype(np.uint8)
    frame = Frame(np.array([[0.25, 0.0, -0.375], [0.0, 0.25, -0.375]]), 2)
    assert frame.crop(labels, cv2.INTER_NEAREST).tolist() == [[2, 10], [2, 10]]
    assert {*np.unique(frame.crop(np.eye(8, dtype=np.uint8) * 9, cv2.INTER_NEAREST))} <= {0, 9}


def test_similarity_is_recovered_from_its_points():
    source = np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 7.0]])
    matrix = np.array([[1.5, -0.5, 3.0], [0.5, 1.5, -2.0]])
    target = source @ matrix[:, :2].T + matrix[:, 2]
    assert np.allclose(fit_similarity(source, target), matrix)


def test_canonical_frame_maps_the_eye_to_its_position():
    points = np.zeros((68, 2))
    points[36:42], points[42:48] = (200.0, 300.0), (263.0, 300.0)
    points[[48, 54]] = (231.5, 365.0)
    frame = canonical_frame(points, 256)
    eye = (frame.to_frame(points)[36] + 0.5) / 256
    assert np.abs(eye - LEFT_EYE_AT).max() < 0.005


def test_sub_frame_keeps_its_centre():
    canonical = Frame(np.array([[1.0, 0, -10], [0, 1, -10]]), 256)
    region = sub_frame(canonical, (0.5, 0.7), 0.25, 128)
    middle = region.to_photo(np.array([[63.5, 63.5]]))
    assert np.allclose(canonical.to_frame(middle), [[127.5, 0.7 * 256 - 0.5]])
    assert np.isclose(region.scale, 2.0)
