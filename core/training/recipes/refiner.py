"""Trains the refiner on the shipped residual U-Net's fills, cropped around their holes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models import residual_unet
from core.models.refiner import CONFIG, halve_frame, upsample_residual
from core.models.residual_unet import ResidualUNet, config_values
from core.runtime.checkpoints import weights_path
from core.runtime.membrane import smooth_fill
from core.training.data.batches import TensorBatch
from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.harness.config import TrainConfig
from core.training.losses.terms import Term
from core.training.recipes.mixes import refiner_mix
from core.training.trainer import TrainableModel

NAME = "refiner"
DEFAULTS = TrainConfig(size=256, hole=4.0, adversarial=0.3)
_CROP = 128
"""Side of the crops that the losses see: detail at the scale of the refined frame."""


class TrainableRefiner(TrainableModel):
    """Lets the trainer train the refiner; the base model before it is frozen."""

    def __init__(self, base_path: Path | None = None) -> None:
        self.network: nn.Module = ResidualUNet(CONFIG)
        path = base_path or weights_path(residual_unet.NAME)
        self._base_model = residual_unet.build(path, torch.device("cpu")).network

    @torch.no_grad()
    def prepare(self, batch: TensorBatch, *, is_training: bool) -> TensorBatch:
        """Put the base model's fill in the place of the lines, and crop around the hole."""
        self._base_model.to(batch.image.device)
        image, mask = halve_frame(batch.image, batch.mask)
        fill = smooth_fill(image, mask)
        answer = self._base_model(fill, mask, F.max_pool2d(batch.lines, 2))
        base = upsample_residual(batch.image, batch.mask, answer - fill)
        shown = TensorBatch(batch.image, batch.mask, base * 0.5 + 0.5)
        return random_crops(shown, _CROP) if is_training else shown

    def inpaint(self, network: nn.Module, batch: TensorBatch) -> tuple[Tensor, Sequence[Term]]:
        """Refine the base model's fill; the network adds no loss terms of its own."""
        return network(batch.lines * 2.0 - 1.0, batch.mask), ()

    def stored_config(self) -> dict[str, Any]:
        """What goes beside the weights."""
        return config_values(CONFIG)


def random_crops(batch: TensorBatch, side: int) -> TensorBatch:
    """Crop a square around one random pixel of each hole, all inputs alike."""
    inputs = batch.image, batch.mask, batch.lines
    columns: list[list[Tensor]] = [[] for _ in inputs]
    for row, mask in enumerate(batch.mask[:, 0]):
        inside = mask.nonzero()
        middle = inside[int(torch.randint(len(inside), ()))] if len(inside) else inside.sum(0)
        most = mask.shape[-1] - side
        top, left = (int(at) for at in (middle - side // 2).clamp(0, most))
        for column, part in zip(columns, inputs, strict=True):
            column.append(part[row, :, top : top + side, left : left + side])
    image, hole, base = (torch.stack(column) for column in columns)
    return TensorBatch(image, hole, base)


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes to learn from."""
    return refiner_mix(folders, split)
