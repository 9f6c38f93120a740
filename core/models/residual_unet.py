"""A plain U-Net that adds detail to a smooth fill; ours, no publication.

It sees the hole filled by a membrane, the mask, and lines from the landmarks, and returns
a residual that is added inside the hole. The default inpainter of smiles.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.errors import CheckpointError
from core.models.base import ModelSpec
from core.runtime import checkpoints
from core.runtime.membrane import smooth_fill
from core.runtime.stored_config import config_from

NAME = "residual_unet"
_MOST_LEVELS = 6  # the smallest frames have 64 pixels


@dataclass(frozen=True)
class ResidualUNetConfig:
    """Widths from full resolution down; each level halves the side."""

    widths: tuple[int, ...] = (32, 64, 128, 192, 256)
    condition_channels: int = 4
    """Beside the picture: the mask and, for inpainting, three line channels."""

    def __post_init__(self) -> None:
        if len(self.widths) > _MOST_LEVELS:
            raise ValueError("frames cannot be halved so often")


_DEFAULT = ResidualUNetConfig()


class ConvBlock(nn.Module):
    """3x3 convolution, batch norm, leaky ReLU."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        return F.leaky_relu(self.norm(self.conv(x)), 0.2)


class ResidualUNet(nn.Module):
    """Adds to the smooth fill what belongs in the hole."""

    def __init__(self, config: ResidualUNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.stem = ConvBlock(3 + config.condition_channels, widths[0])
        self.encoder = nn.ModuleList(
            nn.Sequential(ConvBlock(above, below, stride=2), ConvBlock(below, below))
            for above, below in itertools.pairwise(widths)
        )
        self.decoder = nn.ModuleList(
            ConvBlock(above + below, above) for above, below in itertools.pairwise(widths)
        )
        self.to_residual = nn.Conv2d(widths[0], 3, 3, 1, 1)
        for parameter in self.to_residual.parameters():
            nn.init.zeros_(parameter)

    def forward(self, fill: Tensor, mask: Tensor, lines: Tensor | None = None) -> Tensor:
        """Paint the hole.

        Args:
            fill: (N, 3, S, S) in [-1, 1], the hole filled smoothly; S a multiple of 16.
            mask: (N, 1, S, S), 1 in the hole.
            lines: (N, condition_channels - 1, S, S) in [0, 1], if there are any.

        Returns:
            (N, 3, S, S), equal to `fill` outside the hole; may leave [-1, 1] slightly.
        """
        seen = [fill, mask] if lines is None else [fill, mask, lines]
        features = [self.stem(torch.cat(seen, dim=1))]
        for down in self.encoder:
            features.append(down(features[-1]))
        x = features.pop()
        for up in reversed(self.decoder):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = up(torch.cat([features.pop(), x], dim=1))
        residual: Tensor = self.to_residual(x)
        return fill + residual.float() * mask


class ResidualUNetInpainter:
    """Adapts the project's conventions to `ResidualUNet`."""

    def __init__(self, network: ResidualUNet) -> None:
        self.network = network.eval().requires_grad_(False)

    def inpaint(self, image: Tensor, mask: Tensor, lines: Tensor) -> Tensor:
        """Fill the hole; see `core.models.base.Inpainter`."""
        filled: Tensor = self.network(smooth_fill(image, mask), mask, lines)
        return filled.clamp(-1, 1)


def build(path: Path | None, device: torch.device) -> ResidualUNetInpainter:
    """Load shipped weights, or start from random ones if `path` is None."""
    return ResidualUNetInpainter(load_network(path, NAME, device))


def load_network(
    path: Path | None,
    system: str,
    device: torch.device,
    config: ResidualUNetConfig = _DEFAULT,
) -> ResidualUNet:
    """Load the U-Net of a system, or start from random weights and `config` if `path` is None.

    Raises:
        CheckpointError: the weights are missing, damaged, or another system's.
    """
    if path is None:
        network = ResidualUNet(config)
    else:
        network = checkpoints.load_network(
            path, system, lambda values: ResidualUNet(config_from(ResidualUNetConfig, values, path))
        )
        if network.config.condition_channels != config.condition_channels:
            raise CheckpointError(
                f"The weights {path} see other lines; choose the file of {system}."
            )
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return network.to(device)


def config_values(config: ResidualUNetConfig) -> dict[str, object]:
    """Write the config as plain values."""
    return asdict(config)


SPEC = ModelSpec(name=NAME, title="Residual U-Net", build=build)
