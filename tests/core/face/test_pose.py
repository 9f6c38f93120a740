"""The turn of a head has a side, and a tilt is no turn."""

import numpy as np
import pytest

from core.anatomy.landmarks import MIRRORED_INDICES
from core.face.pose import estimate_yaw


def test_a_mirrored_head_is_turned_to_the_other_side(landmarks):
    mirrored = landmarks[MIRRORED_INDICES] * [-1, 1] + [500, 0]
    assert estimate_yaw(mirrored) == pytest.approx(-estimate_yaw(landmarks))


def test_tilting_and_enlarging_a_picture_does_not_turn_the_head(landmarks):
    turn = 2.3 * np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    assert estimate_yaw(landmarks @ turn.T) == pytest.approx(estimate_yaw(landmarks))


def test_a_nose_that_points_right_means_a_turn_to_the_right(landmarks):
    turned = landmarks.copy()
    turned[30, 0] += 10
    assert estimate_yaw(turned) > estimate_yaw(landmarks)
