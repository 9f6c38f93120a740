"""Random changes that real and painted pictures undergo alike before they are judged.

Shengyu Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

_BRIGHTNESS = 0.5  # of the range -1..1, to both sides
_MOVE = 0.125  # of the side
_HIDDEN = 0.4  # side of the hidden box / side of the picture


@dataclass(frozen=True, eq=False)
class Changes:
    """One draw for a batch; applying it twice does the same twice."""

    brightness: Tensor
    """(N, 1, 1, 1), and so the next two."""
    saturation: Tensor
    contrast: Tensor
    grid: Tensor
    """(N, H, W, 2) where each pixel comes from."""
    shown: Tensor
    """(N, 1, H, W), 0 in the hidden box."""

    def apply(self, image: Tensor) -> Tensor:
        """Change colours, move, and hide a box of (N, 3, H, W) in [-1, 1]."""
        x = image + self.brightness
        grey = x.mean(dim=1, keepdim=True)
        x = grey + (x - grey) * self.saturation
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        return self.move(mean + (x - mean) * self.contrast)

    def move(self, condition: Tensor) -> Tensor:
        """Move (N, C, H, W) with the picture and hide the same box; zeros come in from outside."""
        moved = F.grid_sample(
            condition.float(), self.grid, mode="nearest", padding_mode="zeros", align_corners=False
        )
        return moved * self.shown


def draw_changes(like: Tensor) -> Changes:
    """Draw changes for a batch shaped like (N, C, H, W)."""
    count, _, height, width = like.shape

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, device=like.device)

    places = _moved_places(count, height, width, like.device)
    return Changes(
        uniform(-_BRIGHTNESS, _BRIGHTNESS),
        uniform(0.0, 2.0),
        uniform(0.5, 1.5),
        places,
        _shown(count, height, width, like.device),
    )


def _moved_places(count: int, height: int, width: int, device: torch.device) -> Tensor:
    """Whole pixels only, so that moving neither blurs nor sharpens."""
    identity = torch.eye(2, 3, device=device).repeat(count, 1, 1)
    for row, side in enumerate((width, height)):
        most = round(_MOVE * side)
        steps = torch.randint(-most, most + 1, (count,), device=device)
        identity[:, row, 2] = 2.0 * steps / side
    return F.affine_grid(identity, [count, 1, height, width], align_corners=False)


def _shown(count: int, height: int, width: int, device: torch.device) -> Tensor:
    hidden = []
    for side in (height, width):
        centre = torch.randint(0, side, (count, 1), device=device)
        hidden.append((torch.arange(side, device=device) - centre).abs() < _HIDDEN * side / 2)
    box = hidden[0][:, None, :, None] & hidden[1][:, None, None, :]
    return (~box).float()
