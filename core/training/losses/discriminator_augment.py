"""Random augmentation that real and generated images undergo alike before they are scored.

Shengyu Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

_BRIGHTNESS = 0.5  # of the range -1..1, to both sides
_TRANSLATION = 0.125  # of the side
_CUTOUT = 0.4  # side of the box / side of the image


@dataclass(frozen=True, eq=False)
class Augmentation:
    """One draw for a batch; applying it twice does the same twice."""

    brightness: Tensor
    """(N, 1, 1, 1), and so the next two."""
    saturation: Tensor
    contrast: Tensor
    grid: Tensor
    """(N, H, W, 2) where each pixel comes from."""
    cutout: Tensor
    """(N, 1, H, W), 0 in the box that is cut out."""

    def apply(self, image: Tensor) -> Tensor:
        """Change colours, translate, and cut a box out of (N, 3, H, W) in [-1, 1]."""
        x = image + self.brightness
        grey = x.mean(dim=1, keepdim=True)
        x = grey + (x - grey) * self.saturation
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        return self.translate(mean + (x - mean) * self.contrast)

    def translate(self, condition: Tensor) -> Tensor:
        """Translate (N, C, H, W) with the image and cut the same box out; padded with zeros."""
        translated = F.grid_sample(
            condition.float(), self.grid, mode="nearest", padding_mode="zeros", align_corners=False
        )
        return translated * self.cutout


def draw_augmentation(images: Tensor) -> Augmentation:
    """Draw an augmentation for a batch (N, C, H, W)."""
    count, _, height, width = images.shape

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, device=images.device)

    grid = _translation_grid(count, height, width, images.device)
    return Augmentation(
        uniform(-_BRIGHTNESS, _BRIGHTNESS),
        uniform(0.0, 2.0),
        uniform(0.5, 1.5),
        grid,
        _cutout_mask(count, height, width, images.device),
    )


def _translation_grid(count: int, height: int, width: int, device: torch.device) -> Tensor:
    """Whole pixels only, so that moving neither blurs nor sharpens."""
    identity = torch.eye(2, 3, device=device).repeat(count, 1, 1)
    for row, side in enumerate((width, height)):
        most = round(_TRANSLATION * side)
        steps = torch.randint(-most, most + 1, (count,), device=device)
        identity[:, row, 2] = 2.0 * steps / side
    return F.affine_grid(identity, [count, 1, height, width], align_corners=False)


def _cutout_mask(count: int, height: int, width: int, device: torch.device) -> Tensor:
    hidden = []
    for side in (height, width):
        centre = torch.randint(0, side, (count, 1), device=device)
        hidden.append((torch.arange(side, device=device) - centre).abs() < _CUTOUT * side / 2)
    box = hidden[0][:, None, :, None] & hidden[1][:, None, None, :]
    return (~box).float()
