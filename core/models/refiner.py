"""Makes a painted frame twice as large, adding what only the larger frame shows; ours alone.

An inpainter decides at 128 pixels what is in a hole. Its result, upsampled, is soft; this network
sees it beside the sharp surroundings of the larger frame and adds a residual inside the hole.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from core.models.base import ModelSpec, Task
from core.models.residual_unet import ResidualUNet, ResidualUNetConfig, load_network
from core.runtime.membrane import smooth_fill

NAME = "refiner"
CONFIG = ResidualUNetConfig(widths=(16, 32, 64, 96), condition_channels=1)
"""Slim and shallow: it needs a small receptive field, not the whole face."""

_HIDDEN_SHARE = 0.5
"""A pixel of the smaller frame is hole from this share of hidden pixels on."""
_LEAST_SHARE = 1e-3


class Refiner:
    """Adapts the project's conventions to the network."""

    def __init__(self, network: ResidualUNet) -> None:
        self.network = network.eval().requires_grad_(False)

    def refine(self, image: Tensor, mask: Tensor, residual: Tensor) -> Tensor:
        """Fill the hole of a frame by an inpainter's result for the frame of half the side.

        Args:
            image: (N, 3, 2S, 2S) in [-1, 1]; what it holds inside the hole is ignored.
            mask: (N, 1, 2S, 2S), 1 in the hole.
            residual: (N, 3, S, S) what the inpainter added to the smooth fill of `halve_frame`.

        Returns:
            (N, 3, 2S, 2S) in [-1, 1], equal to `image` outside the hole.
        """
        filled: Tensor = self.network(upsample_residual(image, mask, residual), mask)
        return filled.clamp(-1, 1)


def upsample_residual(image: Tensor, mask: Tensor, residual: Tensor) -> Tensor:
    """Add a residual of half the side to the smooth fill of a frame; see `Refiner.refine`."""
    larger = F.interpolate(residual.float(), scale_factor=2.0, mode="bicubic")
    return smooth_fill(image, mask) + larger * mask


def halve_frame(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Reduce a frame and its hole to half the side; nothing of the hole shines through.

    Args:
        image: (N, 3, 2S, 2S).
        mask: (N, 1, 2S, 2S), 1 in the hole.

    Returns:
        (N, 3, S, S) and (N, 1, S, S).
    """
    share = F.avg_pool2d(1.0 - mask, 2)
    small = F.avg_pool2d(image * (1.0 - mask), 2) / share.clamp(min=_LEAST_SHARE)
    return small, (share < _HIDDEN_SHARE).float()


def build(path: Path | None, device: torch.device) -> Refiner:
    """Load shipped weights, or start from random ones if `path` is None."""
    return Refiner(load_network(path, NAME, device, CONFIG))


SPEC = ModelSpec(name=NAME, title="Refiner of painted frames", build=build, task=Task.REFINE)
