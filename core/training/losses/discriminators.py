"""Networks that tell painted patches from photographed ones; used in training only."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

_SLOPE = 0.2


class DiscriminatorOutput(NamedTuple):
    """A discriminator's output for a batch."""

    scores: list[Tensor]
    """Maps (N, 1, h, w), one a scale; higher is more real."""
    features: list[Tensor]
    """What the scores were made from; compared by feature matching. May be empty."""


class PatchDiscriminator(nn.Module):
    """Scores patches of the composite, conditioned on the mask and the lines."""

    def __init__(
        self, widths: tuple[int, ...] = (64, 128, 256), condition_channels: int = 4
    ) -> None:
        super().__init__()
        channels = (3 + condition_channels, *widths)
        layers: list[nn.Module] = []
        for above, below in itertools.pairwise(channels):
            layers += [spectral_norm(nn.Conv2d(above, below, 4, 2, 1)), nn.LeakyReLU(_SLOPE)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 3, 1, 1)))

    def forward(self, image: Tensor, condition: Tensor) -> DiscriminatorOutput:
        """Score patches of an eighth of the side.

        Args:
            image: (N, 3, H, W) in [-1, 1].
            condition: (N, C, H, W): the mask, and whatever else was given.
        """
        return DiscriminatorOutput([self.layers(torch.cat([image, condition], dim=1))], [])


class ProjectedDiscriminator(nn.Module):
    """Scores frozen features of four depths, mixed at random so that none is ignored.

    Axel Sauer et al., "Projected GANs Converge Faster", 2021, on SqueezeNet's pyramid.
    """

    def __init__(
        self, channels: Sequence[int] = (96, 128, 256, 384), width: int = 64, hidden: int = 96
    ) -> None:
        super().__init__()
        self.mixing = RandomMixing(channels, width)
        self.heads = nn.ModuleList(
            nn.ModuleList(
                [
                    spectral_norm(nn.Conv2d(width, hidden, 4, 2, 1)),
                    spectral_norm(nn.Conv2d(hidden, hidden, 3, 1, 1)),
                    spectral_norm(nn.Conv2d(hidden, 1, 3, 1, 1)),
                ]
            )
            for _ in channels
        )

    def forward(self, pyramid: Sequence[Tensor]) -> DiscriminatorOutput:
        """Score features (N, C, H, W), fine to coarse, each at half its resolution."""
        scores, features = [], []
        for head, x in zip(self.heads, self.mixing(pyramid), strict=True):
            assert isinstance(head, nn.ModuleList)
            first = F.leaky_relu(head[0](x), _SLOPE)
            second = F.leaky_relu(head[1](first), _SLOPE)
            scores.append(head[2](second))
            features += [first, second]
        return DiscriminatorOutput(scores, features)


class RandomMixing(nn.Module):
    """Mixes channels by random 1x1 and scales by random 3x3 convolutions that never learn."""

    def __init__(self, channels: Sequence[int], width: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)

        def random(name: str, count: int, size: int) -> None:
            weight = torch.randn(width, count, size, size, generator=generator)
            self.register_buffer(name, weight / math.sqrt(count * size * size))

        self.levels = len(channels)
        for level, count in enumerate(channels):
            random(f"channels{level}", count, 1)
            random(f"scales{level}", width, 3)

    def forward(self, pyramid: Sequence[Tensor]) -> list[Tensor]:
        """Map features, fine to coarse, to (N, width, H, W) each; coarse ones join finer ones."""
        mixed: list[Tensor] = []
        for level in reversed(range(self.levels)):
            x = F.conv2d(_normalise_power(pyramid[level]), self.get_buffer(f"channels{level}"))
            if mixed:
                x = x + F.interpolate(mixed[0], size=x.shape[2:], mode="bilinear")
            mixed.insert(0, F.conv2d(x, self.get_buffer(f"scales{level}"), padding=1))
        return mixed


def _normalise_power(features: Tensor) -> Tensor:
    """Normalise (N, C, H, W) to a mean square of 1 an image, as the pyramid's levels differ."""
    power = features.float().square().mean(dim=(1, 2, 3), keepdim=True)
    return (features * (power + 1e-6).rsqrt()).to(features.dtype)
