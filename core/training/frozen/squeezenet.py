"""Frozen ImageNet features (SqueezeNet 1.0) for perceptual and style losses.

Forrest Iandola et al., "SqueezeNet", 2016.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.runtime.checkpoints import load_weights

_BGR_MEAN = (104.0, 117.0, 123.0)
_POOL_BEFORE = {"fire2", "fire5"}
_TAPS = ("conv1", "fire3", "fire5", "fire7")


class Fire(nn.Module):
    """Squeeze to few channels, then expand by 1x1 and 3x3 convolutions side by side."""

    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.squeeze = _convolution(state, f"{name}/conv1x1_1")
        self.expand1 = _convolution(state, f"{name}/conv1x1_2")
        self.expand3 = _convolution(state, f"{name}/conv3x3_2", padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H, W)."""
        squeezed = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1(squeezed)), F.relu(self.expand3(squeezed))], dim=1)


class SqueezeNetFeatures(nn.Module):
    """Features after conv1, fire3, fire5 and fire7."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        state = load_weights(path)[0]
        self.conv1 = _convolution(state, "conv1", stride=2)
        self.fires = nn.ModuleDict({f"fire{i}": Fire(state, f"fire{i}") for i in range(2, 8)})
        self.requires_grad_(False)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Extract features.

        Args:
            image: (N, 3, H, W) RGB in [-1, 1].

        Returns:
            Four feature maps (N, C, H', W'), fine to coarse.
        """
        mean = image.new_tensor(_BGR_MEAN).view(1, 3, 1, 1)
        x = F.relu(self.conv1((image.flip(1) + 1.0) * 127.5 - mean))
        features = [x]
        for name, fire in self.fires.items():
            if name in _POOL_BEFORE:
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = fire(x)
            if name in _TAPS:
                features.append(x)
        return features


def feature_distance(features: list[Tensor], target_features: list[Tensor]) -> Tensor:
    """Sum over layers of the mean absolute difference / the mean absolute value wanted."""
    pairs = zip(features, target_features, strict=True)
    return torch.stack([(a - b).abs().mean() / b.abs().mean() for a, b in pairs]).sum()


def style_distance(features: list[Tensor], target_features: list[Tensor]) -> Tensor:
    """Sum over layers of the relative difference between Gram matrices."""
    pairs = [(gram(a), gram(b)) for a, b in zip(features, target_features, strict=True)]
    return torch.stack([(a - b).abs().mean() / b.abs().mean() for a, b in pairs]).sum()


def gram(features: Tensor) -> Tensor:
    """Correlate channels: (N, C, H, W) to (N, C, C), divided by C x H x W."""
    flat = features.float().flatten(2)  # (N, C, HW)
    return torch.einsum("ncp,ndp->ncd", flat, flat) / (flat.shape[1] * flat.shape[2])


def _convolution(
    state: dict[str, Tensor], name: str, *, stride: int = 1, padding: int = 0
) -> nn.Conv2d:
    weight = state[f"{name}.weight"]
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], stride, padding)
    layer.load_state_dict({"weight": weight, "bias": state[f"{name}.bias"]})
    return layer
