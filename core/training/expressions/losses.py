"""The adversarial loss in its three forms, and the gradient penalty of one of them.

All take `realness` (N, 1, h, w) as the discriminator gives it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from core.training.expressions.settings import Adversarial


def critic_loss(form: Adversarial, real: Tensor, fake: Tensor) -> Tensor:
    """Return what the discriminator minimises: photos high, fakes low."""
    match form:
        case Adversarial.HINGE:
            return F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()
        case Adversarial.LOG:
            return F.softplus(-real).mean() + F.softplus(fake).mean()
        case Adversarial.WGAN_GP:
            return fake.mean() - real.mean()


def generator_loss(form: Adversarial, fake: Tensor) -> Tensor:
    """Return what the generator minimises; the log form is the paper's, which saturates."""
    if form is Adversarial.LOG:
        return -F.softplus(fake).mean()
    return -fake.mean()


def gradient_penalty(
    realness: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor
) -> Tensor:
    """Punish gradients whose length is not 1 between photos and fakes.

    Ishaan Gulrajani et al., "Improved Training of Wasserstein GANs", NeurIPS 2017.

    Args:
        realness: maps images (N, 3, S, S) to scores.
        real, fake: (N, 3, S, S).
        share: (N, 1, 1, 1) in 0..1, of the photo in each mixture.
    """
    mixed = (fake + share * (real - fake)).detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(realness(mixed).sum(), mixed, create_graph=True)
    penalty: Tensor = (slope.flatten(1).norm(dim=1) - 1.0).square().mean()
    return penalty
