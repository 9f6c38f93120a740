"""What the harmonizer learns from: a face's own part in another light, and nothing else."""

import numpy as np
import pytest
import torch

from core.training.data.relight import relit_exemplars

SIZE = 64


@pytest.fixture
def faces():
    ticks = torch.linspace(-0.8, 0.6, SIZE)
    image = (ticks[:, None] * ticks)[None, None].repeat(24, 3, 1, 1) + 0.1
    mask = torch.zeros(24, 1, SIZE, SIZE)
    mask[..., 16:48, 20:44] = 1.0
    return image, mask


def test_an_exemplar_shows_nothing_outside_the_hole(faces):
    image, mask = faces
    shown = relit_exemplars(image, mask, np.random.default_rng(0))
    assert shown.shape == image.shape
    assert not (shown * (1 - mask)).any()
    assert 0.0 <= float(shown.min()) <= float(shown.max()) <= 1.0


def test_exemplars_of_one_seed_are_the_same_and_of_another_are_not(faces):
    first, again, other = (
        relit_exemplars(*faces, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_exemplars_come_in_other_light_and_colours_but_not_burnt_out(faces):
    image, mask = faces
    shown = relit_exemplars(image, mask, np.random.default_rng(0))
    means = shown.sum(dim=(2, 3)) / mask.sum(dim=(2, 3))
    assert float(means.mean(dim=1).std()) > 0.08
    assert float((means - means.mean(dim=1, keepdim=True)).abs().mean()) > 0.02
    assert float(means.mean(dim=1).max()) < 0.9


def test_a_piece_is_missing_from_some_exemplars_only(faces):
    image, mask = faces
    shown = relit_exemplars(image.clamp(min=0.2), mask, np.random.default_rng(0))
    black = ((shown.amax(dim=1, keepdim=True) == 0) & (mask > 0)).flatten(1).any(dim=1)
    assert 0.1 < float(black.float().mean()) < 0.6
