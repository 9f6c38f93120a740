"""The discriminators of Mask-Guided Portrait Editing; used in training only."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.anatomy.regions import PUBLISHED_COUNT

PUBLISHED_WIDTHS = (64, 128, 256, 512)
EMBEDDED_WIDTHS = (16, 32, 64, 128)
_SCALES, _SLOPE = 2, 0.2


class ScaleDiscriminator(nn.Module):
    """Scores patches of a picture and its label map at one scale."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.first = nn.Conv2d(3 + PUBLISHED_COUNT, widths[0], 4, 2, 2)
        pairs = list(itertools.pairwise(widths))
        strides = [2] * (len(pairs) - 1) + [1]
        self.middle = nn.ModuleList(
            nn.Sequential(nn.Conv2d(*pair, 4, stride, 2), nn.BatchNorm2d(pair[1]))
            for pair, stride in zip(pairs, strides, strict=True)
        )
        self.last = nn.Conv2d(widths[-1], 1, 4, 1, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (N, 14, H, W) to scores (N, 1, h, w) and what they were made from."""
        x = F.leaky_relu(self.first(x), _SLOPE)
        for layer in self.middle:
            x = F.leaky_relu(layer(x), _SLOPE)
        return self.last(x), x


class PortraitDiscriminator(nn.Module):
    """Tells photos from painted portraits at two scales, knowing the map (section 3.4).

    One judges pictures painted of a face's own components, another those of lent ones.
    """

    def __init__(self, widths: tuple[int, ...] = PUBLISHED_WIDTHS) -> None:
        super().__init__()
        self.scales = nn.ModuleList(ScaleDiscriminator(widths) for _ in range(_SCALES))

    def forward(self, image: Tensor, regions: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Score a picture.

        Args:
            image: (N, 3, S, S) in [-1, 1].
            regions: (N, 11, S, S) one-hot label map.

        Returns:
            A pair for each scale, fine to coarse: scores (N, 1, h, w), higher is
            more real, and the features before them.
        """
        x = torch.cat([regions, image], dim=1)
        found = []
        for scale in self.scales:
            found.append(scale(x))
            x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return found
