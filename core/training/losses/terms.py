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
    """Return the sum of absolute errors in the hole / number of all values.

    Dividing by the hole's own area would weigh small holes too much.

    Args:
        output, target: (N, 3, H, W).
        mask: (N, 1, H, W), 1 in the hole.
    """
    return ((output - target).abs() * mask).mean()


def painted_patches(mask: Tensor, scores: Tensor) -> Tensor:
    """Mark the patches that hold enough of the hole.

    Args:
        mask: (N, 1, H, W), 1 in the hole.
        scores: (N, 1, h, w).

    Returns:
        1 or 0, shaped like `scores`.
    """
    share = F.adaptive_avg_pool2d(mask, (scores.shape[2], scores.shape[3]))
    return (share > MIN_HOLE_SHARE).to(scores.dtype)


def hinge_discriminator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Hinge loss in which only painted patches of the fake count as fake; all (N, 1, h, w)."""
    fake_loss = (F.relu(1.0 + fake) * painted).sum() / painted.sum().clamp(min=1.0)
    return F.relu(1.0 - real).mean() + fake_loss


def hinge_generator(fake: Tensor, painted: Tensor) -> Tensor:
    """Raise the discriminator's scores of the painted patches; all (N, 1, h, w)."""
    return -(fake * painted).sum() / painted.sum().clamp(min=1.0)


def relativistic_discriminator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Score photos as more real than the mean painted patch, and painted patches as less.

    Alexia Jolicoeur-Martineau, "The relativistic discriminator", 2018, the average form, which
    the patent of region-normalised inpainting takes (its equation 23, with the roles that its
    24 leaves out). Only painted patches of the fake count as fake.
    """
    return _relativistic(real, fake, painted)


def relativistic_generator(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    """Score painted patches as more real than the mean photo, and photos as less."""
    return _relativistic(-real, -fake, painted)


def _relativistic(real: Tensor, fake: Tensor, painted: Tensor) -> Tensor:
    count = painted.sum().clamp(min=1.0)
    mean_fake = (fake * painted).sum() / count
    real_loss = F.softplus(mean_fake - real).mean()  # -log sigmoid(real - mean fake)
    fake_loss = (F.softplus(fake - real.mean()) * painted).sum() / count
    return real_loss + fake_loss


def feature_matching(features: Sequence[Tensor], target_features: Sequence[Tensor]) -> Tensor:
    """Mean absolute difference between what a discriminator sees in a fake and in its original.

    Args:
        features, target_features: features (N, C, H, W) of the same layers.
    """
    pairs = zip(features, target_features, strict=True)
    return torch.stack([(a - b.detach()).abs().float().mean() for a, b in pairs]).mean()


def gradient_penalty(score: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """R1: half the squared gradient of an image's mean score with respect to its pixels.

    Lars Mescheder et al., "Which Training Methods for GANs do actually Converge?", 2018.

    Args:
        score: maps images to scores (N, 1, h, w).
        real: (N, 3, H, W).
    """
    real = real.detach().requires_grad_(True)
    total = score(real).mean(dim=(1, 2, 3)).sum()
    (gradient,) = torch.autograd.grad(total, real, create_graph=True)
    return 0.5 * gradient.square().sum(dim=(1, 2, 3)).mean()
