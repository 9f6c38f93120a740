"""Contact sheets: images and what a generator makes of them, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core.anatomy.regions import LabelMap, Region, colour_labels
from core.runtime import tensors
from core.training.data.array_types import Images
from core.training.data.batches import TensorBatch, to_device
from core.training.data.frames import Batch

Inpaint = Callable[[TensorBatch], Tensor]
"""One sample -> composite (1, 3, S, S) in [-1, 1]."""


@torch.inference_mode()
def fill_batch(inpaint: Inpaint, batch: Batch, device: torch.device) -> Images:
    """Fill every hole of a batch, one sample at a time; (N, S, S, 3) uint8 RGB."""
    samples = (batch.sample(index) for index in range(len(batch.image)))
    return np.stack([tensors.to_image(inpaint(to_device(sample, device))) for sample in samples])


def write_sheet(path: Path, results: Images, batch: Batch) -> None:
    """Write (photo, hole with lines, regions if known, result) side by side for every image."""
    stacks = [batch.image, render_holes(batch.image, batch.mask, batch.lines)]
    if batch.labels is not None:
        stacks.append(render_labels(batch.labels))
    write_grid(path, [*stacks, results])


def render_holes(images: Images, masks: Images, lines: Images) -> Images:
    """Draw the holes (N, S, S) grey, with the lines (N, S, S, 3) in them; uint8 RGB."""
    return np.where((masks > 0)[..., None], np.maximum(lines, 96), images).astype(np.uint8)


def render_labels(labels: LabelMap) -> Images:
    """Draw labels (N, S, S) in their colours, grey where unknown; (N, S, S, 3) uint8 RGB."""
    is_known = labels < len(Region)
    painted = colour_labels(np.where(is_known, labels, 0).astype(np.uint8))
    return np.where(is_known[..., None], painted, 96).astype(np.uint8)


def write_grid(path: Path, stacks: Sequence[Images], columns: int = 4) -> None:
    """Write stacks (N, H, W, 3) of the same faces: a cell a face, stacks side by side in it."""
    cells = np.concatenate(list(stacks), axis=2)
    rows = [np.hstack(list(cells[i : i + columns])) for i in range(0, len(cells), columns)]
    rows = [row for row in rows if row.shape == rows[0].shape]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])
