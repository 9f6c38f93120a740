"""Trains the refiner on the answers of the shipped painter, cut out around their holes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models import residual_unet
from core.models.refiner import CONFIG, enlarged, halved
from core.models.residual_unet import ResidualUNet, config_values
from core.runtime.checkpoints import weights_path
from core.runtime.membrane import smooth_fill
from core.training.data.batches import Tensors
from core.training.data.faces import Folders
from core.training.data.frames import FrameSource
from core.training.harness.config import TrainConfig
from core.training.losses.terms import Term
from core.training.recipes.mixes import refiner_mix
from core.training.trainer import Painter

NAME = "refiner"
DEFAULTS = TrainConfig(size=256, hole=4.0, adversarial=0.3)
_CROP = 128
"""Side of what the losses look at: what a larger frame adds is seen from close by."""


class RefinerPainter(Painter):
    """Lets the trainer train the refiner; the painter before it stays as it is shipped."""

    def __init__(self, painter: Path | None = None) -> None:
        self.network: nn.Module = ResidualUNet(CONFIG)
        path = painter or weights_path(residual_unet.NAME)
        self._painter = residual_unet.build(path, torch.device("cpu")).network

    @torch.no_grad()
    def prepare(self, batch: Tensors, *, is_training: bool) -> Tensors:
        """Put the painter's answer in the place of the lines, and cut out a part with hole."""
        self._painter.to(batch.image.device)
        image, mask = halved(batch.image, batch.mask)
        fill = smooth_fill(image, mask)
        answer = self._painter(fill, mask, F.max_pool2d(batch.lines, 2))
        base = enlarged(batch.image, batch.mask, answer - fill)
        shown = Tensors(batch.image, batch.mask, base * 0.5 + 0.5)
        return cropped(shown, _CROP) if is_training else shown

    def paint(self, network: nn.Module, batch: Tensors) -> tuple[Tensor, Sequence[Term]]:
        """Add to the painter's answer; the network adds no loss terms of its own."""
        return network(batch.lines * 2.0 - 1.0, batch.mask), ()

    def stored_config(self) -> dict[str, Any]:
        """What goes beside the weights."""
        return config_values(CONFIG)


def cropped(batch: Tensors, side: int) -> Tensors:
    """Cut a square around one pixel of each hole, drawn at random."""
    told = batch.image, batch.mask, batch.lines
    columns: list[list[Tensor]] = [[] for _ in told]
    for row, mask in enumerate(batch.mask[:, 0]):
        inside = mask.nonzero()
        middle = inside[int(torch.randint(len(inside), ()))] if len(inside) else inside.sum(0)
        most = mask.shape[-1] - side
        top, left = (int(at) for at in (middle - side // 2).clamp(0, most))
        for column, part in zip(columns, told, strict=True):
            column.append(part[row, :, top : top + side, left : left + side])
    image, hole, base = (torch.stack(column) for column in columns)
    return Tensors(image, hole, base)


def sources(folders: Folders, split: str) -> list[FrameSource]:
    """Frames and holes to learn from."""
    return refiner_mix(folders, split)
