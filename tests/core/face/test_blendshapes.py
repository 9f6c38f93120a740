"""A face's mesh lies on its points, finds its expression, and moves as named shapes do."""

import numpy as np
import pytest

from core.anatomy.expressions import BLEND_SHAPES, FACE_SHAPES
from core.anatomy.landmarks import MIRRORED_INDICES
from core.face.align import canonical_frame
from core.face.blendshapes import fit_face, load_shapes

UPPER_LIDS, LOWER_LIDS = [37, 38, 43, 44], [41, 40, 47, 46]


@pytest.fixture(scope="module")
def points(landmarks):
    return canonical_frame(landmarks).to_frame(landmarks)


@pytest.fixture(scope="module")
def face(points):
    return fit_face(points)


def at_landmarks(moves):
    return moves[load_shapes().landmarks, :2]


def seen(degrees, **weights):
    """The 68 points of the model itself, its head turned."""
    model = load_shapes()
    body = model.resting + sum(
        weight * model.shapes[name][model.landmarks] for name, weight in weights.items()
    )
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, 1]])
    return (body @ rotation.T)[:, :2] * 10 + 128


def test_mesh_lies_on_the_points_of_the_face(face, points):
    assert np.abs(face.positions[load_shapes().landmarks] - points).max() < 1


def test_there_are_53_expressions_and_14_face_shapes():
    assert len(set(BLEND_SHAPES)) == 53
    assert set(load_shapes().shapes) == {*BLEND_SHAPES, *FACE_SHAPES}


def test_left_is_the_persons_own_left(face):
    moves = np.abs(at_landmarks(face.displacements({"eyeBlinkLeft": 1.0}))).max(axis=1)
    assert moves[[43, 44]].min() > 2
    assert moves[[37, 38]].max() < 0.5


def test_a_blink_closes_eyes_however_wide_they_are_open(points):
    for wider in (-1.5, 0.0, 2.0):
        opened = points.copy()
        opened[UPPER_LIDS, 1] -= wider
        closed = opened + at_landmarks(
            fit_face(opened).displacements({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})
        )
        assert (closed[LOWER_LIDS, 1] - closed[UPPER_LIDS, 1]).max() < 0.5


def test_lids_stop_where_they_meet(face):
    once, more = (
        at_landmarks(face.displacements(dict.fromkeys(names, 1.0)))
        for names in (["eyeBlinkLeft"], ["eyeBlinkLeft", "eyeSquintLeft", "cheekSquintLeft"])
    )
    gaps = [(moved[[47, 46], 1] - moved[[43, 44], 1]).mean() for moved in (once, more)]
    assert gaps[1] > gaps[0] - 0.5


@pytest.mark.parametrize("degrees", [-35, 0, 35])
@pytest.mark.parametrize("name", ["jawOpen", "browDownLeft", "mouthSmileRight"])
def test_worn_expressions_are_found_on_turned_heads(degrees, name):
    worn = fit_face(seen(degrees, **{name: 0.9})).weights
    assert worn[name] > 0.25
    assert fit_face(seen(degrees)).weights[name] < 0.1


def test_a_turned_heads_far_half_moves_less():
    face = fit_face(seen(35))
    moves = np.abs(
        at_landmarks(face.displacements({"mouthStretchLeft": 1, "mouthStretchRight": 1}))
    )
    near, far = sorted(moves[[48, 54], 0])[::-1]
    assert near > 1.2 * far


def test_points_that_meet_neither_raise_nor_tear(points):
    shut = points.copy()
    shut[[61, 62, 63]] = shut[[67, 66, 65]]
    shut[[37, 38, 43, 44]] = shut[[41, 40, 47, 46]]
    face = fit_face(shut)
    assert np.isfinite(face.positions).all()
    moves = face.displacements({"jawOpen": 0.5, "eyeBlinkLeft": 1.0, "eyeWideRight": 1.0})
    assert np.isfinite(moves).all()


def test_moves_add_up(face):
    one, other = ({"jawOpen": 0.4}, {"browInnerUpLeft": 0.7})
    together = face.displacements(one | other)
    assert np.allclose(together, face.displacements(one) + face.displacements(other), atol=1e-4)


def test_mirrored_shapes_mirror_each_other():
    model = load_shapes()
    left, right = (
        model.shapes[name][model.landmarks] for name in ("mouthFrownLeft", "mouthFrownRight")
    )
    assert np.allclose(left, right[MIRRORED_INDICES] * [-1, 1, 1], atol=0.05)


def test_eyes_look_where_they_are_asked_to(face):
    left, right = face.gaze({"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0})
    assert left[0] < -2 and right[0] < -2  # noqa: PT018
    assert face.gaze({"eyeLookUpLeft": 1.0})[1, 1] < -1


@pytest.mark.parametrize("name", FACE_SHAPES)
def test_every_face_shape_moves_the_face(face, name):
    assert np.abs(at_landmarks(face.displacements({name: 1.0}))).max() > 0.8
