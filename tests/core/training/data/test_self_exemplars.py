"""A face's own exemplar is the face, seen a little differently."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.training.data.self_exemplars import make_self_exemplars


@pytest.fixture
def faces():
    coarse = torch.rand(64, 3, 4, 4) - 0.5
    return F.interpolate(coarse, 32, mode="bicubic").clamp(-0.6, 0.6)


def test_the_same_numbers_give_the_same_exemplars(faces):
    first, second = (make_self_exemplars(faces, np.random.default_rng(0)) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == faces.shape
    assert first.abs().max() <= 1


def test_no_exemplar_is_the_face_itself_and_half_are_mirrored(faces):
    exemplars = make_self_exemplars(faces, np.random.default_rng(0))
    as_it_is = (exemplars - faces).abs().mean(dim=(1, 2, 3))
    mirrored = (exemplars - faces.flip(3)).abs().mean(dim=(1, 2, 3))
    assert torch.minimum(as_it_is, mirrored).min() > 0.01
    assert 0.3 < (mirrored < as_it_is).float().mean() < 0.7


def test_the_colours_of_a_face_stay(faces):
    exemplars = make_self_exemplars(faces, np.random.default_rng(0))
    moved = (exemplars.mean(dim=(2, 3)) - faces.mean(dim=(2, 3))).abs().mean()
    apart = (exemplars.mean(dim=(2, 3)) - faces.roll(1, 0).mean(dim=(2, 3))).abs().mean()
    assert moved < 0.7 * apart
