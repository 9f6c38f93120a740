"""Losses as plain functions of tensors, and the patch discriminator that two recipes share."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

MIN_HOLE_SHARE = 0.05
"""A patch counts as painted when more than this share of it is hole."""


def hole_l1(output: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Sum of absolute errors in the hole / number of all values.

    Dividing by the hole's own area would weigh small holes too much.

    Args:
        output, target: (N, 3, H, W).
        mask: (N, 1, H, W), 1 in the hole.
    """
    return ((output - target).abs() * mask).mean()


class PatchDiscriminator(nn.Module):
    """Judges patches of the composite, knowing where the hole is and which lines were asked."""

    def __init__(
        self, widths: tuple[int, ...] = (64, 128, 256), condition_channels: int = 4
    ) -> None:
        super().__init__()
        channels = (3 + condition_channels, *widths)
        layers: list[nn.Module] = []
        for above, below in itertools.pairwise(channels):
            layers += [spectral_norm(nn.Conv2d(above, below, 4, 2, 1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 3, 1, 1)))

    def forward(self, image: Tensor, condition: Tensor) -> Tensor:
        """Score patches.

        Args:
            image: (N, 3, H, W) in [-1, 1].
            condition: (N, C, H, W): the mask, and whatever else was given.

        Returns:
            (N, 1, H / 8, W / 8), higher is more real.
        """
        scores: Tensor = self.layers(torch.cat([image, condition], dim=1))
        return scores


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
