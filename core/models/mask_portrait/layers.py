"""The blocks of Mask-Guided Portrait Editing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn


class EncoderBlock(nn.Module):
    """Halves the side."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 4, 2, 1)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H / 2, W / 2)."""
        return torch.relu(self.bn(self.conv(x)))


class ComponentEncoder(nn.Module):
    """Embeds a component's picture (section 3.1); the mean of what the paper draws from."""

    def __init__(
        self, widths: Sequence[int], area: tuple[int, int], hidden: int, numbers: int
    ) -> None:
        super().__init__()
        pairs = itertools.pairwise((3, *widths))
        self.conv = nn.Sequential(*(EncoderBlock(*pair) for pair in pairs))
        cells = widths[-1] * area[0] * area[1]
        self.fc_mu = nn.Sequential(nn.Linear(cells, hidden), nn.ReLU(), nn.Linear(hidden, numbers))

    def forward(self, picture: Tensor) -> Tensor:
        """Map (N, 3, h, w) in [-1, 1] to (N, numbers)."""
        embedding: Tensor = self.fc_mu(self.conv(picture).flatten(1))
        return embedding


class DecoderBlock(nn.Module):
    """Doubles the side."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, 2H, 2W)."""
        doubled: Tensor = self.conv(x)
        return doubled


class ComponentDecoder(nn.Module):
    """Turns an embedding into features; with `paints`, into the component's picture."""

    def __init__(
        self,
        numbers: int,
        area: tuple[int, int],
        widths: Sequence[int],
        *,
        has_bias: bool = True,
        paints: bool = False,
    ) -> None:
        super().__init__()
        self.shape = (widths[0], *area)
        cells = widths[0] * area[0] * area[1]
        self.fc = nn.Sequential(nn.Linear(numbers, cells, bias=has_bias))
        blocks: list[nn.Module] = [DecoderBlock(*pair) for pair in itertools.pairwise(widths)]
        if paints:
            blocks += [nn.ReflectionPad2d(2), nn.Conv2d(widths[-1], 3, 5), nn.Tanh()]
        self.conv = nn.Sequential(*blocks)

    def forward(self, embedding: Tensor) -> Tensor:
        """Map (N, numbers) to (N, widths[-1], h, w), or a picture (N, 3, h, w) in [-1, 1]."""
        decoded: Tensor = self.conv(self.fc(embedding).view(-1, *self.shape))
        return decoded


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(width, width, 3),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(width, width, 3),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, width, H, W) to the same shape."""
        changed: Tensor = x + self.conv_block(x)
        return changed


def wide_convolution(in_channels: int, out_channels: int) -> list[nn.Module]:
    """Return a convolution over 7 x 7 pixels, mirrored at the border."""
    return [nn.ReflectionPad2d(3), nn.Conv2d(in_channels, out_channels, 7)]


def normalised(width: int, *layers: nn.Module) -> list[nn.Module]:
    """Return layers with batch norm of their `width` channels and ReLU behind them."""
    return [*layers, nn.BatchNorm2d(width), nn.ReLU()]
