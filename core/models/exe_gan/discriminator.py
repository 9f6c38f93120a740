"""The discriminator of EXE-GAN, which is StyleGAN2's; used in training only."""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn

from core.models.stylegan_layers import EqualConv2d, EqualLinear

EMBEDDED_WIDTHS = (16, 32, 64, 96, 96, 96)
"""Of a discriminator for the embedded generator; ours."""
_LARGEST_GROUP = 4
_FLOOR = 1e-8


class ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut; halves the side."""

    def __init__(self, width: int, below: int) -> None:
        super().__init__()
        self.conv = EqualConv2d(width, width, 3)
        self.down = EqualConv2d(width, below, 3, downsample=True)
        self.skip = EqualConv2d(width, below, 1, downsample=True, activated=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, width, H, W) to (N, below, H / 2, W / 2)."""
        deep: Tensor = self.down(self.conv(x))
        flat: Tensor = self.skip(x)
        return (deep + flat) * math.sqrt(0.5)  # both are of unit variance


class ExeGANDiscriminator(nn.Module):
    """Tells painted faces from photographed ones."""

    def __init__(
        self, widths: tuple[int, ...] = (128, 256, 512, 512, 512, 512, 512), in_channels: int = 3
    ) -> None:
        """Make the network.

        Args:
            widths: channels at each level from full resolution down to 4 x 4 pixels.
            in_channels: 3, or more where it is conditioned on more than the picture (ours).
        """
        super().__init__()
        deepest = widths[-1]
        self.stem = EqualConv2d(in_channels, widths[0], 1)
        self.blocks = nn.Sequential(*(ResidualBlock(*pair) for pair in itertools.pairwise(widths)))
        self.last = EqualConv2d(deepest + 1, deepest, 3)
        self.to_hidden = EqualLinear(deepest * 16, deepest, activated=True)
        self.to_score = EqualLinear(deepest, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Score (N, in_channels, S, S) in [-1, 1]; (N, 1) logits, higher is more real."""
        x = self.blocks(self.stem(image))
        x = self.last(torch.cat([x, minibatch_stddev(x)], dim=1))
        score: Tensor = self.to_score(self.to_hidden(x.flatten(1)))
        return score


def minibatch_stddev(x: Tensor) -> Tensor:
    """Measure how much the pictures of a group differ, so that mode collapse is punished.

    Args:
        x: (N, C, H, W); every N / G-th picture is of one group, G the largest of 1 to 4 that
            divides N.

    Returns:
        (N, 1, H, W), for each picture its group's mean standard deviation.
    """
    group = max(size for size in range(1, _LARGEST_GROUP + 1) if len(x) % size == 0)
    grouped = x.float().reshape(group, -1, *x.shape[1:])  # (G, N / G, C, H, W)
    spread = (grouped.var(dim=0, unbiased=False) + _FLOOR).sqrt().mean(dim=(1, 2, 3))
    maps = spread.repeat(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])
    return maps.to(x.dtype)
