"""CTSDG's discriminator of textures and structures; only training needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from core.models.ctsdg.layers import ResidualBlock

EMBEDDED_WIDTHS = (32, 64, 128, 256)
"""Suits the embedded generator: a quarter of the published size."""

_DETECTOR_WIDTH = 16
_SLOPE = 0.2


class Verdict(NamedTuple):
    """What the discriminator says."""

    scores: Tensor
    """(N, 2, S / 8 - 2, S / 8 - 2) logits, texture first: positive where patches look real."""
    edge: Tensor
    """(N, 1, S, S) logits of the edges that it finds in the picture."""


class PatchBranch(nn.Module):
    """Five 4 x 4 convolutions with spectral norm that judge patches."""

    def __init__(self, in_channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        channels = (in_channels, *widths, 1)
        strides = (2,) * (len(widths) - 1) + (1, 1)
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(above, below, 4, stride, padding=1, bias=False))
            for above, below, stride in zip(channels[:-1], channels[1:], strides, strict=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, S, S) to logits (N, 1, S / 8 - 2, S / 8 - 2)."""
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), _SLOPE)
        scores: Tensor = self.layers[-1](x)
        return scores


class EdgeDetector(nn.Module):
    """Learns, with the discriminator, which edges a picture has."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, _DETECTOR_WIDTH, 3, padding=1)
        self.norm = nn.BatchNorm2d(_DETECTOR_WIDTH)
        self.block = ResidualBlock(_DETECTOR_WIDTH, _DETECTOR_WIDTH, bias=True)
        self.to_edge = nn.Conv2d(_DETECTOR_WIDTH, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map (N, 3, S, S) in [-1, 1] to logits (N, 1, S, S)."""
        edge: Tensor = self.to_edge(self.block(F.relu(self.norm(self.stem(image)))))
        return edge


class CTSDGDiscriminator(nn.Module):
    """Judges texture and, through edges and grey, structure (section 3.3 of the paper)."""

    def __init__(self, widths: Sequence[int] = (64, 128, 256, 512)) -> None:
        super().__init__()
        self.texture = PatchBranch(3, widths)
        self.structure = PatchBranch(2, widths)
        self.edge_detector = EdgeDetector()

    def forward(self, image: Tensor, grey: Tensor, edge: Tensor | None = None) -> Verdict:
        """Judge a picture.

        Args:
            image: (N, 3, S, S) in [-1, 1], true or painted.
            grey: (N, 1, S, S) in [0, 1], of the true picture.
            edge: (N, 1, S, S) in [0, 1], true edges of a true picture; None for a painted
                one, whose edges the discriminator finds itself.
        """
        found = self.edge_detector(image)
        edge = torch.sigmoid(found) if edge is None else edge
        scores = [self.texture(image), self.structure(torch.cat([edge, grey], dim=1))]
        return Verdict(torch.cat(scores, dim=1), found)
