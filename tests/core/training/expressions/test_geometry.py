"""Where points go from class to class is measured, and moves are held to it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy.landmarks import MIRRORED_INDICES
from core.models.sa_stargan.model import CLASSES
from core.training.expressions.data import LabelledFace
from core.training.expressions.geometry import class_displacements, geometry_error, unevenness

HAPPY, NEUTRAL, CONTEMPT = (CLASSES.index(name) for name in ("happy", "neutral", "contemptuous"))
CORNERS = [48, 54]


@pytest.fixture
def faces(sample_face):
    """The sample face as it is, with raised corners of the mouth, and with either one raised."""
    size = sample_face.canonical.scale

    def raised(*corners):
        points = sample_face.landmarks.copy()
        points[list(corners), 1] -= 6 / size
        return replace(sample_face, landmarks=points, canonical=sample_face.canonical)

    return [
        LabelledFace(sample_face, NEUTRAL),
        LabelledFace(raised(*CORNERS), HAPPY),
        LabelledFace(raised(48), CONTEMPT),
        LabelledFace(raised(54), CONTEMPT),
    ]


def test_a_smile_raises_both_corners_and_neutral_nothing(faces):
    found = class_displacements(faces)
    assert found.shape == (len(CLASSES), 68, 2)
    assert not found[NEUTRAL].any()
    assert (found[HAPPY, CORNERS, 1] < -0.03).all()
    assert np.abs(found[HAPPY, 36:48]).max() < 0.005


def test_a_class_without_faces_moves_nothing(faces):
    assert not class_displacements(faces)[CLASSES.index("fearful")].any()


def test_one_sided_smiles_are_counted_on_one_side(faces):
    left, right = class_displacements(faces)[CONTEMPT, CORNERS, 1]
    assert right < left - 0.03


def test_moves_do_not_depend_on_the_side_a_face_is_seen_from(faces):
    moves = class_displacements(faces)[HAPPY]
    mirrored = moves[MIRRORED_INDICES] * (-1, 1)
    assert np.allclose(moves, mirrored, atol=2e-3)


def test_a_move_that_brings_points_where_they_belong_has_no_error():
    points, displacement = torch.zeros(1, 68, 2), torch.zeros(1, 68, 2)
    points[..., 0] = torch.linspace(-0.5, 0.5, 68)
    displacement[..., 1] = -0.1
    move, still = torch.zeros(1, 2, 64, 64), torch.zeros(1, 2, 64, 64)
    move[:, 1, 10:54, 10:54] = 0.1  # from below, away from the edge
    right, wrong = (float(geometry_error(one, points, displacement)) for one in (move, still))
    assert right < 1e-6
    assert wrong == pytest.approx(0.05 * 68 / 92, rel=1e-3)
    assert float(geometry_error(-move, points, displacement)) > wrong


def test_the_edge_of_the_frame_is_to_stay():
    nowhere = torch.full((1, 68, 2), 5.0), torch.zeros(1, 68, 2)
    assert float(geometry_error(torch.full((1, 2, 32, 32), 0.1), *nowhere)) == pytest.approx(0.1)


def test_an_even_move_has_no_unevenness():
    assert float(unevenness(torch.full((1, 2, 8, 8), 0.3))) == 0
    assert float(unevenness(torch.rand(1, 2, 8, 8))) > 0.1
