"""What is covered and what moves when a part of an exemplar is transferred."""

import numpy as np
import pytest

from core.anatomy.landmarks import INNER_LIPS, JAW, LEFT_EYE, MOUTH, NOSE_BRIDGE, OUTER_LIPS
from core.anatomy.parts import FacePart
from core.edit.transfer.part_geometry import (
    cluster_pieces,
    cover_pieces,
    pieces_of,
    target_landmarks,
)
from core.face.align import canonical_frame

EYES, BROWS, MOUTH_PART, FACE = FacePart.EYES, FacePart.BROWS, FacePart.MOUTH, FacePart.FACE


@pytest.fixture(scope="module")
def own(landmarks):
    return canonical_frame(landmarks).to_frame(landmarks)


@pytest.fixture(scope="module")
def exemplar(own):
    """A face that is broader, tilted, and placed elsewhere."""
    turn = np.array([[1.1, 0.1], [-0.08, 0.95]])
    return (own - 128) @ turn + 131


def test_a_brow_and_its_eye_are_one_piece():
    assert len(pieces_of((EYES, BROWS))) == 2
    assert len(pieces_of((EYES,))) == len(pieces_of((BROWS,))) == 2
    assert pieces_of((FACE, EYES, MOUTH_PART)) == pieces_of((FACE,))


@pytest.mark.parametrize("part", list(FacePart))
def test_a_part_is_covered_with_its_landmarks(own, part):
    mask = cover_pieces((256, 256), own, pieces_of((part,)), 6)
    points = {EYES: LEFT_EYE, BROWS: range(18, 22), MOUTH_PART: OUTER_LIPS}
    for x, y in np.rint(own[list(points.get(part, NOSE_BRIDGE[:1]))]).astype(int):
        assert mask[y, x] == 255


def test_the_inner_face_stays_within_the_jaw(own):
    mask = cover_pieces((256, 256), own, pieces_of((FACE,)), 5.6)
    assert all(mask[y, x] == 0 for x, y in np.rint(own[list(JAW)]).astype(int))
    assert all(mask[y, x] == 255 for x, y in np.rint(own[list(MOUTH)]).astype(int))


def test_at_shape_zero_a_face_of_like_openings_keeps_its_landmarks(own, exemplar):
    for part in FacePart:
        assert np.allclose(target_landmarks(own, exemplar, (part,), 0.0), own)


def test_only_the_landmarks_of_the_part_move(own, exemplar):
    moved = np.linalg.norm(target_landmarks(own, exemplar, (MOUTH_PART,), 1.0) - own, axis=1)
    assert moved[list(MOUTH)].max() > 0.5
    assert not np.delete(moved, list(MOUTH)).any()


def test_the_shape_goes_evenly_from_the_own_to_the_exemplars(own, exemplar):
    half, whole = (target_landmarks(own, exemplar, (MOUTH_PART,), shape) for shape in (0.5, 1.0))
    assert np.allclose(half - own, (whole - own) / 2)
    assert np.allclose(target_landmarks(own, exemplar, (MOUTH_PART,), None), half)


def test_an_exemplar_of_the_same_shape_moves_nothing(own):
    elsewhere = (own - 128) @ np.array([[0.9, 0.2], [-0.2, 0.9]]) + 140
    for part in FacePart:
        assert np.allclose(target_landmarks(own, elsewhere, (part,), 1.0), own)


def test_a_closed_mouth_opens_with_the_exemplars_whatever_the_shape(own):
    closed, gaping = own.copy(), own.copy()
    closed[[67, 66, 65]] = closed[[61, 62, 63]]
    gaping[[67, 66, 65, 58, 57, 56]] += [0, 14]
    gaping[[61, 62, 63]] = own[[61, 62, 63]]
    target = target_landmarks(closed, gaping, (MOUTH_PART,), 0.0)
    gaps = [np.linalg.norm(face[66] - face[62]) for face in (closed, target, gaping)]
    assert gaps[1] - gaps[0] > 0.7 * (gaps[2] - gaps[0])
    assert np.ptp(target[list(INNER_LIPS)], axis=0)[0] > 10


def test_pieces_that_touch_are_one_cluster(own):
    apart = cluster_pieces(own, (EYES, BROWS, MOUTH_PART), 5.6)
    assert [len(cluster) for cluster in apart] == [1, 1, 1]
    together = cluster_pieces(own, (EYES, FacePart.NOSE, MOUTH_PART), 20)
    assert [len(cluster) for cluster in together] == [4]
