"""Harmonises a part of an exemplar with the face that it is composited on; ours.

The network is the residual U-Net, conditioned on the warped exemplar where that one is on lines:
its residual on the smooth fill paints the exemplar's features in the light and colours of the
surroundings.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from core.models.base import ModelSpec, Task
from core.models.residual_unet import ResidualUNet, load_network
from core.runtime.membrane import smooth_fill

NAME = "harmonizer"


class Harmonizer:
    """Adapts the project's conventions to `ResidualUNet`."""

    def __init__(self, network: ResidualUNet) -> None:
        self.network = network.eval().requires_grad_(False)

    def harmonize(self, image: Tensor, mask: Tensor, exemplar: Tensor) -> Tensor:
        """Paint the exemplar's part into the hole.

        Args:
            image: (N, 3, S, S) RGB in [-1, 1]; what it holds inside the hole is ignored.
            mask: (N, 1, S, S), 1 in the hole, 0 elsewhere.
            exemplar: (N, 3, S, S) in [0, 1], warped to the face; zeros outside the hole, and
                inside where the exemplar does not show the part.

        Returns:
            (N, 3, S, S) in [-1, 1], equal to `image` outside the hole.
        """
        filled: Tensor = self.network(smooth_fill(image, mask), mask, exemplar * mask)
        return filled.clamp(-1, 1)


def build(path: Path | None, device: torch.device) -> Harmonizer:
    """Load shipped weights, or start from random ones if `path` is None."""
    return Harmonizer(load_network(path, NAME, device))


SPEC = ModelSpec(name=NAME, title="Harmonizer", build=build, task=Task.HARMONIZE)
