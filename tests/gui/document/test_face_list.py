"""Faces whose points are put right, and found again."""

from __future__ import annotations

import numpy as np


def test_points_put_right_stay_and_can_go_back_to_those_found_last(document, make_face):
    first, again = make_face(), make_face(202.0)
    document.faces.set_found((first,))
    document.faces.move_landmarks(first, first.landmarks + 3)
    document.faces.set_found((again,))
    (listed,) = document.faces.items
    np.testing.assert_array_equal(listed.landmarks, first.landmarks + 3)
    np.testing.assert_array_equal(document.faces.detected_landmarks(listed), again.landmarks)
    assert document.reset_landmarks([listed])
    np.testing.assert_array_equal(document.faces.items[0].landmarks, again.landmarks)


def test_points_of_a_face_that_was_not_found_again_are_kept(document, make_face):
    first = make_face()
    document.faces.set_found((first,))
    document.faces.move_landmarks(first, first.landmarks + 3)
    other = make_face(480.0, 150.0, 40.0)
    document.faces.set_found((other,))
    assert document.faces.items[0] is other
    np.testing.assert_array_equal(document.faces.items[1].landmarks, first.landmarks + 3)


def test_moving_points_to_where_they_are_is_no_undo_step(document, make_face):
    face = make_face()
    document.faces.set_found((face,))
    document.faces.move_landmarks(face, face.landmarks.copy())
    assert document.undo_stack.count() == 0


def test_undo_moves_the_points_back(document, make_face):
    face = make_face()
    document.faces.set_found((face,))
    document.faces.move_landmarks(face, face.landmarks + 3)
    document.undo_stack.undo()
    np.testing.assert_array_equal(document.faces.landmarks[0], face.landmarks)
    document.undo_stack.redo()
    np.testing.assert_array_equal(document.faces.landmarks[0], face.landmarks + 3)
