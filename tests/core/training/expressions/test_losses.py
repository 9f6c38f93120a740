"""The adversarial loss in its three forms."""

import pytest
import torch
from torch import nn

from core.training.expressions.losses import critic_loss, generator_loss, gradient_penalty
from core.training.expressions.settings import Adversarial

LOW, HIGH = torch.full((2, 1, 2, 2), -3.0), torch.full((2, 1, 2, 2), 3.0)


@pytest.mark.parametrize("form", Adversarial)
def test_the_critic_wants_photos_high_and_fakes_low(form):
    assert critic_loss(form, real=HIGH, fake=LOW) < critic_loss(form, real=LOW, fake=HIGH) - 3


@pytest.mark.parametrize("form", Adversarial)
def test_the_generator_wants_its_fakes_high(form):
    assert generator_loss(form, HIGH) < generator_loss(form, LOW)


def test_the_hinge_leaves_alone_what_is_judged_surely():
    assert critic_loss(Adversarial.HINGE, HIGH, LOW) == 0


def test_the_log_form_is_the_papers():
    real, fake = torch.randn(2, 1, 2, 2), torch.randn(2, 1, 2, 2)
    paper = real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean()
    assert critic_loss(Adversarial.LOG, real, fake) == pytest.approx(float(-paper), abs=1e-5)
    own = (1 - fake.sigmoid()).log().mean()
    assert generator_loss(Adversarial.LOG, fake) == pytest.approx(float(own), abs=1e-5)


@pytest.mark.parametrize(("slope", "penalty"), [(1.0, 0.0), (3.0, 4.0)])
def test_the_penalty_asks_for_gradients_of_length_one(slope, penalty):
    score = nn.Linear(12, 1, bias=False)
    nn.init.zeros_(score.weight)
    with torch.no_grad():
        score.weight[0, 0] = slope
    real, fake = torch.randn(2, 3, 2, 2), torch.randn(2, 3, 2, 2)
    found = gradient_penalty(lambda x: score(x.flatten(1)), real, fake, torch.rand(2, 1, 1, 1))
    assert float(found.detach()) == pytest.approx(penalty, abs=1e-5)
    torch.autograd.backward(found)
    assert slope == 1.0 or score.weight.grad.abs().sum() > 0
