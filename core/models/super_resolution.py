"""Real-ESRGAN's compact network: a small, worn picture four times as large and clean.

Xintao Wang et al., "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic
Data", ICCVW 2021; the network of its release "general x4 v3". All convolutions run at the small
size; pixels are shuffled apart at the end and added to the picture enlarged by repetition.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from core.models.base import ModelSpec, Task
from core.runtime.checkpoints import load_network
from core.runtime.stored_config import config_from

NAME = "super_resolution"
TITLE = "Super-resolution (Real-ESRGAN general x4 v3)"
SCALE = 4
"""Pixels of the result per pixel of the picture."""
_MOST_FEATURES, _MOST_LAYERS = 256, 128
"""No published network of this kind is larger."""


@dataclass(frozen=True)
class SuperResolutionConfig:
    """The published network, unless told otherwise."""

    features: int = 64
    """Channels of every layer but the first and the last."""
    layers: int = 32
    """Convolutions between the first and the last."""

    def __post_init__(self) -> None:
        if not (1 <= self.features <= _MOST_FEATURES and 1 <= self.layers <= _MOST_LAYERS):
            raise ValueError("no widths or layers of this network")


class SuperResolution(nn.Module):
    """A row of convolutions at the small size; layers are named as the published ones."""

    def __init__(self, config: SuperResolutionConfig) -> None:
        super().__init__()
        width = config.features
        layers: list[nn.Module] = [_convolution(3, width), nn.PReLU(width)]
        for _ in range(config.layers):
            layers += [_convolution(width, width), nn.PReLU(width)]
        self.body = nn.Sequential(*layers, _convolution(width, 3 * SCALE**2))

    def forward(self, image: Tensor) -> Tensor:
        """Enlarge a picture.

        Args:
            image: (N, 3, H, W) RGB in [-1, 1].

        Returns:
            (N, 3, 4H, 4W) in [-1, 1].
        """
        small = (image + 1) / 2  # the published network's range is 0..1
        repeated = F.interpolate(small, scale_factor=SCALE, mode="nearest")
        enlarged = F.pixel_shuffle(self.body(small), SCALE) + repeated
        return enlarged.clamp(0, 1) * 2 - 1


def build(path: Path | None, device: torch.device) -> SuperResolution:
    """Load weights, or start from random ones in the published size.

    Raises:
        CheckpointError: the weights are missing, damaged, or do not fit.
    """
    if path is None:
        network = SuperResolution(SuperResolutionConfig())
    else:
        network = load_network(
            path,
            NAME,
            lambda values: SuperResolution(config_from(SuperResolutionConfig, values, path)),
        )
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return network.to(device).eval().requires_grad_(False)


def _convolution(in_channels: int, out_channels: int) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 3, padding=1)


SPEC = ModelSpec(name=NAME, title=TITLE, build=build, task=Task.ENLARGE)
