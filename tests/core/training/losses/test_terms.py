"""Losses on scores small enough to check by hand."""

import math

import pytest
import torch

from core.training.losses.terms import (
    hole_l1,
    relativistic_discriminator,
    relativistic_generator,
)


def log_sigmoid(value: float) -> float:
    return -math.log(1 + math.exp(-value))


def scores(*values: float) -> torch.Tensor:
    return torch.tensor(values).reshape(1, 1, 1, -1)


def test_critic_compares_each_patch_with_the_mean_of_the_other_kind():  # equation (23)
    real, fake = scores(2.0, 4.0), scores(1.0, -1.0)
    ahead = -(log_sigmoid(2.0 - 0.0) + log_sigmoid(4.0 - 0.0)) / 2
    behind = -(log_sigmoid(-(1.0 - 3.0)) + log_sigmoid(-(-1.0 - 3.0))) / 2
    loss = relativistic_discriminator(real, fake, torch.ones_like(fake))
    assert loss.item() == pytest.approx(ahead + behind, rel=1e-5)


def test_generator_loss_is_the_opposite_of_the_critics():
    real, fake = scores(2.0, 4.0), scores(1.0, -1.0)
    painted = torch.ones_like(fake)
    turned = relativistic_discriminator(-real, -fake, painted)
    assert relativistic_generator(real, fake, painted).item() == pytest.approx(turned.item())
    better = relativistic_generator(real, fake + 1, painted)
    assert better < relativistic_generator(real, fake, painted)


def test_patches_that_nobody_painted_do_not_count():
    real, painted = scores(2.0, 4.0), scores(1.0, 0.0)
    first = relativistic_discriminator(real, scores(1.0, -9.0), painted)
    second = relativistic_discriminator(real, scores(1.0, 9.0), painted)
    assert torch.equal(first, second)


def test_the_loss_of_a_hole_is_its_errors_over_all_values():
    mask = torch.zeros(1, 1, 2, 4)
    mask[..., 0] = 1.0
    output, target = torch.full((2, 1, 3, 2, 4), 0.5)
    target = target - torch.tensor([1.0, 9.0, 9.0, 9.0])
    assert hole_l1(output, target, mask).item() == pytest.approx(1.0 / 4)
