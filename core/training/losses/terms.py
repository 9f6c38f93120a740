"""Losses as plain functions of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

MIN_HOLE_SHARE = 0.05
"""A patch counts as painted when more than this share of it is hole."""


class Term(NamedTuple):
    """One row of the loss: what the log, the sum and the paper's table agree on."""

    name: str
    weight: float
    value: Tensor


def hole_l1(output: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Sum of absolute errors in the hole / number of all values.

    Dividing by the hole's own area would weigh small holes too much.

    Args:
        output, target: (N, 3, H, W).
        mask: (N, 1, H, W), 1 in the hole.
    """
    return ((output - target).abs() * mask).mean()


def painted_patches(mask: Tensor, scores: Tensor) -> Tensor:
    """Mark the patches (1 or 0, shaped like `scores`) that hold enough of the hole."""
    share = F.adaptive_avg_pool2d(mask, (scores.shape[2], scores.shape[3]))
    return (share > MIN_HOLE_SHARE).to(scores.dtype)


def hinge_discriminator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Hinge loss in which only painted patches of the fake count as fake."""
    wrong_fake = (F.relu(1.0 + fake) * painted).sum() / painted.sum().clamp(min=1.0)
    return F.relu(1.0 - real).mean() + wrong_fake


def hinge_generator(fake: Tensor, painted: Tensor) -> Tensor:
    """Ask the discriminator's favour for the painted patches."""
    return -(fake * painted).sum() / painted.sum().clamp(min=1.0)


def relativistic_discriminator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Ask that photos look more real than the mean painted patch, and painted ones less.

    Alexia Jolicoeur-Martineau, "The relativistic discriminator", 2018, the average form, which
    the patent of region-normalised inpainting takes (its equation 23, with the roles that its
    24 leaves out). Only painted patches of the fake count as fake.
    """
    return _relativistic(real, fake, painted)


def relativistic_generator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Ask that painted patches look more real than the mean photo, and photos less."""
    return _relativistic(-real, -fake, painted)


def _relativistic(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    count = painted.sum().clamp(min=1.0)
    mean_fake = (fake * painted).sum() / count
    ahead = F.softplus(mean_fake - real).mean()  # -log sigmoid(real - mean fake)
    behind = (F.softplus(fake - real.mean()) * painted).sum() / count
    return ahead + behind


def feature_matching(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Mean absolute difference between what a discriminator sees in a fake and in its original.

    Args:
        found, wanted: features (N, C, H, W) of the same layers.
    """
    pairs = zip(found, wanted, strict=True)
    return torch.stack([(a - b.detach()).abs().float().mean() for a, b in pairs]).mean()


def gradient_penalty(score: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """R1: half the squared gradient of a picture's mean score with respect to its pixels.

    Lars Mescheder et al., "Which Training Methods for GANs do actually Converge?", 2018.

    Args:
        score: maps pictures to scores (N, 1, h, w).
        real: (N, 3, H, W).
    """
    real = real.detach().requires_grad_(True)
    total = score(real).mean(dim=(1, 2, 3)).sum()
    (gradient,) = torch.autograd.grad(total, real, create_graph=True)
    return 0.5 * gradient.square().sum(dim=(1, 2, 3)).mean()
