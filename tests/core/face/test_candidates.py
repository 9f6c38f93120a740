"""Turned squares: into their frames and back, and which of them mean one face."""

import numpy as np
import pytest

from core.face.candidates import Candidate, overlap, suppress_duplicates


@pytest.mark.parametrize("angle", [0.0, 30.0, -150.0])
def test_a_candidate_seen_through_its_own_frame_is_itself(angle):
    candidate = Candidate(40.0, 70.0, 50.0, angle, 1.0)
    frame = candidate.frame(200, 0.5, (0.4, 0.6))

    back = Candidate(79.5, 119.5, 100.0, 0.0, 1.0).to_photo(frame)

    np.testing.assert_allclose(
        [back.x, back.y, back.width, back.angle], [40.0, 70.0, 50.0, angle], atol=1e-9
    )


def test_angles_add_up_within_half_a_turn():
    frame = Candidate(40.0, 70.0, 50.0, 150.0, 1.0).frame(200, 0.5)
    assert Candidate(99.5, 99.5, 100.0, 100.0, 1.0).to_photo(frame).angle == pytest.approx(-110)
    assert Candidate(99.5, 99.5, 100.0, -20.0, 1.0).to_photo(frame).angle == pytest.approx(130)


def test_a_face_turned_clockwise_is_upright_in_its_frame():
    eyes = np.array([[10.0, 10.0], [10.0, 30.0]])  # the right one below the left one

    left, right = Candidate(0.0, 20.0, 40.0, 90.0, 1.0).frame(80, 0.5).to_frame(eyes)

    assert right[0] > left[0]
    assert right[1] == pytest.approx(left[1])
    assert left[1] < 40


def test_only_the_surest_answer_for_one_face_is_kept():
    first = Candidate(50.0, 50.0, 40.0, 0.0, 0.5)
    surer = Candidate(53.0, 49.0, 44.0, 0.0, 1.5)
    inside = Candidate(50.0, 55.0, 15.0, 0.0, 0.4)
    beside = Candidate(92.0, 50.0, 40.0, 0.0, 0.3)

    assert suppress_duplicates([first, inside, beside, surer]) == [surer, beside]


def test_overlap_is_the_part_of_the_smaller_box():
    assert overlap((0, 0, 10, 10), (5, 5, 7, 7)) == 1
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(0.5)
    assert overlap((0, 0, 10, 10), (20, 0, 30, 10)) == 0
