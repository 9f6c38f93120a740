"""The 68 points: where they lie, in which order, and how exactly."""

import numpy as np
import pytest

from core.anatomy.landmarks import LEFT_EYE, OUTER_LIPS, RIGHT_EYE
from core.face.candidates import Candidate
from core.face.face import Face
from core.face.landmarks import find_landmarks
from core.imaging.depth import to_8_bit


def around(landmarks, angle=0.0, score=1.0):
    """What the frontal detector answers for such a face."""
    x, y = landmarks.mean(axis=0)
    return Candidate(x, y - 4.0, 92.0, angle, score)


def test_points_are_ordered_from_the_left_jaw_over_the_brows_to_the_lips(astronaut):
    points = find_landmarks(astronaut.image, around(astronaut.landmarks)).points

    assert points.shape == (68, 2)
    assert points[0, 0] < points[8, 0] < points[16, 0]
    assert points[8, 1] == points[:17, 1].max()
    assert points[list(LEFT_EYE), 0].mean() < points[list(RIGHT_EYE), 0].mean()
    assert points[19, 1] < points[37, 1] < points[33, 1] < points[51, 1] < points[57, 1]
    assert points[OUTER_LIPS[0], 0] < points[OUTER_LIPS[6], 0]


@pytest.mark.parametrize("degrees", [0, 130])
def test_a_vague_candidate_leads_to_the_same_points(astronaut, turned, error, degrees):
    photo = turned(astronaut, degrees)
    exact = around(photo.landmarks, -degrees)
    vague = Candidate(exact.x + 7, exact.y - 7, exact.width * 1.15, exact.angle + 20, 0.0)

    assert error(find_landmarks(photo.image, vague).points, photo.landmarks) < 0.015


@pytest.mark.parametrize(
    "moved",
    [
        (4, 0, 1.0, 0),
        (-4, 0, 1.0, 0),
        (0, 4, 1.0, 0),
        (0, 0, 1.05, 0),
        (0, 0, 0.95, 0),
        (0, 0, 1, 8),
    ],
)
def test_points_hardly_depend_on_the_box_that_the_detector_drew(astronaut, error, moved):
    right, down, larger, angle = moved
    exact = around(astronaut.landmarks)
    drawn = Candidate(exact.x + right, exact.y + down, exact.width * larger, angle, 1.0)

    points = find_landmarks(astronaut.image, drawn).points

    assert error(points, find_landmarks(astronaut.image, exact).points) < 0.004


@pytest.mark.parametrize("scale", [0.65, 3.0, 9.0])
def test_points_hardly_depend_on_the_size_of_the_face(astronaut, resized, error, scale):
    photo = resized(astronaut, scale)
    x, y = photo.landmarks.mean(axis=0)

    points = find_landmarks(photo.image, Candidate(x, y - 4 * scale, 92 * scale, 0.0, 1.0)).points

    assert error(points, photo.landmarks) < 0.015


def test_points_follow_a_shift_by_whole_pixels_to_a_fraction_of_one(astronaut):
    candidate = around(astronaut.landmarks)
    points = find_landmarks(astronaut.image, candidate).points
    moved = Candidate(candidate.x - 31, candidate.y - 17, candidate.width, 0.0, 1.0)

    shifted = find_landmarks(np.ascontiguousarray(astronaut.image[17:, 31:]), moved).points

    np.testing.assert_allclose(shifted + np.array([31, 17]), points, atol=0.05)


def test_a_face_cut_by_the_edge_of_the_photo_has_points_beyond_it(astronaut):
    image = np.ascontiguousarray(astronaut.image[:, 200:])
    candidate = around(astronaut.landmarks - [200, 0])

    points = find_landmarks(image, candidate).points

    assert points[0, 0] < 0
    assert np.isfinite(points).all()


def test_a_clear_face_is_not_doubted_and_one_that_is_none_is(astronaut):
    there = around(astronaut.landmarks)
    beside = Candidate(there.x + 120, there.y + 40, there.width, 0.0, 1.0)

    assert find_landmarks(astronaut.image, there).doubt < 0.025
    assert find_landmarks(astronaut.image, beside).doubt > 0.1


def test_a_face_of_doubted_points_is_not_clear_however_well_it_was_detected(astronaut):
    x, y = astronaut.landmarks.mean(axis=0)
    beside = find_landmarks(astronaut.image, Candidate(x + 120, y + 36, 92.0, 0.0, 1.0))

    assert not Face((0.0, 0.0, 1.0, 1.0), 2.0, *beside).is_clear
    assert Face((0.0, 0.0, 1.0, 1.0), 2.0, beside.points).is_clear


def test_16_bit_samples_become_the_nearest_8_bit_ones():
    samples = np.array([[[0, 128, 129], [257, 32768, 65535]]], np.uint16)

    np.testing.assert_array_equal(to_8_bit(samples), [[[0, 0, 1], [1, 128, 255]]])


def test_8_bit_images_are_not_copied(astronaut):
    assert to_8_bit(astronaut.image) is astronaut.image
