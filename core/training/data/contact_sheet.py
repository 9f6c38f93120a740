"""Contact sheets: what a painter makes of some pictures, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.regions import LabelMap, Region, coloured
from core.runtime import tensors
from core.training.data.batches import Tensors, to_device
from core.training.data.frames import Batch
from core.training.data.picture_types import Pictures

Paint = Callable[[Tensors], Tensor]
"""One sample -> composite (1, 3, S, S) in [-1, 1]."""


@torch.inference_mode()
def answers(paint: Paint, batch: Batch, device: torch.device) -> Pictures:
    """Let a painter fill every hole of a batch; (N, S, S, 3) uint8."""
    samples = (batch.sample(index) for index in range(len(batch.image)))
    return np.stack([tensors.to_image(paint(to_device(one, device))) for one in samples])


def write_sheet(path: Path, found: Pictures, batch: Batch) -> None:
    """Write (photo, hole with lines, regions if told, answer) side by side for every picture."""
    stacks = [batch.image, show_holes(batch.image, batch.mask, batch.lines)]
    if batch.labels is not None:
        stacks.append(show_labels(batch.labels))
    write_grid(path, [*stacks, found])


def show_holes(images: Pictures, masks: Pictures, lines: Pictures) -> Pictures:
    """Paint the holes (N, S, S) grey, with the lines (N, S, S, 3) in them."""
    return np.where((masks > 0)[..., None], np.maximum(lines, 96), images).astype(np.uint8)


def show_labels(labels: LabelMap) -> Pictures:
    """Paint labels (N, S, S) in their colours, grey where they are not known."""
    is_known = labels < len(Region)
    painted = coloured(np.where(is_known, labels, 0).astype(np.uint8))
    return np.where(is_known[..., None], painted, 96).astype(np.uint8)


def write_grid(path: Path, stacks: Sequence[Pictures], columns: int = 4) -> None:
    """Write stacks (N, H, W, 3) of the same pictures: picture by picture, stacks side by side."""
    cells = np.concatenate(list(stacks), axis=2)
    rows = [np.hstack(list(cells[i : i + columns])) for i in range(0, len(cells), columns)]
    rows = [row for row in rows if row.shape == rows[0].shape]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])
