"""Batches on their way to the device."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.anatomy.regions import LabelMap
from core.training.data.frames import Batch


class TensorBatch(NamedTuple):
    """A batch on the device."""

    image: Tensor
    """(N, 3, S, S) in [-1, 1]."""
    mask: Tensor
    """(N, 1, S, S), 1 in the hole."""
    lines: Tensor
    """(N, 3, S, S) in [0, 1]."""
    labels: Tensor | None = None
    """(N, 1, S, S) uint8, a `Region` each, 255 unknown; None if not used."""
    exemplar: Tensor | None = None
    """(N, 3, S, S) in [-1, 1], the faces whose style is to be painted; None without styles."""
    num_supervised: int | None = None
    """Of so many samples, the first ones, the image is the target; None: of all."""

    @property
    def condition(self) -> Tensor:
        """(N, 4, S, S): the mask, then the lines."""
        return torch.cat([self.mask, self.lines], dim=1)


def to_device(batch: Batch, device: torch.device) -> TensorBatch:
    """Move one batch to the device, in the ranges that networks see."""
    image = torch.from_numpy(batch.image).to(device).permute(0, 3, 1, 2).float()
    mask = (torch.from_numpy(batch.mask).to(device)[:, None] > 0).float()
    lines = torch.from_numpy(batch.lines).to(device).permute(0, 3, 1, 2).float()
    return TensorBatch(
        image / 127.5 - 1.0, mask, lines / 255.0, labels_to_device(batch.labels, device)
    )


def labels_to_device(labels: LabelMap | None, device: torch.device) -> Tensor | None:
    """Move (N, S, S) labels, if there are any, to (N, 1, S, S) on the device."""
    return None if labels is None else torch.from_numpy(labels).to(device)[:, None]
