"""Trains the residual U-Net: free-form holes and parts for fills, mouths for the smile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from core.models.residual_unet import ResidualUNet, ResidualUNetConfig, config_values
from core.runtime.membrane import smooth_fill
from core.training.data.batches import TensorBatch
from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.harness.config import TrainConfig
from core.training.losses.terms import Term
from core.training.recipes.mixes import fill_mix, smile_mix
from core.training.trainer import TrainableModel

NAME = "residual_unet"
DEFAULTS = TrainConfig()
_FILL_SHARE = 3.0  # beside 2 x 1.0 of the smile mix: three fifths of the samples


class TrainableResidualUNet(TrainableModel):
    """Lets the trainer train a `ResidualUNet`."""

    def __init__(self) -> None:
        self.config = ResidualUNetConfig()
        self.network: nn.Module = ResidualUNet(self.config)

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Fill the hole; the network adds no loss terms of its own."""
        return network(smooth_fill(batch.image, batch.mask), batch.mask, batch.lines), ()

    def stored_config(self) -> dict[str, Any]:
        """What goes beside the weights."""
        return config_values(self.config)


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes to learn from."""
    return smile_mix(folders, split) + fill_mix(folders, split, _FILL_SHARE)
