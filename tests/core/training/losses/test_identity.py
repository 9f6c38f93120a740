"""The identity loss knows who a fill should show, and has a gradient where faces are hidden."""

import numpy as np
import pytest
import torch

from core.runtime import tensors
from core.training.losses.identity import TEACHER, IdentityLoss, most_hidden


@pytest.fixture(scope="module")
def unlike(small_data):
    """The loss, on random features: they know no faces, but tell images apart."""
    return IdentityLoss(small_data / "teachers" / TEACHER, torch.device("cpu"))


@pytest.fixture(scope="module")
def face(sample_face):
    image = sample_face.canonical.resized(128).crop(sample_face.image)
    return tensors.from_image(np.asarray(image, np.uint8))


def hidden(*heights: int) -> torch.Tensor:
    mask = torch.zeros(len(heights), 1, 128, 128)
    for row, height in enumerate(heights):
        mask[row, :, 40 : 40 + height, 32:96] = 1.0
    return mask


def test_a_face_is_like_itself_in_other_light_and_unlike_what_is_no_face(data_dir, face):
    unlike = IdentityLoss(data_dir / "teachers" / TEACHER, torch.device("cpu"))
    same, darker, none = (
        float(unlike(one, face, hidden(40))) for one in (face, face * 0.9 - 0.1, face.flip(2))
    )
    assert same == pytest.approx(0.0, abs=1e-4)
    assert darker < 0.5 * none


def test_the_same_face_costs_nothing_and_another_picture_something(unlike, face):
    same, other = (float(unlike(one, face, hidden(40))) for one in (face, face.roll(30, 3)))
    assert same == pytest.approx(0.0, abs=1e-4)
    assert other > 0.01


def test_the_loss_teaches_even_a_blank_fill(unlike, face):
    output = torch.zeros_like(face).requires_grad_(True)
    unlike(output, face, hidden(40)).backward()
    assert output.grad.isfinite().all()
    assert output.grad.abs().sum() > 0


def test_the_faces_that_are_hidden_most_are_compared():
    heights = (0, 50, 3, 40, 30, 20, 10, 60)
    assert sorted(most_hidden(hidden(*heights)).tolist()) == [1, 3, 4, 5, 6, 7]
